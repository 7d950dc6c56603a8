"""Which files are kept for which unit: nothing stays on the disk that no row names, and a branch has so much room.

A file is written when nothing but the commit is left, so a refusal leaves none. What a kill between file and commit
leaves is swept a day later. `office.kept_file` is moved by triggers of every table that names files, whichever
service's it is: none has to look into another's.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import BigInteger, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared import files, office_settings
from shared.db import Base, Session, before_commit
from shared.errors import Invalid
from shared.files import Handed, Stored
from shared.office_settings import Key
from shared.people import SCHEMA

Row = TypeVar("Row")
MB = 2**20
LEFT_SECONDS = 86_400.0
"""A file that no row names is left for so long: somebody may be about to name it."""

# Whoever keeps a file holds the lock with others, the sweep alone: what is swept, nobody is about to name.
LOCK = 7205
# Of a branch's room one at a time is judged: the lock is had before the sum is read, and kept until the commit.
ROOMS = 7206
ONE_BY_ONE = text(f"""
    select pg_advisory_xact_lock({ROOMS}, cast(coalesce(branch_id, id) as int)) from office.unit where id = :unit_id""")
ROOM = text(f"""
    select coalesce(u.township_id, u.id) as township_id, office.kept_bytes(u.id) as used,
      exists (select from office.kept_file k where k.sha256 = :sha256 and k.unit_id = u.id) as there,
      pg_advisory_xact_lock_shared({LOCK})
    from office.unit u where u.id = :unit_id""")
ALONE = text(f"select pg_advisory_xact_lock({LOCK})")
UNNAMED = text("""
    select name from unnest(cast(:names as text[])) name
    where not exists (select from office.kept_file k where k.sha256 = name)""")
USED = text("""
    select u.name, office.kept_bytes(u.id) as used from office.unit u
    where u.kind <> 'group' and (office.reaches_all() or u.id in (select office.reached()))
      and office.kept_bytes(u.id) > 0
    order by used desc, u.id limit :rows""")


class KeptFile(Base):
    """A file that some row names, and the unit whose it is: a group, a branch or a township. Written by triggers."""

    __tablename__ = "kept_file"

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    unit_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("office.unit.id"), primary_key=True, autoincrement=False
    )
    size: Mapped[int]

    __table_args__ = (Index("kept_file_unit_id_idx", "unit_id"), SCHEMA)


def keep(session: Session, unit_id: int, handed: Handed, *, field: str = "file") -> Stored:
    """A file for the row that names it, which the caller adds in this transaction; written right before its commit.

    Raises Invalid, at `field`, where shared/files.py refuses it, or where its branch has no room left.
    """
    stored = files.store(handed.data, handed.name, field=field, put=partial(_write_later, session))
    session.execute(ONE_BY_ONE, {"unit_id": unit_id})
    room = session.execute(ROOM, {"unit_id": unit_id, "sha256": stored.sha256}).one()
    most = office_settings.number(session, Key.FILES_MB, room.township_id)
    if not room.there and room.used + stored.size > most * MB:
        raise Invalid(
            f"支部的附件最多 {most} MB，已有 {room.used / MB:.1f} MB，放不下这个文件（{stored.size / MB:.1f} MB）。"
            "请联系安全管理员在系统设置里调高。",
            field=field,
        )
    return stored


def keep_each(
    session: Session,
    unit_id: int,
    handed: Sequence[Handed],
    there: dict[str, Row],
    add: Callable[[Stored], Row],
    *,
    most: int,
    refusal: str,
) -> list[Row]:
    """The row of each file that was handed in; `add` makes one where `there`, by hash, has none yet.

    Raises Invalid with `refusal` where there would be more than `most`: the caller's transaction then keeps none.
    """
    found: list[Row] = []
    for each in handed:
        stored = keep(session, unit_id, each, field="files")
        if stored.sha256 not in there:
            there[stored.sha256] = add(stored)
        found.append(there[stored.sha256])
    if len(there) > most:
        raise Invalid(refusal, field="files")
    return found


def _write_later(session: Session, sha256: str, data: bytes) -> None:
    session.info.setdefault("files", {})[sha256] = data
    before_commit(session, "files", partial(_write, session))


def _write(session: Session) -> None:
    for sha256, data in session.info.pop("files").items():
        files.write(sha256, data)


def read(session: Session, sha256: str) -> bytes:
    """A file, also one that was handed in in this transaction. Raises OutOfReach where the folder has lost it."""
    waiting: dict[str, bytes] = session.info.get("files", {})
    return waiting[sha256] if sha256 in waiting else files.read(sha256)


def most(session: Session, township_id: int) -> int:
    """How much each branch of a township may have on the disk, and the township for its own papers, in bytes."""
    return office_settings.number(session, Key.FILES_MB, township_id) * MB


def used(session: Session, *, rows: int = 10) -> list[tuple[str, int]]:
    """Who of those in reach has most on the disk: branches, and townships for their own papers, each in bytes."""
    return [(name, size) for name, size in session.execute(USED, {"rows": rows})]


def sweep(session: Session) -> int:
    """Take away what has been on the disk for LEFT_SECONDS and is named by no row; returns how many files."""
    old = {path.name: path for path in _left_alone()}
    found = _unnamed(session, old)
    if not found:
        return 0
    session.execute(ALONE)
    swept = _unnamed(session, found)
    for name in swept:
        old[name].unlink(missing_ok=True)
    return len(swept)


def _left_alone() -> list[Path]:
    """Every file, half-written ones too, that nobody has touched for long enough."""
    before, found = time.time() - LEFT_SECONDS, []
    for path in files.folder().glob("[0-9a-f][0-9a-f]/*"):
        with suppress(FileNotFoundError):  # half-written a moment ago, and whole by now
            if path.stat().st_mtime < before:
                found.append(path)
    return found


def _unnamed(session: Session, names: Iterable[str]) -> list[str]:
    return list(session.scalars(UNNAMED, {"names": list(names)}))
