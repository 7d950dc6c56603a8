"""One person, as the office keeps him; and people found by their names."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, text

from services.activities.register.queries.accounts import Tenure, posts_held
from services.activities.register.queries.members import opened, person_in_reach
from services.activities.register.queries.named import is_called
from services.activities.register.queries.units import in_reach, seen_by, seen_unit_ids
from shared import clock, privacy
from shared.access import Actor
from shared.db import Session
from shared.people import Account, Circumstance, Membership, Person, Unit, names_of
from shared.roles import Role

FOUND_MAX = 50


@dataclass(frozen=True, slots=True)
class Stay:
    """Some time in a unit, as a member or kept away by something."""

    unit_name: str
    kind: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Whole:
    """Somebody with his whole time in the units that the actor sees; numbers are masked."""

    person: Person
    unit: Unit
    stays: list[Stay]
    circumstances: list[Stay]
    posts: list[Tenure]
    id_number: str | None
    phone: str | None
    login: str | None
    account_ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody found by his name."""

    id: int
    name: str
    unit_id: int
    unit_name: str
    branch_name: str | None


def whole(session: Session, actor: Actor, person_id: int) -> Whole:
    """Somebody who may be seen, with all that is kept of him."""
    person = person_in_reach(session, actor, person_id)
    unit = session.scalars(seen_by(actor).where(Unit.id == person.unit_id)).one()
    account = _account(session, actor, person)
    return Whole(
        person=person,
        unit=unit,
        stays=_spans(session, actor, Membership, person_id),
        circumstances=_spans(session, actor, Circumstance, person_id),
        posts=posts_held(session, actor, [person_id], past=True)[person_id],
        id_number=_masked(person, "id_number"),
        phone=_masked(person, "phone"),
        login=account.login if account else None,
        account_ended_at=account.ended_at if account else None,
    )


# Assessment says it of those whom the reader reaches: the cases, rectifications and replacements that are not over.
GOING_ON = text("select sort, year from assessment.going_on_of(:person)")
WHAT_GOES_ON = {
    "case": "{year}年度考核还没有办结",
    "rectification": "{year}年度考核的整改还没有完成",
    "replacement": "{year}年度考核的调整建议还没有决定",
}


def years_going_on(session: Session, person_id: int) -> list[str]:
    """What of somebody's years as a leader is not over, in words."""
    rows = session.execute(GOING_ON, {"person": person_id})
    return [WHAT_GOES_ON[row.sort].format(year=row.year) for row in rows]


def going_on(session: Session, somebody: Whole) -> list[str]:
    """What stands when somebody leaves, in words: his year as a leader, what follows from it, and his posts."""
    said = [f"{each}。" for each in years_going_on(session, somebody.person.id)]
    today = clock.today(session)
    held = [each for each in somebody.posts if each.ends_on is None or each.ends_on > today]
    return said + [f"{each.unit_name}的{Role(each.kind).chinese}将空缺，请另行选配。" for each in held]


CHOOSINGS = text("select * from assessment.choosings_of(:person)")


@dataclass(frozen=True, slots=True)
class PutForward:
    """A choosing in which somebody was put forward; a fact of his history, and nothing that counts for or against."""

    id: int
    unit: str
    post: Role
    opened_on: date
    filing_number: str | None
    came_to: str


def choosings_of(session: Session, person_id: int) -> list[PutForward]:
    """The choosings in which somebody was put forward, the last first, as far as the reader reaches their groups."""
    rows = session.execute(CHOOSINGS, {"person": person_id}).all()
    names = names_of(session, {row.group_id for row in rows})
    return [
        PutForward(
            row.id,
            names[row.group_id],
            Role(row.post),
            row.opened_on,
            row.filing_number,
            _came_to(row.stage, row.from_on),
        )
        for row in rows
    ]


def _came_to(stage: str, from_on: date | None) -> str:
    if stage == "in_post" and from_on is not None:
        return f"{from_on.year}年{from_on.month}月{from_on.day}日起任职"
    return "终止，没有任职" if stage == "ended" else "正在办理"


def _account(session: Session, actor: Actor, person: Person) -> Account | None:
    """His account, for whoever keeps accounts."""
    kept = in_reach(actor, Role.KEEPER, Role.ORGANISER)
    units = seen_by(actor).where(kept).with_only_columns(Unit.id)
    query = select(Account).join(Person, Person.id == Account.person_id)
    return session.scalars(query.where(Person.id == person.id, Person.unit_id.in_(units))).one_or_none()


def _spans(session: Session, actor: Actor, table: type[Membership] | type[Circumstance], person_id: int) -> list[Stay]:
    """Memberships or circumstances, the latest first."""
    query = (
        select(Unit.whole_name, table.kind, table.starts_on, table.ends_on)
        .join(Unit, Unit.id == table.unit_id)
        .where(table.person_id == person_id, table.unit_id.in_(seen_unit_ids(actor)))
        .order_by(table.starts_on.desc(), table.id.desc())
    )
    return [Stay(*row) for row in session.execute(query)]


def _masked(person: Person, field: str) -> str | None:
    number = opened(person, field)
    return None if number is None else privacy.masked(number)


def found(session: Session, actor: Actor, words: str) -> list[Found]:
    """Those whose name holds these words, or whose pinyin or first letters they are; a page of them, no more."""
    called = is_called(words)
    if called is None:
        return []
    branch = Unit.__table__.alias("branch")
    query = (
        select(Person.id, Person.name, Unit.id, Unit.name, branch.c.name)
        .join(Unit, Unit.id == Person.unit_id)
        .outerjoin(branch, branch.c.id == Unit.branch_id)
        .where(Unit.id.in_(seen_unit_ids(actor)), called)
        .order_by(Person.pinyin, Person.id)
        .limit(FOUND_MAX)
    )
    return [Found(*row) for row in session.execute(query)]
