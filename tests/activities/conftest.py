"""A township read in from the office's own files, its people as actors, and an outsider who must see nothing."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.activities.ledger.rules import Ledger, read_ledger
from services.activities.register import actions as register
from services.activities.register.rules import Roster, read_roster
from shared.access import SYSTEM, Actor
from shared.db import Session, unit
from shared.roles import Role
from shared.sheets import read_workbook
from tests.servers import Database
from tests.worlds import world

SAMPLES = Path(__file__).parent / "samples"
READ_ON = date(2026, 1, 5)


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    return json.loads((SAMPLES / "truth.json").read_text())


@cache
def sample_roster() -> Roster:
    return read_roster(read_workbook(SAMPLES / "花名册.xlsx"), today=READ_ON)


@pytest.fixture(scope="session")
def roster() -> Roster:
    return sample_roster()


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    return read_ledger(read_workbook(SAMPLES / "活动台账2025.xlsx"), 2025)


Working = Callable[..., AbstractContextManager[Session]]


@pytest.fixture
def working(office: Database) -> Working:
    """A transaction of this service: `with working(actor) as session`."""
    return lambda actor=None: unit("activities", actor)


@dataclass
class Place:
    """A small township: two groups in one branch, one in another, and somebody in each post."""

    township: int
    branch: int
    group: int
    sister: int
    other_branch: int
    other_group: int
    people: dict[str, int]

    def actor(self, name: str, *posts: tuple[Role, int]) -> Actor:
        return Actor(account_id=self.people[name], person_id=self.people[name], name=name, posts=posts)

    @property
    def leader(self) -> Actor:
        return self.actor("组长", (Role.LEADER, self.group))

    @property
    def secretary(self) -> Actor:
        return self.actor("书记", (Role.SECRETARY, self.branch))

    @property
    def organiser(self) -> Actor:
        return self.actor("干事", (Role.ORGANISER, self.township))

    @property
    def outsider(self) -> Actor:
        return self.actor("外人", (Role.SECRETARY, self.other_branch), (Role.LEADER, self.other_group))


@world
def place() -> Place:
    """Both branches, and whoever holds a post there."""
    since = date(2024, 1, 1)
    with unit("activities") as session:
        township = register.found_township(session, SYSTEM, "清河镇", rule_set="zhen", founded_on=since).id
        branch = register.found_branch(session, SYSTEM, township, "东村党支部", founded_on=since).id
        other = register.found_branch(session, SYSTEM, township, "西村党支部", founded_on=since).id
        group, sister = (
            register.found_group(session, SYSTEM, branch, name, founded_on=since).id
            for name in ("第一党小组", "第二党小组")
        )
        other_group = register.found_group(session, SYSTEM, other, "第一党小组", founded_on=since).id
        people = {
            name: register.add_person(session, SYSTEM, where, name=name, joined_on=since).id
            for where, names in (
                (group, ("组长", "书记", "甲乙", "丙丁", "戊己")),
                (sister, ("姊妹",)),
                (other_group, ("外人",)),
            )
            for name in names
        }
        people["干事"] = register.add_person(session, SYSTEM, township, name="干事", kind=None).id
        for name, where, role in (
            ("组长", group, Role.LEADER),
            ("书记", branch, Role.SECRETARY),
            ("外人", other_group, Role.LEADER),
            ("干事", township, Role.ORGANISER),
        ):
            register.appoint(session, SYSTEM, people[name], where, role, starts_on=since)
    return Place(township, branch, group, sister, other, other_group, people)


def dump(office: Database, *tables: str) -> dict[str, list[str]]:
    """Every row of some tables, as text; what is compared to see that nothing changed."""
    with psycopg.connect(office.owner_url) as connection:
        return {
            table: [row[0] for row in connection.execute(f"select t::text from {table} t order by t::text")]
            for table in tables
        }


@pytest.fixture
def everything(office: Database) -> Callable[[], dict[str, list[str]]]:
    tables = [f"office.{name}" for name in ("unit", "person", "membership", "post", "circumstance", "happening")]
    tables += [f"activities.{name}" for name in ("activity", "attendance", "revision", "tally")]
    return lambda: dump(office, *tables)


@world
def sample_township() -> int:
    """柳河乡, as its roster has it."""
    with unit("activities") as session:
        township = register.found_township(session, SYSTEM, "柳河乡", rule_set="zhen").id
        register.commit_roster(session, SYSTEM, township, sample_roster(), as_of=READ_ON, since=date(2024, 1, 1))
    return township
