"""The three services; each may import shared, never another."""
