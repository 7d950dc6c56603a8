"""A real PostgreSQL and a real Valkey for the tests, once a run, and a fresh migrated database in milliseconds.

`XIAOZU_TEST_DATABASE_URL` (a superuser's) and `XIAOZU_TEST_REDIS_URL` name servers that are there already;
`XIAOZU_TEST_CONTAINERS=1` takes containers where an engine answers (tests/engine.py); otherwise both come from wheels.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from deploy.embedded.postgres import APP
from deploy.embedded.valkey import Valkey
from deploy.migrate import upgrade_all
from tests.engine import container
from tests.together import RUN_LETTERS, Shelf, lent_to, serving, shelf

__all__ = ["shelf"]

# Two runs may share a server, and so may the processes of one.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", secrets.token_hex())[:RUN_LETTERS]
RUN += os.environ.get("PYTEST_XDIST_WORKER", "")


@dataclass(frozen=True)
class Database:
    """One database, as its owner and as the services see it."""

    name: str
    owner_url: str
    app_url: str

    def environment(self) -> dict[str, str]:
        """The settings that lead a process to it."""
        return {"XIAOZU_DATABASE_URL": self.app_url, "XIAOZU_MIGRATE_DATABASE_URL": self.owner_url}


Fresh = Callable[[], AbstractContextManager[Database]]


@dataclass(frozen=True)
class PostgresServer:
    """A server on which the tests may make databases."""

    owner_url: str
    app_password: str
    done_with: list[str] = field(default_factory=list, compare=False)

    def database(self, name: str) -> Database:
        """The addresses of one of its databases."""
        parts = urlsplit(self.owner_url)
        owner = urlunsplit(parts._replace(path=f"/{name}"))
        app = parts._replace(path=f"/{name}", netloc=f"{APP}:{self.app_password}@{parts.netloc.rpartition('@')[2]}")
        return Database(name, owner, urlunsplit(app))

    def create(self, name: str, template: str = "template0") -> Database:
        """Make a database, as a copy of the files of another one that nobody is connected to."""
        made = SQL("create database {} template {} strategy file_copy").format(Identifier(name), Identifier(template))
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            self._drop_all(connection)
            connection.execute(made)
        return self.database(name)

    def drop(self, name: str) -> None:
        """Remove a database with whoever is in it: when the next is made, for one that was just left is waited for."""
        self.done_with.append(name)

    def _drop_all(self, connection: psycopg.Connection) -> None:
        while self.done_with:
            name = Identifier(self.done_with.pop())
            connection.execute(SQL("drop database if exists {} with (force)").format(name))


@pytest.fixture(scope="session")
def postgres_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresServer]:
    """PostgreSQL, once a run."""
    if lent := lent_to(request.config):
        yield PostgresServer(*lent)
        return
    with serving(tmp_path_factory, RUN) as own:
        yield PostgresServer(*own)


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis or Valkey, once a run. Who wants to kill or freeze one makes his own `Valkey`."""
    with ExitStack() as stack:
        if given := os.environ.get("XIAOZU_TEST_REDIS_URL") or container(stack, "valkey"):
            yield given
            return
        server = Valkey(tmp_path_factory.mktemp("valkey"))
        stack.callback(server.kill)
        server.start()
        yield server.url()


@pytest.fixture(scope="session")
def migrated(postgres_server: PostgresServer, shelf: Shelf) -> Database:
    """A migrated database that nobody uses, to be copied."""

    def make() -> Database:
        made = postgres_server.create(f"xiaozu_{RUN}_template")
        upgrade_all(made.owner_url)
        return made

    return shelf.once("migrated", make)


@pytest.fixture(scope="session")
def fresh_database(postgres_server: PostgresServer, migrated: Database) -> Fresh:
    """`with fresh_database() as database:` a copy of the migrated one, gone afterwards."""
    numbers = count(1)

    @contextmanager
    def fresh() -> Iterator[Database]:
        made = postgres_server.create(f"xiaozu_{RUN}_{next(numbers)}", migrated.name)
        try:
            yield made
        finally:
            postgres_server.drop(made.name)

    return fresh


@pytest.fixture
def database(fresh_database: Fresh) -> Iterator[Database]:
    """A fresh migrated database for one test."""
    with fresh_database() as made:
        yield made
