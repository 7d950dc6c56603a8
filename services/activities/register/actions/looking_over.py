"""The register looked over when it has changed, once a transaction, and every day: what somebody must act on waits."""

from services.activities.register import queries
from shared.db import Session, before_commit, beyond

KEY = "register.look_over"


def look_over_later(session: Session, *unit_ids: int | None) -> None:
    """Whatever stands in the registers of the townships of these units, it is looked at once all of it is written."""
    session.info.setdefault(KEY, set()).update(each for each in unit_ids if each is not None)
    before_commit(session, KEY, lambda: _look_over(session))


def look_over(session: Session) -> None:
    """Once a day, everywhere: days come of which no change tells."""
    queries.look_over(session)


def _look_over(session: Session) -> None:
    with beyond(session):
        queries.look_over(session, queries.townships_of(session, session.info.pop(KEY)))
