"""What a ledger of the grid would change, and what it wrote: plain values. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from services.activities.grid.rules.known import Path
from services.activities.grid.rules.stages import Level, Sort
from shared.tables import Problem, RefusedTable

Words = tuple[str, str, int | None]
"""Of a cell: its number in the county's system, its extent, its households."""


class Opening(NamedTuple):
    """A cell to be opened in one that is there, or is opened before it."""

    path: Path
    level: Level
    words: Words
    on: date


class Describing(NamedTuple):
    """Words of a cell that is there: as they are, and as the file says."""

    cell_id: int
    path: Path
    before: Words
    after: Words


class Joining(NamedTuple):
    """A unit that has to do with a cell from a day on."""

    path: Path
    unit_id: int
    on: date


class Linking(NamedTuple):
    """A link that holds from a day on; `ends`: the one that it takes the place of."""

    path: Path
    person_id: int
    unit_id: int
    sort: Sort
    doors: str
    households: int | None
    on: date
    ends: int | None = None


@dataclass(slots=True, kw_only=True)
class GridWritten:
    """The ids of what an import made, the links that it ended, and of the cells that it described how they were."""

    cells: list[int] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    described: dict[int, tuple[Words, Words]] = field(default_factory=dict)


@dataclass(slots=True)
class GridPlan:
    """What a file changes, also in sentences. `doubts`: what reads like somebody's name in the words for a place."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)  # beside those of the reading itself
    refused: list[RefusedTable] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    describings: list[Describing] = field(default_factory=list)
    joinings: list[Joining] = field(default_factory=list)
    linkings: list[Linking] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    moves: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    unchanged: int = 0
    written: GridWritten = field(default_factory=GridWritten)

    @property
    def is_empty(self) -> bool:
        """Whether the grid is already as the file says."""
        return not (self.openings or self.describings or self.joinings or self.linkings)
