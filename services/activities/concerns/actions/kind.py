"""Views as the ground's matters, and what every act on one begins with."""

from collections.abc import Callable, Iterable
from typing import Any

from services.activities.concerns import queries
from services.activities.concerns.models import Concern, ConcernHolding, ConcernRemark
from services.activities.concerns.rules import (
    BY_ANYBODY,
    ENDED,
    HELD,
    MOVES,
    TIME_KIND,
    WAITS,
    Clock,
    Past,
    Step,
    allowed,
    check_words,
    due,
)
from services.activities.evidence import actions as evidence
from shared import clock, switches, waiting
from shared.access import Actor
from shared.db import Session, beyond
from shared.events import ConcernMoved
from shared.matters import actions as matters
from shared.matters.actions import Matters
from shared.matters.rules import Holder
from shared.systems import System
from shared.workdays import Deadline


def told(row: Concern, what: str) -> ConcernMoved:
    """The fact; of what goes past somebody, in the unit of whoever has it: the one below does not reach that."""
    where = row.holder_unit if row.past else row.unit_id
    return ConcernMoved(
        unit_id=where,
        concern_id=row.id,
        what=what,
        stage=row.stage,
        post=row.holder_post,
        urgent=row.urgent,
        past=Past(row.past).value if row.past else "",
    )


PASSED, TOLD = "concern_passed", "concern_told"
PLACE_KIND = "activities.cell_place"

CONCERNS: Matters[Concern] = Matters(
    name="concern",
    holding=ConcernHolding,
    remark=ConcernRemark,
    machine=MOVES,
    waits=WAITS,
    held=HELD,
    ended=ENDED,
    told=told,
    time_kind=TIME_KIND,
    unsaid=True,
)


def to_change(session: Session, actor: Actor, concern_id: int) -> Concern:
    """A view, locked, where the system is switched on."""
    (row,) = both_to_change(session, actor, concern_id)
    return row


def both_to_change(session: Session, actor: Actor, *concern_ids: int) -> list[Concern]:
    """Views, locked in one order, where the system is switched on."""
    rows = queries.to_change(session, actor, *concern_ids)
    switches.require_on(session, System.CONCERNS, rows[0].township_id)
    return rows


def count(session: Session, row: Concern, kind: str) -> None:
    """From now on it counts in its group's year, where views count there at all."""
    _move(session, row, kind, evidence.count)


def take_back(session: Session, row: Concern, kind: str) -> None:
    """It counts no more; called while it is still as it was counted."""
    _move(session, row, kind, evidence.take_back)


def _move(session: Session, row: Concern, kind: str, how: Callable[[Session, str, Iterable[int]], None]) -> None:
    with beyond(session):
        how(session, queries.things(kind), [row.id])


def first_passed(session: Session, row: Concern) -> None:
    """It was settled, passed on or taken up for the first time: that is what counts."""
    if row.passed_on is None:
        row.passed_on = clock.today(session)
        count(session, row, PASSED)


def take(session: Session, actor: Actor, row: Concern, step: Step, **how: Any) -> None:  # noqa: ANN401  as matters.take
    """One step; it may lead to a holder whom whoever takes it does not reach, and is told in his unit."""
    with beyond(session):
        matters.take(session, actor, CONCERNS, row, step, **how)
    if row.ended_on is not None and row.cell_lost is not None:
        row.cell_lost = None
        waiting.close(session, PLACE_KIND, [CONCERNS.subject(row)])


def require(session: Session, actor: Actor, row: Concern, step: Step) -> None:
    """The right before the words: whether this step is somebody's now."""
    CONCERNS.machine.move(row.stage, step, roles=queries.roles_over(session, actor, row))
    if row.stage in HELD and step not in BY_ANYBODY:
        matters.require_holder(session, actor, row)


def words(session: Session, said: str, *, confirmed: bool = False, field: str = "said") -> str:
    """Words as they may be kept: they name nobody."""
    return check_words(said, queries.names_within(session, said), confirmed=confirmed, field=field)


def day_for(session: Session, row: Concern, what: Clock, holder: Holder | None = None, *, gone: int = 0) -> Deadline:
    """The last day of whoever has it from today; `holder`: who had some of these days already, or `gone`: how many."""
    count = allowed(queries.rules_on(session, row), what, urgent=row.urgent)
    used = queries.used_by(session, row, holder) if holder else gone
    return due(clock.today(session), queries.days_of(session), count, used=used)
