"""The grid of a township as it stands, as plain values, for a file to be compared with. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from services.activities.grid.rules.stages import Level, Sort
from services.activities.register.rules.changes import Place

Path = tuple[str, ...]
"""A cell by its name and those of the cells above it, from the top."""


class _Nested(Protocol):
    """A cell as the tables have it."""

    id: Any
    name: Any
    parent_id: Any


def paths_of(rows: Iterable[_Nested]) -> dict[int, Path]:
    """Each cell by its name and those of the cells above it, where each comes after the one that it lies in."""
    found: dict[int, Path] = {}
    for row in rows:
        found[row.id] = (*found.get(row.parent_id or 0, ()), row.name)
    return found


class CellNow(NamedTuple):
    """A cell that has not ended, with the units that have to do with it today."""

    id: int
    path: Path
    level: Level
    code: str
    extent: str
    households: int | None
    starts_on: date
    units: frozenset[int] = frozenset()
    former: tuple[str, ...] = ()


class MemberNow(NamedTuple):
    """A member of the township, where he belongs, and since when he is known as a member."""

    person_id: int
    name: str
    unit_id: int
    branch_id: int
    since: date


class LinkNow(NamedTuple):
    """A link that has not ended. `doors` of other members say which households are spoken for."""

    id: int
    person_id: int
    cell_id: int
    sort: Sort
    doors: str
    households: int | None
    proposed: bool
    starts_on: date


@dataclass(frozen=True)
class GridNow:
    """All of it. `over`: until when a link of a person, sort and cell held that has ended; of residence, any cell's."""

    today: date
    cells: list[CellNow] = field(default_factory=list)
    members: list[MemberNow] = field(default_factory=list)
    links: list[LinkNow] = field(default_factory=list)
    units: Mapping[Place, int] = field(default_factory=dict)
    former: Mapping[Place, Place] = field(default_factory=dict)
    founded: Mapping[int, date] = field(default_factory=dict)
    over: Mapping[tuple[int, Sort, int | None], date] = field(default_factory=dict)
    township: str = ""

    @cached_property
    def by_path(self) -> dict[Path, CellNow]:
        """The cells by what they are called."""
        return {each.path: each for each in self.cells}

    @cached_property
    def by_code(self) -> dict[str, CellNow]:
        """The cells by their number in the county's system."""
        return {each.code: each for each in self.cells if each.code}

    @cached_property
    def by_name(self) -> dict[str, list[CellNow]]:
        """The cells of one name, wherever they lie."""
        found: dict[str, list[CellNow]] = defaultdict(list)
        for each in self.cells:
            found[each.path[-1]].append(each)
        return found

    @cached_property
    def called(self) -> dict[str, list[MemberNow]]:
        """The members of one name."""
        found: dict[str, list[MemberNow]] = defaultdict(list)
        for each in self.members:
            found[each.name].append(each)
        return found

    @cached_property
    def linked(self) -> dict[tuple[int, Sort], list[LinkNow]]:
        """The links of a member of one sort."""
        found: dict[tuple[int, Sort], list[LinkNow]] = defaultdict(list)
        for each in self.links:
            found[each.person_id, each.sort].append(each)
        return found
