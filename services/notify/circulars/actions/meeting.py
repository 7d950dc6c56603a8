"""The day of a meeting that was announced: those who write records are told that theirs begin."""

from services.notify.circulars import queries
from services.notify.circulars.rules import MEETINGS
from shared import clock
from shared.access import SYSTEM
from shared.audit import act_for, announce
from shared.db import Session
from shared.events import MeetingCame


def begin_records(session: Session, *, only: int | None = None) -> None:
    """Ask once for the drafts of each meeting whose day has come, or of one; a missed day is made good.

    Whoever holds a notice asks for that alone: two who wanted all would wait for each other.
    """
    today = clock.today(session)
    for found in queries.meetings_due(session, today, only=only):
        units = queries.meeting_units(session, found)
        found.drafted_on = today
        session.flush()
        act_for(session, found.written_by)
        fact = MeetingCame(
            unit_id=found.unit_id,
            circular_id=found.id,
            first_id=found.first_id or found.id,
            kind=MEETINGS[found.meets or ""].kind,
            on=str(found.meets_on),
            hour=found.meets_at,
            units=units,
        )
        announce(session, fact, by=SYSTEM)
