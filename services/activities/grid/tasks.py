"""What the clock does with the grid."""

from typing import Any

from services.activities.grid import actions
from shared import clock, daily
from shared.access import SYSTEM
from shared.db import Session


@daily.task("activities.keep_cells")
def keep_cells(session: Session, _payload: dict[str, Any]) -> None:
    """Whoever is a member no more has to do with no cell."""
    actions.let_go_of_left(session, SYSTEM, clock.today(session))
