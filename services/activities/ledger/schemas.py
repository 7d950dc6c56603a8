"""Shapes in and out of the ledger's doors."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from services.activities.ledger.rules.attendance import Absence
from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.plan import LedgerPlan
from services.activities.ledger.rules.sheet import Ledger
from services.activities.register.schemas import ProblemOut, problems_out
from shared.shapes import Count, Day, Id, Shape, Whole

MINUTES_MAX = 24 * 60
PEOPLE_MAX = 500

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Ids = Annotated[tuple[Id, ...], Field(max_length=PEOPLE_MAX)]


class AbsentIn(Shape):
    """Somebody who was not there, and why: a code and the words."""

    person_id: Id
    reason: Annotated[str, StringConstraints(pattern=r"^(leave|ill|away|aged|unexcused|other)$")] = "leave"
    words: Line | None = None


class ActivityForm(Shape):
    """What is written about an activity. Who is not named absent was there, but for those kept away: see `came`.

    `guests` sat in and stand in no roll. `again`: there is one of that kind on that day, and this is another.
    """

    kind: Kind
    held_on: Day
    place: Line = ""
    topic: Line = ""
    speaker: Line = ""
    guests: Line = ""
    content: Words = ""
    minutes: Annotated[StrictInt, Field(ge=0, le=MINUTES_MAX), Whole] = 0
    chair_id: Id | None = None
    recorder_id: Id | None = None
    absent: Annotated[tuple[AbsentIn, ...], Field(max_length=PEOPLE_MAX)] = ()
    came: Ids = ()
    again: StrictBool = False

    def absences(self) -> dict[int, Absence]:
        """Who was not there, by person."""
        return {each.person_id: Absence(each.reason, each.words) for each in self.absent}


class NewActivity(ActivityForm):
    """A record to be written; `submitted`: handed to the secretary at once."""

    group_id: Id
    submitted: StrictBool = False


class RecordedOut(Shape):
    """What was written."""

    id: int
    stage: str
    expected: int
    present: int


class ActivityOut(Shape):
    """A record, as lists show it; `group_ids`: of a whole branch's, the units in each of which it counts once."""

    id: int
    group_id: int
    branch_id: int
    group_ids: list[int] | None
    kind: Kind
    held_on: date
    place: str
    topic: str
    minutes: int
    stage: str
    expected: int
    present: int
    revision: int


class AttendanceOut(Shape):
    """A line of the attendance; `counted`: in the denominator."""

    person_id: int
    name: str
    state: str
    counted: bool
    reason: str | None
    words: str | None


class WholeActivityOut(ActivityOut):
    """A record whole, with the steps that whoever asks may take."""

    speaker: str
    guests: str
    content: str
    chair_id: int | None
    recorder_id: int | None
    returned_why: str | None
    written_at: datetime
    submitted_at: datetime | None
    confirmed_at: datetime | None
    steps: list[str]
    attendance: list[AttendanceOut]


class RevisionOut(Shape):
    """An earlier form."""

    number: int
    replaced_at: datetime
    why: str
    body: dict[str, Any]


class AttachmentOut(Shape):
    """A photo or a paper of a record; `size` in bytes."""

    id: int
    kind: str
    size: int
    name: str
    added_at: datetime


class LateOut(Shape):
    """Somebody of whom a change was entered late, and how many records no longer agree for it."""

    person_id: int
    name: str
    unit_name: str
    records: int


class DisagreeingOut(Shape):
    """A record that no longer agrees with the register: it lists him, or with `missing` does not.

    `may`: whoever asks may correct it at this stage.
    """

    activity_id: int
    held_on: date
    kind: str
    stage: str
    group_name: str
    missing: bool
    may: bool


class Confirmations(Shape):
    """The records to be confirmed, all or none."""

    activity_ids: Annotated[list[Id], Field(min_length=1, max_length=200)]


class Returns(Confirmations):
    """The records to be given back with one reason, all or none."""

    reason: Reason


class Return(Shape):
    """Why a record is given back."""

    reason: Reason


class Correction(ActivityForm):
    """The new form; `revision` is the one that was looked at."""

    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    revision: Count | None = None


class TallyOut(Shape):
    """The counters of a kind in a group's year: four figures by month, and the records that they are of."""

    group_id: int
    year: int
    kind: Kind
    done: list[int]
    present: list[int]
    expected: list[int]
    minutes: list[int]
    ids: list[int]


class LedgerOut(Shape):
    """What a ledger would add, or added; `unchanged` was there already."""

    rows: int
    read: int
    refused: int
    activities: int
    by_kind: dict[str, int]
    absences: int
    added: int
    unchanged: int
    changes: dict[str, int]
    errors: list[ProblemOut]
    warnings: list[ProblemOut]


def ledger_out(ledger: Ledger, plan: LedgerPlan) -> LedgerOut:
    """A plan as it is shown, with what the reading said."""
    problems = [*ledger.problems, *plan.problems]
    return LedgerOut(
        **plan.counts,
        added=len(plan.activities),
        unchanged=plan.unchanged,
        changes={"activities_added": len(plan.activities)},
        errors=problems_out(problems, fatal=True),
        warnings=problems_out(problems, fatal=False),
    )
