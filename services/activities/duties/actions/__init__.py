"""What the duties' clock does, and what a year-end run asks for."""

from services.activities.duties.actions.collecting import collect_tallies
from services.activities.duties.actions.reminding import (
    REMINDS,
    Reminded,
    keep_reminders,
    remind,
    remind_branches,
    start_reminders,
)

__all__ = [
    "REMINDS",
    "Reminded",
    "collect_tallies",
    "keep_reminders",
    "remind",
    "remind_branches",
    "start_reminders",
]
