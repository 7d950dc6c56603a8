"""What lies before whoever writes for a group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.activities.duties import queries as duties
from services.activities.duties.queries import GroupYear, Row
from services.activities.ledger import queries as ledger
from services.activities.ledger.models import Activity
from services.activities.ledger.queries import Roster
from services.activities.ledger.rules.kinds import kinds_of
from services.activities.ledger.rules.stages import WRITERS, Stage
from services.activities.register import queries as register
from services.activities.register.queries import Ahead, Member, Named
from services.activities.workbook.rules.desk import (
    KindOffered,
    MonthSquare,
    Todo,
    kinds_offered,
    still_to_do,
    together,
    twelve,
)
from services.activities.workbook.rules.lines import Entry, of_duties, of_record
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.duties import Duty, Span
from shared.errors import NotYours, there
from shared.lists import Turn
from shared.people import Unit, UnitKind, names_of
from shared.roles import Role
from shared.switches import is_on
from shared.systems import System

LAST_RECORDS = 6
Year = tuple[tuple[Duty, ...], Span, dict[str, list[int]]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies before the writer of a group today."""

    group: Unit
    unfinished: list[Activity]
    todo: list[Todo]
    unconfirmed: int
    year: list[MonthSquare]
    records: list[Activity]
    ahead: list[Ahead]


@dataclass(frozen=True, slots=True)
class Start:
    """What a new record starts from, so that little is left to type."""

    group: Unit
    day: date
    kinds: list[KindOffered]
    place: str
    chair_id: int | None
    roster: Roster
    whole: bool  # it is for a branch with all its groups


def writes_for(session: Session, actor: Actor) -> list[Named]:
    """What somebody writes for: a leader his group; a secretary all of his branch, then the branch itself."""
    roots = actor.units_as(*WRITERS)
    units = [unit for root in roots for unit in register.names_below(session, actor, root)]
    found = {unit.id: unit for unit in units if unit.kind != UnitKind.TOWNSHIP}
    return sorted(found.values(), key=lambda unit: unit.kind == UnitKind.BRANCH)


def group_in_reach(session: Session, actor: Actor, group_id: int) -> Unit:
    """A group whose records may be seen; a branch that is not divided stands for itself."""
    query = duties.seen_by(actor).where(Unit.id == group_id, Unit.kind.in_((UnitKind.GROUP, UnitKind.BRANCH)))
    return there(session.scalars(query).one_or_none(), "这个党小组")


def desk(session: Session, actor: Actor, group_id: int) -> Desk:
    """A group's desk."""
    group = group_in_reach(session, actor, group_id)
    today = clock.today(session)
    calendar, life, counts = _year(session, actor, group, today)
    return Desk(
        group=group,
        unfinished=ledger.unfinished(session, actor, group.id),
        todo=_to_do(session, actor, group, (calendar, life, counts), today),
        unconfirmed=ledger.unconfirmed(session, actor, group.id),
        year=twelve(calendar, life, counts, today),
        records=list(ledger.activities(session, actor, unit_id=group.id, turn=Turn(limit=LAST_RECORDS)).rows),
        ahead=register.ahead_of_group(session, actor, group.id),
    )


def entries_of(found: Desk, today: date, *, writes: bool) -> list[Entry]:
    """What its writer has to do: records to finish, and what is owed by the end of this month or was missed."""
    records = [
        of_record(each.id, each.kind, each.held_on, each.returned_why, returned=each.stage == Stage.RETURNED)
        for each in found.unfinished
    ]
    return [*records, *of_duties(found.group.id, found.todo, today, writes=writes)]


def owed(session: Session, actor: Actor, group_id: int, today: date) -> list[Todo]:
    """What a group has still to do, and nothing else of its desk."""
    group = group_in_reach(session, actor, group_id)
    return _to_do(session, actor, group, _year(session, actor, group, today), today)


def _to_do(session: Session, actor: Actor, group: Unit, year: Year, today: date) -> list[Todo]:
    """What a group's year lacks, with what has been begun taken as made."""
    calendar, life, counts = year
    begun = ledger.begun_counts(session, actor, group.id, today.year)
    return still_to_do(calendar, life, together(counts, begun), today)


