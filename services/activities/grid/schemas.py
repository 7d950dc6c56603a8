"""Shapes of the grid. None has a field for whoever lives there and is no member."""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, Field, Strict, StrictBool, StringConstraints

from services.activities.grid.rules import Level, Sort, Stage
from services.activities.grid.rules.planned import GridPlan
from services.activities.grid.rules.planned_said import doubts_said
from services.activities.grid.rules.sheet import GridSheet
from services.activities.register.schemas import ProblemOut, SkippedOut, problems_out
from shared.shapes import Day, Id, Shape, UrlId, Whole

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Extent = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, max_length=30)]
Doors = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
Households = Annotated[int, Strict(), Field(ge=0, le=9999), Whole]


class CellWords(Shape):
    """What a cell is: its number in the county's system, where it reaches, how many households."""

    outside_code: Code = ""
    extent: Extent = ""
    households: Households | None = None
    confirmed: StrictBool = False


class NewCell(CellWords):
    """A cell as it is opened; `on` today where no day is given."""

    level: Level
    name: Name
    parent_id: Id | None = None
    on: Day | None = None


class CellNaming(Shape):
    """Another name, from a day on."""

    name: Name
    on: Day | None = None
    confirmed: StrictBool = False


class CellEnding(Shape):
    """The first day on which it is no more, today where none is given."""

    on: Day | None = None


class CellUnits(Shape):
    """A group, or a branch that is not divided, that has to do with a cell from a day on."""

    unit_id: Id
    on: Day | None = None


class NewLink(Shape):
    """What a member has to do with a cell, from a day on."""

    person_id: Id
    sort: Sort
    on: Day | None = None
    doors: Doors = ""
    households: Households | None = None


class OwnResidence(Shape):
    """Where one lives, by one's own word."""

    cell_id: Id
    on: Day | None = None


class LinkEnding(Shape):
    """The first day on which it holds no more, today where none is given."""

    on: Day | None = None


class Part(Shape):
    """A cell that comes out of another, and what goes with it: links, units and cells below, by their numbers."""

    name: Name
    outside_code: Code = ""
    extent: Extent = ""
    households: Households | None = None
    links: Annotated[list[Id], Field(max_length=500, default_factory=list)]
    units: Annotated[list[Id], Field(max_length=100, default_factory=list)]
    cells: Annotated[list[Id], Field(max_length=100, default_factory=list)]


class Splitting(Shape):
    """A cell split on a day; what goes on there goes along to the part numbered `matters_to`, from 0."""

    parts: Annotated[list[Part], Field(min_length=2, max_length=6)]
    on: Day | None = None
    matters_to: Annotated[int, Strict(), Field(ge=0, le=5), Whole] = 0
    confirmed: StrictBool = False


class Merging(CellWords):
    """Cells made one on a day: with which others, and what it is called."""

    with_ids: Annotated[list[Id], Field(min_length=1, max_length=20)]
    name: Name
    on: Day | None = None


class AskedCells(BaseModel):
    """Of which township a page shows the grid, where one sees several."""

    township_id: UrlId | None = None


class AskedGaps(BaseModel):
    """Of which branch a page shows what is to be mended, where one sees several."""

    branch_id: UrlId | None = None


class CellSeen(Shape):
    """A cell in the tree, with how many of the members in one's reach have to do with it."""

    id: int
    parent_id: int | None
    level: Level
    name: str
    outside_code: str | None
    extent: str
    households: int | None
    starts_on: date
    ends_on: date | None
    into_ids: list[int]
    members: int
    unit_ids: list[int]


class LinkSeen(Shape):
    """What a member has to do with a cell."""

    id: int
    cell_id: int
    person_id: int
    name: str
    sort: Sort
    doors: str
    households: int | None
    stage: Stage


class CellWhole(CellSeen):
    """One cell with its links."""

    links: list[LinkSeen]


class CellMade(Shape):
    """A cell after an act."""

    id: int
    name: str
    ends_on: date | None

    @classmethod
    def of(cls, row: object) -> Self:
        """From its row."""
        return cls.model_validate(row, from_attributes=True, extra="ignore")


class LinkMade(Shape):
    """A link after an act."""

    id: int
    cell_id: int
    stage: Stage
    ends_on: date | None

    @classmethod
    def of(cls, row: object) -> Self:
        """From its row."""
        return cls.model_validate(row, from_attributes=True, extra="ignore")


class GapsSeen(Shape):
    """What is to be mended: members without a cell; cells without a member, or with aged or distant ones only."""

    members: list[int]
    cells: list[int]
    only_away: list[int]


class GridOut(Shape):
    """What a ledger of the grid would change: figures, a line a change, who moves, and what was not taken in.

    `doubts`: words that read like names, to be agreed to, so many, before anything is written.
    """

    read: int
    refused: int
    cells: int
    described: int
    links: int
    moved: int
    unchanged: int
    lines: list[str]
    moves: list[str]
    doubts: int
    doubtful: str | None
    errors: list[ProblemOut]
    warnings: list[ProblemOut]
    skipped: list[SkippedOut]


def grid_out(read: GridSheet, plan: GridPlan) -> GridOut:
    """The same as it is shown, with what the reading said."""
    problems = [*read.problems, *plan.problems]
    counted = {key: value for key, value in plan.counts.items() if key in GridOut.model_fields}
    return GridOut(
        **counted,
        unchanged=plan.unchanged,
        lines=plan.lines,
        moves=plan.moves,
        doubts=len(plan.doubts),
        doubtful=doubts_said(plan) if plan.doubts else None,
        errors=problems_out(problems, fatal=True),
        warnings=problems_out(problems, fatal=False),
        skipped=[SkippedOut.model_validate(each) for each in read.skipped],
    )
