"""What the clock does for a year that is still to come."""

from typing import Any

from services.assessment.cycles import actions
from shared import clock, work
from shared.db import Session


@work.task("assessment.schedule_opening")
def schedule_opening(session: Session, payload: dict[str, Any]) -> None:
    """A township was founded: its first year-end is opened by the clock, as every one after it."""
    actions.schedule_opening(session, township_id=payload["township_id"], year=clock.today(session).year)
