"""What is in a file: read once, compared with the register as often as one likes, written once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from services.activities.grid import actions as grid
from services.activities.grid.rules.planned import GridPlan, GridWritten
from services.activities.grid.rules.sheet import GridSheet, read_grid
from services.activities.imports import queries
from services.activities.imports.actions.outcomes import (
    committees_outcome,
    grid_outcome,
    ledger_outcome,
    roster_outcome,
)
from services.activities.imports.models import Handed
from services.activities.imports.rules import Kind, Stage
from services.activities.ledger import actions as ledger
from services.activities.ledger.rules import Ledger, read_ledger, year_in
from services.activities.ledger.rules.plan import LedgerPlan, LedgerWritten
from services.activities.register import actions as register
from services.activities.register.rules import Roster, read_roster
from services.activities.register.rules.changes import RosterPlan
from services.activities.register.rules.committees import Committees, CommitteesPlan, read_committees
from services.activities.register.rules.written import Written
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid
from shared.events import PaperTaken
from shared.people import Unit
from shared.progress import Report
from shared.sheets import lines_understood, taken, understood

Read = TypeVar("Read", Roster, Ledger, Committees, GridSheet)
READERS: dict[Kind, Callable[..., Any]] = {
    Kind.ROSTER: read_roster,
    Kind.LEDGER: read_ledger,
    Kind.COMMITTEES: read_committees,
    Kind.GRID: read_grid,
}
Outcome = tuple[dict[str, Any], Written | LedgerWritten | GridWritten | None]
"""The figures of what was brought in, and what it wrote; nothing where all of it was there already."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A file with what was understood of it, and what it would change or has changed."""

    handed: Handed
    roster: tuple[Roster, RosterPlan] | None = None
    ledger: tuple[Ledger, LedgerPlan] | None = None
    committees: tuple[Committees, CommitteesPlan] | None = None
    grid: tuple[GridSheet, GridPlan] | None = None


def may_bring_in(session: Session, actor: Actor, township_id: int, kind: str) -> Unit:
    """The township, for whoever may bring such a file in; asked before anything of it is read."""
    if kind == Kind.GRID:
        return grid.may_bring_in(session, actor, township_id)
    return register.may_bring_in(session, actor, township_id)


def year_meant(session: Session, actor: Actor, township_id: int, *, name: str, content: bytes) -> int:
    """The year that a ledger is of: this one or one of the two before, whichever its dates agree with most."""
    register.may_bring_in(session, actor, township_id)
    year = understood(content, year_in, name=name, latest=clock.today(session).year).year
    if year is None:
        raise Invalid("从文件里看不出是哪一年的台账，请填写年度。", field="year")
    return year


def first_read(
    session: Session, township: Unit, kind: Kind, year: int | None, *, name: str, content: bytes
) -> tuple[dict[str, str | int], bytes]:
    """What a file is asked, and the lines of what was made of it. What is no table is refused."""
    asked = _asked(session, township, READERS[kind], year)
    return asked, lines_understood(content, READERS[kind], name=name, **asked)


def look(session: Session, actor: Actor, handed_id: int, *, whole: bool = False) -> Looked:
    """What was understood of a file, and what it would change now. whole: with each row of a roster as it stands."""
    found = queries.handed(session, actor, handed_id)
    if found.content is None:
        return Looked(found)
    if found.year is not None:
        rows = _read(session, actor, found, read_ledger)
        return Looked(found, ledger=(rows, ledger.preview_ledger(session, actor, found.township_id, rows)))
    if found.kind == Kind.COMMITTEES:
        seats = _read(session, actor, found, read_committees)
        return Looked(found, committees=(seats, register.preview_committees(session, actor, found.township_id, seats)))
    if found.kind == Kind.GRID:
        cells = _read(session, actor, found, read_grid)
        return Looked(found, grid=(cells, grid.preview_grid(session, actor, found.township_id, cells)))
    people = _read(session, actor, found, read_roster, **({"standing": 1} if whole else {}))
    days = {} if found.stage == Stage.IMPORTED else {"as_of": found.as_of, "since": found.since}  # it moves nobody now
    plan = register.preview_roster(session, actor, found.township_id, people, **days)
    return Looked(found, roster=(people, plan))


def take_unread(session: Session, actor: Actor, handed_id: int) -> Looked:
    """The same, for the file of the rows that were not understood; that it was taken is told."""
    looked = look(session, actor, handed_id)
    if looked.roster and any(each.fatal for each in looked.roster[1].problems):
        looked = look(session, actor, handed_id, whole=True)  # of rows that the register refuses too
    township_id = looked.handed.township_id
    fact = PaperTaken(unit_id=township_id, paper="unread", form="xlsx", sort="handed", thing_id=handed_id)
    announce(session, fact, by=actor)
    return looked


def written(  # noqa: PLR0917  what somebody asked when he began it
    session: Session, actor: Actor, found: Handed, report: Report, agreed: int, taken_over_why: str | None
) -> Outcome:
    """Read the file and write what is new in it; returns what is kept of it: figures, and what was written."""
    report("reading", 0, 0)
    if found.year is not None:
        rows = _read(session, actor, found, read_ledger)
        done = ledger.commit_ledger(session, actor, found.township_id, rows, file_name=found.name, report=report)
        return ledger_outcome(done), done.written if done.activities else None
    if found.kind == Kind.COMMITTEES:
        seats = _read(session, actor, found, read_committees)
        seated = register.commit_committees(session, actor, found.township_id, seats, report=report)
        return committees_outcome(seated), None if seated.is_empty else seated.written
    if found.kind == Kind.GRID:
        cells = _read(session, actor, found, read_grid)
        laid = grid.commit_grid(session, actor, found.township_id, cells, agreed=agreed, report=report)
        return grid_outcome(laid), None if laid.is_empty else laid.written
    people = _read(session, actor, found, read_roster)
    asked: dict[str, Any] = {"as_of": found.as_of, "since": found.since, "taken_over_why": taken_over_why}
    before = partial(register.agreed, agreed_to=agreed)
    plan = register.commit_roster(session, actor, found.township_id, people, **asked, report=report, before=before)
    return roster_outcome(plan), None if plan.is_empty else plan.written


def _read(session: Session, actor: Actor, found: Handed, reader: Callable[..., Read], **more: int) -> Read:
    """What a reader makes of a file: as it was kept where the same was asked then, else read anew."""
    township = may_bring_in(session, actor, found.township_id, found.kind)
    asked = _asked(session, township, reader, found.year) | more
    kept = queries.understood_of(found, asked)
    if kept is not None:
        with suppress(ValueError, KeyError, TypeError):  # of a program before this one
            return taken(kept, reader)
    return understood(queries.content_of(found), reader, name=found.name, **asked)


def _asked(session: Session, township: Unit, reader: Callable[..., Any], year: int | None) -> dict[str, str | int]:
    """What a reader is asked besides the file: of a ledger its year, of the others the day."""
    if year is not None:
        return {"year": year, "township": township.name}
    asked: dict[str, str | int] = {"today": clock.today(session).isoformat(), "township": township.name}
    return asked | ({"standing": 0} if reader is read_roster else {})
