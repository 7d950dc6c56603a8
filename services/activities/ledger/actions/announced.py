"""Meetings that were announced ahead: on its day each begins as a draft, which its writers finish."""

from datetime import date
from typing import Any

from sqlalchemy import text

from services.activities.ledger import queries
from services.activities.ledger.actions.records import WRITE, Draft, check, list_of, whole_of
from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import Stage
from shared import work
from shared.access import SYSTEM
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid, OutOfReach
from shared.events import ActivityRecorded, MeetingCame
from shared.switches import is_on
from shared.systems import System

TASK = "activities.draft_record"
SAID = text("select title, place from notify.meeting_said(:circular)")


def begin_announced(session: Session, fact: MeetingCame) -> None:
    """Leave work for each unit that holds it, once however often a meeting is announced again."""
    about: dict[str, Any] = {"circular_id": fact.circular_id, "first_id": fact.first_id, "kind": fact.kind}
    about["on"] = fact.on
    rows = [(f"meeting:{fact.first_id}:{unit_id}", about | {"unit_id": unit_id}) for unit_id in fact.units]
    work.post_many(session, TASK, rows)


def draft_announced(
    session: Session, *, unit_id: int, circular_id: int, first_id: int, kind: str, on: str
) -> int | None:
    """The draft of a unit's record, everybody present but those kept away; its number.

    None where none is to be begun: there is a record of that kind and day, the unit is no more or holds no such
    meeting, or the township has switched records off.
    """
    said = session.execute(SAID, {"circular": circular_id}).one()
    draft = Draft(kind=Kind(kind), held_on=date.fromisoformat(on), topic=said.title or "", place=said.place or "")
    try:
        roll = queries.roll_of_day(session, SYSTEM, unit_id, draft.held_on, draft.kind)
        check(session, SYSTEM, roll, draft)
    except (Conflict, Invalid, OutOfReach):
        return None
    if not is_on(session, System.GROUP_LIFE, roll.township_id):
        return None
    about = {"stage": str(Stage.DRAFT), "source_key": f"meeting:{first_id}:{unit_id}", "written_by": None}
    made: int | None = session.scalar(WRITE, about | whole_of(roll, draft, list_of(roll, draft)))
    if made is not None:
        announce(session, ActivityRecorded(unit_id=roll.group_id, activity_id=made), by=SYSTEM)
    return made
