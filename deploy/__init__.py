"""Puts the houses together and runs them; the only room that may import everything."""
