"""Heads of the chain kept outside the database, in the data folder: whoever owns the database cannot take them back.

`seal/heads.txt` has a line a day, `2026-03-12 17352 <hash in hex>`, and is only ever appended to. `seal/last.txt` has
the newest head that the sealer made, in the same form: a chain that was cut off and sealed anew no longer has it.
`seal/aside.txt` has those of a time before which a restore went back.
"""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

from shared.settings import settings

HASH_LENGTH = 64
GROUP = 4


class Head(NamedTuple):
    """The last link of the chain as it was on a day: its number, and its hash in hex."""

    day: date
    link: int
    hash: str

    @property
    def grouped(self) -> str:
        """The hash in groups of four, to be read from paper."""
        return " ".join(self.hash[at : at + GROUP] for at in range(0, len(self.hash), GROUP))

    @property
    def said(self) -> str:
        """How people speak of it: 2026年3月12日第 17352 环."""
        return f"{self.day.year}年{self.day.month}月{self.day.day}日第 {self.link} 环"

    def line(self) -> str:
        """As it stands in the file."""
        return f"{self.day.isoformat()} {self.link} {self.hash}\n"


def kept() -> list[Head]:
    """Every head that was kept, the oldest first, and the newest that the sealer made."""
    return [*_read(_file()), *_read(_newest())]


def daily() -> list[Head]:
    """The heads of the days, the oldest first."""
    return list(_read(_file()))


def keep(head: Head) -> None:
    """Put a day's head on the disk for good; the same one once."""
    if head not in daily():
        _write(_file(), head.line(), os.O_APPEND)


def follow(head: Head) -> None:
    """The sealer has come as far as this."""
    beside = _newest().with_suffix(f".{secrets.token_hex(4)}")
    _write(beside, head.line(), os.O_EXCL)
    beside.replace(_newest())


def set_aside(lost: Sequence[Head]) -> None:
    """Heads of what a restore goes back before: from now on they stand in `seal/aside.txt`, and are missed no more."""
    if not lost:
        return
    standing = [head for head in daily() if head not in lost]
    for head in lost:
        _write(_file().with_name("aside.txt"), head.line(), os.O_APPEND)
    beside = _file().with_suffix(f".{secrets.token_hex(4)}")
    _write(beside, "".join(head.line() for head in standing), os.O_EXCL)
    beside.replace(_file())
    if newest() in lost:
        _newest().unlink()


def newest() -> Head | None:
    """How far the sealer had come; none where it never said so."""
    return next(_read(_newest()), None)


def _read(file: Path) -> Iterator[Head]:
    """The heads of a file; a line that is none (cut short when the machine lost its power) is passed over."""
    lines = file.read_text(encoding="ascii", errors="replace").splitlines() if file.exists() else []
    for line in lines:
        with suppress(ValueError):
            day, link, said = line.split(" ")
            if len(said) == HASH_LENGTH:
                yield Head(date.fromisoformat(day), int(link), said)


def _write(file: Path, line: str, how: int) -> None:
    """A line, durable; `how`: appended or anew, as os.open has it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | how, 0o600), "w", encoding="ascii") as out:
        out.write(line)
        out.flush()
        os.fsync(out.fileno())


def _file() -> Path:
    return settings().data / "seal" / "heads.txt"


def _newest() -> Path:
    return settings().data / "seal" / "last.txt"
