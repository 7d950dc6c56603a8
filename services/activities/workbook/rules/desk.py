"""What lies before whoever writes for a group: what is to be done, and the year as twelve squares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.activities.duties.rules import Square, overview
from services.activities.ledger.rules.kinds import OF_GROUPS, Kind
from services.activities.ledger.rules.stages import KINDS_SAID
from shared.duties import Counts, Duty, Span, Standing, State, standings

MOST_LINES = 5
WORST_FIRST = (State.MISSING, State.DUE, State.DONE, State.FUTURE, State.NOT_OWED)


@dataclass(frozen=True, slots=True)
class Todo:
    """A line of what is to be done: an activity of a kind to be held and written up, or a record to be finished.

    `times`: how many are lacking. `activity_id`: the record that waits for its writer, `why` it came back.
    """

    kind: str
    due_on: date | None = None
    overdue: bool = False
    times: int = 1
    period: Duty | None = None
    activity_id: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class MonthSquare:
    """One month of the year over all kinds: so many kept of so many owed; `held` counts all activities."""

    month: int
    state: State
    kept: int
    owed: int
    held: int


@dataclass(frozen=True, slots=True)
class KindOffered:
    """A kind to write up; `due_on` where it is owed now."""

    kind: str
    said: str
    due_on: date | None = None
    overdue: bool = False


def together(counts: Counts, begun: Counts) -> dict[str, list[int]]:
    """Confirmed activities and those that are begun, by kind and month."""
    kinds = counts.keys() | begun.keys()
    nothing = [0] * 12
    return {
        kind: [a + b for a, b in zip(counts.get(kind, nothing), begun.get(kind, nothing), strict=True)]
        for kind in kinds
    }


def still_to_do(calendar: Iterable[Duty], life: Span, counts: Counts, today: date) -> list[Todo]:
    """What a group has yet to hold or write up by the end of this month: what is due first, then what was missed.

    `counts` holds what is begun too: what waits leaves its writer nothing to do, what came back is a line of its own.
    """
    open_now = [
        each
        for each in standings(calendar, life, counts, today)
        if each.state is State.MISSING or (each.state is State.DUE and _by_this_month(each.duty, today))
    ]
    open_now.sort(key=lambda each: (each.state is State.MISSING, each.duty.due.day, order_of(each.duty.kind)))
    return [
        Todo(
            kind=each.duty.kind,
            due_on=each.duty.due.day,
            overdue=each.state is State.MISSING,
            times=each.duty.count - each.done,
            period=each.duty,
        )
        for each in open_now
    ]


def _by_this_month(duty: Duty, today: date) -> bool:
    return (duty.due.day.year, duty.due.day.month) <= (today.year, today.month)


def order_of(kind: str) -> int:
    """Where a kind stands among the kinds."""
    return list(KINDS_SAID).index(Kind(kind))


def kinds_offered(todo: Iterable[Todo], kinds: Iterable[Kind] = OF_GROUPS) -> list[KindOffered]:
    """Every kind to choose from: those owed now in the order in which they are due, then the rest."""
    kinds = tuple(kinds)
    offered: dict[str, KindOffered] = {}
    for each in todo:
        if each.kind not in offered and each.kind in kinds:
            offered[each.kind] = KindOffered(each.kind, KINDS_SAID[Kind(each.kind)], each.due_on, each.overdue)
    rest = (KindOffered(kind, KINDS_SAID[kind]) for kind in kinds if kind not in offered)
    return [*offered.values(), *rest]


def twelve(calendar: Sequence[Duty], life: Span, counts: Counts, today: date) -> list[MonthSquare]:
    """The year as twelve squares over all kinds: a month is as good as the worst of its kinds."""
    squares = overview(calendar, life, counts, today)
    told = standings(calendar, life, counts, today)
    return [_month(date(today.year, month, 1), squares, told, today) for month in range(1, 13)]


def _month(first: date, squares: Mapping[str, Sequence[Square]], told: Iterable[Standing], today: date) -> MonthSquare:
    month, ahead = first.month, first > today
    here = [row[month - 1] for row in squares.values()]
    ending = [each for each in told if each.duty.last_month == month and each.state is not State.NOT_OWED]
    # What a longer period owes by a month to come is nothing to hurry for yet.
    states = {State.FUTURE if ahead and square.state is State.DUE else square.state for square in here}
    return MonthSquare(
        month=month,
        state=next((state for state in WORST_FIRST if state in states), State.NOT_OWED),
        kept=sum(each.state is State.DONE for each in ending),
        owed=len(ending),
        held=sum(square.done for square in here),
    )
