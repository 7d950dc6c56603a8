"""F2: death at every named failpoint, for every kind of work, in a whole walked year; the result is the same."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from sqlalchemy import text

from deploy import doctor
from deploy.demo.files import write_roster
from deploy.demo.play import Demo, forward
from deploy.demo.township import Branch, Township, invent
from deploy.demo.walk import Walk
from services.activities.imports import actions as imports
from services.activities.papers import actions as papers
from services.activities.papers.rules import Listing
from services.activities.papers.schemas import AskedForm
from services.activities.register import actions as register
from services.activities.register.rules.care import Looked, Sort
from services.activities.register.rules.membership import Asked, Turn
from services.activities.register.rules.regrouping import Part, Split
from services.assessment.choosings import actions as choosings
from services.assessment.choosings.rules import Reason, Way
from services.assessment.choosings.schemas import ChoosingFiling, NewChoosing, Nominee
from services.assessment.rectifications import actions as rectifications
from services.assessment.rectifications.schemas import ReplacementDecision
from services.notify.channels import outside
from services.notify.circulars import actions as circulars
from services.notify.circulars.queries import recipients
from services.notify.circulars.schemas import Written
from shared import clock, daily, office_settings, work
from shared.access import SYSTEM, actor_behind, console
from shared.db import forget_connections, unit
from shared.office_settings import Key
from shared.roles import Role
from shared.settings import SERVICES, settings
from shared.systems import SWITCHED
from tests.servers import Database

POINTS = ("after_claim", "before_effect", "after_effect", "before_commit", "after_commit")
OUTSIDE = ("after_send", "before_mark")  # only where letters leave the building
GROUPS = 6
YEAR = 2025
RESULTS = """
    select c.year, b.name, g.name, c.stage, c.grade, s.base, s.bonus, s.deducted, s.total, s.proposed
    from assessment.leader_case c
    join assessment.cycle y on y.id = c.cycle_id
    left join assessment.sheet s on s.case_id = c.id and s.run = y.run
    join office.unit b on b.id = c.branch_id join office.unit g on g.id = c.group_id
    order by 1, 2, 3"""
TOLD = """
    select m.fact, m.telling, u.name, count(*) from notify.message m join office.unit u on u.id = m.unit_id
    group by 1, 2, 3 order by 1, 2, 3"""
COUNTED = """
    select (select count(*) from activities.activity), (select count(*) from assessment.rectification),
           (select count(*) from assessment.replacement), (select count(*) from office.happening where step is not null),
           (select count(*) from office.unit), (select count(*) from office.membership)"""

MEMBERS = """
    select u.id, m.person_id from office.membership m join office.unit u on u.id = m.unit_id and u.kind = 'group'
    where m.ends_on is null order by 1 desc, 2 desc"""
ORGANISER = """
    select a.id, p.unit_id from office.account a join office.post p on p.person_id = a.person_id
    where p.kind = 'organiser' order by 1 limit 1"""
LEADER = """
    select u.township_id, u.branch_id, u.id, p.person_id from office.post p join office.unit u on u.id = p.unit_id
    where p.kind = 'leader' and p.ends_on is null and not exists (
      select from assessment.choosing c where c.group_id = u.id and c.stage not in ('in_post', 'ended'))
    order by 3 limit 1"""
FIRST_BRANCH = """
    select township_id, id, office.today() + 5 from office.unit where kind = 'branch' and dissolved_on is null order by id limit 1"""
WITHOUT_A_POST = MEMBERS.replace(
    "order", "and not exists (select from office.post p where p.person_id = m.person_id) order"
)


def outcome(database: Database) -> list:
    with psycopg.connect(database.owner_url) as connection:
        return [connection.execute(question).fetchall() for question in (RESULTS, TOLD, COUNTED)]


def walk_to_the_end(database: Database, rest: Callable[[], None]) -> list:
    """Two years, and the months after in which deadlines pass."""
    demo = Demo(groups=GROUPS, year=YEAR, owner_url=database.owner_url, rest=rest, step=print)
    demo.play()
    decide_replacement(demo)
    hand_a_file_in()
    bring_a_file_in()
    arrange_a_split()
    arrange_a_departure()
    look_after_somebody()
    order_a_ledger()
    choose_somebody()
    try_the_mail()
    announce_a_meeting()
    rest()  # what is ordered is made before its time is over
    for day in (date(YEAR + 1, 3, 20), date(YEAR + 1, 9, 1)):
        forward(day)
        rest()
    return outcome(database)


def decide_replacement(demo: Demo) -> None:
    """The committee decides what the two-year rule proposed, so that the register hears of it."""
    with unit("assessment") as session:
        proposed = session.execute(text("select id, township_id from assessment.replacement")).one()
    walk = Walk(proposed.township_id, YEAR, demo.rest, forward, print, print)
    with unit("assessment", walk.committee) as session:
        decision = ReplacementDecision(replaced=True, reason="连续两年不称职。")
        rectifications.decide_replacement(session, walk.committee, proposed.id, decision)
    demo.rest()


def hand_a_file_in() -> None:
    """A roster that nobody decides on, so that it is forgotten when its time is over."""
    with unit("activities") as session:
        township_id = session.scalar(text("select id from office.unit where kind = 'township'"))
        assert township_id is not None
        content = (settings().data / "demo" / "花名册.xlsx").read_bytes()
        imports.hand_in(session, SYSTEM, township_id, name="花名册.xlsx", content=content)


def bring_a_file_in() -> None:
    """A roster of a branch that is new, which the office wants in."""
    path = settings().data / "新设党支部.xlsx"
    branch = Branch("新设党支部", invent(2, seed=YEAR, year=YEAR).branches[0].groups)
    write_roster(path, Township("", [branch]), YEAR)
    with unit("activities") as session:
        township_id = session.scalar(text("select id from office.unit where kind = 'township'"))
        assert township_id is not None
        made = imports.hand_in(session, SYSTEM, township_id, name=path.name, content=path.read_bytes())
        imports.begin(session, SYSTEM, made.id, taken_over_why="新设的党支部，组长已经选出。")


def arrange_a_split() -> None:
    """Two members of a group shall be one of their own, from a day to come."""
    with unit("activities") as session:
        (group, one), (_, other), *_ = session.execute(text(MEMBERS))
        part = Part(name="新分的党小组", members=[one, other], leader=one)
        register.arrange(session, SYSTEM, Split(group_id=group, parts=[part], on=date(YEAR + 1, 5, 1)))


def arrange_a_departure() -> None:
    """A member of another group leaves the roll, from a day to come."""
    with unit("activities") as session:
        *_, (_, person) = session.execute(text(WITHOUT_A_POST))
        asked = Asked(turn=Turn.RESIGNED, on=date(YEAR + 1, 5, 10), basis="本人申请。")
        register.turn(session, SYSTEM, person, asked)


def look_after_somebody() -> None:
    """A member is away, and has to be contacted before long."""
    with unit("activities") as session:
        *_, (_, person), (_, other) = session.execute(text(WITHOUT_A_POST))
        told = {"kind": "务工", "place": "外省"}
        asked = Looked(sort=Sort.OUT, on=date(YEAR, 12, 1), told=told, contact_id=other)
        register.look_after(session, SYSTEM, person, asked)


def order_a_ledger() -> None:
    """The organiser wants the ledger of the year, made behind the page."""
    with unit("activities") as session:
        account, township_id = session.execute(text(ORGANISER)).one()
        actor = actor_behind(session, account)
        assert actor is not None
        papers.order(session, actor, township_id, Listing.LEDGER, AskedForm(year=YEAR))


def choose_somebody() -> None:
    """Leaders begin to be chosen; the branch puts somebody forward for a group, and the township files him."""
    with unit("assessment") as session:
        township_id, branch_id, group, person = session.execute(text(LEADER)).one()
    organiser, secretary = console(Role.ORGANISER, unit_id=township_id), console(Role.SECRETARY, unit_id=branch_id)
    with unit("activities") as session:
        office_settings.put(session, SYSTEM, township_id, Key.SYSTEMS, list(SWITCHED), reason="全部开通。")
    with unit("assessment") as session:
        asked = NewChoosing(group_id=group, post=Role.LEADER, reason=Reason.TERM)
        made = choosings.open_choosing(session, organiser, asked)
        made.way = Way.NOMINATE
        session.flush()
        day, today = date(YEAR + 1, 5, 20), clock.today(session)
        nominee = Nominee(
            person_id=person,
            resolved_on=today,
            expected=3,
            present=3,
            in_favour=3,
            consent_on=today,
            conduct="群众信得过。",
            from_on=day,
        )
        choosings.nominate(session, secretary, made.id, nominee)
        choosings.file(session, organiser, made.id, ChoosingFiling())


def try_the_mail() -> None:
    """A test letter to somebody of the office."""
    with unit("notify") as session:
        person = session.scalar(text("select min(id) from office.person where mail_sealed is not null"))
        work.post(session, "notify.try_line", key="walk", payload={"line": "mail", "person": person})


def announce_a_meeting() -> None:
    """The organiser calls the groups of the first branch to a meeting, with a receipt, on a day to come."""
    with unit("notify") as session:
        township_id, branch_id, day = session.execute(text(FIRST_BRANCH)).one()
    organiser = console(Role.ORGANISER, unit_id=township_id)
    asked = {"title": "集中学习通知", "body": "请按时参加。", "posts": ["leader"], "units": [branch_id]}
    asked |= {"wants_receipt": True, "due_on": day, "meets": "group_study"}
    asked |= {"meets_on": day, "meets_at": "9:00", "place": "村部"}
    with unit("notify", organiser) as session:
        made = circulars.write(session, organiser, Written.model_validate(asked, strict=False))
        circulars.send(session, organiser, made.id, recipients=len(recipients(session, made)))


def day_and_rest() -> None:
    """The day's work, and whatever is ready, until there is none."""
    for service in SERVICES:
        daily.post(service)
    work.settle(SERVICES)


