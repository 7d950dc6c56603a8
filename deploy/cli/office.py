"""What the commands share: a box to work in, a township by its name, and how results are shown."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.box import Box, box

screen = Console(stderr=True)  # what people watch; the result alone goes to standard output


@contextmanager
def office(data: Path) -> Iterator[Box]:
    """The running box of a folder, or one that is started and stopped after; this process works in it."""
    with box(data) as found, led_to(found):
        yield found


@contextmanager
def led_to(found: Box) -> Iterator[None]:
    """Let this process be one of the box's: its settings, its services' work and their bells."""
    os.environ.update(found.environment())
    from deploy.houses import load
    from shared import db
    from shared.settings import SERVICES, settings

    settings.cache_clear()
    db.engine.cache_clear()
    load(SERVICES)
    try:
        yield
    finally:
        db.engine().dispose()


def township_id(name: str) -> int:
    """A township by its name; who sits at the machine may name any."""
    from services.activities.register.queries import township_names
    from shared.access import SYSTEM
    from shared.db import unit
    from shared.errors import OutOfReach
    from shared.people import UnitKind, unit_named

    with unit("activities") as session:
        found = unit_named(session, UnitKind.TOWNSHIP, name)
        if found is None:
            others = "、".join(township_names(session, SYSTEM))
            there = f"已有的是：{others}。" if others else "请先用 xiaozu setup 设置，或者导入花名册。"
            raise OutOfReach(f"没有名为“{name}”的乡镇。{there}")
        return found.id


def acting(session: Any, login: str | None) -> Any:  # noqa: ANN401  of lazily imported rooms
    """Whoever the history is to name, with the posts that he holds today; the machine itself where nobody is named."""
    from sqlalchemy import select

    from shared.access import SYSTEM, actor_behind
    from shared.errors import OutOfReach
    from shared.people import Account

    if login is None:
        return SYSTEM
    account_id = session.scalar(select(Account.id).where(Account.login == login))
    actor = None if account_id is None else actor_behind(session, account_id)
    if actor is None:
        raise OutOfReach(f"没有账号“{login}”，或者它已经停用。")
    return actor


def print_json(said: Mapping[str, Any]) -> None:
    """Exactly one object on standard output."""
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")


def print_pairs(title: str, said: Mapping[str, Any]) -> None:
    """A table of two columns for people."""
    table = Table(title=title, show_header=False)
    for name, value in said.items():
        table.add_row(name, str(value))
    Console().print(table)


def print_rows(title: str, head: list[str], rows: list[list[str]]) -> None:
    """A table for people."""
    table = Table(title=title)
    for name in head:
        table.add_column(name)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
