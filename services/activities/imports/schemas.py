"""Shapes of files handed in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from services.activities.imports.rules import Kind
from shared.shapes import Day, Shape


class BringIn(Shape):
    """How many moves and ends of posts were agreed to, where they are many; why leaders come without a choosing."""

    agreed: Annotated[int, Field(ge=0)] = 0
    taken_over_why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] | None = None


class HandIn(Shape):
    """Which file it is; a ledger is of a year, and what is new in a roster, and what it moves, counts from a day."""

    township_id: int
    kind: Kind
    year: Annotated[int | None, Field(ge=1950, le=2200)] = None
    since: Day | None = None
    as_of: Day | None = None
