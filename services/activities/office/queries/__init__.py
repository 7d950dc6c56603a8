"""Reading the office: its decisions, its rules, its history and the machine. Each asks first who may see it."""

from services.activities.office.queries.calendar import YearOfDays, own_days, working_days, year_wanting
from services.activities.office.queries.decided import (
    Standing,
    book_of,
    decisions,
    environment,
    rules_by_source,
    settings_of,
    versions,
)
from services.activities.office.queries.history import (
    Asked,
    Entry,
    audit,
    facts_on_audit,
    people_on_audit,
    seal_verified,
    seen_by,
    units_on_audit,
)
from services.activities.office.queries.machine import PASSED_OVER_DAYS, Health, health
from services.activities.office.queries.reach import (
    SETS,
    account_in_reach,
    accounts_with_codes,
    home_of,
    names_by_account,
    township_as,
    township_here,
    township_lived_in,
    townships_of,
)

__all__ = [
    "PASSED_OVER_DAYS",
    "SETS",
    "Asked",
    "Entry",
    "Health",
    "Standing",
    "YearOfDays",
    "account_in_reach",
    "accounts_with_codes",
    "audit",
    "book_of",
    "decisions",
    "environment",
    "facts_on_audit",
    "health",
    "home_of",
    "names_by_account",
    "own_days",
    "people_on_audit",
    "rules_by_source",
    "seal_verified",
    "seen_by",
    "settings_of",
    "township_as",
    "township_here",
    "township_lived_in",
    "townships_of",
    "units_on_audit",
    "versions",
    "working_days",
    "year_wanting",
]
