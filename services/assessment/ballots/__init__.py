"""Votes on paper and their counts: no ballot is stored, only what two tellers counted."""
