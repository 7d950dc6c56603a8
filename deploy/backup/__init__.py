"""Backups: one file under a passphrase, tried out before it counts, and the way back from it."""
