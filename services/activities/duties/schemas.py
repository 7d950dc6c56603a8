"""Shapes out of the duties' doors."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.shapes import Id, Shape


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


class CellOut(Shape):
    """What falls due in a month: things owed, and of those done, overdue, still due, and to come."""

    owed: int
    done: int
    missing: int
    due: int
    future: int
    state: str


class RowOut(Shape):
    """A branch or a group by months."""

    unit_id: int
    name: str
    cells: list[CellOut]


class OwingOut(Shape):
    """What the groups of a branch have to make up."""

    branch_id: int
    name: str
    groups: int
    missing: int
    due: int
    reminded_on: date | None


class Reminding(Shape):
    """The branches to be asked to make up what they owe."""

    branch_ids: Annotated[list[Id], Field(min_length=1, max_length=500)]


class RemindedOut(Shape):
    """Branches that were told, that had been told today already, and that owe nothing."""

    told: list[int]
    again: list[int]
    nothing: list[int]
