"""What rests on the records that a ledger brought in."""

from collections.abc import Sequence

from sqlalchemy import or_, select, text

from services.activities.ledger.models import Activity
from services.activities.ledger.rules.stages import Stage
from services.activities.register.models import Attachment
from services.activities.register.rules.regrouping import day_said
from services.activities.register.rules.written import Resting, gathered
from shared.db import Session, overseeing
from shared.people import names_of

YEAR_GATHERED = text(
    "select exists (select from assessment.cycle where township_id = :township_id and year = :year"
    " and stage not in ('open', 'withdrawn', 'ended'))"
)


def hold_records(session: Session, activity_ids: Sequence[int]) -> list[int]:
    """Those of some records that are there, locked in order: nobody takes one of them on meanwhile."""
    query = select(Activity.id).where(Activity.id.in_(activity_ids)).order_by(Activity.id)
    return list(session.scalars(query.with_for_update()))


def resting_on_records(session: Session, township_id: int, year: int, activity_ids: Sequence[int]) -> list[Resting]:
    """What stands on them: a later form or step of a record, something attached to it, a year that was gathered."""
    attached = select(Attachment.thing_id).where(Attachment.sort == "activity", Attachment.thing_id.in_(activity_ids))
    later = or_(Activity.revision > 1, Activity.stage != Stage.CONFIRMED)
    found = []
    for what, which in (
        ("以后又更正的活动记录", later),
        ("上传了附件的活动记录", Activity.id.in_(attached)),
    ):
        query = select(Activity.group_id, Activity.held_on).where(Activity.id.in_(activity_ids), which)
        rows = session.execute(query.order_by(Activity.held_on, Activity.id)).all()
        names = names_of(session, {group_id for group_id, _ in rows})
        found += [(what, f"{names.get(group_id, '')}{day_said(day)}") for group_id, day in rows]
    with overseeing(session):
        if session.scalar(YEAR_GATHERED, {"township_id": township_id, "year": year}):
            found.append(("已经汇总的年度考核", f"{year}年"))
    return gathered(found)
