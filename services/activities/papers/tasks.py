"""Large lists are made behind the page, and forgotten after some days."""

from typing import Any

from services.activities.papers import actions
from services.activities.papers.rules import FORGET, MAKE, TRIES
from shared import work
from shared.db import Session


@work.task(MAKE, seconds_max=300, attempts_max=TRIES + 1)
def make_paper(session: Session, payload: dict[str, Any]) -> None:
    """Somebody asked for a large list."""
    actions.make(session, payload["paper_id"])


@work.task(FORGET, timed=True)
def forget_paper(session: Session, payload: dict[str, Any]) -> None:
    """A list has been kept long enough."""
    actions.forget(session, payload["paper_id"])
