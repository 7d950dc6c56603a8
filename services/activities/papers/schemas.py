"""What is asked of a list: whose it is, of which time, and in which form."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import Stage
from shared.shapes import Day, Shape, UrlId

ListForm = Literal["xlsx", "pdf", "own"]
Year = Annotated[int | None, Field(ge=1950, le=2200)]


class Asked(BaseModel):
    """A list: of a year, a month or a quarter of it; or of days from `start` to `end`."""

    year: Year = None
    month: Annotated[int, Field(ge=0, le=12)] = 0
    quarter: Annotated[int, Field(ge=0, le=4)] = 0
    start: Day | None = None
    end: Day | None = None
    kind: Kind | None = None
    stage: Stage | None = None


class AskedForm(Asked):
    """The same, with the form that it is wanted in; `version`: of the office's own paper, as it was printed then.

    `by_group`: a ledger in Excel has a leaf for each group.
    """

    file: ListForm = "xlsx"
    by_group: bool = False
    version: Annotated[int, Field(ge=0, le=10_000)] = 0


class Months(BaseModel):
    """What the page of the lists shows: a unit, and the time that its lists are of."""

    unit_id: UrlId | None = None
    year: Year = None
    month: Annotated[int, Field(ge=0, le=12)] = 0
    quarter: Annotated[int, Field(ge=0, le=4)] = 0
    start: Day | None = None
    end: Day | None = None


class WithNumbers(AskedForm):
    """A roster with everybody's full numbers, for a reason that is kept."""

    listing: Literal["roster", "roster_full"] = "roster"
    reason: Annotated[str, Field(min_length=2, max_length=200)]


class OrderMade(Shape):
    """A list that is being made behind the request."""

    id: int
