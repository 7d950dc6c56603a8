"""The township at a glance: branches by months from the counters, and the branches that have something to make up."""

from collections.abc import Iterator, Sequence
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
    rows: dict[int, Row] = {}
    for group, duties in _with_duties(session, actor, unit_id, year):
        key, name = (group.group_id, group.name) if by_group else (group.branch_id, group.branch_name)
        row = rows.get(key)
        if row is None:
            row = rows[key] = Row(key, name, tuple(Cell() for _ in range(12)))
        rules.add_up(row.cells, duties, group.counts)
    return list(rows.values())


def owing(session: Session, actor: Actor, unit_id: int, year: int) -> list[Owing]:
    """The branches whose groups have something to make up, with the day of the last reminder."""
    found: dict[int, Owing] = {}
    for group, duties in _with_duties(session, actor, unit_id, year):
        missing, due = rules.lacking(duties, group.counts)
        if missing or due:
            branch = found.setdefault(group.branch_id, Owing(group.branch_id, group.branch_name))
            branch.groups += 1
            branch.missing += missing
            branch.due += due
    for branch_id, day in reminders(session, actor, list(found)).items():
        found[branch_id].reminded_on = day
    return list(found.values())


def _with_duties(
    session: Session, actor: Actor, unit_id: int, year: int
) -> Iterator[tuple[GroupYear, tuple[Owed, ...]]]:
    """The groups of a unit with what each owes; most have lived alike, so that it is worked out a few times."""
    duties = calendar(session, township_of(session, actor, unit_id), year)
    today, alike = clock.today(session), dict[Span, tuple[Owed, ...]]()
    for group in group_years(session, actor, unit_id, year):
        life = rules.within_year(group.life, year)
        if life not in alike:
            alike[life] = rules.ready(duties, life, today)
        yield group, alike[life]


def reminders(session: Session, actor: Actor, branch_ids: Sequence[int]) -> dict[int, date]:
    """When branches were last reminded."""
    seen = seen_by(actor).with_only_columns(Unit.id)
    query = select(Reminder.branch_id, func.max(Reminder.on_day)).group_by(Reminder.branch_id)
    query = query.where(Reminder.branch_id.in_(branch_ids), Reminder.branch_id.in_(seen))
    return {row[0]: row[1] for row in session.execute(query)}
