"""A file is kept sealed, looked at as often as one likes, brought in once by the background, and then forgotten."""

from services.activities.imports.actions.bringing_in import (
    Before,
    before_taking_back,
    begin,
    bring_in,
    forget,
    hand_in,
    note_import,
    stop,
    take_back,
)
from services.activities.imports.actions.contents import Looked, look, take_unread, year_meant
from services.activities.imports.actions.outcomes import grid_outcome, ledger_outcome, roster_outcome
from services.activities.imports.actions.proposals import Suggested, let_leave, look_after, note_lost

__all__ = [
    "Before",
    "Looked",
    "Suggested",
    "before_taking_back",
    "begin",
    "bring_in",
    "forget",
    "grid_outcome",
    "hand_in",
    "ledger_outcome",
    "let_leave",
    "look",
    "look_after",
    "note_import",
    "note_lost",
    "roster_outcome",
    "stop",
    "take_back",
    "take_unread",
    "year_meant",
]
