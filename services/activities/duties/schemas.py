"""Shapes out of the duties' doors."""

from __future__ import annotations

from datetime import date

from shared.shapes import Shape


class SquareOut(Shape):
    """One month of a kind."""

    month: int
    state: str
    done: int
    due_on: date | None
    provisional: bool


class DutyOut(Shape):
    """A duty and how it stands, with the article that asks for it."""

    kind: str
    period: str
    state: str
    count: int
    done: int
    due_on: date
    provisional: bool
    article: str


class GroupOut(Shape):
    """A group."""

    group_id: int
    name: str
    branch_id: int
    branch_name: str


class YearOut(GroupOut):
    """A group's year at a glance: twelve squares a kind."""

    squares: dict[str, list[SquareOut]]
    duties: list[DutyOut]


class GapsOut(GroupOut):
    """What a group still owes."""

    owed: list[DutyOut]
