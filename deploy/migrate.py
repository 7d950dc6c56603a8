"""Migrations: one line of versions for each PostgreSQL schema, each in the folder of the service that owns it.

A long lock is never waited for (`lock_timeout`): others would queue behind the waiting statement. It is tried again.
Two who migrate at once are harmless: the second waits and then finds nothing to do.
"""

import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

ROOT = Path(__file__).parent.parent
MIGRATING = 7_015_008  # the advisory lock
LIMITS = "-c lock_timeout=5s -c statement_timeout=10min -c idle_in_transaction_session_timeout=10min"
TRIES = 6
LINE = re.compile(r'^(revision|down_revision)(?: ?:[^=\n]+)? ?= ?(?:"([^"]+)"|\'([^\']+)\'|None)', re.MULTILINE)


@dataclass(frozen=True)
class Tree:
    """The line of versions of one schema."""

    schema: str
    folder: Path

    def steps(self) -> dict[str, tuple[str | None, str]]:
        """What each revision follows, and the sentence that its file is named by; read without importing alembic."""
        found = {}
        for file in (self.folder / "versions").glob("*.py"):
            said = {key: double or single or None for key, double, single in LINE.findall(file.read_text())}
            found[said["revision"] or ""] = (said.get("down_revision"), file.stem)
        return found

    def after(self, current: str | None) -> list[str]:
        """The sentences still to come, in order; none when the database is ahead of this code."""
        steps = self.steps()
        following = {before: (revision, sentence) for revision, (before, sentence) in steps.items()}
        if current is not None and current not in steps:
            return []
        to_come = []
        while current in following:
            current, sentence = following[current]
            to_come.append(sentence)
        return to_come


TREES: tuple[Tree, ...] = (
    Tree("office", ROOT / "shared" / "migrations"),
    *(Tree(name, ROOT / "services" / name / "migrations") for name in ("activities", "assessment", "notify")),
)


def fingerprint(trees: Sequence[Tree] = TREES) -> str:
    """What this code brings along: a database that was migrated to the same has nothing to come."""
    return "".join(f"{tree.schema}: {sentence}\n" for tree in trees for sentence in tree.after(None))


def pending(url: str, trees: Sequence[Tree] = TREES) -> list[str]:
    """The migrations that this database has not seen, as `schema: dated sentence`."""
    import psycopg

    with psycopg.connect(url, connect_timeout=5) as connection:
        found = []
        for tree in trees:
            table = f"{tree.schema}.alembic_version"
            here = connection.execute("select to_regclass(%s)", [table]).fetchone()
            row = connection.execute(f"select version_num from {table}").fetchone() if here and here[0] else None
            found += [f"{tree.schema}: {sentence}" for sentence in tree.after(row[0] if row else None)]
    return found


def upgrade_all(url: str, trees: Sequence[Tree] = TREES) -> list[str]:
    """Bring every schema to its newest version, in the order of `trees`; returns what was done."""
    from sqlalchemy import NullPool, create_engine

    engine = create_engine(url, poolclass=NullPool, connect_args={"options": LIMITS, "connect_timeout": 5})
    with _alone(engine):
        to_do = pending(url, trees)
        for tree in trees:
            if any(name.startswith(f"{tree.schema}: ") for name in to_do):
                _upgrade(engine, tree)
    return to_do


def new(schema: str, sentence: str, trees: Sequence[Tree] = TREES) -> Path:
    """An empty migration, named by the day and a sentence."""
    from alembic import command

    tree = next(tree for tree in trees if tree.schema == schema)
    made = command.revision(_config(tree), sentence)
    return Path(made.path)  # type: ignore[union-attr]


def _upgrade(engine: "Engine", tree: Tree) -> None:
    from alembic import command
    from sqlalchemy import text
    from sqlalchemy.exc import OperationalError

    for attempt in range(1, TRIES + 1):
        try:
            with engine.connect() as connection:
                connection.execute(text(f'create schema if not exists "{tree.schema}"'))
                connection.commit()
                command.upgrade(_config(tree, connection), "head")
        except OperationalError as error:
            if attempt == TRIES or getattr(error.orig, "sqlstate", "") != "55P03":  # a lock was not to be had
                raise
            time.sleep(attempt)
        else:
            return


def _config(tree: Tree, connection: "Connection | None" = None) -> "Config":
    from alembic.config import Config

    config = Config(attributes={"schema": tree.schema, "connection": connection})
    for name, value in {
        "script_location": Path(__file__).parent / "migrations",
        "version_locations": tree.folder / "versions",
        "path_separator": "newline",
        "file_template": "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s",
        "truncate_slug_length": 80,
    }.items():
        config.set_main_option(name, str(value))
    return config


@contextmanager
def _alone(engine: "Engine") -> Iterator[None]:
    from sqlalchemy import text

    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("set lock_timeout = 0"))
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": MIGRATING})
        yield  # the lock goes with the connection


def have_login(owner_url: str, password: str, *, login: str = "xiaozu_app") -> None:
    """Have the login of the services, which the migrations give their roles to, with this password.

    The server is given what it keeps of a password, not the password: statements stand in its log.
    """
    import psycopg
    from psycopg.sql import SQL, Identifier, Literal

    with psycopg.connect(owner_url, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_roles where rolname = %s", [login]).fetchone():
            connection.execute(SQL("create role {} login noinherit").format(Identifier(login)))
        kept = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
        connection.execute(SQL("alter role {} password {}").format(Identifier(login), Literal(kept)))


def main() -> None:
    """Migrate the database of the settings; `--wait` for a server that is still starting."""
    from shared.settings import settings

    url = settings().migrate_database_url or settings().database_url
    if "--wait" in sys.argv[1:]:
        from deploy.version import wait_for_server

        wait_for_server(url)
    if settings().app_password:
        have_login(url, settings().app_password)
    upgrade_all(url)


if __name__ == "__main__":
    main()
