"""Shapes out of the work book's doors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from shared.shapes import Shape
from shared.todos import Line


class TodoOut(Shape):
    """A line of the desk: how much of a kind waits in a unit, and the most urgent of it."""

    kind: str
    said: str
    unit_id: int
    unit_name: str
    post: str
    role: str
    role_unit_id: int
    count: int
    overdue: int
    due_on: date | None
    provisional: bool
    since: datetime
    address: str

    @classmethod
    def of(cls, line: Line) -> TodoOut:
        """A line as it is answered."""
        return cls(
            kind=line.kind,
            said=line.said,
            unit_id=line.unit_id,
            unit_name=line.unit_name,
            post=line.post,
            role=line.holder,
            role_unit_id=line.held_in,
            count=line.count,
            overdue=line.overdue,
            due_on=line.due_on,
            provisional=line.provisional,
            since=line.since,
            address=line.address,
        )


class TodosOut(Shape):
    """What waits for somebody by all of his posts, and how much he has done today."""

    lines: list[TodoOut]
    done_today: int

    @classmethod
    def of(cls, lines: Iterable[Line], done: int) -> TodosOut:
        """The desk as it is answered."""
        return cls(lines=[TodoOut.of(line) for line in lines], done_today=done)
