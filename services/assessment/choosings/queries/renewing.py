"""Which posts a 换届 is about, and which branches: by their terms."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from services.assessment.choosings.models import Choosing
from services.assessment.choosings.queries.candidacies import one_of
from services.assessment.choosings.rules import OVER, POSTS
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Post, Unit, UnitKind, holds_on
from shared.people.terms import Term
from shared.roles import Role

Group = aliased(Unit)


class Renewable(NamedTuple):
    """A branch with its term, its groups, and how many choosings go on in it."""

    id: int
    name: str
    township_id: int
    due_on: date | None
    groups: int
    going: int


class ToRenew(NamedTuple):
    """A post of a group, and who holds it."""

    group_id: int
    branch_id: int
    township_id: int
    post: Role
    person_id: int | None


def branches_of(session: Session, actor: Actor, day: date) -> list[Renewable]:
    """The branches in which somebody may open a 换届, those whose term ends first at the top."""
    units = actor.units_as(Role.ORGANISER, Role.SECRETARY)
    groups = select(func.count()).where(Group.branch_id == Unit.id, Group.dissolved_on.is_(None))
    going = select(func.count()).where(Choosing.branch_id == Unit.id, Choosing.stage.not_in(OVER))
    found = (
        select(
            Unit.id,
            Unit.name,
            Unit.township_id,
            Term.due_on,
            groups.select_from(Group).scalar_subquery(),
            going.select_from(Choosing).scalar_subquery(),
        )
        .outerjoin(Term, and_(Term.unit_id == Unit.id, holds_on(Term.starts_on, Term.ends_on, day)))
        .where(Unit.kind == UnitKind.BRANCH, Unit.dissolved_on.is_(None))
        .where(or_(Unit.township_id.in_(units), Unit.id.in_(units)))
        .order_by(Term.due_on.nulls_last(), Unit.sort_key, Unit.id)
    )
    return [Renewable(*row) for row in session.execute(found)]


def branches_to_renew(session: Session, actor: Actor, branch_ids: Sequence[int]) -> list[Unit]:
    """These branches, each in the reach of whoever may open choosings in it; or OutOfReach."""
    units, wanted = actor.units_as(Role.ORGANISER, Role.SECRETARY), set(branch_ids)
    found = select(Unit).where(Unit.id.in_(wanted), Unit.kind == UnitKind.BRANCH, Unit.dissolved_on.is_(None))
    if actor.reach != "*":
        found = found.where(or_(Unit.township_id.in_(units), Unit.id.in_(units)))
    branches = list(session.scalars(found.order_by(Unit.id)))
    if len(branches) != len(wanted):
        raise OutOfReach
    return branches


def posts_to_renew(session: Session, branch_ids: Sequence[int], *, deputies: bool) -> list[ToRenew]:
    """The leader's post of every group of these branches, and where wanted the deputy's, if somebody holds it."""
    groups = select(Unit.id, Unit.branch_id, Unit.township_id).where(
        one_of(Unit.branch_id, branch_ids), Unit.kind == UnitKind.GROUP, Unit.dissolved_on.is_(None)
    )
    found = session.execute(groups.order_by(Unit.id)).all()
    held = select(Post.unit_id, Post.kind, Post.person_id).where(
        one_of(Post.unit_id, [group.id for group in found]), Post.kind.in_(POSTS), Post.ends_on.is_(None)
    )
    holders = {
        (unit_id, kind): person_id for unit_id, kind, person_id in session.execute(held.order_by(Post.person_id))
    }
    wanted = []
    for group in found:
        where = (group.id, group.branch_id or group.id, group.township_id or group.id)
        wanted.append(ToRenew(*where, Role.LEADER, holders.get((group.id, Role.LEADER))))
        if deputies and (group.id, Role.DEPUTY) in holders:
            wanted.append(ToRenew(*where, Role.DEPUTY, holders[group.id, Role.DEPUTY]))
    return wanted
