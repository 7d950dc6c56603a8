"""What happens to files by themselves, and behind the page."""

from typing import Any

from services.activities.imports import actions
from services.activities.imports.rules import BRING_IN
from shared import work
from shared.db import Session


@work.task(BRING_IN, seconds_max=300, attempts_max=6)
def bring_in(session: Session, payload: dict[str, Any]) -> None:
    """Somebody wants a file brought in."""
    actions.bring_in(
        session,
        payload["handed_id"],
        payload["run"],
        agreed=payload.get("agreed", 0),
        taken_over_why=payload.get("taken_over_why"),
    )


@work.task("activities.forget_file", timed=True)
def forget_file(session: Session, payload: dict[str, Any]) -> None:
    """A file has been kept long enough."""
    actions.forget(session, payload["handed_id"])
