"""By when each holder of a view is to have done his part. Pure.

Each has his own working days; what he used before a view came back is not given him anew.
"""

from datetime import date
from enum import StrEnum

from shared.rulebase import Rules
from shared.workdays import Deadline, Workdays


class Clock(StrEnum):
    """Whose days they are: to pass it on, to take it up, to answer, to tell."""

    PASS = "pass"  # noqa: S105  no password
    ACCEPT = "accept"
    ANSWER = "answer"
    TELL = "tell"


def allowed(rules: Rules, clock: Clock, *, urgent: bool) -> int:
    """How many working days there are for it."""
    hurried = urgent and clock is not Clock.TELL
    return rules.integer(f"concerns.{'urgent_' if hurried else ''}{clock}_working_days")


def due(today: date, days: Workdays, count: int, *, used: int = 0) -> Deadline:
    """The last day for whoever has it from today on, `used` of whose days are gone; today at the earliest."""
    return days.add(today, max(count - used, 0))
