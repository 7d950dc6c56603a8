"""Rows as they stand in a file, kept so that those which cannot be taken in are given back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic_core import to_json

from shared.tables.cells import Problem, RefusedRow, RefusedTable
from shared.tables.columns import TableKind
from shared.tables.lines import Line

_UNITS = {"branch": "所在党支部", "group": "所属党小组"}
"""What is written behind a row whose table has no such column."""


class Heading(NamedTuple):
    """A heading of a sheet, with the unit added where no column names it."""

    sheet: str
    header: tuple[str, ...]


class Standing(NamedTuple):
    """A row as it stands in the file under one of the headings: its values as one text, for few are asked for again."""

    heading: int
    row: int
    values: str


@dataclass(slots=True)
class Kept:
    """The rows of a file as they stand in it, to be given back."""

    headings: list[Heading] = field(default_factory=list)
    rows: list[Standing] = field(default_factory=list)

    def with_those(self, others: Kept) -> Kept:
        """These rows, and after them those of other tables of the same file."""
        first = len(self.headings)
        rows = [each._replace(heading=each.heading + first) for each in others.rows]
        return Kept([*self.headings, *others.headings], [*self.rows, *rows])

    def refused(self, problems: Iterable[Problem]) -> list[RefusedTable]:
        """The rows with fatal problems, heading by heading."""
        by_row: dict[tuple[str, int], list[Problem]] = {}
        for problem in problems:
            if problem.fatal:
                by_row.setdefault((problem.sheet, problem.row), []).append(problem)
        tables: dict[int, RefusedTable] = {}
        for at, row, values in self.rows:
            if mine := by_row.get((self.headings[at].sheet, row)):
                table = tables.setdefault(at, RefusedTable(*self.headings[at]))
                table.rows.append(RefusedRow(row, tuple(json.loads(values)), tuple(mine)))
        return list(tables.values())


def unread(lines: Iterable[Line], problems: Iterable[Problem]) -> list[Line]:
    """The lines that were not read."""
    wrong = {(each.sheet, each.row) for each in problems if each.fatal}
    return [line for line in lines if (line.sheet, line.row) in wrong]


def kept(kind: TableKind, lines: Iterable[Line]) -> Kept:
    """The lines as they stand."""
    found, places = Kept(), dict[Heading, int]()
    known: dict[tuple[str, int], int] = {}
    for line in lines:
        columns = line.layout.columns
        at = known.get((line.sheet, id(line.layout)))
        if at is None:
            added = [label for key, label in _UNITS.items() if key not in columns]
            heading = Heading(line.sheet, (*line.layout.plain_headings(kind), *added))
            at = known[line.sheet, id(line.layout)] = places.setdefault(heading, len(found.headings))
            found.headings += [heading] if at == len(found.headings) else []
        values = [cell.value if isinstance(cell.value, str) else cell.text for cell in line.cells]
        values += [getattr(line, key) for key in _UNITS if key not in columns]
        found.rows.append(Standing(at, line.row, to_json(values).decode()))
    return found
