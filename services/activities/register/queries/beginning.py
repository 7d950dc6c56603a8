"""What an installation still lacks before anybody can sign in. Asked by whoever sets it up, who reaches everything."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text

from services.activities.register.queries.members import holders
from services.activities.register.queries.units import seen_by, within
from services.activities.register.rules.logins import DIGITS
from shared import clock
from shared.access import SYSTEM, Actor
from shared.db import Session, overseeing
from shared.people import Account, Person, Unit, UnitKind
from shared.people.namesakes import Named as Called
from shared.roles import Role

FIRST = (Role.ORGANISER, Role.KEEPER, Role.AUDITOR)
"""Who signs in first: whoever does the business, keeps the accounts and reads the audit (三员分立)."""


@dataclass(frozen=True, slots=True)
class Begun:
    """How far it has come: the township, if there is one, and who holds the first posts in it."""

    township: Unit | None
    held: dict[Role, tuple[int, str]]

    @property
    def wanting(self) -> list[Role]:
        """The posts that nobody holds."""
        return [role for role in FIRST if role not in self.held]


def begun(session: Session) -> Begun:
    """The first township of the installation, and who holds its first posts, as (person, name)."""
    query = seen_by(SYSTEM).where(Unit.kind == UnitKind.TOWNSHIP, Unit.dissolved_on.is_(None))
    township = session.scalars(query.order_by(Unit.id).limit(1)).one_or_none()
    if township is None:
        return Begun(None, {})
    found = holders(session, SYSTEM, township.id, on=clock.today(session))
    held = {Role(each.kind): (each.person_id, each.name) for each in reversed(found) if Role(each.kind) in FIRST}
    return Begun(township, held)


def called(session: Session, actor: Actor, township_id: int, name: str) -> list[Called]:
    """Who of a township is called so already."""
    seen = seen_by(actor).with_only_columns(Unit.id).where(within(township_id))
    query = select(Person.id, Person.name, Unit.whole_name, Person.born_on).join(Unit, Unit.id == Person.unit_id)
    query = query.where(Person.unit_id.in_(seen), Person.name == name).order_by(Person.id)
    return [Called(*row) for row in session.execute(query)]


def logins_like(session: Session, bases: Collection[str]) -> set[str]:
    """The logins that are taken which begin with one of these and end with a number, or with nothing more."""
    query = select(Account.login).where(func.rtrim(func.lower(Account.login), DIGITS).in_(bases))
    return {login.lower() for login in session.scalars(query)}


def with_accounts(session: Session, person_ids: Sequence[int]) -> set[int]:
    """Which of these people have an account."""
    return set(session.scalars(select(Account.person_id).where(Account.person_id.in_(person_ids))))


JUDGED = text("""
    select exists (select from assessment.cycle where township_id = :township_id)
        or exists (select from office.rule_version where township_id = :township_id)""")


def is_judged(session: Session, township_id: int) -> bool:
    """Whether a year of a township was ever opened, or a version of its rules stored; asked of all schemas at once."""
    with overseeing(session):
        return bool(session.scalar(JUDGED, {"township_id": township_id}))


def township_names(session: Session, actor: Actor) -> list[str]:
    """The townships that there are, in the order that people expect."""
    query = seen_by(actor).where(Unit.kind == UnitKind.TOWNSHIP, Unit.dissolved_on.is_(None))
    return list(session.scalars(query.with_only_columns(Unit.name).order_by(Unit.sort_key, Unit.id)))
