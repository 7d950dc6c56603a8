"""What is to be mended in the grid waits once a month for whoever mends it, and no longer than until it is."""

from services.activities.grid import queries
from shared import clock, work
from shared.db import Session, before_commit, beyond

LOOK = "activities.cell_gaps"


def keep_gaps(session: Session) -> None:
    """Every day: what is over waits no more; once a month, on the first day that anybody looks, it is looked for."""
    queries.close_gaps(session)
    month = clock.today(session).strftime("%Y-%m")
    work.post(session, LOOK, key=month)


def look_for_gaps(session: Session) -> None:
    """Once a month, everywhere."""
    queries.open_gaps(session)


def mended_later(session: Session, township_id: int) -> None:
    """Something was mended in a township: once all of it is written, what is over waits no more."""
    before_commit(session, f"{LOOK}:{township_id}", lambda: _mended(session, township_id))


def _mended(session: Session, township_id: int) -> None:
    with beyond(session):
        queries.close_gaps(session, township_id)
