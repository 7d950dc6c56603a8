"""Who may vote, stand and count: as the register has it on a day, and as it was frozen."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, or_, select, union
from sqlalchemy.orm import undefer

from services.assessment.ballots.models import Announced, Ballot, Option, Teller, Voter
from services.assessment.ballots.rules import Left, VoteKind
from shared.access import Actor
from shared.db import Session, beyond
from shared.errors import OutOfReach
from shared.people import Membership, Person, Post, Unit, holds_on
from shared.people.namesakes import Named, told_apart
from shared.roles import Role

COMMITTEE = (Role.SECRETARY, Role.COMMITTEE_MEMBER)
APART = (Person.id, Person.name, Unit.name.label("unit"), Person.born_on)
"""What tells people of one name apart where one of them is chosen."""


class OnPaper(NamedTuple):
    """Who stands on the paper, and where."""

    person_id: int
    place: int
    name: str


class Voting(NamedTuple):
    """Somebody of the electorate."""

    Voter: Voter
    name: str


class Counting(NamedTuple):
    """Somebody who counts."""

    Teller: Teller
    name: str


class CameOut(NamedTuple):
    """How somebody came out of a vote."""

    Announced: Announced
    name: str


def _all(session: Session, asked: Select[*tuple[Any, ...]]) -> Sequence[Row[Any]]:
    """What belongs to a vote that was seen, whole: a member may hold a post elsewhere, a teller none at all."""
    with beyond(session):
        return session.execute(asked).all()


def _members(unit_id: int, on: date, *kinds: str) -> Select[*tuple[Any, ...]]:
    """The members of a unit and of what is below it, on a day."""
    here = select(Unit.id).where(or_(Unit.id == unit_id, Unit.branch_id == unit_id))
    return (
        select(*APART)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
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
            select(*APART, Person.pinyin)
            .join(Post, Post.person_id == Person.id)
            .join(Unit, Unit.id == Person.unit_id)
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


def by_name(people: Sequence[Row[Any]]) -> list[tuple[int, str]]:
    """The same as (person, words), for a list from which one is chosen; of two who are called alike, whoever is who."""
    return told_apart(Named(each.id, each.name, each.unit, each.born_on) for each in people)


# --- as it was frozen ---


def called_in(session: Session, ballot_id: int) -> dict[int, str]:
    """What everybody is called who has to do with a vote: two of one name apart, on paper too."""
    room = select(Ballot.unit_id).where(Ballot.id == ballot_id).scalar_subquery()
    named = union(
        *(select(each.person_id).where(each.ballot_id == ballot_id) for each in (Voter, Option, Teller, Announced)),
        select(Person.id).join(Unit, Unit.id == Person.unit_id).where(or_(Unit.id == room, Unit.branch_id == room)),
    )
    asked = select(*APART).join(Unit, Unit.id == Person.unit_id).where(Person.id.in_(named))
    return dict(by_name(_all(session, asked)))


def options_of(session: Session, ballot_id: int) -> Sequence[OnPaper]:
    """Who stands on the paper, in its order."""
    asked = select(Option.person_id, Option.place).where(Option.ballot_id == ballot_id)
    rows, names = _all(session, asked.order_by(Option.place)), called_in(session, ballot_id)
    return [OnPaper(each.person_id, each.place, names.get(each.person_id, "")) for each in rows]


def voters_of(session: Session, ballot_id: int) -> Sequence[Voting]:
    """The electorate, with those who are left out of it."""
    asked = select(Voter).outerjoin(Person, Person.id == Voter.person_id).where(Voter.ballot_id == ballot_id)
    rows, names = _all(session, asked.order_by(Person.pinyin, Voter.person_id)), called_in(session, ballot_id)
    return [Voting(each.Voter, names.get(each.Voter.person_id, "")) for each in rows]


def may_be_written_in(session: Session, ballot_id: int) -> Sequence[Voting]:
    """Whoever has a vote and does not stand; who has lost his vote for a time cannot be elected either (党章 43)."""
    stand = {each.person_id for each in options_of(session, ballot_id)}
    return [
        each
        for each in voters_of(session, ballot_id)
        if each.Voter.person_id not in stand and each.Voter.left_out != Left.WITHOUT_VOTE
    ]


def tellers_of(session: Session, ballot_id: int) -> Sequence[Counting]:
    """Who counts now, the first one first."""
    asked = select(Teller).where(Teller.ballot_id == ballot_id, Teller.ended_at.is_(None))
    rows, names = _all(session, asked.order_by(Teller.place)), called_in(session, ballot_id)
    return [Counting(each.Teller, names.get(each.Teller.person_id, "")) for each in rows]


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


def announced(session: Session, ballot_id: int) -> Sequence[CameOut]:
    """How each came out of it, by votes."""
    asked = select(Announced).where(Announced.ballot_id == ballot_id)
    rows = _all(session, asked.order_by(Announced.yes.desc(), Announced.person_id))
    names = called_in(session, ballot_id)
    return [CameOut(each.Announced, names.get(each.Announced.person_id, "")) for each in rows]
