"""Worlds that are built once a run: a test gets a copy of the database in which its own stands, within milliseconds.

`@world` makes a fixture of whoever builds one; the `office` of a test that asks for it begins as a copy of that world.
`@grown(town)` is a world that is built in a copy of another one, and told what was said by the builders of all those
on whose ground it stands, the nearest first.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine, create_engine, event, make_url

from tests.servers import Database, PostgresServer
from tests.together import Shelf

Built = TypeVar("Built")
Build = Callable[..., Any]


def world(build: Callable[..., Built]) -> Callable[..., Built]:
    """A fixture of that name: what `build` makes in an empty office, as of the moment when a test begins."""

    def standing(office: Database, worlds: Worlds) -> Built:
        return worlds.told(office, build)

    standing.__doc__, standing.builds = build.__doc__, build  # type: ignore[attr-defined]
    made = pytest.fixture(name=build.__name__)(standing)
    made.builds = build  # type: ignore[attr-defined]
    return made


def grown(ground: Any) -> Callable[[Callable[..., Built]], Callable[..., Built]]:
    """As `world`, on the ground of another one."""

    def make(build: Callable[..., Built]) -> Callable[..., Built]:
        build.ground = ground.builds  # type: ignore[attr-defined]
        return world(build)

    return make


def layers(build: Build | None) -> list[Build]:
    """A world, and those on which it has grown."""
    return [build, *layers(getattr(build, "ground", None))] if build else []


def wanted(request: pytest.FixtureRequest) -> Build | None:
    """The world that a test asks for: of several the one that has grown most, the others are built into it."""
    found = request.node._fixtureinfo.name2fixturedefs.values()
    builds = [made[-1].func.builds for made in found if hasattr(made[-1].func, "builds")]
    return max(builds, key=lambda build: len(layers(build)), default=None)


class Worlds:
    """What has been built, each in a database that nobody uses any more."""

    def __init__(
        self, server: PostgresServer, shelf: Shelf, empty: Database, led_to: Callable[[Database], Any]
    ) -> None:
        self.server = server
        self.shelf = shelf
        self.empty = empty
        self.led_to = led_to
        self.copies: dict[str, Build] = {}

    @contextmanager
    def copy(self, build: Build | None) -> Iterator[Database]:
        """A database of one's own: migrated, and with that world in it."""
        made = self.server.create(f"{self.empty.name}_{secrets.token_hex(4)}", self._source(build).name)
        if build:
            self.copies[made.name] = build
        try:
            yield made
        finally:
            self.copies.pop(made.name, None)
            self.server.drop(made.name)

    def told(self, office: Database, build: Callable[..., Built]) -> Built:
        """What the builder said of its world; where the office began as a copy of another, it is built now."""
        if build not in layers(self.copies.get(office.name)):
            return build(*(self.told(office, ground) for ground in layers(build)[1:]))
        told: Built = self._built(build)[1]
        return told

    def _source(self, build: Build | None) -> Database:
        if build is None:
            return self.empty
        database: Database = self._built(build)[0]
        return database

    def _built(self, build: Build) -> tuple[Database, Any]:
        def make() -> tuple[Database, Any]:
            below = [self._built(ground) for ground in layers(build)[1:]]
            source = below[0][0] if below else self.empty
            made = self.server.create(f"{self.empty.name}_world_{secrets.token_hex(4)}", source.name)
            with self.led_to(made):
                return made, build(*(said for _, said in below))

        return self.shelf.once(f"{build.__module__}.{build.__name__}", make)


# --- what SQLAlchemy has compiled serves every test of a process ---

_engines: dict[str, Engine] = {}
_addresses: dict[str, str] = {}


def lasting_engine(url: str, **options: Any) -> Engine:
    """As `create_engine`, but one for a process and kind: it leads to the database that was named last."""
    kind = f"{os.getpid()} {options}"
    _addresses[kind] = url
    if kind not in _engines:
        _engines[kind] = made = create_engine(url, **options)
        event.listen(made, "do_connect", lambda dialect, _, __, parameters: parameters.update(_way(dialect, kind)))
    return _engines[kind]


def _way(dialect: Any, kind: str) -> dict[str, Any]:
    """Where that kind of engine connects to now."""
    parameters: dict[str, Any] = dialect.create_connect_args(make_url(_addresses[kind]))[1]
    return parameters
