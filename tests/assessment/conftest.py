"""A small township to assess, a stand-in for activities that answers with seeded tallies, and an outsider."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest

from services.assessment.cases import actions
from services.assessment.cases.schemas import Decision, Filing, Nomination
from services.assessment.schemes.rules import Grade
from shared import work
from shared.access import Actor
from shared.db import Session, unit
from shared.people import Membership, Person, Post, Unit
from shared.roles import Role
from shared.settings import settings
from tests.conftest import it_is
from tests.servers import Database
from tests.worlds import grown, world

FOUNDED = date(2020, 1, 1)
OPENED = date(2025, 12, 1)
KINDS = ("study", "group_meeting", "life_meeting", "theme_day", "service", "lecture")
FIGURES = ("done", "months", "owed", "present", "expected", "minutes")
BRANCHES = {"东村": 3, "西村": 2, "南村": 1}


@dataclass
class Town:
    """Three branches of three, two and one groups, each with a leader; and another township beside it."""

    units: dict[str, int]
    people: dict[str, int]

    @property
    def id(self) -> int:
        return self.units["清河镇"]

    def actor(self, name: str, *posts: tuple[Role, str]) -> Actor:
        held = tuple((role, self.units[place]) for role, place in posts)
        return Actor(account_id=self.people[name], person_id=self.people[name], name=name, posts=held)

    @property
    def organiser(self) -> Actor:
        return self.actor("organiser", (Role.ORGANISER, "清河镇"))

    @property
    def committee(self) -> Actor:
        return self.actor("committee", (Role.COMMITTEE, "清河镇"))

    @property
    def outsider(self) -> Actor:
        return self.actor("outsider", (Role.ORGANISER, "别的镇"), (Role.COMMITTEE, "别的镇"))

    def secretary(self, branch: str) -> Actor:
        return self.actor(f"secretary of {branch}", (Role.SECRETARY, branch))

    def leader(self, group: str) -> Actor:
        return self.actor(f"leader of {group}", (Role.LEADER, group))


class Builder:
    """Writes the register, as only activities may."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.town = Town({}, {})

    def unit(self, name: str, kind: str, township: str | None = None, branch: str | None = None) -> None:
        units = self.town.units
        made = Unit(
            kind=kind,
            name=name,
            sort_key=name,
            founded_on=FOUNDED,
            rule_set="zhen" if kind == "township" else None,
            township_id=units.get(township or ""),
            branch_id=units.get(branch or ""),
        )
        self.session.add(made)
        self.session.flush()
        units[name] = made.id

    def person(self, name: str, place: str, role: Role | None = None, *, member_of: str | None = None) -> None:
        person = Person(unit_id=self.town.units[place], name=name, pinyin=name)
        self.session.add(person)
        self.session.flush()
        self.town.people[name] = person.id
        if role:
            post = Post(person_id=person.id, unit_id=self.town.units[place], kind=role, starts_on=FOUNDED)
            self.session.add(post)
        if member_of:
            where = self.town.units[member_of]
            self.session.add(Membership(person_id=person.id, unit_id=where, kind="full", starts_on=FOUNDED))


@world
def small_town() -> Town:
    """The three branches, and the other township."""
    with unit("activities") as session:
        build = Builder(session)
        build.unit("清河镇", "township")
        build.unit("别的镇", "township")
        for branch, groups in BRANCHES.items():
            build.unit(branch, "branch", "清河镇")
            build.person(f"secretary of {branch}", branch, Role.SECRETARY)
            for number in range(1, groups + 1):
                group = f"{branch}{number}组"
                build.unit(group, "group", "清河镇", branch)
                build.person(f"leader of {group}", group, Role.LEADER, member_of=group)
        build.unit("南村2组", "group", "清河镇", "南村")  # without a leader
        build.person("organiser", "清河镇", Role.ORGANISER)
        build.person("committee", "清河镇", Role.COMMITTEE)
        build.person("villager", "清河镇", Role.ORGANISER, member_of="东村1组")
        build.person("outsider", "别的镇", Role.ORGANISER)
    return build.town


