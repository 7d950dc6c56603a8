"""Every test has a migrated database of its own on a real PostgreSQL, and an office whose date it may move."""

import gc
import os
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright
from starlette.testclient import TestClient

from shared import clock, db, machine, work
from shared.settings import SERVICES, settings
from tests import applications
from tests.browsing import Desk, Visitor, launch, served
from tests.hashes import make_quick
from tests.installed import copied
from tests.servers import (  # noqa: F401  fixtures
    Database,
    Fresh,
    PostgresServer,
    fresh_database,
    migrated,
    postgres_server,
    shelf,
    valkey_server,
)
from tests.together import Leading, Shelf
from tests.town import Doors, Town, build_town
from tests.two_years import TwoYears
from tests.weights import lines
from tests.worlds import Worlds, lasting_engine, wanted, world

db.create_engine = lasting_engine  # type: ignore[attr-defined,assignment]
PATIENCE = (db.PING_SECONDS, db.CONNECT_SECONDS, db.FREE_SECONDS)  # the product's own
db.PING_SECONDS, db.CONNECT_SECONDS, db.FREE_SECONDS = 30.0, 30, 30  # a machine full of tests is no absent database
make_quick()

SECRET_KEY = b64encode(b"only for tests, thirty-two bytes").decode()
ROOMY = (2**36, 2**37)  # bytes of a disk that are free, and all
START = date(2025, 3, 3)  # a Monday: the office's date when a test begins, unless it moves it
MINUTES_OF_TWO_YEARS = 60 * 24 * 1000


# A busy machine takes its time over an example: that is no fault of what is tried.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """Several processes use one server."""
    config.pluginmanager.register(Leading())


def pytest_collection_finish() -> None:
    """What was imported stays to the end: the collector of rubbish need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def pytest_unconfigure() -> None:
    """The last request has been answered."""
    applications.stop()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The heaviest pages of each person."""
    ended = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    if table := lines(ended):
        terminalreporter.section("weight of the pages")
        for line in table:
            terminalreporter.line(line)


def forget() -> None:
    """Settings and connections are read once a process; each test has its own."""
    if db.engine.cache_info().currsize:
        db.engine().dispose()
    db.engine.cache_clear()
    settings.cache_clear()


@pytest.fixture
def settled_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    settle_environment(monkeypatch, tmp_path / "data")
    return monkeypatch


def unsettle(patch: pytest.MonkeyPatch) -> None:
    """No setting leads anywhere: this process may have been led somewhere for as long as a folder of tests lasts."""
    for name in list(os.environ):
        if name.startswith("XIAOZU_") and not name.startswith("XIAOZU_TEST_"):
            patch.delenv(name)


def settle_environment(patch: pytest.MonkeyPatch, data: Path) -> None:
    unsettle(patch)
    patch.setenv("XIAOZU_DATA", str(data))
    patch.setenv("XIAOZU_SECRET_KEY", SECRET_KEY)
    patch.setattr(machine, "disk", lambda: ROOMY)  # what a desk says does not hang on who else fills this disk


@pytest.fixture
def own_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is waited for as long as in an office."""
    for name, seconds in zip(("PING_SECONDS", "CONNECT_SECONDS", "FREE_SECONDS"), PATIENCE, strict=True):
        monkeypatch.setattr(db, name, seconds)
    forget()


@pytest.fixture(scope="session")
def worlds(
    postgres_server: PostgresServer,  # noqa: F811
    shelf: Shelf,  # noqa: F811
    migrated: Database,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Worlds:
    """The worlds that tests ask for, each built once a run."""

    @contextmanager
    def led_there(database: Database) -> Iterator[None]:
        set_office_date(database, clock.moment(START, 8))  # before the hour at which tests begin
        with led_to(database, tmp_path_factory.mktemp("world")):
            yield

    return Worlds(postgres_server, shelf, migrated, led_there)


@pytest.fixture
def office(
    worlds: Worlds, settled_environment: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """A migrated installation, empty but for the world that the test asks for; this process's settings lead to it."""
    from deploy.houses import load

    with worlds.copy(wanted(request)) as database:
        for name, value in database.environment().items():
            settled_environment.setenv(name, value)
        forget()
        load(SERVICES)
        work.ring = work._no_bell  # no bells here: tests sweep when they want the work done
        set_office_date(database, clock.moment(START, 9))
        yield database
        forget()


def set_office_date(database: Database, moment: datetime) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        connection.execute("update office.clock set shift = %s - now(), movable = true", [moment])


def it_is(day: date, hour: int) -> None:
    """Move the office's date where this process is led to, as whoever builds a world wants it."""
    with psycopg.connect(settings().migrate_database_url, autocommit=True) as connection:
        connection.execute("update office.clock set shift = %s - now(), movable = true", [clock.moment(day, hour)])


