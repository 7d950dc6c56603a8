"""What the ledger hears of meetings that were announced ahead: their records begin as drafts."""

from typing import Any

from services.activities.ledger import actions
from shared import work
from shared.audit import hears
from shared.db import Session
from shared.events import MeetingCame


@hears("activities", MeetingCame)
def meeting_came(session: Session, fact: MeetingCame) -> None:
    """A draft in each of its units, by work of its own: what cannot begin in one holds up no other."""
    actions.begin_announced(session, fact)


@work.task("activities.draft_record")
def draft_record(session: Session, payload: dict[str, Any]) -> None:
    """The draft of one unit's record."""
    actions.draft_announced(session, **payload)
