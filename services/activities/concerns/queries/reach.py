"""Whose views somebody may see; whoever is passed over finds none that goes past him."""

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, true

from services.activities.concerns.models import Concern, ConcernHolding
from services.activities.concerns.rules import ENDED, Result, Stage
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.people import Unit
from shared.roles import Role

GROUPS = (Role.LEADER, Role.DEPUTY)
BRANCHES = (Role.SECRETARY,)
NOTERS = (*GROUPS, *BRANCHES)
"""Whoever notes views."""
OFFICE = (Role.ORGANISER, Role.COMMITTEE)
SEES = (*GROUPS, *BRANCHES, *OFFICE, Role.INSPECTOR)
NOT_PASSED_OVER = or_(
    Concern.past.is_(None), not_(func.activities.passed_over(Concern.past, Concern.unit_id, Concern.opened_on))
)


def seen_by(session: Session, actor: Actor) -> Select[Concern]:
    """The views of one's group or branch; of the township's what has come to it, is outside, late or impossible.

    An inspector reads all of his township; the committee what is impossible, and what it has in hand. A member none.
    """
    if actor.reach == "*":
        return select(Concern)
    today = clock.today(session)
    branches = actor.units_as(*BRANCHES)
    below = select(Unit.id).where(or_(Unit.id.in_(branches), Unit.branch_id.in_(branches)))
    reached = [
        Concern.unit_id.in_(actor.units_as(*GROUPS)) if actor.units_as(*GROUPS) else false(),
        or_(Concern.unit_id.in_(below), Concern.holder_unit.in_(branches)) if branches else false(),
        Concern.township_id.in_(actor.units_as(Role.INSPECTOR)),
        and_(Concern.township_id.in_(actor.units_as(Role.ORGANISER)), _come_up(today)),
        and_(Concern.township_id.in_(actor.units_as(Role.COMMITTEE)), _before_the_committee()),
    ]
    return select(Concern).where(or_(*reached), NOT_PASSED_OVER)


def _come_up(today: object) -> ColumnElement[bool]:
    """What the township's organiser sees: what it has, had or decided on, what is outside, late or impossible."""
    late = func.coalesce(Concern.extended_to, Concern.due_on) < today
    was_here = (
        select(ConcernHolding.id)
        .where(
            ConcernHolding.matter_id == Concern.id,
            or_(ConcernHolding.holder_unit == Concern.township_id, ConcernHolding.designated),
        )
        .exists()
    )
    handed = (
        select(ConcernHolding.id)
        .where(ConcernHolding.matter_id == Concern.id, ConcernHolding.came == "given_back")
        .exists()
    )
    return or_(
        Concern.holder_unit == Concern.township_id,
        Concern.outside.is_not(None),
        Concern.result == Result.IMPOSSIBLE,
        Concern.asked_until.is_not(None),
        Concern.extended_to.is_not(None),
        Concern.refused_why.is_not(None),
        and_(Concern.stage.not_in(ENDED), late),
        was_here,
        and_(Concern.stage == Stage.RETURNED, handed),
    )


def _before_the_committee() -> ColumnElement[bool]:
    with_it = and_(Concern.holder_unit == Concern.township_id, true())
    return or_(Concern.result == Result.IMPOSSIBLE, with_it)
