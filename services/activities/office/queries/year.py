"""What assessment says of a township's years to whoever reaches it: what goes on, and where the quota is passed."""

from typing import NamedTuple

from sqlalchemy import text

from services.activities.office.rules.year import GoingOn
from shared.db import Session

GOING_ON = text("select thing, year, stage, n from assessment.going_on(:township)")
CHOOSINGS = text("select assessment.choosings_open(:township)")
OVER_QUOTA = text("select cycle_id, year, given, allowed from assessment.over_quota(:township)")


class OverQuota(NamedTuple):
    """A year in which more are excellent than its quota allows."""

    cycle_id: int
    year: int
    given: int
    allowed: int


def going_on(session: Session, township_id: int) -> list[GoingOn]:
    """What of a township's assessment is not over, by year and stage."""
    return [GoingOn(*row) for row in session.execute(GOING_ON, {"township": township_id})]


def choosings_open(session: Session, township_id: int) -> int:
    """How many choosings of leaders would end where leaders are chosen no more; what is filed goes on."""
    return int(session.execute(CHOOSINGS, {"township": township_id}).scalar_one())


def over_quota(session: Session, township_id: int) -> list[OverQuota]:
    """The years of a township that are being rated, or on notice, with more excellent than allowed."""
    return [OverQuota(*row) for row in session.execute(OVER_QUOTA, {"township": township_id})]
