"""Shapes of mobile members and members in need."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from services.activities.register.rules.care import SAID, Looked, Sort
from services.activities.register.schemas.ending import Ending
from shared.shapes import Day, Id, Shape

Told = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class NewCare(Shape):
    """Somebody to be looked after: who is out (kind, place, contact person), came in (name, home), or is in need."""

    sort: Sort
    on: Day | None = None
    abroad: bool = False
    contact_id: Id | None = None
    name: Told = ""
    kind: Told = ""
    place: Told = ""
    home: Told = ""
    group: Told = ""
    card: Told = ""
    returns: Told = ""
    phone: Told = ""
    help: Told = ""
    tried: Told = ""

    def looked(self, today: date) -> Looked:
        """What the action takes."""
        told = {key: getattr(self, key) for key in SAID}
        return Looked(sort=self.sort, on=self.on or today, told=told, abroad=self.abroad, contact_id=self.contact_id)


class Met(Shape):
    """A contact or a visit, today where no day is given."""

    on: Day | None = None
    note: Note = ""


class CareEnding(Ending):
    """He is back, or in need no more; `on` is `ends_on` by its former name."""

    on: Day | None = None
    reason: Note = ""

    @property
    def day(self) -> date | None:
        """The first day on which he is not looked after any more."""
        return self.first_day_off or self.on


class CareOut(Shape):
    """Somebody who is looked after; told: what is told of him, by what it is."""

    id: int
    sort: Sort
    person_id: int | None
    name: str
    branch_id: int
    contact: str | None
    abroad: bool
    told: list[tuple[str, str]]
    starts_on: date
    ends_on: date | None
    last_on: date | None
    due_on: date | None
    late: bool
