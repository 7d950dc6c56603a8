"""More time to answer: asked for once, granted by the next level."""

from services.activities.concerns import queries
from services.activities.concerns.actions.kind import CONCERNS, to_change, words
from services.activities.concerns.models import Concern
from services.activities.concerns.rules import Stage
from services.activities.concerns.schemas import MoreTime, Why
from shared.access import Actor
from shared.db import Session, beyond
from shared.errors import OutOfOrder
from shared.matters import actions as matters


def ask_for_time(session: Session, actor: Actor, concern_id: int, asked: MoreTime) -> Concern:
    """Whoever answers asks for more time, with a reason."""
    row = to_change(session, actor, concern_id)
    matters.require_holder(session, actor, row)
    latest = queries.latest_extension(session, row)
    if row.stage != Stage.ACCEPTED or latest is None:
        raise OutOfOrder("只有办理中的意见可以申请延期。")
    why = words(session, asked.why, confirmed=asked.confirmed, field="why")
    with beyond(session):
        return matters.ask_for_time(session, actor, CONCERNS, row, asked.until, latest=latest, why=why)


def grant_time(session: Session, actor: Actor, concern_id: int) -> Concern:
    """The next level grants it; the old day stays in view."""
    row = to_change(session, actor, concern_id)
    with beyond(session):
        return matters.grant_time(session, actor, CONCERNS, row)


def refuse_time(session: Session, actor: Actor, concern_id: int, asked: Why) -> Concern:
    """It does not: the day stays."""
    row = to_change(session, actor, concern_id)
    with beyond(session):
        matters.require_decider(session, actor, row)
    row.refused_why = why = words(session, asked.why, confirmed=asked.confirmed, field="why")
    with beyond(session):
        matters.refuse_time(session, actor, CONCERNS, row, why=why)
    return row
