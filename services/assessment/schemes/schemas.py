"""Shapes of the schemes."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from shared.shapes import Id, Shape


class InTownship(Shape):
    """Whose scheme it is."""

    township_id: Id


class SchemeText(InTownship):
    """A scheme as it is written."""

    yaml: Annotated[str, Field(min_length=1, max_length=200_000)]


class SchemeSeen(Shape):
    """A stored scheme."""

    id: int
    township_id: int | None
    name: str
    version: str
    year_from: int
    year_to: int | None
    fingerprint: str
    stored_at: datetime


class SchemeWhole(SchemeSeen):
    """A stored scheme with its indicators."""

    body: dict[str, Any]
