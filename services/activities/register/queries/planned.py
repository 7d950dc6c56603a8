"""Regroupings that wait for their day, or could not be carried out on it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select, true

from services.activities.register.models import PlannedRegrouping
from services.activities.register.queries.regrouping import group_names, groups_there
from services.activities.register.queries.units import seen_unit_ids, within
from services.activities.register.rules.planned import Rename, ahead_said, foreseen, intended, picked, revived, titled
from services.activities.register.rules.regrouping import Sort, day_said, plan_regrouping, wanted_by
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import Refusal, there
from shared.people import Membership, Person, Post, Unit, names_of


class Outcome(NamedTuple):
    """What a regrouping will bring as the register stands; or why it could not be done, with what was intended."""

    foreseen: tuple[str, ...] = ()
    hindrance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One of them, in words; `failed_why` where its day came and it could not be done, `late` where nothing was tried.

    It is late when the machine stood still, or broke over it: then the row is as it was, whatever the job says.
    """

    id: int
    starts_on: date
    sort: Sort
    title: str
    groups: tuple[str, ...]
    failed_why: str | None
    branch_id: int
    late: bool
    outcome: Outcome

    @property
    def state(self) -> Literal["planned", "late", "failed"]:
        """The same in a word for programs."""
        if self.failed_why is not None:
            return "failed"
        return "late" if self.late else "planned"

    @property
    def waits(self) -> str:
        """What it is and from when, for whoever finds it in his way."""
        return f"{self.title}，已安排从{day_said(self.starts_on)}起生效"


class Ahead(NamedTuple):
    """The day of what is arranged, and what that is."""

    on: date
    what: str


def plans_seen_by(actor: Actor) -> Select[PlannedRegrouping]:
    """Those of the branches and of the groups that somebody sees, and those by which a group comes to one of them."""
    if actor.reach == "*":
        return select(PlannedRegrouping)
    units = seen_unit_ids(actor)
    mine = PlannedRegrouping.group_ids.overlap(func.array(units.scalar_subquery()))
    return select(PlannedRegrouping).where(or_(in_branches(units), mine))


def in_branches(branch_ids: Select[int]) -> ColumnElement[bool]:
    """The condition of concerning one of these branches."""
    return or_(PlannedRegrouping.branch_id.in_(branch_ids), PlannedRegrouping.into_branch_id.in_(branch_ids))


def planned(session: Session, actor: Actor, unit_id: int) -> list[Planned]:
    """What is arranged for a unit and what lies below it, the next first."""
    below = seen_unit_ids(actor).where(within(unit_id))
    query = plans_seen_by(actor).where(
        PlannedRegrouping.done_at.is_(None),
        PlannedRegrouping.withdrawn_at.is_(None),
        or_(in_branches(below), PlannedRegrouping.group_ids.contains([unit_id])),
    )
    rows = list(session.scalars(query.order_by(PlannedRegrouping.starts_on, PlannedRegrouping.id)))
    return in_words(session, rows, outcomes(session, actor, rows))


def ahead_of_group(session: Session, actor: Actor, group_id: int) -> list[Ahead]:
    """What a group has before it, as its own people say it, the next first."""
    rows = _to_come(session, actor, PlannedRegrouping.group_ids.contains([group_id]))
    names = names_of(session, _named(rows)) if rows else {}
    return [Ahead(row.starts_on, ahead_said(revived(row.sort, row.asked), group_id, names)) for row in rows]


def ahead_of_branch(session: Session, actor: Actor, branch_id: int) -> list[Ahead]:
    """What the groups of a branch have before them, or which comes to it, the next first."""
    concerns = or_(PlannedRegrouping.branch_id == branch_id, PlannedRegrouping.into_branch_id == branch_id)
    return [Ahead(each.starts_on, each.title) for each in in_words(session, _to_come(session, actor, concerns))]


def _to_come(session: Session, actor: Actor, concerns: ColumnElement[bool]) -> list[PlannedRegrouping]:
    query = plans_seen_by(actor).where(
        concerns,
        PlannedRegrouping.done_at.is_(None),
        PlannedRegrouping.withdrawn_at.is_(None),
        PlannedRegrouping.failed_why.is_(None),
        PlannedRegrouping.starts_on > clock.today(session),
    )
    return list(session.scalars(query.order_by(PlannedRegrouping.starts_on, PlannedRegrouping.id)))


def _named(rows: Sequence[PlannedRegrouping]) -> set[int]:
    return {each for row in rows for each in (*row.group_ids, row.branch_id, row.into_branch_id or 0)}


def plans_about(session: Session, actor: Actor, unit_id: int) -> list[Planned]:
    """Whatever was arranged for a group, or for the groups of a branch or to come to it, and what became of it."""
    query = plans_seen_by(actor).where(
        or_(
            PlannedRegrouping.branch_id == unit_id,
            PlannedRegrouping.into_branch_id == unit_id,
            PlannedRegrouping.group_ids.contains([unit_id]),
        )
    )
    return in_words(session, session.scalars(query).all())


