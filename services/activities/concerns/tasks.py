"""What the clock does with people's views."""

from typing import Any

from services.activities.concerns import actions
from shared import daily
from shared.db import Session


@daily.task("activities.keep_concerns")
def keep_concerns(session: Session, _payload: dict[str, Any]) -> None:
    """Ask once whether it is so, and let words go that have stood long enough."""
    actions.keep_concerns(session)
