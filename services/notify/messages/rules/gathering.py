"""Of one's inbox: more than three lines of a day are one of its digest; what is formal stands by itself. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeVar

from services.notify.messages.rules.telling import Kind
from shared.clock import civil_day

SINGLY_MAX = 3
"""So many lines of a day stand singly, as so many letters go singly."""
GATHERED = frozenset({Kind.INFORMATION, Kind.REMINDER})


class Line(Protocol):
    """A message of an inbox."""

    @property
    def kind(self) -> str:
        """How much it weighs."""
        ...

    @property
    def created_at(self) -> datetime:
        """When it came."""
        ...

    @property
    def wants_acknowledgement(self) -> bool:
        """Whether it is to be acknowledged."""
        ...


Told = TypeVar("Told", bound=Line)


@dataclass(frozen=True, slots=True)
class Day:
    """What came on one day: so much as one line of the digest, or none; and what stands singly."""

    day: date
    singly: list[Line] = field(default_factory=list)
    digest: list[Line] = field(default_factory=list)


def by_day(lines: Sequence[Told]) -> list[Day]:
    """The lines in their order, day by day; of more than three that are not formal one digest a day."""
    days: dict[date, list[Told]] = defaultdict(list)
    for line in lines:
        days[civil_day(line.created_at)].append(line)
    return [_day(day, those) for day, those in days.items()]


def _day(day: date, lines: Sequence[Line]) -> Day:
    light = [line for line in lines if line.kind in GATHERED and not line.wants_acknowledgement]
    if len(light) <= SINGLY_MAX:
        return Day(day, list(lines))
    return Day(day, [line for line in lines if line not in light], light)
