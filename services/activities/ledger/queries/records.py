"""The records themselves: one, a page of them, their lists, their earlier forms, who wrote them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, func, or_, select, true
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased

from services.activities.ledger.models import Activity, Attendance, Revision
from services.activities.ledger.queries.books import Listed
from services.activities.ledger.queries.reach import counts_in, roll_in_reach, seen_by
from services.activities.ledger.rules.plan import Known, Slot
from services.activities.ledger.rules.stages import OPEN, Attended, Stage
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach, there
from shared.lists import Leaf, Order, Turn, leaf_of, turned
from shared.people import Person, Unit
from shared.switches import require_on
from shared.systems import System

OVER = aliased(Unit)  # the branch of a group
SAYING = (Activity.topic, Activity.place, Activity.speaker)
SORTS = {
    "latest": Order((Activity.held_on,), falling=True),
    "earliest": Order((Activity.held_on,)),
    "unit": Order((func.coalesce(OVER.sort_key, Unit.sort_key), Unit.sort_key, Activity.held_on)),
    "kind": Order((Activity.kind, Activity.held_on)),
}


def activity_in_reach(session: Session, actor: Actor, activity_id: int) -> Activity:
    """A record that may be seen."""
    return there(session.scalars(seen_by(actor).where(Activity.id == activity_id)).one_or_none(), "这条活动记录")


def to_change(session: Session, actor: Actor, activity_ids: Iterable[int]) -> list[Activity]:
    """Records to be changed, locked in the order of their ids; all of them, or OutOfReach."""
    wanted = sorted(set(activity_ids))
    query = seen_by(actor).where(Activity.id.in_(wanted)).order_by(Activity.id).with_for_update()
    found = list(session.scalars(query))
    if len(found) != len(wanted):
        raise OutOfReach
    for township_id in {each.township_id for each in found}:
        require_on(session, System.GROUP_LIFE, township_id)
    return found


def open_in(session: Session, actor: Actor, township_id: int) -> list[Activity]:
    """What of a township is not confirmed yet, locked in the order of its ids."""
    query = seen_by(actor).where(Activity.township_id == township_id, Activity.stage.in_(OPEN))
    return list(session.scalars(query.order_by(Activity.id).with_for_update()))


def by_source(session: Session, actor: Actor, source_key: str) -> Activity | None:
    """The record that a row or a request was taken in as."""
    return session.scalars(seen_by(actor).where(Activity.source_key == source_key)).one_or_none()


def activities(
    session: Session,
    actor: Actor,
    *,
    unit_id: int | None = None,
    year: int | None = None,
    month: int | None = None,
    kind: str | None = None,
    stage: str | None = None,
    words: str = "",
    sort: str = "latest",
    turn: Turn,
) -> Leaf[Activity]:
    """A page of records, the latest first; `words` stand in its topic, or are the place or who spoke."""
    whole = query = seen_by(actor).join(Unit, Unit.id == Activity.group_id).outerjoin(OVER, OVER.id == Unit.branch_id)
    if words:
        said = (column.icontains(words, autoescape=True) for column in SAYING)
        query = query.where(or_(*said))
    if unit_id is not None:
        query = query.where(or_(counts_in(unit_id), Activity.branch_id == unit_id, Activity.township_id == unit_id))
    if year is not None:
        start = date(year, month or 1, 1)
        end = date(year + 1, 1, 1) if month in (None, 12) else date(year, (month or 0) + 1, 1)
        query = query.where(Activity.held_on >= start, Activity.held_on < end)
    if kind is not None:
        query = query.where(Activity.kind == kind)
    query = query.where(Activity.stage == stage if stage else Activity.stage != Stage.DISCARDED)
    return leaf_of(session.scalars(turned(whole, query, SORTS[sort], Activity.id, turn)), turn)


def attendance(
    session: Session, actor: Actor, activity_id: int
) -> Sequence[Row[int, str, str, bool, str | None, str | None]]:
    """The whole list of a record, by pinyin: (person, name, state, counted, reason, words)."""
    seen = seen_by(actor).with_only_columns(Activity.id).where(Activity.id == activity_id)
    query = (
        select(
            Attendance.person_id,
            func.coalesce(Person.name, ""),
            Attendance.state,
            Attendance.counted,
            Attendance.reason,
            Attendance.reason_text,
        )
        .outerjoin(Person, Person.id == Attendance.person_id)
        .join(Activity, Activity.id == Attendance.activity_id)
        .where(Attendance.activity_id.in_(seen), roll_in_reach(actor))
        .order_by(Person.pinyin, Attendance.person_id)
    )
    return session.execute(query).all()


def revisions(session: Session, actor: Actor, activity_id: int) -> list[Revision]:
    """The earlier forms of a record, the first one first."""
    seen = seen_by(actor).with_only_columns(Activity.id).where(Activity.id == activity_id)
    query = select(Revision).where(Revision.activity_id.in_(seen)).order_by(Revision.number)
    return list(session.scalars(query))


KEPT = (
    "kind",
    "place",
    "topic",
    "speaker",
    "guests",
    "content",
    "minutes",
    "chair_id",
    "recorder_id",
    "expected",
    "present",
)


def form_with(activity: Activity, lines: Iterable[Listed]) -> dict[str, Any]:
    """A record as it stands, whole, with its list."""
    return {
        **{name: getattr(activity, name) for name in KEPT},
        "held_on": activity.held_on.isoformat(),
        "attendance": [[line.person_id, line.state, line.counted, line.reason, line.words] for line in lines],
    }


def forms_handed_in(session: Session, actor: Actor, activity_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The form in which each of these records was handed in before, the last one; of some there is none."""
    seen = seen_by(actor).with_only_columns(Activity.id).where(Activity.id.in_(list(activity_ids)))
    query = (
        select(Revision.activity_id, Revision.body)
        .where(Revision.activity_id.in_(seen), Revision.body["stage"].astext != Stage.DRAFT)
        .order_by(Revision.activity_id, Revision.number)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def known_slots(session: Session, actor: Actor, township_id: int, year: int) -> dict[Slot, tuple[Known, ...]]:
    """The records of a township's year, by group, day and kind; those discarded are not there.

    A meeting of a whole branch is a record of each group in which it counts, with the absent of its roll.
    """
    units = (
        func.unnest(func.coalesce(Activity.group_ids, array([Activity.group_id])))
        .table_valued("unit_id")
        .render_derived()
    )
    absent = (
        select(func.array_agg(Attendance.person_id))
        .where(Attendance.activity_id == Activity.id, Attendance.state != Attended.PRESENT)
        .where(Attendance.group_id == units.c.unit_id)
        .scalar_subquery()
    )
    rows = session.execute(
        seen_by(actor)
        .with_only_columns(
            units.c.unit_id,
            Activity.held_on,
            Activity.kind,
            Activity.id,
            Activity.topic,
            Activity.place,
            Activity.minutes,
            absent,
        )
        .join(units, true())
        .where(Activity.township_id == township_id, Activity.stage != Stage.DISCARDED)
        .where(Activity.held_on >= date(year, 1, 1), Activity.held_on < date(year + 1, 1, 1))
        .order_by(Activity.id)
    )
    found: dict[Slot, list[Known]] = defaultdict(list)
    for group_id, held_on, kind, activity_id, topic, place, minutes, ids in rows:
        found[Slot(group_id, held_on, kind)].append(Known(activity_id, topic, place, minutes, frozenset(ids or ())))
    return {slot: tuple(known) for slot, known in found.items()}