class Killer:
    """Kills a worker at each point of each kind of work, the first time that there is work of that kind."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.died: set[tuple[str, str]] = set()

    def rest(self) -> None:
        for service in SERVICES:
            daily.post(service)
        for _ in range(200):
            ready = {name for service in SERVICES for name in work.ready(service)}
            if not ready:
                return
            for name in sorted(ready):
                self.kill_at_every_point(name)
                work.drain(name)
        raise AssertionError("never at rest")

    def kill_at_every_point(self, name: str) -> None:
        for point in (*OUTSIDE, *POINTS) if name == "notify.transmit" else POINTS:
            if (name, point) not in self.died and self.dies(name, point):
                self.died.add((name, point))

    def dies(self, name: str, point: str) -> bool:
        child = os.fork()
        if child == 0:
            try:
                forget_connections()
                os.environ["XIAOZU_FAIL"] = f"{point}@{name}" if point != "after_claim" else point
                work.drain(name)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        with psycopg.connect(self.database.owner_url, autocommit=True) as connection:
            for service in SERVICES:  # the lease runs out
                connection.execute(
                    f"update {service}.job set run_at = office.now() where state = 'ready' and attempts > 0 and due_at <= office.now()"
                )
        return os.waitstatus_to_exitcode(status) == 137


@pytest.fixture
def letterbox() -> Iterator[Controller]:
    """A mail server that takes everything: a letter cut off on its way there is unknown, and told again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(Sink(), hostname="127.0.0.1", port=port)
    server.start()
    yield server
    outside.hang_up()
    server.stop()


@pytest.mark.timeout(3000)
def test_f2_death_at_every_failpoint_of_every_kind_of_work_changes_nothing(
    office: Database,
    fresh_database: Callable[[], AbstractContextManager[Database]],
    settled_environment: pytest.MonkeyPatch,
    letterbox: Controller,
    tmp_path: Path,
):
    from tests.conftest import forget

    settled_environment.setenv("XIAOZU_MAIL_HOST", letterbox.hostname)
    settled_environment.setenv("XIAOZU_MAIL_PORT", str(letterbox.port))
    forget()
    killer = Killer(office)
    struck = walk_to_the_end(office, killer.rest)
    health = doctor.examine()
    with fresh_database() as twin:
        for name, value in {**twin.environment(), "XIAOZU_DATA": str(tmp_path / "twin")}.items():
            settled_environment.setenv(name, value)
        forget()
        untouched = walk_to_the_end(twin, day_and_rest)
        forget()

    missing = {(name, point) for name in work.TASKS if "trial" not in name for point in POINTS} - killer.died
    missing |= {("notify.transmit", point) for point in OUTSIDE} - killer.died
    assert sorted(missing) == []
    assert struck == untouched
    assert health == dict.fromkeys(doctor.CHECKS, doctor.OK)
