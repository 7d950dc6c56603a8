"""The box's side of the signs of life that its programs give (shared/pulse.py)."""

import mmap
import os
from collections.abc import Sequence

from shared import pulse


class Signs:
    """Memory that the programs of one nursery write and the watcher reads: no disk that might be full, no database."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)
        self.fd = os.memfd_create("xiaozu-signs")
        os.ftruncate(self.fd, pulse.size(len(names)))
        self._memory = mmap.mmap(self.fd, pulse.size(len(names)))

    def of(self, name: str) -> float:
        """By when it, or whoever works for it, has promised to say something again; by the monotonic clock."""
        return max(self._moment(name, place) for place in range(pulse.PLACES))

    def forget(self, name: str) -> None:
        """What an earlier one of this name has promised does not count for the next."""
        for place in range(pulse.PLACES):
            pulse.MOMENT.pack_into(self._memory, pulse.where(self._names.index(name), place), 0.0)

    def _moment(self, name: str, place: int) -> float:
        return float(pulse.MOMENT.unpack_from(self._memory, pulse.where(self._names.index(name), place))[0])
