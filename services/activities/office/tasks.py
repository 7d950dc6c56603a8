"""What the clock does for the office itself."""

from typing import Any

from services.activities.office import actions
from shared import daily
from shared.db import Session


@daily.task("activities.drop_replies")
def drop_replies(session: Session, _payload: dict[str, Any]) -> None:
    """Nobody sends a form again that is a month old."""
    actions.drop_replies(session)


@daily.task("activities.keep_head")
def keep_head(session: Session, _payload: dict[str, Any]) -> None:
    """The head of the chain is noted outside the database, a line a day."""
    actions.keep_head(session)
