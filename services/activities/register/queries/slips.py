"""Who of a township has no account yet, and whose first passwords on a sheet of slips nobody has used."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, text, true, update
from sqlalchemy.orm import aliased

from services.activities.register.queries.accounts import KEEPS_ACCOUNTS
from services.activities.register.queries.units import in_reach, seen_by, within
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.people import Account, Membership, Person, Post, Unit, UnitKind, holds_on, lasts
from shared.roles import Role

MANY = 500  # of one act, and of one sheet
BELOW = (Role.SECRETARY, Role.COMMITTEE_MEMBER, Role.LEADER, Role.DEPUTY)
"""The posts of branches and groups, whose holders are given accounts many at once."""


@dataclass(frozen=True, slots=True)
class Without:
    """Somebody without an account: where he is to be found, and what he is there."""

    person_id: int
    name: str
    place: str
    post: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of slips: until when they open, and of how many no other password was chosen yet."""

    id: int
    until: datetime
    unused: int


def without_accounts(
    session: Session,
    actor: Actor,
    township_id: int,
    *,
    posts: Collection[Role] = (),
    branches: Collection[int] = (),
    people: Collection[int] = (),
) -> list[Without]:
    """Those of a township who have no account: who holds one of these posts, or everybody where none is named.

    `branches`: only of these; `people`: only these. Nobody who is an officer of a township: his account is asked for
    and agreed to. In the order of branches and groups; MANY at the most.
    """
    query = _described(session, actor, township_id, posts, branches).where(~_has_account(), ~_is_officer(session))
    if people:
        query = query.where(Person.id.in_(people))
    return [Without(*row[:3], Role(row[3]).chinese) for row in session.execute(query.limit(MANY))]


def on_sheet(session: Session, actor: Actor, township_id: int, sheet_id: int) -> list[Without]:
    """Those on a sheet of slips who have not chosen a password of their own, in the order of branches and groups."""
    unused = _on_sheets(actor, township_id).where(Account.sheet_id == sheet_id, ~_is_officer(session))
    query = _described(session, actor, township_id).where(Person.id.in_(unused.with_only_columns(Account.person_id)))
    return [Without(*row[:3], Role(row[3]).chinese) for row in session.execute(query.limit(MANY))]


def sheets(session: Session, actor: Actor, township_id: int) -> list[Sheet]:
    """The sheets of a township on which first passwords are still unused, the latest first."""
    query = (
        _on_sheets(actor, township_id)
        .with_only_columns(Account.sheet_id, func.max(Account.first_until), func.count())
        .group_by(Account.sheet_id)
        .order_by(Account.sheet_id.desc())
    )
    return [
        Sheet(sheet_id or 0, until or clock.now(session), unused) for sheet_id, until, unused in session.execute(query)
    ]


def next_sheet(session: Session) -> int:
    """The number of another sheet."""
    return int(session.scalar(text("select nextval('office.sheet')")) or 0)


def put_on_sheet(session: Session, sheet_id: int, person_ids: Collection[int]) -> None:
    """The first passwords of these people stand on a sheet."""
    session.flush()
    session.execute(update(Account).where(Account.person_id.in_(person_ids)).values(sheet_id=sheet_id))


def logins_taken(session: Session, logins: Collection[str]) -> set[str]:
    """Which of these logins somebody has."""
    return set(session.scalars(select(Account.login).where(Account.login.in_(logins))))


def _kept(actor: Actor, township_id: int) -> Select[int]:
    return seen_by(actor).with_only_columns(Unit.id).where(within(township_id), in_reach(actor, *KEEPS_ACCOUNTS))


def _described(
    session: Session,
    actor: Actor,
    township_id: int,
    posts: Collection[Role] = (),
    branches: Collection[int] = (),
) -> Select[int, str, str, str]:
    """People whose accounts the actor keeps, where they are and what: the holders of these posts, or everybody."""
    today, place, branch = clock.today(session), aliased(Unit), aliased(Unit)
    held = (
        select(Post.kind, Post.unit_id)
        .where(Post.person_id == Person.id, Post.kind.in_(posts or BELOW))
        .where(lasts(Post.starts_on, Post.ends_on, today))
        .order_by(Post.kind.desc(), Post.id)  # secretary before leader, leader before deputy
        .limit(1)
        .lateral("held")
    )
    stays = select(Membership.id).where(Membership.person_id == Person.id)
    stays = stays.where(holds_on(Membership.starts_on, Membership.ends_on, today))
    known = func.coalesce(place.whole_name, Unit.whole_name)
    within_branch = func.coalesce(place.branch_id, place.id, Unit.branch_id, Unit.id)
    return (
        select(Person.id, Person.name, known, func.coalesce(held.c.kind, Role.MEMBER.value))
        .join(Unit, Unit.id == Person.unit_id)
        .outerjoin(held, true())
        .outerjoin(place, place.id == held.c.unit_id)
        .outerjoin(branch, branch.id == Unit.branch_id)
        .where(Unit.id.in_(_kept(actor, township_id)), within_branch.in_(branches) if branches else true())
        .where(held.c.kind.is_not(None) if posts else or_(held.c.kind.is_not(None), stays.exists()))
        .order_by(func.coalesce(branch.sort_key, Unit.sort_key), Unit.branch_id.is_not(None), Unit.sort_key)
        .order_by(Person.pinyin, Person.id)
    )


def _on_sheets(actor: Actor, township_id: int) -> Select[Account]:
    """The accounts with a first password on a sheet, of those whose accounts the actor keeps."""
    query = select(Account).join(Person, Person.id == Account.person_id)
    query = query.where(Person.unit_id.in_(_kept(actor, township_id)), Account.sheet_id.is_not(None))
    return query.where(Account.first_password, Account.ended_at.is_(None))


def _has_account() -> ColumnElement[bool]:
    return select(Account.id).where(Account.person_id == Person.id).exists()


def _is_officer(session: Session) -> ColumnElement[bool]:
    office = Unit.__table__.alias("office")
    held = select(Post.id).join(office, office.c.id == Post.unit_id)
    held = held.where(Post.person_id == Person.id, office.c.kind == UnitKind.TOWNSHIP)
    return held.where(lasts(Post.starts_on, Post.ends_on, clock.today(session))).exists()