@contextmanager
def only_read(database: Database, *, later_minutes: int = 0) -> Iterator[None]:
    """What a box tells its server before the disk is full, for one database of the many that it has in tests."""
    say = f"alter database {database.name} {{}} default_transaction_read_only"
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("update office.clock set shift = shift + make_interval(mins => %s)", [later_minutes])
        owner.execute(f"{say.format('set')} = on")
        db.engine().dispose()
        try:
            yield
        finally:
            owner.execute(say.format("reset"))
            owner.execute("set default_transaction_read_only = off")
            owner.execute("update office.clock set shift = shift - make_interval(mins => %s)", [later_minutes])
            db.engine().dispose()


@pytest.fixture
def move_to(office: Database) -> Callable[..., None]:
    """Move the office's date: `move_to(date(2025, 12, 1))`, nine in the morning unless another hour is named."""

    def move(day: date, hour: int = 9) -> None:
        set_office_date(office, clock.moment(day, hour))

    return move


@pytest.fixture
def settle(office: Database) -> Callable[[], None]:
    """Do all work that is ready, in all services, until there is none."""
    return lambda: work.settle(SERVICES)


# --- the named world, and two years of its life ---


@contextmanager
def led_to(database: Database, data: Path) -> Iterator[None]:
    """This process as one of an installation, for longer than a test."""
    from deploy.houses import load

    with pytest.MonkeyPatch.context() as patch:
        settle_environment(patch, data)
        # A sitting outlives the months that the office's date is moved over: nobody signs in for each of them.
        lasting = {"XIAOZU_SESSION_IDLE_MINUTES": str(MINUTES_OF_TWO_YEARS), "XIAOZU_SESSION_HOURS": str(24 * 1000)}
        for name, value in (database.environment() | lasting).items():
            patch.setenv(name, value)
        forget()
        load(SERVICES)
        work.ring = work._no_bell
        try:
            yield
        finally:
            forget()


@contextmanager
def browsers() -> Iterator[Doors]:
    """The application as it is served, and a client for each person of the named world."""
    with TestClient(applications.whole(), base_url="http://testserver") as client:
        yield Doors(client)


@world
def town() -> Town:
    """清溪镇 and its neighbour, as tests.town has them."""
    return build_town()


@pytest.fixture
def doors(town: Town) -> Iterator[Doors]:
    """A client for each person of the named world: `doors.organiser.get("assessment/cycles")`."""
    with browsers() as opened:
        yield opened


# --- pages, without script and in a real browser ---


@pytest.fixture
def visit(town: Town) -> Callable[..., Visitor]:
    """`visit("organiser")`: somebody of the named world at the pages, with a browser without script."""
    return lambda login=None, **more: Visitor(applications.whole(), login, **more)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, once a run."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def desk(town: Town, chromium: Browser) -> Iterator[Desk]:
    """`with desk.window("organiser", size=PHONE) as page:` the named world in a real browser."""
    with served(applications.whole()) as address:
        yield Desk(chromium, address)


@pytest.fixture(scope="session")
def two_years(
    postgres_server: PostgresServer,  # noqa: F811
    shelf: Shelf,  # noqa: F811
    migrated: Database,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> TwoYears:
    """Two whole years, walked once a run; what was seen on the way stands in `seen`. Look at a copy of it."""

    def walk() -> TwoYears:
        data = tmp_path_factory.mktemp("two_years")
        database = postgres_server.create(f"{migrated.name}_two_years", migrated.name)
        set_office_date(database, clock.moment(date(2024, 1, 3), 9))
        with led_to(database, data), browsers() as opened:
            move = partial(_next_morning, database)
            years = TwoYears(database, data, build_town(), opened, move)
            years.walk()
        return replace(years, doors=None)  # the doors are closed, and nobody walks on

    return shelf.once("two_years", walk)


def _next_morning(database: Database, day: date) -> None:
    set_office_date(database, clock.moment(day, 9))


@contextmanager
def copy_of(database: Database, data: Path, moment: datetime, server: PostgresServer) -> Iterator[Database]:
    """This process in a copy of a world, at a moment: with a folder of its own, for letters and files fall into it."""
    copy = server.create(f"{database.name}_{secrets.token_hex(3)}", database.name)
    with ExitStack() as stack:
        stack.callback(server.drop, copy.name)
        folder = Path(stack.enter_context(TemporaryDirectory()))
        set_office_date(copy, moment)
        stack.enter_context(led_to(copy, copied(data, folder / "data")))
        yield copy


def evening_of(two_years: TwoYears, server: PostgresServer) -> AbstractContextManager[Database]:
    """A copy of the two years, on the evening of their last day."""
    return copy_of(two_years.database, two_years.data, clock.moment(two_years.last_day, 18), server)


@pytest.fixture(scope="module")
def afterwards(two_years: TwoYears, postgres_server: PostgresServer) -> Iterator[Doors]:  # noqa: F811
    """The same people at a copy of it, on the evening of the last day."""
    with evening_of(two_years, postgres_server), browsers() as doors:
        yield doors
