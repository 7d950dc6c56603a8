"""What notify hears of an office's notices, and the days of the meetings that they announce."""

from typing import Any

from services.notify.circulars import actions
from shared import daily
from shared.audit import hears
from shared.db import Session
from shared.events import CircularMoved


@hears("notify", CircularMoved)
def circular_moved(session: Session, fact: CircularMoved) -> None:
    """Whoever it is for has it, or finds what goes in its place."""
    actions.tell(session, fact)


@daily.task("notify.begin_records")
def begin_records(session: Session, _payload: dict[str, Any]) -> None:
    """The day of a meeting has come."""
    actions.begin_records(session)
