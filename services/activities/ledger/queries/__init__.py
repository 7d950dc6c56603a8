"""Reading the ledger: what somebody may see of records, the roll of a day, and the counters."""

from services.activities.ledger.queries.attachments import attachment_in_reach, attachments
from services.activities.ledger.queries.books import (
    Listed,
    Names,
    RollShown,
    by_roll,
    figures_of,
    lists_of,
    names_on,
    records_between,
)
from services.activities.ledger.queries.confirming import (
    BESIDE,
    OWN,
    barred,
    corrected,
    led_by_writer,
    open_steps,
    waiting,
)
from services.activities.ledger.queries.counters import THINGS, counted, recount, tallies
from services.activities.ledger.queries.desk import begun_counts, last_held, unconfirmed, unfinished
from services.activities.ledger.queries.disagreeing import Disagreeing, LateOf, disagreeing, late_in
from services.activities.ledger.queries.history import Event, history
from services.activities.ledger.queries.places import absent_from, group_names, places, said_of, unit_name
from services.activities.ledger.queries.reach import SEES, counts_in, seen_by
from services.activities.ledger.queries.records import (
    activities,
    activity_in_reach,
    attendance,
    by_source,
    form_with,
    known_slots,
    open_in,
    revisions,
    to_change,
)
from services.activities.ledger.queries.resting import hold_records, resting_on_records
from services.activities.ledger.queries.rolls import EXEMPT, RollOfDay, Roster, roll_of_day, roll_of_year, roster

__all__ = [
    "BESIDE",
    "EXEMPT",
    "OWN",
    "SEES",
    "THINGS",
    "Disagreeing",
    "Event",
    "LateOf",
    "Listed",
    "Names",
    "RollOfDay",
    "RollShown",
    "Roster",
    "absent_from",
    "activities",
    "activity_in_reach",
    "attachment_in_reach",
    "attachments",
    "attendance",
    "barred",
    "begun_counts",
    "by_roll",
    "by_source",
    "corrected",
    "counted",
    "counts_in",
    "disagreeing",
    "figures_of",
    "form_with",
    "group_names",
    "history",
    "hold_records",
    "known_slots",
    "last_held",
    "late_in",
    "led_by_writer",
    "lists_of",
    "names_on",
    "open_in",
    "open_steps",
    "places",
    "records_between",
    "recount",
    "resting_on_records",
    "revisions",
    "roll_of_day",
    "roll_of_year",
    "roster",
    "said_of",
    "seen_by",
    "tallies",
    "to_change",
    "unconfirmed",
    "unfinished",
    "unit_name",
    "waiting",
]
