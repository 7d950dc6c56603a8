"""Reading the ledger: what somebody may see of records, the roll of a day, and the counters."""

from services.activities.ledger.queries.attachments import attachment_in_reach, attachments
from services.activities.ledger.queries.books import Listed, Names, lists_of, names_on, records_between
from services.activities.ledger.queries.counters import MONTHS, counted, recount, tallies
from services.activities.ledger.queries.desk import last_held, unfinished, waiting, waiting_counts
from services.activities.ledger.queries.reach import SEES, seen_by
from services.activities.ledger.queries.records import (
    activities,
    activity_in_reach,
    attendance,
    by_source,
    known_slots,
    revisions,
    to_change,
    written_by_a_secretary_who_leads,
)
from services.activities.ledger.queries.rolls import RollOfDay, roll_of_day, roll_of_year

__all__ = [
    "MONTHS",
    "SEES",
    "Listed",
    "Names",
    "RollOfDay",
    "activities",
    "activity_in_reach",
    "attachment_in_reach",
    "attachments",
    "attendance",
    "by_source",
    "counted",
    "known_slots",
    "last_held",
    "lists_of",
    "names_on",
    "records_between",
    "recount",
    "revisions",
    "roll_of_day",
    "roll_of_year",
    "seen_by",
    "tallies",
    "to_change",
    "unfinished",
    "waiting",
    "waiting_counts",
    "written_by_a_secretary_who_leads",
]
