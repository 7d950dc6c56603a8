"""A month, a quarter or a year, and what of its figures is shown on a notice board. Pure."""

from datetime import date
from typing import NamedTuple


class Period(NamedTuple):
    """The days [start, end), and what they are called."""

    start: date
    end: date
    said: str


class Figures(NamedTuple):
    """Of a kind: how many were noted, and how many of them were settled or answered, and how; the rest goes on."""

    kind: str
    noted: int
    settled: int
    solved: int
    explained: int
    planned: int
    impossible: int
    going_on: int


def period_of(year: int, quarter: int = 0, month: int = 0) -> Period:
    """A month where one is named, else a quarter (1 to 4), else the whole year."""
    if month:
        after = date(year + month // 12, month % 12 + 1, 1)
        return Period(date(year, month, 1), after, f"{year}年{month}月")
    if quarter:
        first = quarter * 3 - 2
        after = date(year + (first + 2) // 12, (first + 2) % 12 + 1, 1)
        return Period(date(year, first, 1), after, f"{year}年第{quarter}季度")
    return Period(date(year, 1, 1), date(year + 1, 1, 1), f"{year}年")


def shown(count: int, least: int) -> str:
    """A count for the notice board: what is fewer could lead to whom it was, and is hidden."""
    return str(count) if not count or count >= least else f"不足{least}"
