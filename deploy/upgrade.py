"""This folder's code takes over a box that runs, while people work; the folder before it is the way back.

Migrations only add (tests/deploy/test_migrate.py), so that old code works on with the database of new code.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from deploy.box.code import ORDER, OURS, Code, order, withdraw
from deploy.box.life import running
from deploy.box.state import Box, BoxRefusal
from deploy.migrate import TREES, pending, upgrade_all

TAKEN_OVER_SECONDS = 480  # three programs, each given a minute for its first word, there and back
LOOK_SECONDS = 0.2


class NotRunning(BoxRefusal):
    """Nothing runs there."""


class NotTakenOver(BoxRefusal):
    """The code that was to take over did not; what ran goes on."""


@dataclass(frozen=True)
class Plan:
    """What taking over would do: which migrations come, and whether the database is already ahead of this code."""

    box: Box
    to_come: list[str]
    ahead: bool

    @property
    def done(self) -> bool:
        """Whether this folder's code runs already."""
        return self.box.code == str(OURS.root)


def plan(data: Path) -> Plan:
    """Look at what runs; raises NotRunning where nothing does, or where its programs cannot be exchanged."""
    found = running(data)
    if not found or not found.serves:
        msg = "小组没有在运行：用这个文件夹的程序 xiaozu up 启动，就是升级；装成服务的，先启动服务，再升级。"
        raise NotRunning(msg)
    if not found.code:
        msg = "正在运行的程序不能边用边换：请先停下它，再用这个文件夹的程序启动。"
        raise NotRunning(msg)
    return Plan(found, pending(found.migrate_database_url), ahead(found))


def ahead(found: Box) -> bool:
    """Whether the database has seen migrations that this code does not know: then this is the way back."""
    import psycopg

    with psycopg.connect(found.migrate_database_url, connect_timeout=5) as connection:
        here: dict[str, str] = dict(connection.execute("select name, version from office.migrated()").fetchall())
    return any(tree.schema in here and here[tree.schema] not in tree.steps() for tree in TREES)


def take_over(found: Plan) -> None:
    """Bring the database up to date, then let the programs be exchanged; raises NotTakenOver with the reason."""
    upgrade_all(found.box.migrate_database_url)
    data = found.box.data
    order(data, Code(OURS.root, OURS.python))
    _wait(data)


def _wait(data: Path) -> None:
    until = time.monotonic() + TAKEN_OVER_SECONDS
    while time.monotonic() < until:
        now = Box.read(data)
        if now and now.code == str(OURS.root):
            return
        if now and now.refused and not (data / ORDER).exists():
            msg = f"新的程序没有启动，原来的照常运行：{now.refused}"
            raise NotTakenOver(msg)
        time.sleep(LOOK_SECONDS)
    withdraw(data)
    msg = "八分钟没有回答，不再等：请用 xiaozu status 看在不在运行，再看数据文件夹里 log/nursery.log。"
    raise NotTakenOver(msg)
