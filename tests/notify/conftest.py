"""A small township to tell things to, a mail server that misbehaves as told, and work done until it rests."""

import asyncio
import hashlib
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes
from email.message import Message as Mail
from functools import cache
from types import SimpleNamespace

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Talk
from starlette.testclient import TestClient

from services.notify.channels import outside
from shared import clock, privacy, work
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import forget_connections, unit
from shared.events import Fact
from shared.people import Account, Person, Post, Sitting, Unit
from shared.roles import Role
from shared.settings import settings
from tests import applications
from tests.browsing import Visitor
from tests.servers import Database
from tests.worlds import world

FOUNDED = date(2020, 1, 1)


@dataclass
class Town:
    """A township with three branches of one group each; the third has no secretary, the second's has no mail."""

    units: dict[str, int]
    people: dict[str, int]

    def actor(self, name: str, *posts: tuple[Role, str]) -> Actor:
        """Somebody who acts, in his posts."""
        held = tuple((role, self.units[place]) for role, place in posts)
        return Actor(account_id=None, person_id=self.people[name], name=name, posts=held)


PEOPLE = (
    ("organiser", Role.ORGANISER, "清河镇", True),
    ("committee", Role.COMMITTEE, "清河镇", True),
    ("keeper", Role.KEEPER, "清河镇", False),
    ("first", Role.SECRETARY, "东村", True),
    ("second", Role.SECRETARY, "西村", False),
    ("leader", Role.LEADER, "东村一组", True),
    ("outsider", Role.ORGANISER, "别的镇", True),
)


@world
def town() -> Town:
    """The three branches, and the other township."""
    with unit("activities") as session:
        units: dict[str, int] = {}

        def build(name: str, kind: str, township: str | None = None, branch: str | None = None) -> None:
            made = Unit(
                kind=kind,
                name=name,
                sort_key=name,
                founded_on=FOUNDED,
                township_id=units.get(township or ""),
                branch_id=units.get(branch or ""),
            )
            session.add(made)
            session.flush()
            units[name] = made.id

        build("清河镇", "township")
        build("别的镇", "township")
        for branch in ("东村", "西村", "南村"):
            build(branch, "branch", "清河镇")
            build(f"{branch}一组", "group", "清河镇", branch)
        people: dict[str, int] = {}
        for name, role, place, mail in PEOPLE:
            person = Person(unit_id=units[place], name=name, pinyin=name)
            session.add(person)
            session.flush()
            if mail:
                person.mail_sealed = privacy.seal(f"{name}@example.org", place=f"person|mail|{person.id}")
            session.add(Post(person_id=person.id, unit_id=units[place], kind=role, starts_on=FOUNDED))
            people[name] = person.id
    return Town(units, people)


@pytest.fixture
def say(town: Town) -> Callable[..., int]:
    """Announce a fact as assessment or activities would."""

    def announce_it(fact: Fact, service: str = "assessment") -> int:
        with unit(service) as session:
            return announce(session, fact, by=SYSTEM)

    return announce_it


@pytest.fixture
def rows(office: Database) -> Callable[..., list[SimpleNamespace]]:
    """What stands in the database, as its owner sees it."""

    def ask(question: str, *values: object) -> list[SimpleNamespace]:
        with psycopg.connect(office.owner_url) as connection, connection.cursor() as cursor:
            cursor.execute(question, values or None)
            names = [column.name for column in cursor.description or ()]
            return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in cursor]

    return ask


@pytest.fixture
def letters(rows: Callable[..., list[SimpleNamespace]]) -> Callable[[], dict[str, str]]:
    """The state of every delivery by mail, by the recipient's name."""

    def ask() -> dict[str, str]:
        found = rows(
            "select p.name, d.state from notify.delivery d join office.person p on p.id = d.person_id"
            " where d.channel = 'mail' order by d.id"
        )
        return {row.name: row.state for row in found}

    return ask


@pytest.fixture
def execute(office: Database) -> Callable[..., None]:
    """Change the database as its owner."""

    def run(statement: str, *values: object) -> None:
        with psycopg.connect(office.owner_url, autocommit=True) as connection:
            connection.execute(statement, values)

    return run


