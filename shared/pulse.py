"""Signs of life of a program that is watched: by when it will have said something again.

They are given by whoever really gets on: a round of the sweep, a bell that is answered, a statement that comes back, a
try to reach a broker that is away. No thread gives them beside the work: it would do so while the work stands still.
A sign is a moment of the machine's monotonic clock (seconds) in memory that is shared with the watcher, so that none
is written to a disk or to the database.
"""

import mmap
import signal
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

MOMENT = struct.Struct("d")
OWN, BELOW = 0, 1
PLACES = 2
"""Of each program: its own signs, and those of the processes that work for it."""


class _Pulse:
    """Where this process leaves its signs; nowhere, where nobody watches it."""

    def __init__(self) -> None:
        self.memory: mmap.mmap | None = None
        self.program, self.place = 0, OWN
        self.promised = 0.0

    def leave(self, until: float) -> None:
        if self.memory:
            MOMENT.pack_into(self.memory, where(self.program, self.place), max(until, self.promised))


_pulse = _Pulse()


def where(program: int, place: int) -> int:
    """At which byte a program's signs stand; `place` is OWN or BELOW."""
    return (program * PLACES + place) * MOMENT.size


def size(programs: int) -> int:
    """The bytes that so many programs need."""
    return where(programs, OWN)


def keep(memory: mmap.mmap, program: int) -> None:
    """From now on this process is watched as that program."""
    _pulse.memory, _pulse.program = memory, program


def kept() -> bool:
    """Whether anybody watches this process."""
    return _pulse.memory is not None


def work_below() -> None:
    """After a fork: a process that works for the watched one, beside it."""
    _pulse.place, _pulse.promised = BELOW, 0.0


def give(seconds: float = 0.0) -> None:
    """A sign of life; the next one may take so many seconds more than it usually does."""
    _pulse.leave(time.monotonic() + seconds)


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """End this process if the work in here does not: the row lock goes with it, the row is tried again, then dead.

    Until then it need not give any other sign. In a thread nothing ends it but the time-out of its statements, for
    signals belong to the main one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    _pulse.promised = time.monotonic() + seconds
    give()
    try:
        yield
    finally:
        _pulse.promised = 0.0
        give()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
