"""How the machine fares, told to its keepers: once when it gets worse, once when it is well again."""

import os
import shutil
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import BigInteger, Double, ForeignKey, Identity, Index, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column

from shared import clock
from shared.access import SYSTEM
from shared.audit import announce
from shared.db import Acting, Base, Session
from shared.events import MachineChanged
from shared.people import SCHEMA, Unit, UnitKind
from shared.release import RELEASE
from shared.settings import settings


class ClockSeen(Base):
    """For each run of a machine: seconds since it began, and the database's clock then."""

    __tablename__ = "clock_seen"

    boot: Mapped[str] = mapped_column(Text, primary_key=True)
    seconds: Mapped[float] = mapped_column(Double)
    at: Mapped[datetime]

    __table_args__ = (SCHEMA,)


class ClockJump(Base):
    """A jump of the database's clock, and who said that it is right since."""

    __tablename__ = "clock_jump"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    found_at: Mapped[datetime]
    expected_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("office.account.id"), comment="account; null: the console"
    )

    __table_args__ = (
        Index("clock_jump_open_key", text("(true)"), unique=True, postgresql_where=text("confirmed_at is null")),
        SCHEMA,
    )


class Examination(Base):
    """What the nightly examination found of an invariant; the row `all` says when one was last begun."""

    __tablename__ = "examination"

    name: Mapped[str] = mapped_column(Text, primary_key=True, comment="one row an invariant, and one, named all")
    found: Mapped[str] = mapped_column(Text, comment="ok, or what does not hold: counts and ids, never words")
    at: Mapped[datetime]

    __table_args__ = (SCHEMA,)


SELDOM = timedelta(hours=1)  # a program that falls again and again is told of once an hour
REPEATS = ("program_replaced",)
LAST = text("""
    select body ->> 'change', at from office.happening
    where subject = :subject and fact = 'MachineChanged' order by id desc limit 1""")
RECENT = text("""
    select distinct on (at) at, body ->> 'change' from office.happening
    where fact = 'MachineChanged' order by at desc limit :rows""")


def tell(session: Session, part: str, change: str) -> bool:
    """Tell the keepers of all townships, unless this is what they were told last; returns whether they are told."""
    subject = f"machine:{part}"
    last = session.execute(LAST, {"subject": subject}).one_or_none()
    if last and last[0] == change and not (change in REPEATS and clock.now(session) - last[1] > SELDOM):
        return False
    if not last and change.endswith("_well"):
        return False
    for township_id in townships(session):
        announce(session, MachineChanged(unit_id=township_id, part=part, change=change), by=SYSTEM)
    return True


def townships(session: Session) -> list[int]:
    """All that this machine serves."""
    return list(session.scalars(select(Unit.id).where(Unit.kind == UnitKind.TOWNSHIP)))


SIGN = text("""
    insert into office.heartbeat (name, at, release) values (:name, now(), :release)
    on conflict (name) do update set at = excluded.at, release = excluded.release""")


def sign(session: Session, program: str) -> None:
    """A program was seen at work, and says which code it runs."""
    session.execute(SIGN, {"name": program, "release": RELEASE})


def disk() -> tuple[int, int]:
    """Bytes of the data's disk that are free, and all; where the folder is not yet there, of the nearest above it."""
    folder = settings().data.absolute()
    found = shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists()))
    return found.free, found.total


# --- the clock: deadlines fire by the database's, so a jump of it stops what cannot be taken back ---

JUMP = timedelta(hours=2)
BOOT = Path("/proc/sys/kernel/random/boot_id")
LOOK = text("""
    select clock_timestamp(),
      (select at + make_interval(secs => :seconds - seconds) from office.clock_seen where boot = :boot),
      (select max(at) from office.clock_seen)""")
SEEN = text("""
    insert into office.clock_seen values (:boot, :seconds, :at)
    on conflict (boot) do update set seconds = excluded.seconds, at = excluded.at""")
JUMPED = text("""
    insert into office.clock_jump (found_at, expected_at) values (:at, :expected)
    on conflict ((true)) where confirmed_at is null do nothing""")
OPEN = text("select found_at, expected_at from office.clock_jump where confirmed_at is null")
CONFIRM = text("""
    update office.clock_jump set confirmed_at = clock_timestamp(), confirmed_by = :by
    where confirmed_at is null returning id""")


def running() -> tuple[str, float]:
    """Which run of this machine it is, and for how many seconds it lasts, sleep included; no clock can be set back."""
    if BOOT.exists():
        return BOOT.read_text().strip(), time.clock_gettime(time.CLOCK_BOOTTIME)
    return f"process {os.getpid()}", time.monotonic()


def look_at_clock(session: Session, boot: str, seconds: float) -> None:
    """Compare the database's clock with how long the machine runs; a jump of JUMP waits for a person.

    That it is later after a time in which the machine was off is the usual case: nobody can tell how long it was. That
    it is earlier than it was ever seen never is.
    """
    now, expected, newest = session.execute(LOOK, {"boot": boot, "seconds": seconds}).one()
    if abs(now - expected) >= JUMP if expected else newest and now <= newest - JUMP:
        session.execute(JUMPED, {"at": now, "expected": expected or newest})
        tell(session, "clock", "clock_jumped")
    session.execute(SEEN, {"boot": boot, "seconds": seconds, "at": now})


def clock_jump(session: Session) -> tuple[datetime, datetime] | None:
    """What the clock said when it had jumped, and what it should have said; None where nobody has to look."""
    row = session.execute(OPEN).one_or_none()
    return row and (row.found_at, row.expected_at)


def confirm_clock(session: Session, by: Acting, townships: Iterable[int]) -> bool:
    """The clock is right, says a person: what waited goes on. Told in these townships; False where nothing waited."""
    if session.execute(CONFIRM, {"by": by.account_id}).one_or_none() is None:
        return False
    session.execute(text("delete from office.clock_seen"))  # the time that was wrong is nothing to go by
    for township_id in townships:
        announce(session, MachineChanged(unit_id=township_id, part="clock", change="clock_confirmed"), by=by)
    return True


def recent(session: Session, *, rows: int = 10) -> list[tuple[datetime, str]]:
    """What was told last: when, and which change; the newest first."""
    return [(at, change) for at, change in session.execute(RECENT, {"rows": rows})]
