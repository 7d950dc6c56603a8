"""Telling people: what is said to whom by which fact, and how it leaves the building."""
