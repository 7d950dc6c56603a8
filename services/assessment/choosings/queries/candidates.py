"""Who may be put forward, and what the register knows of him on the day from which he would hold the post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from services.assessment.choosings.models import Choosing
from shared.db import Session
from shared.people import Membership, Person, Post, Unit, holds_on
from shared.people.namesakes import born
from shared.roles import Role


@dataclass(frozen=True, slots=True)
class Candidate:
    """A full member of the branch, with what is known of him; `called`: as a list names him, apart from all others."""

    person_id: int
    name: str
    called: str
    unit_id: int
    group: str
    born_on: date | None
    joined_on: date | None
    full_on: date | None
    education: str | None
    posts: tuple[Role, ...]


def candidates(session: Session, row: Choosing, day: date) -> list[Candidate]:
    """The full members of the branch of a choosing that was seen, those of the group first."""
    here = or_(Unit.id == row.branch_id, Unit.branch_id == row.branch_id)
    found = session.execute(
        select(Person, Unit)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(here, Membership.kind == "full", holds_on(Membership.starts_on, Membership.ends_on, day))
        .order_by((Unit.id != row.group_id), Unit.sort_key, Person.pinyin, Person.id)
    ).all()
    posts = posts_of_many(session, [person.id for person, _ in found], day)
    alike: dict[tuple[str, int], list[date | None]] = {}
    for person, unit in found:
        alike.setdefault((person.name, unit.id), []).append(person.born_on)
    return [
        Candidate(
            person.id,
            person.name,
            _called(person, unit, alike[person.name, unit.id]),
            unit.id,
            unit.name,
            person.born_on,
            person.joined_on,
            person.full_on,
            person.education,
            tuple(posts.get(person.id, ())),
        )
        for person, unit in found
    ]


def _called(person: Person, unit: Unit, alike: Sequence[date | None]) -> str:
    """With his group; where it has another of his name, with when he was born too. `alike`: when those were."""
    when = "" if len(alike) == 1 or person.born_on is None else f"，{born(person.born_on, alike)}"
    return f"{person.name}（{unit.name}{when}）"


def posts_of_many(session: Session, people: Sequence[int], day: date) -> dict[int, list[Role]]:
    """The posts that these people hold on a day, as far as whoever asks reaches them."""
    held: dict[int, list[Role]] = {}
    found = select(Post.person_id, Post.kind).where(Post.person_id.in_(people))
    for person_id, kind in session.execute(found.where(holds_on(Post.starts_on, Post.ends_on, day)).distinct()):
        held.setdefault(person_id, []).append(Role(kind))
    return held
