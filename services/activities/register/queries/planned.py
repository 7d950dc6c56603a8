"""Regroupings that wait for their day, or could not be carried out on it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select, true

from services.activities.register.models import PlannedRegrouping
from services.activities.register.queries.units import seen_unit_ids, within
from services.activities.register.rules.regrouping import Sort
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.people import Unit, names_of


@dataclass(frozen=True, slots=True)
class Planned:
    """One of them, in words; `failed_why` where its day came and it could not be done."""

    id: int
    starts_on: date
    sort: Sort
    groups: tuple[str, ...]
    failed_why: str | None


def plans_seen_by(actor: Actor) -> Select[PlannedRegrouping]:
    """Those of the branches that somebody sees."""
    mine = true() if actor.reach == "*" else PlannedRegrouping.branch_id.in_(seen_unit_ids(actor))
    return select(PlannedRegrouping).where(mine)


def planned(session: Session, actor: Actor, unit_id: int) -> list[Planned]:
    """What is arranged for a unit and what lies below it, the next first."""
    below = seen_unit_ids(actor).where(within(unit_id))
    query = plans_seen_by(actor).where(
        PlannedRegrouping.done_at.is_(None),
        PlannedRegrouping.withdrawn_at.is_(None),
        or_(PlannedRegrouping.branch_id.in_(below), PlannedRegrouping.group_ids.contains([unit_id])),
    )
    rows = list(session.scalars(query.order_by(PlannedRegrouping.starts_on, PlannedRegrouping.id)))
    names = names_of(session, {each for row in rows for each in row.group_ids})
    return [
        Planned(row.id, row.starts_on, Sort(row.sort), tuple(names[each] for each in row.group_ids), row.failed_why)
        for row in rows
    ]


def plan_of(session: Session, actor: Actor, group_ids: Collection[int]) -> PlannedRegrouping | None:
    """An arrangement that waits and names one of these groups."""
    query = plans_seen_by(actor).where(
        PlannedRegrouping.done_at.is_(None),
        PlannedRegrouping.withdrawn_at.is_(None),
        PlannedRegrouping.failed_why.is_(None),
        PlannedRegrouping.group_ids.overlap(list(group_ids)),
    )
    return session.scalars(query.limit(1)).first()


def plan_to_change(session: Session, actor: Actor, planned_id: int) -> PlannedRegrouping:
    """One of them, locked, or OutOfReach."""
    query = plans_seen_by(actor).where(PlannedRegrouping.id == planned_id).with_for_update()
    return there(session.scalars(query).one_or_none(), "这个调整计划")


def groups_ever(session: Session, actor: Actor, branch_id: int) -> list[Unit]:
    """The groups that a branch has, and those that it had."""
    query = select(Unit).where(Unit.id.in_(seen_unit_ids(actor)), Unit.branch_id == branch_id)
    return list(session.scalars(query.order_by(Unit.sort_key, Unit.id)))
