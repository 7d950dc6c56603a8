"""Every change to people's views: find, decide, change, announce, let it wait, return."""

from services.activities.concerns.actions.answering import answer, close, reopen, say_whether_it_holds, tell
from services.activities.concerns.actions.cells import carry_cell, forget_lost, lose_cell, place
from services.activities.concerns.actions.keeping import blacken, end_open, keep_concerns
from services.activities.concerns.actions.noting import clean, note, require_noter
from services.activities.concerns.actions.papers import PRESSES, has_own_ledger, take_figures, take_handing, take_ledger
from services.activities.concerns.actions.photos import MOST as PHOTOS_MOST
from services.activities.concerns.actions.photos import add_photos, remove_photo, require_adder
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
from services.activities.concerns.actions.usual import remove_usual, require_writer, write_usual

__all__ = [
    "PHOTOS_MOST",
    "PRESSES",
    "accept",
    "add_photos",
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
    "has_own_ledger",
    "keep_concerns",
    "lose_cell",
    "merge",
    "note",
    "pass_on",
    "pass_up",
    "place",
    "refuse_time",
    "remark",
    "remove_photo",
    "remove_usual",
    "reopen",
    "require_adder",
    "require_noter",
    "require_writer",
    "say_whether_it_holds",
    "send_out",
    "settle",
    "take_figures",
    "take_handing",
    "take_ledger",
    "tell",
    "withdraw",
    "write_usual",
]
