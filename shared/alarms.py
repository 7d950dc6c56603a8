"""Alarms: somebody guesses at passwords, or the history does not fit its seal. Told once, however long it lasts."""

from datetime import timedelta

from sqlalchemy import select, text

from shared import clock
from shared.audit import announce
from shared.db import Acting, Session
from shared.events import Alarm, AlarmRaised
from shared.people import Unit, UnitKind

SILENT = timedelta(days=1)
LAST = text("""
    select (body ->> 'times')::int, at from office.happening
    where subject = :subject and fact = 'AlarmRaised' order by id desc limit 1""")
ONE_BY_ONE = text("select pg_advisory_xact_lock(7207)")


def raise_alarm(session: Session, alarm: Alarm, times: int, *, by: Acting) -> bool:
    """Tell keepers and auditors of all townships, unless they were told within a day; whether they are now."""
    session.execute(ONE_BY_ONE)
    last = session.execute(LAST, {"subject": f"alarm:{alarm}"}).one_or_none()
    if last and clock.now(session) - last.at < SILENT and not (alarm is Alarm.SEAL and times != last[0]):
        return False
    for township_id in session.scalars(select(Unit.id).where(Unit.kind == UnitKind.TOWNSHIP)).all():
        announce(session, AlarmRaised(unit_id=township_id, alarm=alarm, times=times), by=by)
    return True
