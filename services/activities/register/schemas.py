"""Shapes in and out of the register's doors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from services.activities.register.rules.changes import RosterPlan
from services.activities.register.rules.roster import Roster
from shared.roles import Role
from shared.shapes import Shape
from shared.tables import Problem

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{3,40}$")]
CircumstanceKind = Literal["aged", "ill", "away", "caring"]


class UnitOut(Shape):
    """A township, a branch or a group."""

    id: int
    kind: str
    name: str
    township_id: int | None
    branch_id: int | None
    rule_set: str | None
    founded_on: date
    dissolved_on: date | None


class NewUnit(Shape):
    """A branch in a township, or a group in a branch."""

    name: Name
    founded_on: date | None = None


class PersonOut(Shape):
    """A member, as lists show him: no number is shown whole."""

    id: int
    name: str
    unit_id: int
    kind: str
    sex: str | None
    born_on: date | None
    joined_on: date | None
    education: str | None
    phone_masked: str | None


class MemberOut(Shape):
    """Somebody who belonged to a unit on a day."""

    person_id: int
    name: str
    unit_id: int
    kind: str
    starts_on: date
    circumstances: tuple[str, ...]


class HolderOut(Shape):
    """Who holds a post."""

    post_id: int
    person_id: int
    name: str
    unit_id: int
    kind: str
    starts_on: date


class NewPerson(Shape):
    """Somebody new in a unit; `kind` none: no member there, such as an officer of the township."""

    name: Name
    kind: Literal["full", "probationary"] | None = "full"
    starts_on: date | None = None
    sex: Literal["male", "female"] | None = None
    born_on: date | None = None
    joined_on: date | None = None
    education: str | None = None
    id_number: Annotated[str, StringConstraints(pattern=r"^\d{17}[\dX]$")] | None = None
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9+ -]{5,20}$")] | None = None
    mail: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)] | None = None


class Made(Shape):
    """The id of what was made."""

    id: int


class NewPost(Shape):
    """Somebody takes up a post."""

    person_id: int
    kind: Role
    starts_on: date | None = None


class PostEnding(Shape):
    """Somebody leaves a post."""

    ends_on: date | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class NewCircumstance(Shape):
    """Something keeps a member away."""

    kind: CircumstanceKind
    starts_on: date | None = None


class CircumstanceEnding(Shape):
    """It no longer does."""

    kind: CircumstanceKind
    ends_on: date | None = None


class Move(Shape):
    """Somebody belongs elsewhere from a day on."""

    to_unit_id: int
    on: date | None = None


class NewAccount(Shape):
    """A way in for somebody."""

    login: Login


class AccountMade(Shape):
    """An account and its first password, shown here and nowhere else; it works once."""

    id: int
    login: str
    first_password: str


class ProblemOut(Shape):
    """What is wrong in a cell. `fatal`: the row was not read."""

    sheet: str
    cell: str
    problem: str
    fatal: bool


class TallyOut(Shape):
    """How many of a kind are new, changed, and as they were."""

    added: int
    changed: int
    unchanged: int


class RosterOut(Shape):
    """What a roster would change, or changed."""

    rows: int
    read: int
    refused: int
    branches: int
    groups: int
    members: int
    probationary: int
    leaders: int
    secretaries: int
    errors: list[ProblemOut]
    warnings: list[ProblemOut]
    kinds: dict[str, TallyOut]
    changes: list[str]
    missing: list[str]


def problems_out(problems: Iterable[Problem], *, fatal: bool) -> list[ProblemOut]:
    """The problems of one sort."""
    return [
        ProblemOut(sheet=each.sheet, cell=each.cell, problem=each.problem, fatal=fatal)
        for each in problems
        if each.fatal is fatal
    ]


def roster_out(roster: Roster, plan: RosterPlan) -> RosterOut:
    """A plan as it is shown, with what the reading said."""
    problems = [*roster.problems, *plan.problems]
    return RosterOut(
        **plan.counts,
        errors=problems_out(problems, fatal=True),
        warnings=problems_out(problems, fatal=False),
        kinds={kind: TallyOut.model_validate(tally) for kind, tally in plan.tallies.items()},
        changes=plan.changes,
        missing=plan.missing,
    )
