"""The ledger of a period, with its words."""

from collections.abc import Sequence
from datetime import date

from services.activities.concerns.models import Concern
from services.activities.concerns.queries.reach import seen_by
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid

LEDGER_MOST = 5000
"""More a table of one period does not hold; it is asked for by the quarter or the month."""


def ledger(session: Session, actor: Actor, start: date, end: date) -> Sequence[Concern]:
    """The views of a period that one sees, in the order in which they were noted. Raises Invalid beyond LEDGER_MOST."""
    asked = seen_by(session, actor).where(Concern.opened_on >= start, Concern.opened_on < end)
    rows = session.scalars(asked.order_by(Concern.id).limit(LEDGER_MOST + 1)).all()
    if len(rows) > LEDGER_MOST:
        raise Invalid(f"这段时间的意见超过 {LEDGER_MOST} 件，一张台账放不下，请按季度或者按月下载。", field="quarter")
    return rows
