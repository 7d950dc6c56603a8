"""Who may be put forward, and what the register knows of him on the day from which he would hold the post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select, text

from services.assessment.choosings.models import Choosing
from services.assessment.choosings.rules import Known, Reason
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Membership, Person, Post, Unit, holds_on, lasts
from shared.roles import Role

# Also where he leads a group that whoever asks does not reach.
STANDING = text("select person_id, barred, elsewhere from assessment.standing_of(:people, :day, :group)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A full member of the branch, with what is known of him."""

    person_id: int
    name: str
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
    return [
        Candidate(
            person.id,
            person.name,
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


def posts_of_many(session: Session, people: Sequence[int], day: date) -> dict[int, list[Role]]:
    """The posts that these people hold on a day, as far as whoever asks reaches them."""
    held: dict[int, list[Role]] = {}
    found = select(Post.person_id, Post.kind).where(Post.person_id.in_(people))
    for person_id, kind in session.execute(found.where(holds_on(Post.starts_on, Post.ends_on, day)).distinct()):
        held.setdefault(person_id, []).append(Role(kind))
    return held


def known_of(session: Session, row: Choosing, person_id: int, day: date) -> Known:
    """What the register knows of somebody on a day, for the checks; OutOfReach where he is not in reach."""
    person = session.scalar(select(Person).where(Person.id == person_id))
    if person is None:
        raise OutOfReach("没有找到这名党员，或者不在您的管理范围内。", field="person_id")
    member = session.execute(
        select(Membership, Unit)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.person_id == person_id, holds_on(Membership.starts_on, Membership.ends_on, day))
    ).first()
    values = {"people": [person_id], "day": day, "group": row.group_id}
    standing = session.execute(STANDING, values).one_or_none()
    return Known(
        kind=member and member[0].kind,
        place=member[1].name if member else "",
        in_group=member is not None and member[1].id == row.group_id,
        in_branch=member is not None and row.branch_id in (member[1].id, member[1].branch_id),
        elsewhere=tuple(standing.elsewhere) if standing else (),
        beside=_beside(session, row, person_id, day),
        barred=bool(standing and standing.barred),
        replaced=row.reason == Reason.ADJUSTMENT and row.former_id == person_id,
        education=person.education,
        born_on=person.born_on,
    )


def _beside(session: Session, row: Choosing, person_id: int, day: date) -> Role | None:
    """The other post of the same group, where he holds it."""
    other = Role.DEPUTY if row.post == Role.LEADER else Role.LEADER
    held = select(Post.id).where(Post.unit_id == row.group_id, Post.person_id == person_id, Post.kind == other)
    return other if session.scalar(held.where(lasts(Post.starts_on, Post.ends_on, day))) is not None else None


def is_barred(session: Session, person_id: int, day: date) -> bool:
    """Whether somebody in reach may not be put forward."""
    found = session.execute(STANDING, {"people": [person_id], "day": day, "group": 0}).one_or_none()
    return bool(found and found.barred)
