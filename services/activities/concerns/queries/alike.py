"""Open views of recent weeks that may be of the same matter: shown to whoever notes one, before it is saved."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select

from services.activities.concerns.models import Concern
from services.activities.concerns.queries.concerns import similar, to_change
from services.activities.concerns.queries.reach import seen_by
from services.activities.concerns.rules import IN_HAND
from shared import clock, rule_versions
from shared.access import Actor
from shared.db import Session
from shared.people import Unit

SHOWN_MOST = 5


def alike(session: Session, actor: Actor, unit_ids: Sequence[int], kind: str | None = None) -> Sequence[Concern]:
    """Of some units, of one kind or of any, the newest first: those that are not answered yet."""
    if not unit_ids:
        return ()
    township = session.get_one(Unit, unit_ids[0]).township_id
    since = clock.today(session) - timedelta(days=alike_days(session, township))
    found: Select[Concern] = seen_by(session, actor).where(
        Concern.stage.in_(IN_HAND),
        Concern.past.is_(None),
        Concern.opened_on >= since,
        Concern.unit_id.in_(unit_ids),
    )
    if kind is not None:
        found = found.where(Concern.kind == kind)
    return session.scalars(found.order_by(Concern.id.desc()).limit(SHOWN_MOST)).all()


def alike_days(session: Session, township_id: int | None) -> int:
    """How long ago a view may have been noted that is shown."""
    return rule_versions.rules_of(session, township_id, clock.today(session)).integer("concerns.alike_days")


def fits(session: Session, actor: Actor, row: Concern, other_id: int | None) -> Concern | None:
    """The view to which a new one is a voice, locked; None where it is none of those into which it may be merged."""
    if other_id is None or other_id not in {each.id for each in similar(session, actor, row)}:
        return None
    (found,) = to_change(session, actor, other_id)
    return found if found.stage in IN_HAND else None
