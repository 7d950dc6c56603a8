"""How much work a database has with each statement: rows that its plan's steps pass on or throw away, each time again.

What a statement touches shows at a hundred groups how it grows, where its time would show nothing; and no machine is
too busy for it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from shared import db

EXPLAIN = "explain (analyze, buffers, timing off, costs off, format json) "
PLANNED = re.compile(r"\s*(with|select|insert|update|delete)\b", re.IGNORECASE)
VALUE = re.compile(r"%\(\w+\)s(::\w+(\[\])?)?")
SEVERAL = re.compile(r"(\?|\([?, \w:]*\))(, \1)+")  # a list of values is one, whatever its length
THROWN_AWAY = ("Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")


@dataclass
class Work:
    """What was asked, by statement: how often, how many rows it took, and how many pages of tables."""

    times: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Work") -> "Work":
        """Both together."""
        return Work(self.times + other.times, self.rows + other.rows, self.pages + other.pages)


@contextmanager
def counted() -> Iterator[Work]:
    """What this process asks of the database while the block lasts. Each statement is tried first, and undone."""
    work = Work()

    def before(_: Any, cursor: Any, statement: str, values: Any, __: Any, many: bool) -> None:
        said = one_form(statement)
        work.times[said] += len(values) if many else 1
        if not many and PLANNED.match(statement):
            plan = _tried(cursor.connection, statement, values)
            work.rows[said] += rows_of(plan)
            work.pages[said] += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]

    engine = db.engine()
    event.listen(engine, "before_cursor_execute", before)
    try:
        yield work
    finally:
        event.remove(engine, "before_cursor_execute", before)


def one_form(statement: str) -> str:
    """A statement without its values."""
    return SEVERAL.sub(r"\1", VALUE.sub("?", " ".join(statement.split())))


def rows_of(plan: dict[str, Any]) -> int:
    """The rows of a step and of all below it, as often as each was gone through."""
    passed = plan["Actual Rows"] + sum(plan.get(name, 0) for name in THROWN_AWAY)
    return int(passed * plan["Actual Loops"]) + sum(rows_of(below) for below in plan.get("Plans", ()))


def _tried(connection: Any, statement: str, values: Any) -> dict[str, Any]:
    with connection.cursor() as own:
        own.execute("savepoint tried")
        plan: dict[str, Any] = own.execute(EXPLAIN + statement, values).fetchone()[0][0]["Plan"]
        own.execute("rollback to savepoint tried")
        own.execute("release savepoint tried")
    return plan
