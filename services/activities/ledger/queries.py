"""Reading the ledger: what somebody may see of records, the roll of a day, and the counters."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select, text, true, tuple_

from services.activities.ledger.models import Activity, Attendance, Revision, Tally
from services.activities.ledger.rules.attendance import Hindered, Roll, Stay
from services.activities.ledger.rules.plan import Known, Slot
from services.activities.ledger.rules.stages import Attended, Stage
from services.activities.register import queries as register
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Circumstance, Membership, Person, Unit, UnitKind, holds_on
from shared.roles import Role

# The keeper of accounts and the auditor have no business with records.
SEES = (
    Role.LEADER,
    Role.DEPUTY,
    Role.SECRETARY,
    Role.COMMITTEE_MEMBER,
    Role.ORGANISER,
    Role.COMMITTEE,
    Role.INSPECTOR,
)


def seen_by(actor: Actor) -> Select[Activity]:
    """The records that somebody may see: those of the units where he holds a post, and below them."""
    return select(Activity).where(_in_reach(actor))


def _in_reach(actor: Actor) -> ColumnElement[bool]:
    if actor.reach == "*":
        return true()
    roots = actor.units_as(*SEES)
    reached = (Activity.group_id.in_(roots), Activity.branch_id.in_(roots), Activity.township_id.in_(roots))
    return or_(*reached) if roots else false()


# --- the roll of a day ---


@dataclass(frozen=True, slots=True)
class RollOfDay:
    """A group as it stood on a day, in one look: where it belongs, who was in it, and who was kept away by what."""

    group_id: int
    branch_id: int
    township_id: int
    name: str
    founded_on: date
    dissolved_on: date | None
    rule_set: str | None
    members: frozenset[int]
    hindered: frozenset[tuple[int, str]]

    def exempt(self, kinds: Iterable[str]) -> frozenset[int]:
        """Those of whom nothing may be asked."""
        wanted = frozenset(kinds)
        return frozenset(person_id for person_id, kind in self.hindered if kind in wanted)


def roll_of_day(session: Session, actor: Actor, group_id: int, day: date) -> RollOfDay:
    """The group that a record is written for; a branch that is not divided stands for itself."""
    row = session.execute(_roll(actor, day).where(Unit.id == group_id, Unit.kind != UnitKind.TOWNSHIP)).one_or_none()
    if row is None:
        raise OutOfReach
    unit_id, branch_id, township_id, name, founded_on, dissolved_on, rule_set, ids, kinds = row
    return RollOfDay(
        group_id=unit_id,
        branch_id=branch_id or unit_id,
        township_id=township_id,
        name=name,
        founded_on=founded_on,
        dissolved_on=dissolved_on,
        rule_set=rule_set,
        members=frozenset(ids or ()),
        hindered=frozenset((person_id, kind) for person_id, kind in kinds or ()),
    )


def _roll(actor: Actor, day: date) -> Select[Any]:
    """The columns of a roll: the unit, its township's rule set, its members, and what keeps them away."""
    township = Unit.__table__.alias("township")
    above = select(township.c.rule_set).where(township.c.id == Unit.township_id).scalar_subquery()
    here = and_(Membership.unit_id == Unit.id, holds_on(Membership.starts_on, Membership.ends_on, day))
    members = select(func.array_agg(Membership.person_id)).where(here).scalar_subquery()
    held = holds_on(Circumstance.starts_on, Circumstance.ends_on, day)
    kept = (
        select(func.jsonb_agg(func.jsonb_build_array(Circumstance.person_id, Circumstance.kind)))
        .where(Circumstance.person_id.in_(select(Membership.person_id).where(here)), held)
        .scalar_subquery()
    )
    unit = (Unit.id, Unit.branch_id, Unit.township_id, Unit.name, Unit.founded_on, Unit.dissolved_on)
    return register.seen_by(actor).with_only_columns(*unit, above, members, kept)


