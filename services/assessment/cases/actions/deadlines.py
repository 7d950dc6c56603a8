"""Deadlines: a date that was provisional is settled, and what waits follows. Nothing is decided here, nobody told."""

from services.assessment.cases.actions.waits import let_all_wait
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.actions import settle_dates
from shared.db import Session


def keep_deadlines(session: Session) -> None:
    """Once a day, for every year that still waits for somebody.

    A date that was provisional is settled as soon as the working days that it was counted over are published.
    """
    for cycle in cycles.waiting(session):
        settle_dates(session, cycle)
        let_all_wait(session, cycle)
