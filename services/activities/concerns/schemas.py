"""Shapes of people's views. None has a field for whoever spoke."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StrictBool, StringConstraints

from services.activities.concerns.rules import Past, Result, Satisfied, Stage
from shared.shapes import Day, Id, Shape, UrlId

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
KindWord = Literal["environment", "road", "relief", "dispute", "land", "farming", "safety", "conduct", "work", "other"]
PaperWord = Literal["ledger", "figures"]
YesNo = Literal["no", "yes"]
FormWord = Literal["visit", "phone", "slip", "meeting", "notice"]


class NewConcern(Shape):
    """A view as it is noted: what it is about and how urgent.

    slip: a numbered paper slip stays with the leader, by which an answer is brought back. past: it is about the leader
    or the secretary and goes past him. confirmed: what looks like a name or a door is none. into: the open view of the
    same matter to which it is a voice; where that is over meanwhile, or another matter, it stays a view of its own.
    """

    unit_id: Id
    kind: KindWord
    said: Words
    urgent: StrictBool = False
    slip: StrictBool = False
    cell_id: Id | None = None
    past: Past | None = None
    confirmed: StrictBool = False
    passes: StrictBool = False
    into: Id | None = None


class Said(Shape):
    """Words about a view: a reason, how it was settled, what was done."""

    said: Words
    confirmed: StrictBool = False


class Answer(Shape):
    """The answer, and on what it rests where nothing can be done."""

    result: Result
    said: Words
    basis: Words | None = None
    confirmed: StrictBool = False


class NewUsualAnswer(Shape):
    """A sentence of the office for the usual answer; of views of all kinds where none is named."""

    kind: KindWord | None = None
    result: Result
    said: Words
    confirmed: StrictBool = False


class UsualAnswerOut(Shape):
    """One that may be taken."""

    id: int
    kind: KindWord | None
    result: Result
    said: str

    @classmethod
    def of(cls, row: object) -> Self:
        """From its row."""
        return cls.model_validate(row, from_attributes=True, extra="ignore")


class Recognised(Shape):
    """What whoever adds photos says of them: whether somebody can be recognised."""

    recognised: YesNo | None = None


class PhotoOut(Shape):
    """A photo of a view; `size` in bytes."""

    id: int
    kind: str
    size: int
    added_at: datetime

    @classmethod
    def of(cls, row: object) -> Self:
        """From its row."""
        return cls.model_validate(row, from_attributes=True, extra="ignore")


class Outside(Shape):
    """Which department or hotline has it, and its number there."""

    outside: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    number: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    confirmed: StrictBool = False


class Telling(Shape):
    """The answer was brought back: when and how; where it is known already, whether it is well so."""

    on: Day
    way: FormWord
    satisfied: Satisfied | None = None


class Closing(Shape):
    """Whether whoever spoke thinks it well."""

    satisfied: Satisfied


class Merging(Shape):
    """Into which other view of the same branch."""

    into: Id


class Placing(Shape):
    """In which cell of the grid it is now."""

    cell_id: Id


class Designation(Shape):
    """Whose it is for good: a branch, or the township itself."""

    unit_id: Id
    said: Words
    confirmed: StrictBool = False


class MoreTime(Shape):
    """Until when, and why."""

    until: Day
    why: Words
    confirmed: StrictBool = False


class Why(Shape):
    """Why more time is not granted."""

    why: Words
    confirmed: StrictBool = False


class Holding(Shape):
    """Whether it is still so, weeks after."""

    holds: Literal["yes", "no", "unknown"]


class Blackening(Shape):
    """The words that go."""

    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class AskedList(BaseModel):
    """Which views a page lists: of a stage, of a unit and what is below it, of a year."""

    show: Stage | None = None
    unit_id: UrlId | None = None
    cell_id: UrlId | None = None
    year: Annotated[int, Field(ge=1950, le=2200)] | None = None


class AskedAlike(BaseModel):
    """Of which kind, and where: of any, and wherever one notes views, where nothing is said."""

    unit_id: UrlId | None = None
    kind: KindWord | None = None


class AskedPeriod(BaseModel):
    """A year, or a quarter or a month of it; this year where none is named."""

    year: Annotated[int, Field(ge=1950, le=2200)] | None = None
    quarter: Annotated[int, Field(ge=0, le=4)] = 0
    month: Annotated[int, Field(ge=0, le=12)] = 0


class KindFigures(Shape):
    """How many of a kind were noted in a period, and what became of them."""

    kind: str
    noted: int
    settled: int
    solved: int
    explained: int
    planned: int
    impossible: int
    going_on: int


class ConcernSeen(Shape):
    """A view in a list."""

    id: int
    number: str | None
    unit_id: int
    unit: str
    kind: str
    said: str
    urgent: bool
    voices: int
    slip: bool
    cell_id: int | None
    past: Past | None
    stage: Stage
    holder_unit: int
    holder_post: str
    opened_on: date
    due_on: date | None
    extended_to: date | None
    ended_on: date | None

    @classmethod
    def of(cls, row: Any, unit: str, **more: Any) -> Self:  # noqa: ANN401  a row of the queries; doors never see tables
        """From its row, with the unit's name."""
        known = {"unit": unit, **more}
        return cls(**{name: getattr(row, name) for name in cls.model_fields if name not in known}, **known)


class ConcernWhole(ConcernSeen):
    """One view with everything that was written, and the steps open to whoever asks."""

    how: str | None
    result: Result | None
    answer: str | None
    basis: str | None
    answered_on: date | None
    told_on: date | None
    told_form: str | None
    satisfied: Satisfied | None
    outside: str | None
    outside_number: str | None
    merged_into: int | None
    reopened_on: date | None
    new_facts: str | None
    returned_why: str | None
    asked_until: date | None
    steps: list[str]


class ConcernMovedTo(Shape):
    """Where a view stands after a step."""

    id: int
    number: str | None
    stage: Stage

    @classmethod
    def of(cls, row: object) -> Self:
        """From its row."""
        return cls.model_validate(row, from_attributes=True, extra="ignore")