def _year(session: Session, actor: Actor, group: Unit, today: date) -> Year:
    """What the group owes this year and what it has done; a branch that is not divided owes nothing as a group.

    While group life is switched off nothing is to be made up either.
    """
    years: list[GroupYear] = duties.group_years(session, actor, group.id, today.year)
    mine = next((year for year in years if year.group_id == group.id), None)
    township_id = group.township_id or group.id
    if mine is None or not is_on(session, System.GROUP_LIFE, township_id):
        return (), Span(), {} if mine is None else dict(mine.counts)
    return duties.calendar(session, township_id, today.year), mine.life, dict(mine.counts)


def start(session: Session, actor: Actor, group_id: int, day: date | None = None, kind: str = "") -> Start:
    """What a new record of a group or branch starts from, on a day (today, unless another is named).

    How long the last one took is not carried over: hours are what somebody says of this one.
    """
    group = group_in_reach(session, actor, group_id)
    if not actor.roles_over(group.id, group.branch_id) & WRITERS:
        raise NotYours("活动由党小组长、副组长或支部书记记录，您没有这个职务。")
    today = clock.today(session)
    todo = _to_do(session, actor, group, _year(session, actor, group, today), today)
    last = ledger.last_held(session, actor, group.id)
    held_on = day or today
    roster = ledger.roster(session, actor, group.id, held_on, kind)
    return Start(
        group=group,
        day=held_on,
        kinds=kinds_offered(todo, kinds_of(kind, group=group.kind == UnitKind.GROUP, divided=bool(roster.groups))),
        place=last.place if last else "",
        chair_id=_chair(session, actor, group, roster.members, last),
        roster=roster,
        whole=bool(roster.groups),
    )


def _chair(session: Session, actor: Actor, group: Unit, members: list[Member], last: Activity | None) -> int | None:
    """Who chairs: as last time, else the leader (党支部工作条例 14), else whoever writes, if he is a member."""
    here = {member.person_id for member in members}
    holders = register.holders(session, actor, group.id, on=clock.today(session))
    leaders = [holder.person_id for holder in holders if holder.kind == Role.LEADER]
    offered = [last.chair_id if last else None, *leaders, actor.person_id]
    return next((person_id for person_id in offered if person_id in here), None)


# --- a branch at a glance ---


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A branch, its groups by months, and how many of them have something to make up or to do this month."""

    branch: Unit
    groups: list[Row]
    lacking: int
    missing: bool
    ahead: list[Ahead]


def branches_at_a_glance(session: Session, actor: Actor) -> list[BranchRow]:
    """The branches that somebody is the secretary of."""
    today, found = clock.today(session), []
    for branch_id in actor.units_as(Role.SECRETARY):
        branch = register.unit_in_reach(session, actor, branch_id, UnitKind.BRANCH)
        on = is_on(session, System.GROUP_LIFE, branch.township_id)
        rows = duties.heat(session, actor, branch_id, today.year, by_group=True) if on else []
        lacking = sum(any(cell.missing for cell in row.cells) or bool(row.cells[today.month - 1].due) for row in rows)
        missing = any(cell.missing for row in rows for cell in row.cells)
        found.append(BranchRow(branch, rows, lacking, missing, register.ahead_of_branch(session, actor, branch_id)))
    return found


def books_of(session: Session, actor: Actor) -> list[tuple[str, list[Unit]]]:
    """The groups whose books somebody may open, under the names of their branches."""
    roots = [unit_id for _, unit_id in actor.posts]
    units = {unit.id: unit for root in roots for unit in register.tree(session, actor, below=root)}
    seen = set(session.scalars(duties.seen_by(actor).with_only_columns(Unit.id).where(Unit.id.in_(units))))
    groups = [unit for unit in units.values() if unit.kind == UnitKind.GROUP and unit.id in seen]
    names = names_of(session, {group.branch_id for group in groups if group.branch_id})
    divided = {group.branch_id for group in groups}
    alone = [unit for key, unit in units.items() if unit.kind == UnitKind.BRANCH and key in seen and key not in divided]
    found: dict[str, list[Unit]] = {}
    for group in groups:
        found.setdefault(names.get(group.branch_id or 0, ""), []).append(group)
    return [*found.items(), *((unit.name, [unit]) for unit in alone)]
