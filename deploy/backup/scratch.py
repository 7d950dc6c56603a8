"""A place in the data folder for what is only needed for a while; what a killed one left there goes first."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.backup.refusals import BackupRefusal, said
from deploy.box.state import locked

SCRATCH, LOCK = "scratch", "box.backup"


@contextmanager
def scratch(data: Path) -> Iterator[Path]:
    """An empty folder, gone with the block; one backup at a time."""
    with locked(data / LOCK) as ours:
        if not ours:
            raise BackupRefusal("另一次备份正在进行，请等它结束再备份。")
        room = data / SCRATCH
        remove(room)
        try:
            with said():
                room.mkdir(mode=0o711)  # PostgreSQL, as a user of its own, walks through
            yield room
        finally:
            remove(room)


def remove(room: Path) -> None:
    """Away with it."""
    shutil.rmtree(room, ignore_errors=True)
