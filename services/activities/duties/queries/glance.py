"""The township at a glance: branches by months from the counters, and the branches that have something to make up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from services.activities.duties import rules
from services.activities.duties.models import Reminder
from services.activities.duties.queries.standing import GroupYear, calendar, group_years, seen_by, township_of
from services.activities.duties.rules import Cell, Owed, Span
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.people import Unit

OwedByGroups = list[tuple[GroupYear, tuple[Owed, ...]]]


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
    return heat_of(owed_by_groups(session, actor, unit_id, year), by_group=by_group)


def owing(session: Session, actor: Actor, unit_id: int, year: int) -> list[Owing]:
    """The branches whose groups have something to make up, with the day of the last reminder."""
    return owing_of(session, actor, owed_by_groups(session, actor, unit_id, year))


def owed_by_groups(session: Session, actor: Actor, unit_id: int, year: int) -> OwedByGroups:
    """The groups of a unit with what each owes; most have lived alike, so that it is worked out a few times."""
    duties = calendar(session, township_of(session, actor, unit_id), year)
    today, alike, found = clock.today(session), dict[Span, tuple[Owed, ...]](), []
    for group in group_years(session, actor, unit_id, year):
        life = rules.within_year(group.life, year)
        if life not in alike:
            alike[life] = rules.ready(duties, life, today)
        found.append((group, alike[life]))
    return found


def heat_of(groups: OwedByGroups, *, by_group: bool = False) -> list[Row]:
    """What falls due in each month, added up."""
    rows: dict[int, Row] = {}
    for group, duties in groups:
        key, name = (group.group_id, group.name) if by_group else (group.branch_id, group.branch_name)
        row = rows.get(key)
        if row is None:
            row = rows[key] = Row(key, name, tuple(Cell() for _ in range(12)))
        rules.add_up(row.cells, duties, group.counts)
    return list(rows.values())


def owing_of(session: Session, actor: Actor, groups: OwedByGroups) -> list[Owing]:
    """What is to be made up, added up by branches."""
    found: dict[int, Owing] = {}
    for group, duties in groups:
        missing, due = rules.lacking(duties, group.counts)
        if missing or due:
            branch = found.setdefault(group.branch_id, Owing(group.branch_id, group.branch_name))
            branch.groups += 1
            branch.missing += missing
            branch.due += due
    for branch_id, day in reminders(session, actor, list(found)).items():
        found[branch_id].reminded_on = day
    return list(found.values())


def reminders(session: Session, actor: Actor, branch_ids: Sequence[int]) -> dict[int, date]:
    """When branches were last reminded."""
    seen = seen_by(actor).with_only_columns(Unit.id)
    query = select(Reminder.branch_id, func.max(Reminder.on_day)).group_by(Reminder.branch_id)
    query = query.where(Reminder.branch_id.in_(branch_ids), Reminder.branch_id.in_(seen))
    return {row[0]: row[1] for row in session.execute(query)}
