"""How the machine fares, told to its keepers: once when it gets worse, once when it is well again."""

from datetime import datetime, timedelta

from sqlalchemy import select, text

from shared import clock
from shared.access import SYSTEM
from shared.audit import announce
from shared.db import Session
from shared.events import MachineChanged
from shared.people import Unit, UnitKind

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
    for township_id in session.scalars(select(Unit.id).where(Unit.kind == UnitKind.TOWNSHIP)):
        announce(session, MachineChanged(unit_id=township_id, part=part, change=change), by=SYSTEM)
    return True


def recent(session: Session, *, rows: int = 10) -> list[tuple[datetime, str]]:
    """What was told last: when, and which change; the newest first."""
    return [(at, change) for at, change in session.execute(RECENT, {"rows": rows})]
