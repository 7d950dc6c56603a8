"""What a group owes in a year under the rules, and how that stands on a day: the same to whoever asks.

`calendar_of` is made once for a year and a local set; the rest is cheap and is asked for each group. A period is owed
under the rule in force on its first day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
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
    def begun_by(self) -> date:
        """The last day from which on somebody must have been there to owe it: half of its months have to be whole."""
        return date(self.year, self.first_month + len(self.months) // 2, 1)

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

    def within(self, other: Span) -> Span:
        """The days that are of both."""
        starts = [day for day in (self.starts_on, other.starts_on) if day]
        ends = [day for day in (self.ends_on, other.ends_on) if day]
        return Span(max(starts, default=None), min(ends, default=None))


ALWAYS = Span()


@dataclass(frozen=True, slots=True)
class Stay:
    """A member's time in a group, and the times in which nothing may be asked of him (`attendance.exempt`)."""

    person_id: int
    span: Span = ALWAYS
    excused: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A duty of a group and how it stands; `done` counts what was held, owed or not."""

    duty: Duty
    state: State
    done: int


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


def member_owes(stay: Stay, duty: Duty) -> bool:
    """Whether a member owes a duty in the group of this stay: as a group owes its own, by the days that he was in it.

    Whoever is excused on the period's first day owes nothing of it. Whoever moved within a month owes it nowhere.
    """
    return owes(stay.span, duty) and not any(span.covers(duty.starts_on) for span in stay.excused)


def owed_by_members(calendar: Iterable[Duty], stays: Iterable[Stay]) -> tuple[tuple[int, Duty], ...]:
    """What the members of a group owe, as (person, duty), in the order of the calendar."""
    there = list(stays)
    return tuple((stay.person_id, duty) for duty in calendar for stay in there if member_owes(stay, duty))


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
