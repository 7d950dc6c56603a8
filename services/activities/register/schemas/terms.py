"""Shapes of the terms of a branch's committee, and of who sits in it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from services.activities.register.rules.terms import Asked, Committee, Length
from shared.shapes import Day, Id, Shape

Basis = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class NewTerm(Shape):
    """A term: `last_day` where it is not that of the rule for such a branch."""

    starts_on: Day
    length: Length
    last_day: Day | None = None
    basis: Basis

    def term(self) -> Asked:
        """What the action takes."""
        return Asked(starts_on=self.starts_on, length=self.length, last_day=self.last_day, basis=self.basis)


class NewCommittee(NewTerm):
    """A branch's new committee with its term, in one act: whoever is not named leaves, whoever goes on goes on."""

    secretary_id: Id | None = None
    deputy_secretary: Id | None = None
    organisation: Id | None = None
    publicity: Id | None = None
    discipline: Id | None = None
    members: Annotated[tuple[Id, ...], Field(max_length=20)] = ()

    def committee(self) -> Committee:
        """Who sits in it."""
        duties = {name: getattr(self, name) for name in ("deputy_secretary", "organisation", "publicity", "discipline")}
        answering = {name: person_id for name, person_id in duties.items() if person_id is not None}
        return Committee(secretary_id=self.secretary_id, answering=answering, members=self.members)


class TermCorrection(Shape):
    """A term was entered otherwise than it is; `mistaken`: there never was one."""

    starts_on: Day | None = None
    last_day: Day | None = None
    mistaken: bool = False
    reason: Basis


class TermOut(Shape):
    """A term; `due_on`: its last day by the rule; `ends_on`: the first day of the next one."""

    id: int
    starts_on: date
    due_on: date
    ends_on: date | None
    basis: str
