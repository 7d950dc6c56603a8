"""Who acts for a branch: its secretary, and where that post is vacant the township's organiser in his place."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from sqlalchemy import Date, Text, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from services.assessment.cases.rules import may_review
from shared import clock
from shared.access import Actor
from shared.audit import Happening
from shared.db import Session
from shared.moves import Machine
from shared.people import Account, Membership, Post, Unit, holder_of, holds_on
from shared.roles import Role

Stage = TypeVar("Stage", bound=StrEnum)
Step = TypeVar("Step", bound=StrEnum)


def is_vacant(session: Session, branch_id: int) -> bool:
    """Whether a branch has no secretary in post today."""
    return holder_of(session, branch_id, Role.SECRETARY, clock.today(session)) is None


def is_secretary(session: Session, branch_id: int, person_id: int) -> bool:
    """Whether somebody is a branch's own secretary today, not only in his place."""
    today = clock.today(session)
    held = select(Post.id).where(Post.person_id == person_id, Post.unit_id == branch_id, Post.kind == Role.SECRETARY)
    return session.scalar(held.where(holds_on(Post.starts_on, Post.ends_on, today)).limit(1)) is not None


def holders_of(session: Session, unit_ids: Iterable[int], kind: Role) -> dict[int, set[int]]:
    """Who holds a post in each of these units today, by person; a unit where nobody does is missing."""
    held = select(Post.unit_id, Post.person_id).where(
        Post.unit_id.in_(set(unit_ids)),
        Post.kind == kind,
        holds_on(Post.starts_on, Post.ends_on, clock.today(session)),
    )
    found: dict[int, set[int]] = {}
    for unit_id, person_id in session.execute(held):
        found.setdefault(unit_id, set()).add(person_id)
    return found


def acts_for_branch(session: Session, actor: Actor, branch_id: int, person_id: int) -> bool:
    """Whether somebody with the roles for it may do what is the branch's: nobody stands in on his own behalf."""
    if Role.SECRETARY in actor.roles_over(branch_id):
        return person_id != actor.person_id or (Role.SECRETARY, branch_id) not in actor.stands_in
    return person_id != actor.person_id and is_vacant(session, branch_id)


def left_to_committee(session: Session, township_id: int, branch_id: int) -> bool:
    """Whether the township has no organiser who could review a branch: none at all, or only such as belong to it."""
    day, here = clock.today(session), or_(Unit.id == branch_id, Unit.branch_id == branch_id)
    other, within = aliased(Post), select(Unit.id).where(here)
    member = select(Membership.id).where(Membership.person_id == Post.person_id, Membership.unit_id.in_(within))
    serves = select(other.id).where(other.person_id == Post.person_id, other.unit_id.in_(within))
    free = (
        select(Post.id)
        .where(Post.unit_id == township_id, Post.kind == Role.ORGANISER, holds_on(Post.starts_on, Post.ends_on, day))
        .where(~member.where(holds_on(Membership.starts_on, Membership.ends_on, day)).exists())
        .where(~serves.where(holds_on(other.starts_on, other.ends_on, day)).exists())
    )
    return session.scalar(free.limit(1)) is None


class Matter(Protocol):
    """A case or a rectification: somebody's, in a branch of a township, at a stage."""

    id: Any
    township_id: Any
    branch_id: Any
    person_id: Any
    stage: Any


def open_steps(
    session: Session,
    actor: Actor,
    matter: Matter,
    machine: Machine[Stage, Step],
    by_branch: frozenset[Step],
    *,
    put: Step,
) -> list[Step]:
    """What somebody may do next: the table's steps, without those that are another's as long as the post is held.

    `by_branch` are the branch's steps, `put` the one among them that the others review: with what is done there alone.
    """
    roles, subject = actor.roles_over(matter.branch_id, matter.township_id), f"{machine.name}:{matter.id}"
    steps = machine.open_to(matter.stage, roles=roles)
    if not steps:
        return []
    branch = bool(by_branch.intersection(steps)) and acts_for_branch(session, actor, matter.branch_id, matter.person_id)
    stood = stood_in(session, [subject], str(put)).get(subject)
    held = actor.roles_over(matter.township_id)
    left = Role.COMMITTEE in held and left_to_committee(session, matter.township_id, matter.branch_id)
    reviews = may_review(held, actor.account_id, stood, left=left)
    there = after(machine, put)
    elsewhere = {by for at, by in machine.moves if at not in there}
    reviewed = {by for at, by in machine.moves if at in there} - elsewhere
    return [step for step in steps if (branch if step in by_branch else step not in reviewed or reviews)]


def after(machine: Machine[Stage, Step], step: Step) -> set[str]:
    """The stages that a step leads to."""
    return {str(move.to) for (_, by), move in machine.moves.items() if by == step}


def stood_in(session: Session, subjects: Iterable[str], step: str) -> dict[str, int]:
    """Of these subjects, the accounts that took this step last without being the branch's secretary on that day."""
    day = func.timezone(str(clock.OFFICE_ZONE), Happening.at).cast(Date)
    as_secretary = (
        select(Post.id)
        .where(Post.person_id == Account.person_id, Post.kind == Role.SECRETARY)
        .where(Post.unit_id == func.coalesce(Unit.branch_id, Unit.id))
        .where(holds_on(Post.starts_on, Post.ends_on, day))
        .exists()
    )
    taken = session.execute(
        select(Happening.subject, Account.id, as_secretary)
        .join(Unit, Unit.id == Happening.unit_id)
        .outerjoin(Account, Account.id == Happening.actor_id)
        .where(Happening.subject == any_(literal(list(subjects), ARRAY(Text))), Happening.step == step)
        .order_by(Happening.id)
    )
    last = {subject: None if secretary else account_id for subject, account_id, secretary in taken}
    return {subject: account_id for subject, account_id in last.items() if account_id is not None}
