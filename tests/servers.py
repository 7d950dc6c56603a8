"""A real PostgreSQL and a real Valkey for the tests, once a run, and a fresh migrated database in milliseconds.

`XIAOZU_TEST_DATABASE_URL` (a superuser's) and `XIAOZU_TEST_REDIS_URL` name servers that are there already;
`XIAOZU_TEST_CONTAINERS=1` takes containers where an engine answers; otherwise both come from wheels.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from deploy.embedded.postgres import APP, OWNER
from deploy.embedded.valkey import Valkey
from deploy.migrate import have_login, upgrade_all
from tests.together import Shelf, lent_to, shelf, started

__all__ = ["shelf"]

# The oldest that an installation may bring along; the wheels bring the newest.
POSTGRES_IMAGE, REDIS_IMAGE = "postgres:15", "redis:7"
RUN = secrets.token_hex(3)  # two runs may share a server


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

    def clear(self) -> None:
        """Remove now what was to be removed."""
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            self._drop_all(connection)

    def _drop_all(self, connection: psycopg.Connection) -> None:
        while self.done_with:
            name = Identifier(self.done_with.pop())
            connection.execute(SQL("drop database if exists {} with (force)").format(name))

    def drop_all(self, beginning: str) -> None:
        """Remove every database whose name begins so: one that is copied, and the worlds that were built in copies."""
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            asked = "select datname from pg_database where starts_with(datname, %s)"
            names = [name for (name,) in connection.execute(asked, [beginning])]
        self.done_with.extend(names)
        self.clear()


@pytest.fixture(scope="session")
def postgres_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresServer]:
    """PostgreSQL, once a run."""
    if lent := lent_to(request.config):
        yield PostgresServer(*lent)
        return
    with ExitStack() as stack:
        if given := os.environ.get("XIAOZU_TEST_DATABASE_URL") or _container(stack, "postgres"):
            made = PostgresServer(given, _login_made(given))
            yield made
            made.clear()
            return
        server = stack.enter_context(started(tmp_path_factory))
        password = urlsplit(server.url()).password or ""
        yield PostgresServer(server.url(OWNER, database="postgres"), password)


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis or Valkey, once a run. Who wants to kill or freeze one makes his own `Valkey`."""
    with ExitStack() as stack:
        if given := os.environ.get("XIAOZU_TEST_REDIS_URL") or _container(stack, "valkey"):
            yield given
            return
        server = Valkey(tmp_path_factory.mktemp("valkey"))
        stack.callback(server.kill)
        server.start()
        yield server.url()


@pytest.fixture(scope="session")
def migrated(postgres_server: PostgresServer, shelf: Shelf) -> Iterator[Database]:
    """A migrated database that nobody uses, to be copied."""

    def make() -> Database:
        made = postgres_server.create(f"xiaozu_template_{RUN}")
        upgrade_all(made.owner_url)
        return made

    made = shelf.once("migrated", make)
    yield made
    if not shelf.common:  # else its server ends with the run
        postgres_server.drop_all(made.name)


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


def _login_made(owner_url: str) -> str:
    """Have the login of the services on a server that is not ours; returns its password of this run."""
    password = secrets.token_urlsafe(16)
    have_login(owner_url, password)
    return password


def _container(stack: ExitStack, kind: str) -> str | None:
    """The address of a container of that kind, where the tests were told to and an engine answers."""
    if os.environ.get("XIAOZU_TEST_CONTAINERS") != "1" or not _engine_answers():
        return None
    if kind == "postgres":
        from testcontainers.community.postgres import PostgresContainer

        postgres = stack.enter_context(_running(PostgresContainer(POSTGRES_IMAGE, driver=None)))
        return str(postgres.get_connection_url())
    from testcontainers.community.redis import RedisContainer

    redis = stack.enter_context(_running(RedisContainer(REDIS_IMAGE)))
    return f"redis://{redis.get_container_host_ip()}:{redis.get_exposed_port(6379)}/0"


@contextmanager
def _running(container: Any) -> Iterator[Any]:
    """A container for as long as the block lasts. Its client keeps sockets, which nobody else would close."""
    try:
        with container:
            yield container
    finally:
        container.get_docker_client().client.close()


def _engine_answers() -> bool:
    from docker import from_env
    from docker.errors import DockerException

    try:
        client = from_env(timeout=5)
    except DockerException:
        return False
    with closing(client):
        try:
            return bool(client.ping())
        except DockerException:
            return False
