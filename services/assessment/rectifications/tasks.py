"""What follows from a closed year, and what the clock does about rectifications."""

from typing import Any

from services.assessment.rectifications import actions
from shared import daily, work
from shared.db import Session

__all__ = ["keep_rectification_deadlines", "order_rectifications", "remind_of_rectification"]


@work.task("assessment.order_rectifications", seconds_max=120)
def order_rectifications(session: Session, payload: dict[str, Any]) -> None:
    """Order what a closed year asks for."""
    actions.order_rectifications(session, payload["cycle_id"])


@work.task("assessment.remind_of_rectification", batch=16, timed=True)
def remind_of_rectification(session: Session, payload: dict[str, Any]) -> None:
    """A deadline is near, or over."""
    actions.remind(session, **payload)


@daily.task("assessment.keep_rectification_deadlines")
def keep_rectification_deadlines(session: Session, _payload: dict[str, Any]) -> None:
    """Rules or working days may have moved the days on which a rectification reminds."""
    actions.keep_deadlines(session)
