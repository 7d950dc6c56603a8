"""What the clock does with the grid."""

from typing import Any

from services.activities.grid import actions
from services.activities.grid.actions.gaps import LOOK
from shared import clock, daily, work
from shared.access import SYSTEM
from shared.db import Session


@daily.task("activities.keep_cells")
def keep_cells(session: Session, _payload: dict[str, Any]) -> None:
    """Whoever is a member no more has to do with no cell; what was mended waits no more."""
    actions.let_go_of_left(session, SYSTEM, clock.today(session))
    actions.keep_gaps(session)


@work.task(LOOK, timed=True)
def look_for_gaps(session: Session, _payload: dict[str, Any]) -> None:
    """Members without a cell and cells without a member, once a month."""
    actions.look_for_gaps(session)
