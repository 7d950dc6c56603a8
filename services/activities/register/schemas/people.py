"""Shapes of units, people, posts and accounts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from services.activities.register.rules.membership import Asked, Turn
from services.activities.register.schemas.ending import Ending
from services.activities.register.schemas.membership import Month, Short, Words, first_of
from shared.shapes import ClosedUp, Day, Id, OneLine, Shape
from shared.tables.cells import VISIBLE

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), OneLine]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]
Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{3,40}$")]
BESIDE_AT = f"[^@{VISIBLE.removeprefix('[^')}+"
Mail = Annotated[str, StringConstraints(pattern=f"^{BESIDE_AT}@{BESIDE_AT}$", max_length=200)]
Phone = Annotated[str, StringConstraints(pattern=r"^[0-9+-]{5,20}$"), ClosedUp]
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
    founded_on: Day | None = None


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


class NewPerson(Shape):
    """Somebody new in a unit; `kind` none: no member there, such as an officer of the township.

    `how`: he was here all along, came from an organisation outside (`came`: from where, by what paper), or was newly
    admitted (`admitted`: by which meeting); of these `starts_on` is today where it is not given.
    """

    name: Name
    kind: Literal["full", "probationary"] | None = "full"
    starts_on: Day | None = None
    sex: Literal["male", "female"] | None = None
    born_on: Day | None = None
    joined_on: Day | None = None
    education: Annotated[str, StringConstraints(max_length=80)] | None = None
    id_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{17}[0-9X]$"), ClosedUp] | None = None
    phone: Phone | None = None
    mail: Mail | None = None
    how: Literal["registered", "came", "admitted"] = "registered"
    basis: Words = ""
    number: Short = ""
    elsewhere: Short = ""
    decided_on: Day | None = None
    dues_until: Month | None = None

    def fields(self) -> dict[str, Any]:
        """What is known of himself."""
        return self.model_dump(exclude={"how", "basis", "number", "elsewhere", "decided_on", "dues_until"})

    def arrival(self, today: date) -> Asked | None:
        """How he came, where he did not belong here all along."""
        if self.how == "registered":
            return None
        return Asked(
            turn=Turn(self.how),
            on=self.starts_on or today,
            basis=self.basis,
            number=self.number,
            elsewhere=self.elsewhere,
            decided_on=self.decided_on,
            dues_until=first_of(self.dues_until),
        )


Cleared = Literal["sex", "born_on", "joined_on", "full_on", "education", "id_number", "phone", "mail"]


class Known(Shape):
    """What is to be otherwise of what is registered of somebody; what is not given stays as it is.

    clear: what is to stand empty.
    """

    name: Name | None = None
    sex: Literal["male", "female"] | None = None
    born_on: Day | None = None
    joined_on: Day | None = None
    full_on: Day | None = None
    education: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] | None = None
    id_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{17}[0-9X]$"), ClosedUp] | None = None
    phone: Phone | None = None
    mail: Mail | None = None
    clear: list[Cleared] = Field(default_factory=list, max_length=8)
    reason: Reason

    def wanted(self) -> dict[str, Any]:
        """The fields that are given, and with None those that are to stand empty."""
        return dict.fromkeys(self.clear) | self.model_dump(exclude={"reason", "clear"}, exclude_none=True)


class OwnAddress(Shape):
    """One's own telephone and mail; what is not given stays as it is."""

    phone: Phone | None = None
    mail: Mail | None = None


class CorrectedOut(Shape):
    """A correction: which fields, where it stands; what it says is shown on the page, and masked."""

    id: int
    stage: str
    fields: list[str]
    reason: str
    why_not: str | None
    asked_by: str | None
    asked_at: datetime
    decided_by: str | None


class CorrectionMade(Shape):
    """A correction: done at once, or waiting for the organiser's nod."""

    id: int
    stage: str


class Made(Shape):
    """The id of what was made."""

    id: int


class RuleSetChosen(Shape):
    """One of the local rule sets that are shipped."""

    rule_set: Literal["xiang", "zhen"]


class NewCircumstance(Shape):
    """Something keeps a member away."""

    kind: CircumstanceKind
    starts_on: Day | None = None


class CircumstanceEnding(Ending):
    """It no longer does."""

    kind: CircumstanceKind


class Move(Shape):
    """Somebody belongs elsewhere from a day on."""

    to_unit_id: Id
    on: Day | None = None

    def asked(self, today: date) -> Asked:
        """What the action takes."""
        return Asked(turn=Turn.MOVED, on=self.on or today, to_unit_id=self.to_unit_id)


class NewAccount(Shape):
    """A way in for somebody."""

    login: Login


class AccountMade(Shape):
    """An account and its first password, shown here and nowhere else; it works once."""

    id: int
    login: str
    first_password: str


class NewName(Shape):
    """Another name for a unit; `on` is the first day on which it has it, today where none is given."""

    name: Name
    on: Day | None = None


class WayOut(Shape):
    """Somebody's account and posts; `seen`: he has signed in, `over`: his first password opens nothing any more."""

    person_id: int
    name: str
    unit_name: str
    login: str | None
    first_password: bool
    locked_until: datetime | None
    ended_at: datetime | None
    seen: bool
    over: bool
    posts: list[TenureOut]


class TenureOut(Shape):
    """A post that somebody holds."""

    post_id: int
    kind: str
    unit_id: int
    unit_name: str
    starts_on: date
    ends_on: date | None


class Because(Shape):
    """The reason for something."""

    reason: Reason


class Look(Shape):
    """Which number is to be shown in full, and why."""

    field: Literal["id_number", "phone"]
    reason: Reason


class NumberOut(Shape):
    """A number in full."""

    field: str
    number: str


class LineOut(Shape):
    """A line of a unit's history: `change` is what happened to the unit or which post changed hands."""

    at: datetime
    fact: str
    change: str
    on: date | None
    reason: str | None
    by: str | None
    about: str | None
    others: list[str]


class NumberSearch(Shape):
    """A telephone or ID number by which somebody is looked for, and why."""

    number: Annotated[str, StringConstraints(pattern=r"^([0-9]{17}[0-9X]|\+?[0-9-]{5,17})$"), ClosedUp]
    reason: Reason
