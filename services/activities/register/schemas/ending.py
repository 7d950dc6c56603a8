"""Shapes of what ends: by its last day, as people say it, or by the first day on which it holds no more."""

from __future__ import annotations

from datetime import date, timedelta

from shared.errors import Invalid
from shared.shapes import Day, Shape

NEXT = timedelta(days=1)


class Ending(Shape):
    """`last_day` is the last day on which it holds, `ends_on` the first on which it does no more: one of them.

    Where neither is given it holds no more from today on.
    """

    ends_on: Day | None = None
    last_day: Day | None = None

    @property
    def first_day_off(self) -> date | None:
        """The first day on which it holds no more. Raises Invalid where both are said and do not agree."""
        if self.last_day is None:
            return self.ends_on
        if self.ends_on is not None and self.ends_on != self.last_day + NEXT:
            raise Invalid("最后一天和不再算的第一天要相邻，请只填一个。", field="last_day")
        return self.last_day + NEXT
