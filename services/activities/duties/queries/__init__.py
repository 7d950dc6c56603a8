"""Reading what is owed: a group's year, a branch's gaps, a township at a glance; and the tallies of a year-end run."""

from services.activities.duties.queries.glance import Owing, Row, heat, owing, reminders
from services.activities.duties.queries.months import Line, MonthOfGroup, home, month_of_groups, records, unit_of
from services.activities.duties.queries.standing import (
    LIFE,
    Gaps,
    GroupYear,
    YearOfGroup,
    calendar,
    gaps,
    group_years,
    lives,
    owing_branches,
    seen_by,
    workdays,
    year_of_units,
)

__all__ = [
    "LIFE",
    "Gaps",
    "GroupYear",
    "Line",
    "MonthOfGroup",
    "Owing",
    "Row",
    "YearOfGroup",
    "calendar",
    "gaps",
    "group_years",
    "heat",
    "home",
    "lives",
    "month_of_groups",
    "owing",
    "owing_branches",
    "records",
    "reminders",
    "seen_by",
    "unit_of",
    "workdays",
    "year_of_units",
]
