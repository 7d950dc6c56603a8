"""Every change of the ledger: a record written, taken further, corrected, or brought in from a file."""

from services.activities.ledger.actions.announced import begin_announced, draft_announced
from services.activities.ledger.actions.attachments import MOST, attach, remove_attachment, take_attachment
from services.activities.ledger.actions.corrections import correct, form_of
from services.activities.ledger.actions.disagreeing import leavable, leave_out
from services.activities.ledger.actions.imports import commit_ledger, load_activities, may_bring_in, preview_ledger
from services.activities.ledger.actions.records import Draft, draft_of, record_activity
from services.activities.ledger.actions.steps import (
    confirm,
    discard,
    end_open,
    left_said,
    return_activities,
    return_activity,
    sort_out,
    submit,
    withdraw,
)
from services.activities.ledger.actions.taking_back import take_ledger_back

__all__ = [
    "MOST",
    "Draft",
    "attach",
    "begin_announced",
    "commit_ledger",
    "confirm",
    "correct",
    "discard",
    "draft_announced",
    "draft_of",
    "end_open",
    "form_of",
    "leavable",
    "leave_out",
    "left_said",
    "load_activities",
    "may_bring_in",
    "preview_ledger",
    "record_activity",
    "remove_attachment",
    "return_activities",
    "return_activity",
    "sort_out",
    "submit",
    "take_attachment",
    "take_ledger_back",
    "withdraw",
]