def outcomes(session: Session, actor: Actor, rows: Sequence[PlannedRegrouping]) -> dict[int, Outcome]:
    """The outcome of each by its number, where its groups are seen."""
    if not rows:  # as on most days: nothing to look for
        return {}
    named = {each for row in rows for each in row.group_ids}
    standing = {each.id: each for each in groups_there(session, actor, named)}
    into = names_of(session, {row.into_branch_id for row in rows if row.into_branch_id})
    taken = group_names(session, actor, {*into, *(row.branch_id for row in rows)})
    names = people_named(session, actor, {each for row in rows for each in picked(revived(row.sort, row.asked))})
    found = {}
    for row in rows:
        groups = [standing[each] for each in sorted(row.group_ids) if each in standing]
        asked, to = revived(row.sort, row.asked), row.into_branch_id
        if isinstance(asked, Rename) or len(groups) < len(row.group_ids):
            continue
        wanted = wanted_by(asked, groups, (to, into[to]) if to else (groups[0].branch_id, groups[0].branch_name))
        why = row.failed_why
        try:
            plan = plan_regrouping(asked, groups, wanted, latest=asked.on, taken=taken) if why is None else None
        except Refusal as refused:
            plan, why = None, refused.detail
        found[row.id] = Outcome(tuple(foreseen(plan) if plan else intended(asked, names, groups[0])), why or "")
    return found


def people_named(session: Session, actor: Actor, person_ids: Collection[int]) -> dict[int, str]:
    """The names of those of these people whom somebody sees."""
    query = select(Person.id, Person.name).where(Person.id.in_(person_ids), Person.unit_id.in_(seen_unit_ids(actor)))
    return {row[0]: row[1] for row in session.execute(query)}


def in_words(
    session: Session, rows: Sequence[PlannedRegrouping], ahead: Mapping[int, Outcome] = MappingProxyType({})
) -> list[Planned]:
    """The same with what they are about, and with their outcomes where these were looked for."""
    if not rows:
        return []
    today = clock.today(session)
    names = names_of(session, _named(rows))
    return [
        Planned(
            id=row.id,
            starts_on=row.starts_on,
            sort=Sort(row.sort),
            title=titled(revived(row.sort, row.asked), names),
            groups=tuple(names[each] for each in row.group_ids),
            failed_why=row.failed_why,
            branch_id=row.branch_id,
            late=row.failed_why is None and row.starts_on <= today,
            outcome=ahead.get(row.id, Outcome()),
        )
        for row in rows
    ]


def plan_needing(
    session: Session, actor: Actor, *, groups: Collection[int] = (), branches: Collection[int] = ()
) -> Planned | None:
    """What waits for its day, or was not tried on it, and needs one of these groups, or moves one to these branches."""
    query = plans_seen_by(actor).where(
        PlannedRegrouping.done_at.is_(None),
        PlannedRegrouping.withdrawn_at.is_(None),
        PlannedRegrouping.failed_why.is_(None),
        or_(PlannedRegrouping.group_ids.overlap(list(groups)), PlannedRegrouping.into_branch_id.in_(branches)),
    )
    rows = session.scalars(query.order_by(PlannedRegrouping.starts_on, PlannedRegrouping.id).limit(1))
    return next(iter(in_words(session, rows.all())), None)


def name_arranged(session: Session, actor: Actor, unit_id: int) -> Planned | None:
    """The name that a unit is to have from a day to come, or should have had."""
    query = plans_seen_by(actor).where(
        PlannedRegrouping.done_at.is_(None),
        PlannedRegrouping.withdrawn_at.is_(None),
        PlannedRegrouping.failed_why.is_(None),
        PlannedRegrouping.sort == Sort.RENAME,
        PlannedRegrouping.asked["unit_id"].as_integer() == unit_id,
    )
    return next(iter(in_words(session, session.scalars(query.limit(1)).all())), None)


def plan_to_change(session: Session, actor: Actor, planned_id: int) -> PlannedRegrouping:
    """One of them, locked, or OutOfReach."""
    query = plans_seen_by(actor).where(PlannedRegrouping.id == planned_id).with_for_update()
    return there(session.scalars(query).one_or_none(), "这个调整计划")


class Change(NamedTuple):
    """The day on which something of a branch began or ended, and what it was."""

    on: date
    what: str


def last_change(session: Session, actor: Actor, branch_id: int, *, until: date) -> Change | None:
    """The last day on which a branch or a group of it changed; ends that are foreseen after `until` do not count."""
    mine = select(Unit.id).where(Unit.id.in_(seen_unit_ids(actor)), within(branch_id))
    questions = [
        (select(func.max(Unit.dissolved_on)).where(Unit.id.in_(mine), Unit.id != branch_id), "党小组撤销"),
        (select(func.max(Unit.founded_on)).where(Unit.id.in_(mine), Unit.id != branch_id), "党小组成立"),
        *(
            (select(func.max(day)).where(table.unit_id.in_(mine), condition), what)
            for table, what in ((Membership, "党员编入或调出"), (Post, "任职或免职"))
            for day, condition in ((table.starts_on, true()), (table.ends_on, table.ends_on <= until))
        ),
    ]
    found = [Change(day, what) for query, what in questions if (day := session.scalar(query)) is not None]
    return max(found, default=None)
