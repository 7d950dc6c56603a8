"""The day of a post comes: the register is asked to write it, and answers. What it cannot write a person looks at."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.assessment.choosings import queries
from services.assessment.choosings.actions.moving import may, tell
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.rules import REPLACES, STRANDED, ChoosingStage, ChoosingStep
from shared import clock, work
from shared.access import SYSTEM, Actor
from shared.audit import act_for, announce
from shared.db import Session
from shared.events import ChosenDue, ChosenSeated

TASK = "assessment.begin_post"


def wait_for_days(session: Session, days: Mapping[int, date]) -> None:
    """The post of each of these choosings is asked for on its day, once; filed, it has one day."""
    for day in sorted(set(days.values())):
        rows: list[tuple[str, dict[str, Any]]] = [
            (key(each), {"choosing_id": each}) for each in days if days[each] == day
        ]
        work.post_many(session, TASK, rows, run_at=clock.moment(day))


def key(choosing_id: int) -> str:
    """What names the work of one choosing."""
    return f"choosing:{choosing_id}"


def begin_post(session: Session, choosing_id: int) -> None:
    """The day has come: if it still stands, the register is asked. Done twice, it asks once."""
    row = queries.choosing_to_change(session, SYSTEM, choosing_id)
    if row.stage != ChoosingStage.FILED:
        return
    act_for(session, row.filed_by)
    moved = may(session, SYSTEM, row, ChoosingStep.START)
    tell(session, SYSTEM, row, moved)
    _ask(session, SYSTEM, row)


def retry(session: Session, actor: Actor, choosing_id: int) -> Choosing:
    """What stood in the way is out of it, says the organiser: the register is asked again, from today on."""
    row = queries.choosing_to_change(session, actor, choosing_id)
    moved = may(session, actor, row, ChoosingStep.RETRY)
    today = clock.today(session)
    row.from_on, row.stranded_why = max(row.from_on or today, today), None
    tell(session, actor, row, moved)
    _ask(session, actor, row)
    return row


def _ask(session: Session, actor: Actor, row: Choosing) -> None:
    if row.person_id is None or row.from_on is None:
        raise LookupError(f"choosing {row.id} is filed without a person or a day")
    fact = ChosenDue(
        unit_id=row.group_id,
        choosing_id=row.id,
        person_id=row.person_id,
        kind=row.post,
        on=row.from_on.isoformat(),
        replaces=row.reason in REPLACES,
    )
    announce(session, fact, by=actor)


def seated(session: Session, fact: ChosenSeated) -> None:
    """The register's answer."""
    row = queries.choosing_to_change(session, SYSTEM, fact.choosing_id)
    if row.stage != ChoosingStage.SEATING:
        return
    if fact.post_id:
        moved = may(session, SYSTEM, row, ChoosingStep.SEAT)
        row.post_id = fact.post_id
        tell(session, SYSTEM, row, moved)
        return
    moved = may(session, SYSTEM, row, ChoosingStep.STRAND)
    row.stranded_why = fact.why_not if fact.why_not in STRANDED else "refused"
    tell(session, SYSTEM, row, moved, reason=STRANDED[row.stranded_why])
