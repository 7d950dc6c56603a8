"""Whom the programs of a box run as: whoever starts it, or, where that is root, users without rights of their own.

Programs and broker get a number each, in a group of the installation alone; PostgreSQL has its own already. What they
own tells at the next start which numbers they had.
"""

import os
import pwd
import sys
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from deploy.embedded.children import Login
from deploy.embedded.postgres_programs import can_enter, runs

ROOT = Path(__file__).parent.parent.parent
NAME = "xiaozu"
NUMBERS = range(61_184, 65_519)  # of systemd's users for the time being: nobody else has them
OURS, BROKERS = ("files", "mail", "seal", "log"), ("valkey",)
NEEDED = "import deploy, structlog, psycopg"


class Logins:
    """The users of one installation; `programs` and `broker` are None where everything runs as whoever started it."""

    def __init__(self, data: Path) -> None:
        self.programs: Login | None = None
        self.broker: Login | None = None
        self.why_root = ""
        if os.geteuid() == 0:
            self._choose(data)

    def _choose(self, data: Path) -> None:
        wanted = _chosen(data)
        data.chmod(0o710)
        os.chown(data, -1, wanted.gid)
        if not can_enter(data, wanted):
            self.why_root = f"别的用户进不了数据文件夹 {data}"
            return
        self.broker = Login(wanted.uid + 1, wanted.gid)
        _hand_over((data / name for name in BROKERS), self.broker)
        if not runs([sys.executable, "-c", NEEDED], wanted, cwd=ROOT):
            self.why_root = f"别的用户不能运行 {sys.executable}"
            return
        self.programs = wanted
        _hand_over((data / name for name in OURS), wanted)


def _chosen(data: Path) -> Login:
    """Whoever has the files already, else the folder; else a user named like us, else a number that nobody has."""
    for place in (data / OURS[0], data):
        if place.exists() and (kept := place.stat()).st_uid != 0:
            return Login(kept.st_uid, kept.st_gid)
    with suppress(KeyError):
        known = pwd.getpwnam(NAME)
        return Login(known.pw_uid, known.pw_gid)
    number = NUMBERS[zlib.crc32(str(data).encode()) % (len(NUMBERS) - 1)]
    return Login(number, number)


def _hand_over(folders: Iterable[Path], login: Login) -> None:
    """Folders and what is in them; links are not followed."""
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, login.uid, login.gid, follow_symlinks=False)
