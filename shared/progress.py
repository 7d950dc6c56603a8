"""How far a piece of long work is: what is done of the whole, how fast, how long it still takes. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

Row = TypeVar("Row")
Report = Callable[[str, int, int], None]
"""Told between the pieces of long work: the step, how much is done, of how much. What it raises ends the work."""

ROWS_AT_ONCE = 1000  # some tenths of a second of writing: people see it go on, and a stop is heard


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: the whole, what is done, and what was done in the seconds since it was last started."""

    whole: int
    done: int
    lately: int
    seconds: float

    @property
    def percent(self) -> int:
        """Whole per cent; 100 only when all is done."""
        return self.done * 100 // self.whole if self.whole else 0

    @property
    def rate(self) -> float | None:
        """So much a second, once some is done."""
        return self.lately / self.seconds if self.lately and self.seconds > 0 else None

    @property
    def seconds_left(self) -> int | None:
        """At this rate, rounded up; none as long as nobody can say."""
        return ceil((self.whole - self.done) / self.rate) if self.rate else None


def unheard(_step: str, _done: int, _whole: int) -> None:
    """Where nobody watches."""


class Gauge:
    """Counts what is done of a whole, over all of its steps, and tells it after each piece."""

    def __init__(self, report: Report, whole: int) -> None:
        self._report = report
        self._whole = whole
        self._done = 0

    def pieces(self, step: str, rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
        """The rows in pieces; one counts as done when the next is asked for."""
        for start in range(0, len(rows), ROWS_AT_ONCE):
            piece = rows[start : start + ROWS_AT_ONCE]
            self._report(step, self._done, self._whole)
            yield piece
            self._done += len(piece)
        if rows:
            self._report(step, self._done, self._whole)
