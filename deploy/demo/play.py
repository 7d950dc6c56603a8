"""The demo: an invented township's files are read in, and two year-ends walked through to the last message."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from deploy import doctor
from deploy.demo import files, grid, lives, mark, notices, township
from deploy.demo.office_date import HOUR, move_to
from deploy.demo.views import Views
from deploy.demo.walk import Walk, holder
from services.activities.ledger.actions import commit_ledger
from services.activities.ledger.rules import read_ledger
from services.activities.register import actions as register
from services.activities.register.rules import read_roster
from shared import clock
from shared.access import SYSTEM
from shared.db import Session, unit
from shared.errors import Conflict
from shared.people import Account, branches_of, groups_of, holder_of
from shared.roles import Role
from shared.settings import settings
from shared.sheets import understood

SEED = 20250701
OFFICERS = (
    (Role.ORGANISER, "周岚"),
    (Role.COMMITTEE, "郑川"),
    (Role.INSPECTOR, "何平"),
    (Role.KEEPER, "马静"),
    (Role.AUDITOR, "沈原"),
)
COUNTS = {
    "groups": "select count(*) from office.unit where kind = 'group'",
    "branches": "select count(*) from office.unit where kind = 'branch'",
    "members": "select count(*) from office.membership where ends_on is null",
    "activities": "select count(*) from activities.activity where extract(year from held_on) = %(year)s",
    "cases": "select count(*) from assessment.leader_case where year = %(year)s",
    "rectifications": "select count(*) from assessment.rectification where year = %(year)s",
    "replacements_proposed": "select count(*) from assessment.replacement where year = %(year)s",
    "messages_sent": "select count(distinct message_id) from notify.delivery where state = 'sent'",
}
GRADES = "select coalesce(grade, 'none'), count(*) from assessment.leader_case where year = %(year)s group by 1"


@dataclass
class Demo:
    """One demo, in the box that this process has been led to. `rest` waits until all background work is done."""

    groups: int
    year: int
    owner_url: str
    rest: Callable[[], None]
    step: Callable[[str], None]
    accounts: list[tuple[str, str, str]] = field(default_factory=list)  # (who, login, first password)

    def play(self) -> dict[str, Any]:
        """From an empty installation to the last message; returns what the command prints."""
        self.begin()
        self.step("编制花名册和活动台账")
        invented = township.invent(self.groups, seed=SEED, year=self.year - 1)
        self.write_files(invented)
        self.step("导入花名册")
        where = self.read_roster_in(invented.name)
        self.step("设立账号")
        self.appoint(where)
        before = self.walk(where, self.year - 1, finish=True)
        self.step(f"{self.year}年：换届选举")
        before.choosing.begin()
        self.step(f"{self.year}年：群众意见")
        heard = Views(where, self.year, holder)
        heard.live()
        walk = self.walk(where, self.year, finish=False)
        self.step("党员变动、更名和流动党员")
        self.live(where)
        walk.choosing.fall_vacant()
        self.step("发通知，收回执")
        self.rest()
        sent = notices.send(where, walk.organiser, self.rest)
        notices.receipt(sent, where, walk.organiser, holder)
        heard.leave()
        self.step("体检")
        self.rest()
        return self.counted() | {"run_seconds": round(walk.run_seconds, 2), "doctor": doctor.examine()}

    # --- before the year ---

    def begin(self) -> None:
        """The office's date goes back to before everything, once, in an installation where nothing has happened yet."""
        if settings().production:
            raise Conflict("这是正式环境，不能演示。")
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            if connection.execute("select exists (select from office.unit)").fetchone() != (False,):
                raise Conflict("数据文件夹里已经有数据。演示请换一个空的文件夹（--data）。")
            mark.write(settings().data, mark.Mark.BEGUN)  # all that comes is the demo's: there was nothing before
            start = clock.moment(date(self.year - 1, 11, 20), 9)
            connection.execute("update office.clock set movable = true, shift = %s - now()", [start])

    @property
    def folder(self) -> Path:
        """Where the office's files are put, for people to look at."""
        made = settings().data / "demo"
        made.mkdir(parents=True, exist_ok=True)
        return made

    def write_files(self, invented: township.Township) -> None:
        """The roster, and a ledger for each of the two years."""
        files.write_roster(self.folder / "花名册.xlsx", invented, self.year)
        for year in (self.year - 1, self.year):
            meetings = township.year_of(invented, year, before=year < self.year, seed=SEED)
            files.write_ledger(self.folder / f"活动台账{year}.xlsx", year, meetings)

    def read_roster_in(self, name: str) -> int:
        """Found the township and read its roster; everything in it must be understood."""
        read = understood(self.folder / "花名册.xlsx", read_roster, today=date(self.year - 1, 11, 20).isoformat())
        with unit("activities") as session:
            since = date(self.year - 2, 1, 1)
            where = register.found_township(session, SYSTEM, name, rule_set="zhen", founded_on=since).id
            plan = register.commit_roster(session, SYSTEM, where, read, since=since)
        refused = [*read.errors, *(each for each in plan.problems if each.fatal)]
        if refused:
            raise AssertionError(f"the invented roster was not understood: {refused[0]}")
        return where

    def appoint(self, where: int) -> None:
        """Officers of the township, an address for every secretary, and accounts to sign in with."""
        with unit("activities") as session:
            for role, name in OFFICERS:
                mail = f"{role}@qingxi.example"
                person = register.add_person(session, SYSTEM, where, name=name, kind=None, mail=mail)
                register.appoint(session, SYSTEM, person.id, where, role)
                self.account(session, person.id, str(role))
            today, branches = clock.today(session), branches_of(session, where)
            for number, branch_id in enumerate(branches, start=1):
                secretary = found(holder_of(session, branch_id, Role.SECRETARY, today))
                register.seal_fields(session, {secretary: {"mail": f"branch{number}@qingxi.example"}})
            self.account(session, found(holder_of(session, branches[0], Role.SECRETARY, today)), "secretary")
            group_id = groups_of(session, branches[0])[0]
            self.account(session, found(holder_of(session, group_id, Role.LEADER, today)), "leader")

    def account(self, session: Session, person_id: int, login: str) -> None:
        """A way in, with a first password that is shown once."""
        account_id, password = register.make_account(session, SYSTEM, person_id, login)
        session.get_one(Account, account_id).first_until = None  # years go by before anybody signs in
        self.accounts.append((Role(login).chinese, login, password))

    # --- the years ---

    def walk(self, where: int, year: int, *, finish: bool) -> Walk:
        """One year-end; `finish`: its rectifications too."""
        walk = Walk(
            township_id=where,
            year=year,
            rest=self.rest,
            move_to=forward,
            step=self.step,
            bring_ledger=lambda year: self.read_ledger_in(where, year),
            lively=not finish,
        )
        cycle_id = walk.through()
        walk.rectify(cycle_id, finish=finish)
        return walk

    def live(self, where: int) -> None:
        """What becomes of people and units after the years."""
        with unit("activities") as session:
            lives.live(session, where)
        with unit("activities") as session:
            grid.lay(session, where)

    def read_ledger_in(self, where: int, year: int) -> None:
        """Bring a year's ledger in."""
        self.step(f"导入{year}年活动台账")
        file = self.folder / f"活动台账{year}.xlsx"
        read = understood(file, read_ledger, year=year)
        with unit("activities") as session:
            commit_ledger(session, SYSTEM, where, read, file_name=file.name)

    def counted(self) -> dict[str, Any]:
        """What there is now, by counting rows."""
        with psycopg.connect(self.owner_url) as connection:
            grades: dict[str, int] = dict(connection.execute(GRADES, {"year": self.year}).fetchall())
            counts = {name: one(connection, question, self.year) for name, question in COUNTS.items()}
        named = ("excellent", "competent", "incompetent")
        return counts | {"grades": {grade: grades.get(grade, 0) for grade in named}}


def one(connection: psycopg.Connection[Any], question: str, year: int) -> int:
    """A count of one year."""
    row = connection.execute(question, {"year": year}).fetchone()
    return int(row[0]) if row else 0


def found(person_id: int | None) -> int:
    """Somebody who must be there."""
    if person_id is None:
        raise LookupError("a post of the demo is vacant")
    return person_id


def forward(day: date) -> None:
    """Let a day come that a year-end waits for, unless it has."""
    with unit("keeper") as session:
        there = clock.moment(day, HOUR) <= clock.now(session)
    if not there:
        move_to(day)
