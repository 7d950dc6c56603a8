"""The room on a box's disk: a reserve is kept back, and before the disk is full the database is only read from.

PostgreSQL whose log cannot be written ends, and does not start again without room. So writing stops while there is
some left, and the reserve is given back then, for what it writes by itself.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from deploy.box.watch import Say

MIB = 2**20
RESERVE = 64 * MIB
FULL = 64 * MIB  # from here on nothing is written; four segments of the database's log
SAID_FULL = "磁盘只剩 {free} MB：现在只能查看，不能保存。请清理磁盘或者换大的磁盘。"
SAID_ROOM = "磁盘有空间了（{free} MB）：可以照常保存。"


class Room:
    """What is left on the disk of a data folder, and what follows from it."""

    def __init__(self, data: Path, *, only_read: Callable[[bool], None], say: Say) -> None:
        self._data, self._reserve = data, data / "reserve"
        self._only_read, self._say = only_read, say
        self.full = False

    def look(self) -> None:
        """Stop the writing where the disk is nearly full, and let it go on once there is room for a reserve again."""
        free = self.free()
        if free < FULL and not self.full:
            self._give_back()
            self._turn(full=True, said=SAID_FULL)
        elif free >= FULL + RESERVE + FULL // 4 and (self.full or not self._reserve.exists()):
            self._keep_back()
            if self.full:
                self._turn(full=False, said=SAID_ROOM)

    def free(self) -> int:
        """Bytes that are free for whoever is not root."""
        found = os.statvfs(self._data)
        return found.f_bavail * found.f_frsize

    def share_free(self) -> float:
        """What share of the disk is free, the reserve not counted."""
        found = os.statvfs(self._data)
        return self.free() / max(1, found.f_blocks * found.f_frsize)

    def _turn(self, *, full: bool, said: str) -> None:
        self._only_read(full)
        self.full = full
        self._say(said.format(free=self.free() // MIB))

    def _give_back(self) -> None:
        self._reserve.unlink(missing_ok=True)

    def _keep_back(self) -> None:
        """Whole blocks, not a promise of them; a file system that cannot is left without."""
        with suppress(OSError), self._reserve.open("wb") as out:
            os.posix_fallocate(out.fileno(), 0, RESERVE)
