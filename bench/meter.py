"""CPU seconds of whole process trees: what was worked, not how long a shared machine took over it."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

import psutil

MIB = 2**20


@dataclass(frozen=True)
class Spent:
    """User and system seconds of all processes that took part, and the time on the wall."""

    cpu_s: float
    wall_s: float


def tree(root: int) -> list[psutil.Process]:
    """A process with everything below it."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(root)
        return [process, *process.children(recursive=True)]
    return []


def cpu_of(roots: Iterable[int]) -> float:
    """Seconds used so far below these roots, with those of the processes that have ended and were waited for."""
    seconds = 0.0
    for process in (process for root in roots for process in tree(root)):
        with suppress(psutil.NoSuchProcess):
            seconds += sum(process.cpu_times()[:4])  # user, system, and both of the children that are gone
    return seconds


def pss_mib(root: int) -> float:
    """Memory of a tree; what is shared counts once."""
    pages = 0
    for process in tree(root):
        with suppress(psutil.NoSuchProcess):
            pages += process.memory_full_info().pss
    return pages / MIB


def measured(work: Callable[[], None], roots: Iterable[int]) -> Spent:
    """What a piece of work cost below these roots and in this process (without the servers that it has started)."""
    roots = list(roots)
    cpu, own, wall = cpu_of(roots), time.process_time(), time.perf_counter()
    work()
    wall = time.perf_counter() - wall
    own = time.process_time() - own
    return Spent(cpu_of(roots) - cpu + own, wall)
