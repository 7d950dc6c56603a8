"""The box's side of the signs of life that its programs give (shared/pulse.py)."""

import mmap
import os
import time
from collections.abc import Sequence

from deploy.embedded.children import Child
from shared import pulse

FIRST_WORD_SECONDS = 60.0  # an old machine under load
LOOK_SECONDS = 0.05


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

    def heard(self, name: str, *, while_alive: Child) -> bool:
        """Wait for the first word of one that was just born; False where it ends before, or is silent for too long."""
        until = time.monotonic() + FIRST_WORD_SECONDS
        while not self.of(name):
            if while_alive.exit_code is not None or time.monotonic() > until:
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def forget(self, name: str) -> None:
        """What an earlier one of this name has promised does not count for the next."""
        for place in range(pulse.PLACES):
            pulse.MOMENT.pack_into(self._memory, pulse.where(self._names.index(name), place), 0.0)

    def _moment(self, name: str, place: int) -> float:
        return float(pulse.MOMENT.unpack_from(self._memory, pulse.where(self._names.index(name), place))[0])