def roll_of_year(session: Session, actor: Actor, unit_id: int, year: int) -> Roll:
    """Who was where in a year, in two selects."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    return Roll.of(
        (Stay(*row) for row in register.stays(session, actor, unit_id, start=start, end=end)),
        (Hindered(*row) for row in register.hindered(session, actor, unit_id, start=start, end=end)),
    )


# --- records ---


def activity_in_reach(session: Session, actor: Actor, activity_id: int) -> Activity:
    """A record that may be seen."""
    activity = session.scalars(seen_by(actor).where(Activity.id == activity_id)).one_or_none()
    if activity is None:
        raise OutOfReach
    return activity


def to_change(session: Session, actor: Actor, activity_ids: Iterable[int]) -> list[Activity]:
    """Records to be changed, locked in the order of their ids; all of them, or OutOfReach."""
    wanted = sorted(set(activity_ids))
    query = seen_by(actor).where(Activity.id.in_(wanted)).order_by(Activity.id).with_for_update()
    found = list(session.scalars(query))
    if len(found) != len(wanted):
        raise OutOfReach
    return found


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
    after: int | None,
    limit: int,
) -> list[Activity]:
    """A page of records, the latest first."""
    query = seen_by(actor)
    if unit_id is not None:
        query = query.where(
            or_(Activity.group_id == unit_id, Activity.branch_id == unit_id, Activity.township_id == unit_id)
        )
    if year is not None:
        start = date(year, month or 1, 1)
        end = date(year + 1, 1, 1) if month in (None, 12) else date(year, (month or 0) + 1, 1)
        query = query.where(Activity.held_on >= start, Activity.held_on < end)
    if kind is not None:
        query = query.where(Activity.kind == kind)
    query = query.where(Activity.stage == stage if stage else Activity.stage != Stage.DISCARDED)
    if after is not None:
        last = seen_by(actor).with_only_columns(Activity.held_on, Activity.id).where(Activity.id == after).subquery()
        query = query.join(last, tuple_(Activity.held_on, Activity.id) < tuple_(last.c.held_on, last.c.id))
    return list(session.scalars(query.order_by(Activity.held_on.desc(), Activity.id.desc()).limit(limit)))


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
        .where(Attendance.activity_id.in_(seen))
        .order_by(Person.pinyin, Attendance.person_id)
    )
    return session.execute(query).all()


def revisions(session: Session, actor: Actor, activity_id: int) -> list[Revision]:
    """The earlier forms of a record, the first one first."""
    seen = seen_by(actor).with_only_columns(Activity.id).where(Activity.id == activity_id)
    query = select(Revision).where(Revision.activity_id.in_(seen)).order_by(Revision.number)
    return list(session.scalars(query))


def known_slots(session: Session, actor: Actor, township_id: int, year: int) -> dict[Slot, tuple[Known, ...]]:
    """The records of a township's year, by group, day and kind; those discarded are not there."""
    absent = (
        select(func.array_agg(Attendance.person_id))
        .where(Attendance.activity_id == Activity.id, Attendance.state != Attended.PRESENT)
        .scalar_subquery()
    )
    rows = session.execute(
        seen_by(actor)
        .with_only_columns(
            Activity.group_id,
            Activity.held_on,
            Activity.kind,
            Activity.id,
            Activity.topic,
            Activity.place,
            Activity.minutes,
            absent,
        )
        .where(Activity.township_id == township_id, Activity.stage != Stage.DISCARDED)
        .where(Activity.held_on >= date(year, 1, 1), Activity.held_on < date(year + 1, 1, 1))
        .order_by(Activity.id)
    )
    found: dict[Slot, list[Known]] = defaultdict(list)
    for group_id, held_on, kind, activity_id, topic, place, minutes, ids in rows:
        found[Slot(group_id, held_on, kind)].append(Known(activity_id, topic, place, minutes, frozenset(ids or ())))
    return {slot: tuple(known) for slot, known in found.items()}


# --- counters ---


def tallies(session: Session, actor: Actor, unit_id: int, year: int) -> list[Tally]:
    """The counters of a unit's groups for a year: a row a group and kind."""
    seen = register.in_reach(actor, *SEES)
    groups = register.seen_by(actor).with_only_columns(Unit.id).where(seen, register.within(unit_id))
    query = select(Tally).where(Tally.group_id.in_(groups), Tally.year == year)
    return list(session.scalars(query.order_by(Tally.group_id, Tally.kind)))


MONTHS = ", ".join(f"count(*) filter (where extract(month from a.held_on) = {month})" for month in range(1, 13))

RECOUNT = text(f"""
    select a.group_id, a.kind, array[{MONTHS}]::smallint[] as by_month,
      sum(x.present)::int as present, sum(x.expected)::int as expected, sum(a.minutes)::int as minutes,
      array_agg(a.id order by a.id) as activity_ids
    from activities.activity a
    cross join lateral (
      select count(*) filter (where t.counted) as expected,
        count(*) filter (where t.counted and t.state = 'present') as present
      from activities.attendance t where t.activity_id = a.id) x
    where a.stage = 'confirmed' and extract(year from a.held_on) = :year
      and (cast(:group_id as bigint) is null or a.group_id = :group_id)
    group by a.group_id, a.kind order by a.group_id, a.kind""")


def recount(session: Session, year: int, *, group_id: int | None = None) -> dict[tuple[int, str], dict[str, Any]]:
    """The counters computed anew from the records and their lists: what `tally` must be. All groups, or one."""
    rows = session.execute(RECOUNT, {"year": year, "group_id": group_id}).mappings()
    return {(row["group_id"], row["kind"]): _figures(row) for row in rows}


def counted(session: Session, year: int, *, group_id: int | None = None) -> dict[tuple[int, str], dict[str, Any]]:
    """The counters as they are kept, in the same form."""
    query = select(Tally).where(Tally.year == year)
    if group_id is not None:
        query = query.where(Tally.group_id == group_id)
    return {(tally.group_id, tally.kind): _figures(vars(tally)) for tally in session.scalars(query)}


def _figures(row: Any) -> dict[str, Any]:  # noqa: ANN401  a row of either kind
    return {name: row[name] for name in ("by_month", "present", "expected", "minutes", "activity_ids")}
