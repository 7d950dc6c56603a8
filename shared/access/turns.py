"""The queue before a password is looked at: short, and so divided that nobody takes all of it from the others."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from shared.access.guesses import UNKNOWN, Knock
from shared.aside import step_aside
from shared.errors import TooMany

PLACES = 12  # beyond these nobody waits: the threads belong to those who work
KEPT = 4  # of them for devices that are known, and for those who sit already
SHARE = 4  # of the others for one address
RESTING = 8  # of one address, who have failed and are not answered yet
TALKS = 8  # at once with providers: each holds a thread for as long as the provider thinks
TALKS_OF_ONE = 4  # of these from one address, and with one provider
SITTING = Knock(known=True)
ALL = "all"
CROWD_SAID = "现在登录的人太多，请稍后再试。"

_hashing = threading.BoundedSemaphore(2)  # Argon2id takes 64 MiB a time
_glancing = threading.BoundedSemaphore(1)  # of those who cannot get in
_counting = threading.Lock()
_inside: Counter[tuple[bool, str]] = Counter()  # by whether it is known, and by address
_resting: Counter[str] = Counter()
_talking: Counter[str] = Counter()


@contextmanager
def turnstile(knock: Knock = SITTING) -> Iterator[bool]:
    """Go through before a password is looked at, and before a connection is taken. Raises TooMany in a crowd.

    Yields whether to look at all: of those who cannot get in one at a time is looked at, so that it takes as long as
    it takes others; the rest are refused as they would have been, and wait for nothing.
    """
    step_aside()
    if not knock.hopeful:
        with _glance() as free:
            yield free
        return
    _enter(knock)
    try:
        with _hashing:
            yield True
    finally:
        _leave(knock)


@contextmanager
def _glance() -> Iterator[bool]:
    free = _glancing.acquire(blocking=False)
    try:
        if free:
            with _hashing:
                yield True
        else:
            yield False
    finally:
        if free:
            _glancing.release()


@contextmanager
def resting(address: str) -> Iterator[None]:
    """Stand still for a moment after a failure. Raises TooMany where many of one address do: each holds a thread."""
    with _counting:
        if _resting[address] >= RESTING:
            raise TooMany(CROWD_SAID)
        _resting[address] += 1
    step_aside()
    try:
        yield
    finally:
        with _counting:
            _resting[address] -= 1
            if not _resting[address]:
                del _resting[address]


@contextmanager
def talking(address: str, provider: str) -> Iterator[None]:
    """Go through before a provider is asked who is there. Raises TooMany in a crowd: threads are for those who work."""
    mine = [one for one in (address, provider) if one != UNKNOWN]
    with _counting:
        if _talking[ALL] >= TALKS or any(_talking[one] >= TALKS_OF_ONE for one in mine):
            raise TooMany(CROWD_SAID)
        _talking.update([ALL, *mine])
    step_aside()
    try:
        yield
    finally:
        with _counting:
            _talking.subtract([ALL, *mine])
            for one in mine:
                if not _talking[one]:
                    del _talking[one]


def _enter(knock: Knock) -> None:
    with _counting:
        strangers = sum(number for (known, _), number in _inside.items() if not known)
        full = _inside.total() >= PLACES
        shared = _inside[False, knock.address] if knock.address != UNKNOWN else 0
        crowded = strangers >= PLACES - KEPT or shared >= SHARE
        if full or (crowded and not knock.known):
            raise TooMany(CROWD_SAID)
        _inside[knock.known, knock.address] += 1


def _leave(knock: Knock) -> None:
    with _counting:
        _inside[knock.known, knock.address] -= 1
        if not _inside[knock.known, knock.address]:
            del _inside[knock.known, knock.address]
