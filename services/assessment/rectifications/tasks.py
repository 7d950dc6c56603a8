"""What follows from a closed year."""

from typing import Any

from services.assessment.rectifications import actions
from shared import work
from shared.db import Session

__all__ = ["order_rectifications"]


@work.task("assessment.order_rectifications", seconds_max=120)
def order_rectifications(session: Session, payload: dict[str, Any]) -> None:
    """Order what a closed year asks for."""
    actions.order_rectifications(session, payload["cycle_id"])
