"""The usual answers that somebody may take."""

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select

from services.activities.concerns.models import UsualAnswer
from services.activities.concerns.queries.reach import BRANCHES, OFFICE
from services.activities.concerns.rules import KINDS, RESULTS
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.people import Unit


def _offered(actor: Actor) -> Select[UsualAnswer]:
    """Those of the township in which somebody answers."""
    where = select(func.coalesce(Unit.township_id, Unit.id)).where(Unit.id.in_(actor.units_as(*BRANCHES, *OFFICE)))
    return select(UsualAnswer).where(UsualAnswer.removed_on.is_(None), UsualAnswer.township_id.in_(where))


def usual_answers(
    session: Session, actor: Actor, *, kind: str | None = None, lock: bool = False
) -> Sequence[UsualAnswer]:
    """All, or those for a kind of views: by kind, those for all kinds last, then by result."""
    found = _offered(actor)
    if kind is not None:
        found = found.where(or_(UsualAnswer.kind == kind, UsualAnswer.kind.is_(None)))
    rows = session.scalars(found.with_for_update() if lock else found).all()
    kinds, results = [*KINDS, None], list(RESULTS)
    return sorted(rows, key=lambda each: (kinds.index(each.kind), results.index(each.result), each.id))


def usual_answer(session: Session, actor: Actor, usual_answer_id: int, *, lock: bool = False) -> UsualAnswer:
    """One of them, or OutOfReach."""
    found = _offered(actor).where(UsualAnswer.id == usual_answer_id)
    return there(session.scalars(found.with_for_update() if lock else found).one_or_none(), "这一句常用答复")
