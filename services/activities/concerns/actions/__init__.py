"""Every change to people's views: find, decide, change, announce, let it wait, return."""

from services.activities.concerns.actions.answering import answer, close, reopen, say_whether_it_holds, tell
from services.activities.concerns.actions.cells import carry_cell, forget_lost, lose_cell, place
from services.activities.concerns.actions.keeping import blacken, end_open, keep_concerns
from services.activities.concerns.actions.noting import clean, note, require_noter
from services.activities.concerns.actions.papers import take_figures, take_handing, take_ledger
from services.activities.concerns.actions.steps import (
    accept,
    designate,
    give_back,
    merge,
    pass_on,
    pass_up,
    remark,
    send_out,
    settle,
    withdraw,
)
from services.activities.concerns.actions.timing import ask_for_time, grant_time, refuse_time

__all__ = [
    "accept",
    "answer",
    "ask_for_time",
    "blacken",
    "carry_cell",
    "clean",
    "close",
    "designate",
    "end_open",
    "forget_lost",
    "give_back",
    "grant_time",
    "keep_concerns",
    "lose_cell",
    "merge",
    "note",
    "pass_on",
    "pass_up",
    "place",
    "refuse_time",
    "remark",
    "reopen",
    "require_noter",
    "say_whether_it_holds",
    "send_out",
    "settle",
    "take_figures",
    "take_handing",
    "take_ledger",
    "tell",
    "withdraw",
]
