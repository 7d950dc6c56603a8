"""Every test has a migrated database of its own on a real PostgreSQL, and an office whose date it may move."""

import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import psycopg
import pytest

from shared import clock, db, privacy, work
from shared.settings import SERVICES, settings
from tests.servers import (  # noqa: F401  fixtures
    Database,
    Fresh,
    fresh_database,
    migrated,
    postgres_server,
    valkey_server,
)

SECRET_KEY = b64encode(b"only for tests, thirty-two bytes").decode()
START = date(2025, 3, 3)  # a Monday: the office's date when a test begins, unless it moves it


def forget() -> None:
    """Settings and connections are read once a process; each test has its own."""
    if db.engine.cache_info().currsize:
        db.engine().dispose()
    db.engine.cache_clear()
    settings.cache_clear()
    privacy._keys.cache_clear()


@pytest.fixture
def settled_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name in list(os.environ):
        if name.startswith("XIAOZU_") and not name.startswith("XIAOZU_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XIAOZU_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XIAOZU_SECRET_KEY", SECRET_KEY)
    return monkeypatch


@pytest.fixture
def office(fresh_database: Fresh, settled_environment: pytest.MonkeyPatch) -> Iterator[Database]:  # noqa: F811
    """An empty, migrated installation; the settings of this process lead to it."""
    from deploy.web import load

    with fresh_database() as database:
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
