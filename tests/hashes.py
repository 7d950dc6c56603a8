"""Passwords in tests: Argon2id at its least cost. In use each look takes a third of a second, and people come often."""

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from shared.access import passwords

recommended = passwords._hasher  # of the product; its cost has a test of its own
QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))


def make_quick() -> None:
    """From now on, in this process."""
    passwords._hasher = lambda: QUICK  # type: ignore[assignment]
