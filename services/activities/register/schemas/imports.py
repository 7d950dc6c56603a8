"""Shapes of what a roster would change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.activities.register.rules.care import Sort
from services.activities.register.rules.changes import RosterPlan
from services.activities.register.rules.committees import Committees, CommitteesPlan
from services.activities.register.rules.roster import Roster
from services.activities.register.rules.roster_said import endings_said, moves_said, sweeping_said
from shared.shapes import Shape
from shared.tables import Problem


class ProblemOut(Shape):
    """What is wrong in a cell. `fatal`: the row was not read."""

    sheet: str
    cell: str
    problem: str
    fatal: bool


class SkippedOut(Shape):
    """A row that was taken for no data, or with `row` null a whole sheet, and why."""

    sheet: str
    row: int | None
    why: str


class TallyOut(Shape):
    """How many of a kind are new, changed, and as they were."""

    added: int
    changed: int
    unchanged: int


class ChangesOut(Shape):
    """How much a roster would write, or wrote."""

    branches_added: int
    groups_added: int
    people_added: int
    people_changed: int
    memberships_added: int
    memberships_changed: int
    posts_started: int
    posts_ended: int


class LeavesOut(Shape):
    """A member of whom the file says that he left; what became of him and since when, as far as it says so."""

    person_id: int
    name: str
    place: str
    kind: str
    turn: str
    on: date | None
    said: str
    elsewhere: str


class LostOut(Shape):
    """A member of whom the file says that contact with him is lost, and since when, as far as it says so."""

    person_id: int
    name: str
    place: str
    on: date | None
    said: str
    told: dict[str, str]


class CaredOut(Shape):
    """A member who is out or in need by the file: for which list, since when, and what it tells, as far as it does."""

    person_id: int
    name: str
    place: str
    sort: Sort
    on: date | None
    told: dict[str, str]
    contact: str
    last_on: date | None
    said: str


class RosterOut(Shape):
    """What a roster would change, or changed, in figures and line by line; who moves and whose posts end, by name.

    `sweeping`: what is to be said where that is more than a tenth of the township; it is then to be agreed to.
    `since`, `as_of`: from when what is new of which the file says no day counts, and what moves.
    """

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
    changes: ChangesOut
    moves: list[str]
    endings: list[str]
    lines: list[str]
    missing: list[str]
    leaving: list[LeavesOut]
    lost: list[LostOut]
    cares: list[CaredOut]
    skipped: list[SkippedOut]
    sweeping: str | None
    upheaval: int
    since: date
    as_of: date


def problems_out(problems: Iterable[Problem], *, fatal: bool) -> list[ProblemOut]:
    """The problems of one sort."""
    return [
        ProblemOut(sheet=each.sheet, cell=each.cell, problem=each.problem, fatal=fatal)
        for each in problems
        if each.fatal is fatal
    ]


def changes_out(plan: RosterPlan) -> ChangesOut:
    """The figures of what is written."""
    tallies = plan.tallies
    return ChangesOut(
        branches_added=tallies["branches"].added,
        groups_added=tallies["groups"].added,
        people_added=tallies["people"].added,
        people_changed=tallies["people"].changed,
        memberships_added=tallies["memberships"].added,
        memberships_changed=tallies["memberships"].changed,
        posts_started=tallies["posts"].added,
        posts_ended=tallies["posts"].changed,
    )


def leaves_out(plan: RosterPlan) -> list[LeavesOut]:
    """Whoever is proposed to leave."""
    return [LeavesOut(**each._asdict() | {"place": each.place.said}) for each in plan.leaving]


def lost_out(plan: RosterPlan) -> list[LostOut]:
    """Whoever is proposed as out of contact."""
    return [LostOut(**each._asdict() | {"place": each.place.said}) for each in plan.lost]


def cares_out(plan: RosterPlan) -> list[CaredOut]:
    """Whoever is proposed as out or in need."""
    return [
        CaredOut(
            person_id=each.person_id,
            name=each.name,
            place=each.place.said,
            sort=each.row.sort,
            on=each.row.on,
            told=each.row.told,
            contact=each.row.contact,
            last_on=each.row.last_on,
            said=each.said,
        )
        for each in plan.cares
    ]


def roster_out(roster: Roster, plan: RosterPlan) -> RosterOut:
    """A plan as it is shown, with what the reading said."""
    problems = [*roster.problems, *plan.problems]
    return RosterOut(
        **plan.counts,
        errors=problems_out(problems, fatal=True),
        warnings=problems_out(problems, fatal=False),
        kinds={kind: TallyOut.model_validate(tally) for kind, tally in plan.tallies.items()},
        changes=changes_out(plan),
        moves=list(moves_said(plan.moves)),
        endings=list(endings_said(plan.endings)),
        lines=plan.changes,
        missing=plan.missing,
        leaving=leaves_out(plan),
        lost=lost_out(plan),
        cares=cares_out(plan),
        skipped=[SkippedOut.model_validate(each) for each in roster.skipped],
        sweeping=sweeping_said(plan) if plan.is_sweeping else None,
        upheaval=plan.upheaval,
        since=plan.since,
        as_of=plan.as_of,
    )


class CommitteesOut(Shape):
    """What a sheet of new committees would change: a line a branch, who leaves, and what was not taken in."""

    read: int
    refused: int
    branches: int
    unchanged: int
    lines: list[str]
    endings: list[str]
    errors: list[ProblemOut]
    warnings: list[ProblemOut]
    skipped: list[SkippedOut]


def committees_out(read: Committees, plan: CommitteesPlan) -> CommitteesOut:
    """The same as it is shown, with what the reading said."""
    problems = [*read.problems, *plan.problems]
    return CommitteesOut(
        read=plan.counts["read"],
        refused=plan.counts["refused"],
        branches=plan.counts["branches"],
        unchanged=plan.unchanged,
        lines=plan.lines,
        endings=plan.endings,
        errors=problems_out(problems, fatal=True),
        warnings=problems_out(problems, fatal=False),
        skipped=[SkippedOut.model_validate(each) for each in read.skipped],
    )
