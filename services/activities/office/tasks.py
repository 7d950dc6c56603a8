"""What the clock does for the office itself."""

from typing import Any

from services.activities.office import actions
from shared import access, daily, kept
from shared.db import Session


@daily.task("activities.drop_replies")
def drop_replies(session: Session, _payload: dict[str, Any]) -> None:
    """Nobody sends a form again that is a month old."""
    actions.drop_replies(session)


@daily.task("activities.drop_traces")
def drop_traces(session: Session, _payload: dict[str, Any]) -> None:
    """From where somebody signed in is kept for as long as the setting says."""
    access.drop_old(session)


@daily.task("activities.keep_head")
def keep_head(session: Session, _payload: dict[str, Any]) -> None:
    """The head of the chain is noted outside the database, a line a day."""
    actions.keep_head(session)


@daily.task("activities.verify_seal")
def verify_seal(session: Session, _payload: dict[str, Any]) -> None:
    """Whether the history still fits its seal; where it does not, keeper and auditor are told."""
    actions.verify_seal(session)


@daily.task("activities.sweep_files")
def sweep_files(session: Session, _payload: dict[str, Any]) -> None:
    """Whatever no service's row names goes from the disk."""
    kept.sweep(session)
