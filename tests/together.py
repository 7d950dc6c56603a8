"""What the processes of one run share: one server, and whatever is made once; who needs a thing first makes it."""

import fcntl
import os
import pickle
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from deploy.box.state import locked
from deploy.embedded.postgres import OWNER, Postgres
from deploy.migrate import have_login
from tests.engine import FLEETING, container
from tests.memory import roomy

Made = TypeVar("Made")
LENT = "postgres"
RUN_LETTERS = 6


@dataclass(frozen=True)
class Shelf:
    """A folder of things that were made; `common` where other processes look there too."""

    folder: Path
    common: bool

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What `make` returns, made by the first who asks; a copy of one's own for each who asks."""
        kept = self.folder / f"{name}.made"
        with locked(self.folder / f"{name}.lock", fcntl.LOCK_EX):
            if not kept.exists():
                kept.write_bytes(pickle.dumps(make()))
            made: Made = pickle.loads(kept.read_bytes())
            return made


@pytest.fixture(scope="session")
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Where this run keeps what it has made."""
    own = tmp_path_factory.getbasetemp()
    common = lent_to(request.config) is not None
    return Shelf(own.parent if common else own, common)


def lent_to(config: pytest.Config) -> tuple[str, str] | None:
    """The server of all processes of this run, where one process leads several: its owner's address, the password."""
    lent: tuple[str, str] | None = getattr(config, "workerinput", {}).get(LENT)
    return lent


class Leading:
    """Of the process that leads the others: it has the server that they use, from the first to the last."""

    def __init__(self) -> None:
        self.lent: tuple[str, str] | None = None
        self.ended = ExitStack()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Before another process starts, it is told of the server."""
        if self.lent is None:
            factory: pytest.TempPathFactory = node.config._tmp_path_factory
            run = node.workerinput["testrunuid"][:RUN_LETTERS]
            self.lent = self.ended.enter_context(serving(factory, run))
        node.workerinput[LENT] = self.lent

    def pytest_unconfigure(self) -> None:
        """The last has ended."""
        self.ended.close()


@contextmanager
def serving(factory: pytest.TempPathFactory, run: str) -> Iterator[tuple[str, str]]:
    """A PostgreSQL for a run: the one that is named, one in a container, or one from wheels.

    Args:
        factory: finds a folder for it.
        run: with what the names of the run's databases begin, behind `xiaozu_`.

    Yields:
        Its owner's address, and the password of the services' login.
    """
    with ExitStack() as stack:
        if given := os.environ.get("XIAOZU_TEST_DATABASE_URL") or container(stack, "postgres"):
            yield given, _login_made(given)
            _clear(given, f"xiaozu_{run}")
            return
        server = stack.enter_context(_started(factory))
        yield server.url(OWNER, database="postgres"), urlsplit(server.url()).password or ""


@contextmanager
def _started(factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with roomy(lambda: factory.mktemp("postgres")) as folder:
        # Each sign-in is cheap; the oldest versions do not know how.
        server = Postgres(folder, durable=False, more={**FLEETING, "scram_iterations": "1"})
        server.start()
        try:
            yield server
        finally:
            server.kill()


def _login_made(owner_url: str) -> str:
    """Have the login of the services on a server that is not ours; returns its password of this run."""
    password = secrets.token_urlsafe(16)
    have_login(owner_url, password)
    return password


def _clear(owner_url: str, beginning: str) -> None:
    """Leave no database on a server that is not ours."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        asked = "select datname from pg_database where starts_with(datname, %s)"
        for (name,) in connection.execute(asked, [beginning]).fetchall():
            connection.execute(SQL("drop database if exists {} with (force)").format(Identifier(name)))