@pytest.fixture
def town(small_town: Town, move_to: Callable[..., None]) -> Town:
    """On the day when the year is opened."""
    move_to(OPENED)
    return small_town


def tally_of(group: int, seed: int = 0) -> dict[str, Any]:
    """What activities might say of a group: random, and the same every time."""
    chance = random.Random(f"{seed}:{group}")
    tally: dict[str, Any] = {"g": group, "ids": {}}
    for kind in KINDS:
        done = chance.randint(0, 14)
        owed = chance.choice((0, 2, 12))
        expected = done * chance.randint(3, 20)
        tally |= {
            f"done_{kind}": done,
            f"owed_{kind}": owed,
            f"months_{kind}": min(done, owed),
            f"expected_{kind}": expected,
            f"present_{kind}": chance.randint(0, expected),
            f"minutes_{kind}": done * 90,
        }
        tally["ids"][kind] = [group * 1000 + number for number in range(done)]
    return tally


def packed(tally: dict[str, Any]) -> list[Any]:
    """The same as activities sends it: the group, and its figures and ids as arrays in the order of the kinds."""
    figures = [tally.get(f"{figure}_{kind}", 0) for kind in KINDS for figure in FIGURES]
    ids = [number for kind in KINDS for number in tally.get("ids", {}).get(kind, ())]
    return [tally["g"], *(f"{{{','.join(map(str, numbers))}}}" for numbers in (figures, ids))]


def good_tally(group: int, seed: int = 0) -> dict[str, Any]:
    """A group that left nothing undone."""
    tally: dict[str, Any] = {"g": group, "ids": {}}
    for kind in KINDS:
        owed = 2 if kind == "life_meeting" else 0 if kind in ("service", "lecture") else 12
        done = owed or 4
        tally |= {f"done_{kind}": done, f"owed_{kind}": owed, f"months_{kind}": owed}
        tally |= {f"expected_{kind}": done * 10, f"present_{kind}": done * 10, f"minutes_{kind}": done * 90}
        tally["ids"][kind] = [group * 1000 + number for number in range(done)]
    return tally


def one_ahead(first: int) -> Callable[[int, int], dict[str, Any]]:
    """Groups that left nothing undone, the first with a lecture more than the others."""

    def tally(group: int, seed: int = 0) -> dict[str, Any]:
        found = good_tally(group, seed)
        if group != first:
            found |= {"done_lecture": 3, "ids": found["ids"] | {"lecture": found["ids"]["lecture"][:3]}}
        return found

    return tally


