"""What happened to a record."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from services.activities.ledger.models import Activity
from services.activities.ledger.queries.books import names_on
from services.activities.ledger.queries.reach import seen_by
from shared.access import Actor
from shared.audit import Happening
from shared.db import Session


class Event(NamedTuple):
    """Something that happened to a record: `fact` as the catalogue names it, `step` where it was one."""

    at: datetime
    fact: str
    step: str | None
    who: str
    reason: str


def history(session: Session, actor: Actor, activity_id: int) -> list[Event]:
    """What happened to a record, the latest first, with the name of whoever did it."""
    seen = seen_by(actor).with_only_columns(Activity.id).where(Activity.id == activity_id)
    query = select(Happening).where(Happening.subject == f"activity:{activity_id}", seen.exists())
    names = names_on(session, actor, [activity_id])
    return [
        Event(
            each.at,
            each.fact,
            each.step,
            names.accounts.get(each.actor_id, "") if each.actor_id else "系统",
            each.reason or "",
        )
        for each in session.scalars(query.order_by(Happening.id.desc()))
    ]
