"""A little place to stand on: one township with two branches and a few people, and another township beside it."""

from dataclasses import dataclass
from datetime import date

import pytest

from shared import access
from shared.db import Session, unit
from shared.people import Person, Post, Unit, UnitKind
from shared.roles import Role
from tests.worlds import world

SINCE = date(2024, 1, 1)


@dataclass(frozen=True)
class Place:
    """The ids of what is there."""

    township: int
    east: int
    east_first: int
    west: int
    west_first: int
    elsewhere: int
    secretary: int  # of the east branch
    leader: int  # of its first group
    organiser: int  # of the township
    stranger: int  # the organiser of the other township


@world
def place() -> Place:
    """Two branches of one township, and the other township."""
    with unit("activities") as session:
        township = make_unit(session, UnitKind.TOWNSHIP, "清河镇")
        east = make_unit(session, UnitKind.BRANCH, "东村支部", township_id=township)
        east_first = make_unit(session, UnitKind.GROUP, "第一党小组", township_id=township, branch_id=east)
        west = make_unit(session, UnitKind.BRANCH, "西村支部", township_id=township)
        west_first = make_unit(session, UnitKind.GROUP, "第一党小组", township_id=township, branch_id=west)
        elsewhere = make_unit(session, UnitKind.TOWNSHIP, "临水镇")
        return Place(
            township=township,
            east=east,
            east_first=east_first,
            west=west,
            west_first=west_first,
            elsewhere=elsewhere,
            secretary=make_holder(session, "书记甲", Role.SECRETARY, east),
            leader=make_holder(session, "组长乙", Role.LEADER, east_first),
            organiser=make_holder(session, "干事丙", Role.ORGANISER, township),
            stranger=make_holder(session, "干事丁", Role.ORGANISER, elsewhere),
        )


def make_unit(session: Session, kind: UnitKind, name: str, **above: int) -> int:
    made = Unit(kind=kind, name=name, founded_on=SINCE, **above)
    session.add(made)
    session.flush()
    return made.id


def make_person(session: Session, name: str, unit_id: int) -> int:
    made = Person(name=name, unit_id=unit_id)
    session.add(made)
    session.flush()
    return made.id


def make_holder(session: Session, name: str, role: Role, unit_id: int) -> int:
    person_id = make_person(session, name, unit_id)
    session.add(Post(person_id=person_id, unit_id=unit_id, kind=role, starts_on=SINCE))
    return person_id


PASSWORD = "清河的水向东流 1949"


@dataclass(frozen=True)
class Account:
    """Somebody's way in, with a password of his own."""

    id: int
    login: str
    token: str


@pytest.fixture
def secretary(place: Place) -> Account:
    return make_account(place.secretary, "east")


def make_account(person_id: int, login: str) -> Account:
    """An account whose holder has chosen a password, and sits."""
    with unit("activities") as session:
        account, first = access.make_account(session, person_id, login)
    with unit("activities") as session:
        token = access.sign_in(session, login, first)
    with unit("activities") as session:
        actor = access.actor_of(session, token or "")
        return Account(account.id, login, access.choose_password(session, actor, PASSWORD))
