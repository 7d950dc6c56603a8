"""The rule base applied to one year: duties and their due dates, what a group owes of them, and how each stands.

`calendar_of` is made once for a year and a local set; the rest is cheap and is asked for each group. A period is owed
under the rule in force on its first day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from operator import add
from typing import NamedTuple

from shared.rulebase import Bearer, Per, Rule, Rules
from shared.workdays import Deadline, Workdays

Counts = Mapping[str, Sequence[int]]
RulesOn = Callable[[date], Rules]

NOTHING: Sequence[int] = (0,) * 12
A_GROUPS_OWN = (Bearer.GROUP, Bearer.BRANCH_WITH_GROUPS)
OFTEN = {
    Per.MONTH: "{year}-{month:02}",
    Per.QUARTER: "{year}-Q{part}",
    Per.HALF: "{year}-H{part}",
    Per.YEAR: "{year}",
}


class State(StrEnum):
    """How a duty, or one month of a kind, stands today."""

    DONE = "done"
    MISSING = "missing"
    DUE = "due"
    NOT_OWED = "not_owed"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class Duty:
    """So many activities of a kind within a period, whose first and last months are counted from 1."""

    kind: str
    period: str
    year: int
    first_month: int
    last_month: int
    count: int
    due: Deadline
    reminders: tuple[date, ...]
    rule: Rule

    @property
    def months(self) -> range:
        """The period's months."""
        return range(self.first_month, self.last_month + 1)

    @property
    def longer(self) -> tuple[int, int] | None:
        """The first and the last month of a period of more than one."""
        return (self.first_month, self.last_month) if self.first_month < self.last_month else None

    @property
    def starts_on(self) -> date:
        """The period's first day."""
        return date(self.year, self.first_month, 1)

    @property
    def ends_on(self) -> date:
        """The period's last day."""
        return month_end(self.year, self.last_month)

    def done_in(self, counts: Counts) -> int:
        """How many confirmed activities fell in the period."""
        return sum(counts.get(self.kind, NOTHING)[month - 1] for month in self.months)


class Span(NamedTuple):
    """The days on which something holds: [starts_on, ends_on), open where it is none."""

    starts_on: date | None = None
    ends_on: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the day is one of them."""
        return (self.starts_on or date.min) <= day < (self.ends_on or date.max)

    def covers_month(self, year: int, month: int) -> bool:
        """Whether every day of the month is: a group founded on the 2nd does not owe that month."""
        return self.covers(date(year, month, 1)) and self.covers(month_end(year, month))


ALWAYS = Span()


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
class Standing:
    """A duty of a group and how it stands; `done` counts what was held, owed or not."""

    duty: Duty
    state: State
    done: int


@dataclass(frozen=True, slots=True)
class Square:
    """One month of one kind in the year's overview; a duty's due date stands on the last month of its period."""

    month: int
    state: State
    done: int
    period: str | None = None
    due: Deadline | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """A kind over the year: how many activities were owed, and how many of those were held in their period."""

    owed: int
    met: int


def month_end(year: int, month: int) -> date:
    """The month's last day."""
    return date(year, month, monthrange(year, month)[1])


def calendar_of(
    rules_on: RulesOn, year: int, days: Workdays, *, bearers: Sequence[Bearer] = A_GROUPS_OWN
) -> tuple[Duty, ...]:
    """Every duty of the year in order of its due date; what a group owes itself, unless other bearers are named."""
    duties = (
        duty_of(rule, year, month, rules, days)
        for month in range(1, 13)
        for rules in [rules_on(date(year, month, 1))]
        for rule in rules.cadences(*bearers)
        if rule.per and (month - 1) % rule.per.months == 0
    )
    return tuple(sorted(duties, key=lambda duty: (duty.due.day, duty.kind, duty.period)))


def duty_of(rule: Rule, year: int, month: int, rules: Rules, days: Workdays) -> Duty:
    """The duty that a cadence makes of the period starting in this month, due on the period's last working day."""
    per = rule.per or Per.YEAR
    last = month + per.months - 1
    due = days.last_of_month(year, last)
    leads = rules.numbers("reminder.lead_working_days")
    return Duty(
        kind=rule.kind or rule.key,
        period=OFTEN[per].format(year=year, month=month, part=last // per.months),
        year=year,
        first_month=month,
        last_month=last,
        count=rules.integer(rule.key),
        due=due,
        reminders=tuple(sorted(days.before(due.day, lead).day for lead in leads)),
        rule=rule,
    )


def owes(life: Span, duty: Duty) -> bool:
    """Whether a group that existed on these days owes the duty.

    It lived to the period's end, and at least half of the period's months in full: months before it was founded are
    not owed, nor is the month of its founding, unless that was on the 1st. What was dissolved can make up nothing.
    """
    whole = sum(1 for month in duty.months if life.covers_month(duty.year, month))
    return life.covers(duty.ends_on) and whole * 2 >= len(duty.months)


def owed(calendar: Iterable[Duty], life: Span) -> tuple[Duty, ...]:
    """The duties of the year that a group owes."""
    return tuple(duty for duty in calendar if owes(life, duty))


def standing(duty: Duty, life: Span, counts: Counts, today: date) -> Standing:
    """How a duty of a group stands today; a deadline's own day is still in time."""
    done = duty.done_in(counts)
    if done >= duty.count:
        state = State.DONE
    elif not owes(life, duty):
        state = State.NOT_OWED
    elif today > duty.due.day:
        state = State.MISSING
    else:
        state = State.DUE if today >= duty.starts_on else State.FUTURE
    return Standing(duty, state, done)


def standings(calendar: Iterable[Duty], life: Span, counts: Counts, today: date) -> tuple[Standing, ...]:
    """How every duty of the year stands for a group."""
    return tuple(standing(duty, life, counts, today) for duty in calendar)


def met(calendar: Iterable[Duty], life: Span, counts: Counts) -> dict[str, Met]:
    """By kind, what was owed over the whole year and what of it was held; kinds that nothing asks for are absent."""
    found: dict[str, Met] = {}
    for duty in owed(calendar, life):
        before = found.get(duty.kind, Met(0, 0))
        held = min(duty.done_in(counts), duty.count)
        found[duty.kind] = Met(before.owed + duty.count, before.met + held)
    return found


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
