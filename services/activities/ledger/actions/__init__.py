"""Every change of the ledger: a record written, taken further, corrected, or brought in from a file."""

from services.activities.ledger.actions.attachments import Handed, attach, remove_attachment
from services.activities.ledger.actions.corrections import correct
from services.activities.ledger.actions.imports import commit_ledger, load_activities, preview_ledger
from services.activities.ledger.actions.records import Draft, record_activity
from services.activities.ledger.actions.steps import confirm, discard, return_activity, submit

__all__ = [
    "Draft",
    "Handed",
    "attach",
    "commit_ledger",
    "confirm",
    "correct",
    "discard",
    "load_activities",
    "preview_ledger",
    "record_activity",
    "remove_attachment",
    "return_activity",
    "submit",
]
