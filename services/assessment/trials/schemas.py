"""Shapes of a trial."""

from typing import Annotated

from pydantic import Field, StrictInt

from services.assessment.schemes.rules import Grade
from shared.shapes import Shape, Whole

Figure = Annotated[str, Field(max_length=200)]
Changes = Annotated[dict[str, Figure], Field(max_length=300)]


class Next(Shape):
    """A trial kept as a scheme for a later year: what is changed, and what it is to be called."""

    changes: Changes
    year_from: Annotated[StrictInt, Field(ge=1949, le=9999), Whole] | None = None
    name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    version: Annotated[str, Field(min_length=1, max_length=20)] | None = None


class Changed(Shape):
    """A figure that differs, and whether somebody named it or it gave way so that the base adds up."""

    name: str
    label: str
    unit: str
    before: str
    after: str
    asked: bool


class TrialRow(Shape):
    """A leader by the scheme of the year and by the trial; totals in hundredths."""

    case_id: int
    branch: str
    group: str
    leader: str
    total_before: int | None
    total_after: int | None
    proposed_before: Grade | None
    proposed_after: Grade | None
    over_quota_before: bool
    over_quota_after: bool
    at_line_before: bool
    at_line_after: bool
    moves: bool


class Trial(Shape):
    """What a change of the scheme would have made of a year. Nothing of it is stored."""

    cycle_id: int
    year: int
    changed: list[Changed]
    assessed: int
    allowed_before: int
    allowed_after: int
    grades_before: dict[Grade, int]
    grades_after: dict[Grade, int]
    movers: int
    rows: list[TrialRow]
