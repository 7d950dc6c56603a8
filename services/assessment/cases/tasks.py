"""What the clock and the run do."""

from typing import Any

from services.assessment.cases import actions
from shared import daily, work
from shared.db import Session

__all__ = ["finish_run", "keep_deadlines", "open_cycle", "score_chunk"]


@work.task("assessment.open_cycle", timed=True)
def open_cycle(session: Session, payload: dict[str, Any]) -> None:
    """Open a township's year on its day."""
    actions.open_on_the_day(session, payload)


@daily.task("assessment.keep_deadlines")
def keep_deadlines(session: Session, _payload: dict[str, Any]) -> None:
    """Working days that were published meanwhile settle the dates of a year; a year that opens before long is shown."""
    actions.keep_deadlines(session)
    actions.plan_openings(session)


@work.task("assessment.score_chunk", bulky="tallies", seconds_max=120)
def score_chunk(session: Session, payload: dict[str, Any]) -> None:
    """Score what activities has collected."""
    actions.score_chunk(session, payload)


@work.task("assessment.finish_run", seconds_max=120)
def finish_run(session: Session, payload: dict[str, Any]) -> None:
    """Finish a run whose chunks are all scored."""
    actions.finish_run(session, payload)
