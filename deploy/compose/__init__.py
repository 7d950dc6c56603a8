"""Containers on one machine: what they are made of, and their secrets."""
