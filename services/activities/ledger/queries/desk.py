"""What a writer starts from: what waits, where and under whom his group met last, and what came back to him."""

from collections import defaultdict

from sqlalchemy import extract, func

from services.activities.ledger.models import Activity
from services.activities.ledger.queries.reach import counts_in, seen_by
from services.activities.ledger.rules.stages import OPEN, Stage
from shared.access import Actor
from shared.db import Session

MONTHS_A_YEAR = 12
MOST_UNFINISHED = 20


def begun_counts(session: Session, actor: Actor, group_id: int, year: int) -> dict[str, list[int]]:
    """How many records of a group are begun and not confirmed yet, by kind and month of a year."""
    month = extract("month", Activity.held_on)
    query = (
        seen_by(actor)
        .with_only_columns(Activity.kind, month, func.count())
        .where(counts_in(group_id), Activity.stage.in_(OPEN))
        .where(extract("year", Activity.held_on) == year)
        .group_by(Activity.kind, month)
    )
    found: dict[str, list[int]] = defaultdict(lambda: [0] * MONTHS_A_YEAR)
    for kind, number, times in session.execute(query):
        found[kind][int(number) - 1] = times
    return dict(found)


def last_held(session: Session, actor: Actor, group_id: int) -> Activity | None:
    """The last activity of a group that named its place."""
    query = seen_by(actor).where(Activity.group_id == group_id, Activity.stage != Stage.DISCARDED, Activity.place != "")
    return session.scalars(query.order_by(Activity.held_on.desc(), Activity.id.desc()).limit(1)).one_or_none()


def unfinished(session: Session, actor: Actor, unit_id: int) -> list[Activity]:
    """Records of a group that its writer has to finish: what came back first, then drafts; the oldest first."""
    query = seen_by(actor).where(Activity.group_id == unit_id, Activity.stage.in_((Stage.RETURNED, Stage.DRAFT)))
    order = ((Activity.stage == Stage.RETURNED).desc(), Activity.held_on, Activity.id)
    return list(session.scalars(query.order_by(*order).limit(MOST_UNFINISHED)))


def unconfirmed(session: Session, actor: Actor, group_id: int) -> int:
    """How many records of a group are written and wait to be confirmed."""
    query = seen_by(actor).where(counts_in(group_id), Activity.stage == Stage.SUBMITTED)
    return session.scalars(query.with_only_columns(func.count())).one()
