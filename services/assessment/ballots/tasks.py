"""What becomes of votes by themselves."""

from typing import Any

from services.assessment.ballots import actions
from shared import daily
from shared.db import Session

__all__ = ["end_with_units"]


@daily.task("assessment.end_ballots")
def end_with_units(session: Session, _payload: dict[str, Any]) -> None:
    """A vote ends with the group or the branch that holds it."""
    actions.end_with_units(session)
