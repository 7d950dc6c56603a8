"""Shapes of the cycles."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field, StrictBool, StrictInt

from services.assessment.cycles.rules import PUBLIC
from shared.shapes import Day, Id, Shape, Whole


class CycleSeen(Shape):
    """A township's year; points in hundredths. What is counted of its results is there once they are known."""

    id: int
    township_id: int
    year: int
    stage: str
    run: int
    scheme_id: int
    rule_set: str | None
    opened_on: date
    nomination_due: date
    review_due: date
    rating_due: date
    provisional: bool
    collected_at: datetime | None
    notice_from: date | None
    notice_to: date | None
    recalled_at: datetime | None
    recalled_why: str | None
    ended_at: datetime | None
    ended_why: str | None
    closed_at: datetime | None
    cases: int
    chunks: int
    chunks_done: int
    scored: int
    assessed: int
    excellent_percent: int
    excellent_allowed: int
    digest: str | None

    @classmethod
    def told(cls, cycle: Any, *, office: bool) -> Self:  # noqa: ANN401  a cycle that was seen
        """A year as a reader has it: outside the office nobody counts before the notice who was left out."""
        seen = cls.model_validate(cycle)
        if office or cycle.stage in PUBLIC:
            return seen
        return seen.model_copy(update={"assessed": 0, "excellent_allowed": 0, "digest": None})


class CycleWhole(CycleSeen):
    """A year with how far its run is, and what the reader may do with it."""

    groups_done: int
    groups: int
    groups_a_second: float | None
    seconds_left: int | None
    steps: list[str]


class Year(Shape):
    """A township and a year."""

    township_id: Id
    year: Annotated[StrictInt, Field(ge=0, le=9999), Whole]


class Opening(Year):
    """The same by somebody's hand, who has been shown what the year opens with."""

    confirmed: StrictBool = False


class PutOff(Shape):
    """The year opens on another day, and why."""

    opens_on: Day
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class Withdrawal(Shape):
    """Why an opening is taken back, a notice is taken down, or a year is broken off."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class OpeningSeen(Shape):
    """The opening of a year: on which day, and how it stands."""

    id: int
    township_id: int
    year: int
    stage: str
    opens_on: date
    put_off_why: str | None
    cycle_id: int | None
