"""Shapes of what becomes of memberships."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import StringConstraints

from services.activities.register.rules.membership import Asked, Stage, Turn
from services.activities.register.rules.transfers import Letter
from services.activities.register.rules.transfers import Stage as Letters
from shared.shapes import ClosedUp, Day, Id, Shape

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]
Month = Annotated[str, StringConstraints(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"), ClosedUp]


def first_of(month: str | None) -> date | None:
    """The first day of a month."""
    return date.fromisoformat(f"{month}-01") if month else None


class NewTurn(Shape):
    """What becomes of a membership; `on` is the first day on which it holds, today where none is given.

    `dues_until`: the last month paid, 2026-05. Of a day to come it waits for that day.
    """

    turn: Turn
    on: Day | None = None
    to_unit_id: Id | None = None
    basis: Words = ""
    number: Short = ""
    elsewhere: Short = ""
    decided_on: Day | None = None
    dues_until: Month | None = None

    def asked(self, today: date) -> Asked:
        """What the action takes."""
        return Asked(
            turn=self.turn,
            on=self.on or today,
            to_unit_id=self.to_unit_id,
            basis=self.basis,
            number=self.number,
            elsewhere=self.elsewhere,
            decided_on=self.decided_on,
            dues_until=first_of(self.dues_until),
        )


class TurnOut(Shape):
    """An act on a member, and where it stands; `late`: its day has come and the system did not get to it yet."""

    id: int
    person_id: int
    name: str
    turn: Turn
    stage: Stage
    starts_on: date
    unit_id: int
    to_unit_id: int | None
    basis: str
    number: str
    elsewhere: str
    decided_on: date | None
    dues_until: date | None
    asked_at: datetime
    asked_by: str | None
    failed_why: str | None
    undoable: bool
    late: bool


class BalanceOut(Shape):
    """What a period began with, what came and went by reason, and what it ended with; `counts`: of its last day."""

    start: date
    end: date
    before: int
    came: dict[str, int]
    went: dict[str, int]
    after: int
    full: int
    counts: dict[str, int]


class NewTransfer(Shape):
    """A letter to another township of the installation; `on`: from when he may be taken there, today where none is."""

    to_township_id: Id
    number: Short = ""
    basis: Words = ""
    dues_until: Month | None = None
    on: Day | None = None

    def letter(self, today: date) -> Letter:
        """What the action takes."""
        return Letter(
            to_township_id=self.to_township_id,
            on=self.on or today,
            number=self.number,
            basis=self.basis,
            dues_until=first_of(self.dues_until),
        )


class Taking(Shape):
    """Where he who came is taken into, and from which day, today where none is given."""

    to_unit_id: Id
    on: Day | None = None


class LetterOut(Shape):
    """A letter and what it says; `comes`: to one's own township."""

    id: int
    comes: bool
    name: str
    kind: str
    sex: str | None
    born_on: date | None
    joined_on: date | None
    full_on: date | None
    unit_name: str
    to_name: str
    number: str
    basis: str
    dues_until: date
    starts_on: date
    stage: Letters
    why_not: str | None
    undoable: bool


class LetterMade(Shape):
    """A letter, and where it stands."""

    id: int
    stage: Letters


class PaperOut(Shape):
    """A paper of an act on a member; `size` in bytes."""

    id: int
    kind: str
    size: int
    name: str
    added_at: datetime


class TurnMade(Shape):
    """An act: done at once, or planned for its day."""

    id: int
    stage: Stage
