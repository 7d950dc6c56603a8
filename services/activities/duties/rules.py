"""What groups owe (shared/duties.py) at a glance, who counts at an activity, and by when its record is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from operator import add

from shared.duties import ALWAYS, NOTHING, Counts, Duty, Span, Standing, State, owed, standing, standings
from shared.rulebase import Rules
from shared.workdays import Deadline, Workdays


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's time in a group."""

    person_id: int
    span: Span = ALWAYS


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What may keep somebody out of the denominators, such as `aged` or `away`, and when."""

    person_id: int
    kind: str
    span: Span = ALWAYS


@dataclass(frozen=True, slots=True)
class Square:
    """One month of one kind in the year's overview; a duty's due date stands on the last month of its period."""

    month: int
    state: State
    done: int
    period: str | None = None
    due: Deadline | None = None


def overview(calendar: Iterable[Duty], life: Span, counts: Counts, today: date) -> dict[str, tuple[Square, ...]]:
    """By kind, the year as twelve squares; kinds that were held although nothing asks for them are there too.

    A longer period shows what it owes on its last month; a month in which something was held is done.
    """
    squares = {kind: list(empty_year(held)) for kind, held in counts.items()}
    for each in standings(calendar, life, counts, today):
        row = squares.setdefault(each.duty.kind, list(empty_year(NOTHING)))
        for month in each.duty.months:
            row[month - 1] = square(each, month, row[month - 1].done)
    return {kind: tuple(row) for kind, row in squares.items()}


@dataclass(slots=True)
class Cell:
    """What of some groups falls due in a month: things owed, and of those done, overdue, still due, and to come."""

    owed: int = 0
    done: int = 0
    missing: int = 0
    due: int = 0
    future: int = 0

    @property
    def state(self) -> State:
        """The worst of them."""
        if self.missing:
            return State.MISSING
        if self.due:
            return State.DUE
        if self.future:
            return State.FUTURE
        return State.DONE if self.owed else State.NOT_OWED


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty as a glance at many groups needs it: where its counters stand, and what it is while unmet."""

    kind: str
    first: int
    last: int
    count: int
    unmet: State
    presses: bool  # overdue, or due this month


class Alike:
    """Groups that have lived alike, so that they owe the same; added up, for there are hundreds on a page."""

    def __init__(self, duties: Sequence[Owed]) -> None:
        self.duties = duties
        self.groups = 0
        self.met = [0] * len(duties)  # how many groups have done each
        self._kinds = {duty.kind for duty in duties}
        self._pressing = sum(duty.presses for duty in duties)  # they come first
        self.owing = 0  # how many groups have not done one that presses

    def add(self, counts: Counts) -> None:
        """One group more."""
        held = {kind: (0, *accumulate(counts.get(kind, NOTHING))) for kind in self._kinds}
        met = [held[duty.kind][duty.last] - held[duty.kind][duty.first] >= duty.count for duty in self.duties]
        self.met = list(map(add, self.met, met))
        self.groups += 1
        self.owing += False in met[: self._pressing]

    def lacking(self, unmet: State) -> int:
        """How many duties that are this while unmet, and press, are lacking."""
        pairs = zip(self.duties, self.met, strict=True)
        return sum(self.groups - met for duty, met in pairs if duty.presses and duty.unmet is unmet)


def within_year(life: Span, year: int) -> Span:
    """A life as far as a year sees it, so that groups which were there all year are alike."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    founded, dissolved = life.starts_on or start, life.ends_on or end
    return Span(max(founded, start), dissolved if dissolved < end else None)


def ready(calendar: Iterable[Duty], life: Span, today: date) -> tuple[Owed, ...]:
    """What whoever lived so owes, first of all what presses."""
    found = []
    for duty in owed(calendar, life):
        unmet = standing(duty, life, {}, today).state
        due_now = (duty.due.day.year, duty.due.day.month) == (today.year, today.month)
        presses = unmet is State.MISSING or (unmet is State.DUE and due_now)
        found.append(Owed(duty.kind, duty.first_month - 1, duty.last_month, duty.count, unmet, presses))
    return tuple(sorted(found, key=lambda duty: not duty.presses))


def add_up(row: Sequence[Cell], groups: Alike) -> None:
    """Add what groups owe to twelve cells, each thing in the month in which it falls due."""
    for duty, met in zip(groups.duties, groups.met, strict=True):
        cell, lacking = row[duty.last - 1], groups.groups - met
        cell.owed += groups.groups
        cell.done += met
        if duty.unmet is State.MISSING:
            cell.missing += lacking
        elif duty.unmet is State.DUE:
            cell.due += lacking
        else:
            cell.future += lacking


def square(each: Standing, month: int, done: int) -> Square:
    """One month of a duty's period."""
    last = month == each.duty.last_month
    unmet = last and each.state is not State.DONE and not (done and each.state is State.NOT_OWED)
    state = each.state if unmet else State.DONE if done else State.NOT_OWED
    return Square(month, state, done, each.duty.period, each.duty.due if last else None)


def empty_year(held: Sequence[int]) -> Iterator[Square]:
    """Twelve months of a kind that nothing asks for."""
    for month, done in enumerate(held, start=1):
        yield Square(month, State.DONE if done else State.NOT_OWED, done)


def expected(
    members: Iterable[Member], circumstances: Iterable[Circumstance], on: date, exempt: Iterable[str]
) -> frozenset[int]:
    """Who counts at an activity on a day: the group's members of that day, less those whom nothing may be asked of.

    `exempt` is the rule `attendance.exempt` (第二十三条). Whoever joined later, or has left, is not in it either.
    """
    here = {member.person_id for member in members if member.span.covers(on)}
    return frozenset(here - excused(circumstances, on, exempt).keys())


def excused(circumstances: Iterable[Circumstance], on: date, exempt: Iterable[str]) -> dict[int, str]:
    """Who is out of the denominators on a day, and by which circumstance."""
    kinds = frozenset(exempt)
    return {each.person_id: each.kind for each in circumstances if each.kind in kinds and each.span.covers(on)}


def record_due(held_on: date, rules: Rules, days: Workdays) -> Deadline:
    """By when the record of an activity is to be handed in."""
    return days.add(held_on, rules.integer("record.working_days"))


def days_over(duty: Duty, today: date, days: Workdays) -> int:
    """How many working days a missing duty is overdue; none while it is in time."""
    return days.between(duty.due.day + timedelta(days=1), today + timedelta(days=1))