def ask(statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask or change the database as its owner."""
    with psycopg.connect(settings().migrate_database_url, autocommit=True) as connection:
        cursor = connection.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def sql(office: Database) -> Callable[..., list[tuple[Any, ...]]]:
    return ask


@dataclass
class StandIn:
    """Answers what assessment asks of activities, when the test says so."""

    sql: Callable[..., list[tuple[Any, ...]]]
    tally: Callable[[int, int], dict[str, Any]] = tally_of
    seed: int = 0

    def answer(self) -> int:
        """Answer every request that waits; returns how many."""
        waiting = self.sql(
            "update activities.job set state = 'done', done_at = office.now()"
            " where task = 'activities.collect_tallies' and state = 'ready' returning key, payload"
        )
        for key, asked in waiting:
            told = {name: asked[name] for name in ("cycle_id", "run", "chunk")}
            told |= {"kinds": list(KINDS), "figures": list(FIGURES)}
            told["tallies"] = [packed(self.tally(group, self.seed)) for group in asked["groups"]]
            told["parts"] = [
                [part["case_id"], *packed(self.tally(part["group_id"], self.seed))[1:]]
                for part in asked.get("parts", ())
            ]
            with unit("activities") as session:
                work.post(session, "assessment.score_chunk", key=key, payload=told)
        return len(waiting)

    def rest(self) -> None:
        """Until assessment and its stand-in have nothing left to do."""
        while work.sweep("assessment") or self.answer():
            pass


@pytest.fixture
def activities(sql: Callable[..., list[tuple[Any, ...]]]) -> StandIn:
    return StandIn(sql)


# --- the steps of a year, as its people take them ---

NOMINATION = Nomination(self_statement="全年组织学习十二次。", grade=Grade.COMPETENT, reasons="工作认真。")


@dataclass
class Steps:
    """A year in a few words."""

    town: Town
    activities: StandIn
    sql: Callable[..., list[tuple[Any, ...]]]

    def open(self, year: int = 2025) -> int:
        with unit("assessment", self.town.organiser) as session:
            return actions.open_cycle(session, self.town.organiser, township_id=self.town.id, year=year).id

    def cases(self, cycle: int) -> list[int]:
        return [
            row[0] for row in self.sql("select id from assessment.leader_case where cycle_id = %s order by id", cycle)
        ]

    def branch_of(self, case: int) -> str:
        return str(
            self.sql(
                "select u.name from assessment.leader_case c join office.unit u on u.id = c.branch_id where c.id = %s",
                case,
            )[0][0]
        )

    def nominate(self, case: int) -> None:
        secretary = self.town.secretary(self.branch_of(case))
        with unit("assessment", secretary) as session:
            actions.nominate(session, secretary, case, NOMINATION)

    def accept(self, case: int) -> None:
        with unit("assessment", self.town.organiser) as session:
            actions.accept(session, self.town.organiser, case, Filing())

    def run(self, cycle: int) -> None:
        with unit("assessment", self.town.organiser) as session:
            actions.start_run(session, self.town.organiser, cycle)
        self.activities.rest()

    def verify(self, cycle: int) -> int:
        """Compute a year's sheets again from their frozen evidence: how many there are, all equal bit for bit."""
        with unit("assessment", self.town.organiser) as session:
            found = actions.verify_cycle(session, self.town.organiser, cycle)
        assert found.sound, found
        assert found.equal == found.cases
        return found.cases

    def decide(self, case: int, grade: Grade | None = Grade.COMPETENT, reason: str | None = "会议研究决定。") -> None:
        with unit("assessment", self.town.committee) as session:
            actions.decide(session, self.town.committee, case, Decision(grade=grade, reason=reason))

    def put_on_file(self, case: int) -> None:
        self.nominate(case)
        self.accept(case)

    def to_rating(self, year: int = 2025) -> int:
        cycle = self.open(year)
        for case in self.cases(cycle):
            self.put_on_file(case)
        self.run(cycle)
        return cycle

    def to_notice(self, year: int = 2025) -> int:
        return self.announce(self.to_rating(year))

    def announce(self, cycle: int) -> int:
        for case in self.cases(cycle):
            self.decide(case)
        return self.publish(cycle)

    def publish(self, cycle: int) -> int:
        with unit("assessment", self.town.organiser) as session:
            actions.publish_notice(session, self.town.organiser, cycle)
        return cycle

    def to_end(self, year: int = 2025) -> int:
        return self.end(self.to_notice(year))

    def end(self, cycle: int) -> int:
        self.sql("update assessment.cycle set notice_to = office.today() - 1 where id = %s", cycle)
        with unit("assessment", self.town.organiser) as session:
            actions.close_cycle(session, self.town.organiser, cycle)
        return cycle


def by_hours(town: Town, hour: int) -> Steps:
    """The steps in a world that is built: on the day on which the year is opened, each world an hour after the other."""
    it_is(OPENED, hour)
    return Steps(town, StandIn(ask), ask)


@grown(small_town)
def rated(town: Town) -> int:
    """A year whose cases are scored and wait for the committee; what else it holds is up to chance."""
    return by_hours(town, 6).to_rating()


@grown(rated)
def noticed(cycle: int, town: Town) -> int:
    """That year on public notice: everybody is competent."""
    return by_hours(town, 7).announce(cycle)


@grown(noticed)
def ended(cycle: int, _: int, town: Town) -> int:
    """That year at its end."""
    return by_hours(town, 8).end(cycle)


@pytest.fixture
def steps(town: Town, activities: StandIn, sql: Callable[..., list[tuple[Any, ...]]]) -> Steps:
    return Steps(town, activities, sql)
