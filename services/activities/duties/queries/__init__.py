"""Reading what is owed: a group's year, a branch's gaps, a township at a glance; and the tallies of a year-end run."""

from services.activities.duties.queries.glance import (
    Owing,
    Row,
    heat,
    heat_of,
    owed_in,
    owing,
    owing_of,
    reminders,
)
from services.activities.duties.queries.months import Line, MonthOfGroup, home, month_of_groups, records, unit_of
from services.activities.duties.queries.standing import (
    LIFE,
    Gaps,
    GroupYear,
    YearOfGroup,
    gaps,
    group_years,
    lives,
    owing_units,
    reminded_townships,
    seen_by,
    year_of_units,
)
from shared.switches import calendar

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
    "heat_of",
    "home",
    "lives",
    "month_of_groups",
    "owed_in",
    "owing",
    "owing_of",
    "owing_units",
    "records",
    "reminded_townships",
    "reminders",
    "seen_by",
    "unit_of",
    "year_of_units",
]
