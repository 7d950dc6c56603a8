"""What follows from a closed year."""

from typing import Any

from services.assessment.rectifications import actions
from shared import daily, work
from shared.db import Session

__all__ = ["follow_posts", "order_rectifications"]


@work.task("assessment.order_rectifications", seconds_max=120)
def order_rectifications(session: Session, payload: dict[str, Any]) -> None:
    """Order what a closed year asks for."""
    actions.order_rectifications(session, payload["cycle_id"])


@daily.task("assessment.follow_posts")
def follow_posts(session: Session, _payload: dict[str, Any]) -> None:
    """What somebody had to set right in a post ends with it."""
    actions.end_with_posts(session)
    actions.settle_replacements(session)
