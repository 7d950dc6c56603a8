import threading
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import psycopg
import pytest

from shared import apart, work
from tests.servers import Database

answered = lru_cache(maxsize=32)(apart._run)


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child that reads a file knows nothing but its question: to the same one it would give the same answer."""
    monkeypatch.setattr(apart, "_run", answered)


@pytest.fixture
def worker(office: Database) -> Iterator[None]:
    """A worker at hand: what is ready is done at once, beside the test."""
    ending = threading.Event()

    def serve() -> None:
        while not ending.wait(0.05):
            work.sweep("activities")

    thread = threading.Thread(target=serve)
    thread.start()
    yield
    ending.set()
    thread.join()


@pytest.fixture
def sql(office: Database):
    def ask(question: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(office.owner_url, autocommit=True) as connection:
            found = connection.execute(question, values or None)
            return found.fetchall() if found.description else []

    return ask
