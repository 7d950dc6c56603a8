"""China's working days: a library's table is the seed, the office's own table has the last word.

The State Council announces a year's holidays about November of the year before. For a year that neither the library
nor the office knows yet, weekdays are guessed, and every date that was counted across such a day says so.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

import chinese_calendar

SATURDAY = 5
ONE_DAY = timedelta(days=1)
NO_OVERRIDES: Mapping[date, bool] = MappingProxyType({})


@dataclass(frozen=True, slots=True, order=True)
class Deadline:
    """A day counted in working days; provisional while a table that it was counted over is not published."""

    day: date
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days, both ends included; it has run out on `after`."""

    first: date
    last: date
    provisional: bool = False

    @property
    def after(self) -> date:
        """The first day on which what waited for the window may be done."""
        return self.last + ONE_DAY


@lru_cache(maxsize=64)
def in_library(year: int) -> bool:
    """Whether the library holds the announced table of this year."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=4096)
def published(day: date) -> bool:
    """Whether the published table says that this day is worked; the library looks through all of it each time."""
    return bool(chinese_calendar.is_workday(day))


def holiday(day: date) -> tuple[bool, str] | None:
    """Of a day that the published table names: whether it is worked, and for which holiday (`春节`)."""
    off, name = chinese_calendar.get_holiday_detail(day)
    return (not off, chinese_calendar.Holiday(name).chinese) if name else None


@dataclass(frozen=True, slots=True)
class Workdays:
    """Counts in working days.

    `overrides`: a day → whether it is worked. `announced`: years whose table the office has entered in full, so that
    their other days are plain weekdays and no longer a guess.
    """

    overrides: Mapping[date, bool] = field(default_factory=lambda: NO_OVERRIDES)
    announced: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether the offices work on this day."""
        known = self.overrides.get(day)
        if known is not None:
            return known
        if day.year not in self.announced and in_library(day.year):
            return published(day)
        return day.weekday() < SATURDAY

    def provisional(self, day: date) -> bool:
        """Whether this day's being worked is only a guess."""
        return not (day in self.overrides or self.knows(day.year))

    def knows(self, year: int) -> bool:
        """Whether the whole year is settled, by the library or by the office."""
        return year in self.announced or in_library(year)

    def add(self, day: date, n: int) -> Deadline:
        """The n-th working day after `day` (which does not count); with 0, `day` or the first worked day after it."""
        if n == 0:
            return self._nth(self._walk(day, ONE_DAY), 1)
        return self._nth(self._walk(day + ONE_DAY, ONE_DAY), n)

    def before(self, day: date, n: int) -> Deadline:
        """The n-th working day before `day`; with 0, `day` or the last worked day before it."""
        if n == 0:
            return self._nth(self._walk(day, -ONE_DAY), 1)
        return self._nth(self._walk(day - ONE_DAY, -ONE_DAY), n)

    def last_of_month(self, year: int, month: int) -> Deadline:
        """The month's last working day."""
        return self.before(date(year, month, monthrange(year, month)[1]), 0)

    def between(self, start: date, end: date) -> int:
        """How many working days there are in [start, end); none when the end comes first."""
        days = (start + timedelta(days=n) for n in range((end - start).days))
        return sum(1 for day in days if self.is_workday(day))

    def notice(self, posted_on: date, days: int) -> Window:
        """A public notice of `days` working days: the first is the posting day, or the first one worked after it."""
        if days < 1:
            raise ValueError(f"a notice runs for at least one working day, not {days}")
        first = self.add(posted_on, 0)
        last = self.add(first.day, days - 1)
        return Window(first.day, last.day, first.provisional or last.provisional)

    def _walk(self, day: date, step: timedelta) -> Iterator[tuple[date, bool]]:
        """Worked days from `day` on, each with whether anything met on the way was a guess."""
        guessed = False
        while True:
            guessed = guessed or self.provisional(day)
            if self.is_workday(day):
                yield day, guessed
            day += step

    @staticmethod
    def _nth(days: Iterator[tuple[date, bool]], n: int) -> Deadline:
        if n < 1:
            raise ValueError(f"working days are counted forward from one, not {n}")
        for _ in range(n - 1):
            next(days)
        return Deadline(*next(days))
