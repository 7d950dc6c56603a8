"""Who may vote, stand and count: as the register has it on a day, and as it was frozen."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import undefer

from services.assessment.ballots.models import Announced, Option, Teller, Voter
from services.assessment.ballots.rules import Left, VoteKind
from shared.access import Actor
from shared.db import Session, beyond
from shared.errors import OutOfReach
from shared.people import Membership, Person, Post, Unit, holds_on
from shared.roles import Role

COMMITTEE = (Role.SECRETARY, Role.COMMITTEE_MEMBER)


def _all(session: Session, asked: Select[*tuple[Any, ...]]) -> Sequence[Row[Any]]:
    """What belongs to a vote that was seen, whole: a member may hold a post elsewhere, a teller none at all."""
    with beyond(session):
        return session.execute(asked).all()


def _members(unit_id: int, on: date, *kinds: str) -> Select[*tuple[Any, ...]]:
    """The members of a unit and of what is below it, on a day."""
    here = select(Unit.id).where(or_(Unit.id == unit_id, Unit.branch_id == unit_id))
    return (
        select(Person.id, Person.name, Person.unit_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.unit_id.in_(here), Membership.kind.in_(kinds))
        .where(holds_on(Membership.starts_on, Membership.ends_on, on))
    )


def unit_of(session: Session, unit_id: int) -> Unit:
    """A branch or a group, whoever reaches it: a name on a door is no secret."""
    found = session.get(Unit, unit_id)
    if found is None or found.township_id is None:
        raise OutOfReach
    return found


def rooms_of(session: Session, actor: Actor) -> Sequence[Unit]:
    """Where somebody may call a vote: his group, his branch with its groups; an organiser's every branch."""
    led = actor.units_as(Role.SECRETARY)
    asked = select(Unit).where(
        Unit.dissolved_on.is_(None),
        or_(
            Unit.id.in_((*led, *actor.units_as(Role.LEADER))),
            Unit.branch_id.in_(led),
            Unit.township_id.in_(actor.units_as(Role.ORGANISER)),
        ),
    )
    order = (func.coalesce(Unit.branch_id, Unit.id), Unit.kind, Unit.sort_key, Unit.id)
    return session.scalars(asked.order_by(*order).options(undefer(Unit.whole_name))).all()


def with_a_vote(session: Session, unit_id: int, kind: VoteKind, on: date) -> Sequence[Row[Any]]:
    """Who has a vote on a day: the full members of the unit; in the branch committee, those who belong to it."""
    if kind is VoteKind.BRANCH_COMMITTEE:
        asked = (
            select(Person.id, Person.name, Person.unit_id, Person.pinyin)
            .join(Post, Post.person_id == Person.id)
            .where(Post.unit_id == unit_id, Post.kind.in_(COMMITTEE), holds_on(Post.starts_on, Post.ends_on, on))
            .distinct()
        )
    else:
        asked = _members(unit_id, on, "full")
    return _all(session, asked.order_by(Person.pinyin, Person.id))


def eligible(session: Session, branch_id: int, on: date) -> Sequence[Row[Any]]:
    """Who may stand in a branch: its full members on that day."""
    return _all(session, _members(branch_id, on, "full").order_by(Person.pinyin, Person.id))


def belong(session: Session, branch_id: int, on: date) -> Sequence[Row[Any]]:
    """Who may count: every member of the branch, those on probation too."""
    asked = _members(branch_id, on, "full", "probationary")
    return _all(session, asked.order_by(Person.pinyin, Person.id))


# --- as it was frozen ---


def options_of(session: Session, ballot_id: int) -> Sequence[Row[Any]]:
    """Who stands on the paper, in its order."""
    asked = select(Option.person_id, Option.place, func.coalesce(Person.name, "").label("name"))
    asked = asked.outerjoin(Person, Person.id == Option.person_id).where(Option.ballot_id == ballot_id)
    return _all(session, asked.order_by(Option.place))


def voters_of(session: Session, ballot_id: int) -> Sequence[Row[Any]]:
    """The electorate, with those who are left out of it."""
    asked = (
        select(Voter, func.coalesce(Person.name, "").label("name"))
        .outerjoin(Person, Person.id == Voter.person_id)
        .where(Voter.ballot_id == ballot_id)
    )
    return _all(session, asked.order_by(Person.pinyin, Voter.person_id))


def may_be_written_in(session: Session, ballot_id: int) -> Sequence[Row[Any]]:
    """Whoever has a vote and does not stand; who has lost his vote for a time cannot be elected either (党章 43)."""
    stand = {each.person_id for each in options_of(session, ballot_id)}
    return [
        each
        for each in voters_of(session, ballot_id)
        if each.Voter.person_id not in stand and each.Voter.left_out != Left.WITHOUT_VOTE
    ]


def tellers_of(session: Session, ballot_id: int) -> Sequence[Row[Any]]:
    """Who counts now, the first one first."""
    asked = (
        select(Teller, func.coalesce(Person.name, "").label("name"))
        .outerjoin(Person, Person.id == Teller.person_id)
        .where(Teller.ballot_id == ballot_id, Teller.ended_at.is_(None))
    )
    return _all(session, asked.order_by(Teller.place))


def teller_of(session: Session, ballot_id: int, person_id: int | None) -> Teller | None:
    """Somebody as one who counts a vote."""
    asked = select(Teller).where(Teller.ballot_id == ballot_id, Teller.ended_at.is_(None))
    return None if person_id is None else session.scalar(asked.where(Teller.person_id == person_id))


def teller_by_slip(session: Session, code: str) -> Teller | None:
    """Whose slip it is; none where it is nobody's any more."""
    asked = select(Teller).where(Teller.slip_hash == hash_of(code), Teller.ended_at.is_(None))
    return session.scalar(asked.execution_options(populate_existing=True))


def hash_of(code: str) -> bytes:
    """What is kept of a slip's word."""
    return hashlib.sha256(code.encode()).digest()


def browser_hash(ballot_id: int, browser: str) -> bytes | None:
    """What is kept of a browser, in one vote alone; None of one that is not known."""
    return hashlib.sha256(f"{ballot_id}:{browser}".encode()).digest() if browser else None


def names_of_people(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """What people are called who have to do with a vote."""
    found = _all(session, select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in found}


def announced(session: Session, ballot_id: int) -> Sequence[Row[Any]]:
    """How each came out of it, by votes."""
    asked = (
        select(Announced, func.coalesce(Person.name, "").label("name"))
        .outerjoin(Person, Person.id == Announced.person_id)
        .where(Announced.ballot_id == ballot_id)
    )
    return _all(session, asked.order_by(Announced.yes.desc(), Announced.person_id))
