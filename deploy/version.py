"""Waiting until the database is there and as new as this code: programs that stand alone start in any order."""

import time
from collections.abc import Sequence

import psycopg
import structlog

from deploy.migrate import TREES, Tree

log = structlog.get_logger()

AGAIN_SECONDS = 1.0
TOLD_EVERY = 30
MIGRATED = "select name, version from office.migrated()"


def wait(url: str) -> None:
    """Return once the services' login finds every schema at this code's version, or at a later one."""
    tried = 0
    while (missing := lacking(url)) is not None:
        if tried % TOLD_EVERY == 0:
            log.warning("waits_for_database", why=missing)
        tried += 1
        time.sleep(AGAIN_SECONDS)


def lacking(url: str, trees: Sequence[Tree] = TREES) -> str | None:
    """Why a program of this code cannot work with that database yet; None where it can."""
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            connection.execute("set role xiaozu_keeper")
            here: dict[str, str] = dict(connection.execute(MIGRATED).fetchall())
    except psycopg.Error as error:
        return type(error).__name__
    behind = [tree.schema for tree in trees if tree.after(here.get(tree.schema))]
    return f"not migrated: {', '.join(behind)}" if behind else None


def wait_for_server(url: str) -> None:
    """Return once the server lets the owner in."""
    while True:
        try:
            psycopg.connect(url, connect_timeout=3).close()
        except psycopg.OperationalError as error:
            log.warning("waits_for_server", why=type(error).__name__)
            time.sleep(AGAIN_SECONDS)
        else:
            return
