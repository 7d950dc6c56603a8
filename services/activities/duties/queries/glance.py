"""The township at a glance: branches by months from the counters, and the branches that have something to make up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.activities.duties import rules
from services.activities.duties.models import Reminder
from services.activities.duties.queries.standing import group_years, seen_by
from services.activities.duties.rules import Alike, Cell
from services.activities.register import queries as register
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.duties import Span, State
from shared.people import Unit
from shared.switches import calendar

IDS = ARRAY(BigInteger)


@dataclass(frozen=True, slots=True)
class UnitDuties:
    """A branch or a group, and what its groups owe, by the life that they had."""

    unit_id: int
    name: str
    groups: dict[Span, Alike]


@dataclass(slots=True)
class Row:
    """A line of a heat map: a branch or a group, and what of it falls due in each month."""

    unit_id: int
    name: str
    cells: tuple[Cell, ...]


@dataclass(slots=True)
class Owing:
    """What the groups of a branch have not done: overdue, and due this month."""

    branch_id: int
    name: str
    groups: int = 0
    missing: int = 0
    due: int = 0
    reminded_on: date | None = None

    @property
    def figures(self) -> list[int]:
        """As a fact carries it."""
        return [self.branch_id, self.groups, self.missing, self.due]


def heat(session: Session, actor: Actor, unit_id: int, year: int, *, by_group: bool = False) -> list[Row]:
    """Branches by months, or with `by_group` groups by months: one select, whatever the number of groups."""
    unit = register.unit_in_reach(session, actor, unit_id)
    return heat_of(owed_in(session, actor, unit, year, by_group=by_group))


def owing(session: Session, actor: Actor, unit_id: int, year: int) -> list[Owing]:
    """The branches whose groups have something to make up, with the day of the last reminder."""
    unit = register.unit_in_reach(session, actor, unit_id)
    return owing_of(session, actor, owed_in(session, actor, unit, year))


def owed_in(session: Session, actor: Actor, unit: Unit, year: int, *, by_group: bool = False) -> list[UnitDuties]:
    """What the groups of a unit owe by branches, or by groups; most have lived alike: it is worked out a few times."""
    duties = calendar(session, unit.township_id or unit.id, year)
    today, ready, found = clock.today(session), dict[Span, tuple[rules.Owed, ...]](), dict[int, UnitDuties]()
    for group in group_years(session, actor, unit.id, year):
        life = rules.within_year(group.life, year)
        if life not in ready:
            ready[life] = rules.ready(duties, life, today)
        unit_id, name = (group.group_id, group.name) if by_group else (group.branch_id, group.branch_name)
        whole = found.get(unit_id)
        if whole is None:
            whole = found[unit_id] = UnitDuties(unit_id, name, {})
        if life not in whole.groups:
            whole.groups[life] = Alike(ready[life])
        whole.groups[life].add(group.counts)
    return list(found.values())


def heat_of(units: Collection[UnitDuties]) -> list[Row]:
    """What falls due in each month, added up."""
    rows = [Row(unit.unit_id, unit.name, tuple(Cell() for _ in range(12))) for unit in units]
    for row, unit in zip(rows, units, strict=True):
        for groups in unit.groups.values():
            rules.add_up(row.cells, groups)
    return rows


def owing_of(session: Session, actor: Actor, branches: Collection[UnitDuties]) -> list[Owing]:
    """What branches have to make up: overdue, and due this month."""
    found = {}
    for branch in branches:
        groups = branch.groups.values()
        owing = sum(each.owing for each in groups)
        if owing:
            missing, due = (sum(each.lacking(unmet) for each in groups) for unmet in (State.MISSING, State.DUE))
            found[branch.unit_id] = Owing(branch.unit_id, branch.name, owing, missing, due)
    for branch_id, day in reminders(session, actor, list(found)).items():
        found[branch_id].reminded_on = day
    return list(found.values())


def reminders(session: Session, actor: Actor, branch_ids: Sequence[int]) -> dict[int, date]:
    """When branches were last reminded."""
    seen = seen_by(actor).with_only_columns(Unit.id)
    query = select(Reminder.branch_id, func.max(Reminder.on_day)).group_by(Reminder.branch_id)
    query = query.where(Reminder.branch_id == any_(literal(branch_ids, IDS)), Reminder.branch_id.in_(seen))
    return {row[0]: row[1] for row in session.execute(query)}
