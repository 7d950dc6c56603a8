"""What the duties are asked for, and what their clock does."""

from datetime import date
from typing import Any

from services.activities.duties import actions
from shared import daily, work
from shared.db import Session


@work.task("activities.collect_tallies", seconds_max=120)
def collect_tallies(session: Session, payload: dict[str, Any]) -> None:
    """The year of some groups, for a year-end run."""
    actions.collect_tallies(session, **payload)


@work.task("activities.start_reminders")
def start_reminders(session: Session, payload: dict[str, Any]) -> None:
    """A township was founded: from now on it is reminded."""
    actions.start_reminders(session, payload["township_id"])


@work.task("activities.remind_duties", timed=True)
def remind_duties(session: Session, payload: dict[str, Any]) -> None:
    """A day of reminding has come."""
    actions.remind(session, payload["township_id"], date.fromisoformat(payload["on"]))


@daily.task("activities.keep_reminders")
def keep_reminders(session: Session, _payload: dict[str, Any]) -> None:
    """Rules or working days may have moved the next day of reminding."""
    actions.keep_reminders(session)