@pytest.fixture
def later(execute: Callable[..., None]) -> Callable[[float], None]:
    """Let so many minutes pass."""

    def pass_(minutes: float) -> None:
        execute("update office.clock set shift = shift + make_interval(secs => %s)", minutes * 60)

    return pass_


@pytest.fixture
def rest() -> Callable[[], None]:
    """Do what is ready in notify until there is nothing."""
    return lambda: work.settle(("notify",))


@pytest.fixture
def here(request: pytest.FixtureRequest) -> SimpleNamespace:
    """The township and everything that may be done to it, for tests that want much of it."""
    names = ("town", "say", "rest", "rows", "execute", "letters", "later", "move_to")
    return SimpleNamespace(**{name: request.getfixturevalue(name) for name in names})


# --- mail servers ---


@dataclass
class Fake:
    """What a mail server saw, and how it answers: a reply for each RCPT or DATA, or `hang` and `drop`."""

    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    seen: list[Mail] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)
    pipelining: bool = False
    careless: bool = False  # goes on to the letter although it has refused the recipient

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, talk: Talk, _envelope: Envelope, name: str, responses: list[str]
    ) -> list[str]:
        talk.host_name = name
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _talk: Talk, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.rcpt.pop(0) if self.rcpt else "250 OK"
        if answer == "hang":
            await asyncio.sleep(5)
        if answer.startswith("250") or self.careless:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, talk: Talk, envelope: Envelope) -> str:  # noqa: N802
        self.seen.append(message_from_bytes(envelope.content or b""))
        self.sessions.add(id(talk))
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer == "drop":
            assert server.transport is not None
            server.transport.abort()
        if answer == "hang":
            await asyncio.sleep(5)
        return answer


@pytest.fixture(params=[False, True], ids=["one at a time", "pipelining"])
def server(request: pytest.FixtureRequest, office: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """A mail server that takes everything, unless its lists say otherwise; of the old kind and of the usual one."""
    handler = Fake(pipelining=request.param)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("XIAOZU_MAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("XIAOZU_MAIL_PORT", str(port))
    monkeypatch.setenv("XIAOZU_MAIL_SECONDS", "1")
    settings.cache_clear()
    yield handler
    outside.hang_up()
    controller.stop()
    settings.cache_clear()


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Change settings of this process: `set_up(mail_per_minute=10)`."""

    def change(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"XIAOZU_{name.upper()}", str(value))
        settings.cache_clear()

    yield change
    settings.cache_clear()


@pytest.fixture
def dies_at(office: Database) -> Callable[[str], None]:
    """Work in a process of its own that dies at a named place, as a kill -9 would have it."""

    def die(point: str) -> None:
        child = os.fork()
        if child == 0:
            forget_connections()
            os.environ["XIAOZU_FAIL"] = point
            try:
                work.settle(("notify",))
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 137

    return die


@pytest.fixture
def client(town: Town) -> Callable[[str], TestClient]:
    """The API of notify, signed in as one of the people of the town."""
    app = applications.of_service("notify")

    @cache
    def sign_in(name: str) -> TestClient:
        with unit("activities") as session:
            account = Account(
                person_id=town.people[name], login=name, password_hash="-", first_password=False, failures=0
            )
            session.add(account)
            session.flush()
            now = clock.now(session)
            hashed = hashlib.sha256(name.encode()).digest()
            session.add(Sitting(token_hash=hashed, account_id=account.id, started_at=now, seen_at=now))
        return TestClient(app, headers={"authorization": f"Bearer {name}"}, raise_server_exceptions=False)

    return sign_in


@pytest.fixture
def visit(client: Callable[[str], TestClient]) -> Callable[[str], Visitor]:
    """The pages of the house, met by one of the people of the town with a browser without script."""

    @cache
    def come(name: str) -> Visitor:
        client(name)
        visitor = Visitor(applications.whole())
        visitor.client.cookies.set("__Host-sid", name, domain="testserver.local")
        return visitor

    return come
