"""How many views of each kind a period had, and what became of them."""

from datetime import date

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from services.activities.concerns.models import Concern
from services.activities.concerns.queries.reach import BRANCHES, GROUPS, NOT_PASSED_OVER, OFFICE
from services.activities.concerns.rules import KINDS, Figures, Result, Stage
from shared import clock
from shared.access import Actor, console
from shared.db import Session, beyond
from shared.people import Membership, Unit, UnitKind, holds_on
from shared.roles import Role


def figures(session: Session, actor: Actor, start: date, end: date, *, shown: bool = False) -> list[Figures]:
    """By kind, of the units of one's posts: numbers only, of an organiser's whole township, never village by village.

    What was merged or withdrawn is none. `shown`: for the notice board, without what goes past somebody.
    """
    first = Concern.result.is_(None)

    def many(*which: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(*which)

    asked = _within(actor, select(Concern), start, end).with_only_columns(
        Concern.kind,
        many(),
        many(Concern.stage == Stage.SETTLED),
        *(many(Concern.result == result) for result in Result),
        many(first, Concern.stage != Stage.SETTLED),
    )
    if shown:
        asked = asked.where(Concern.past.is_(None))
    found = {row[0]: Figures._make(row) for row in session.execute(asked.group_by(Concern.kind))}
    return [found[kind] for kind in KINDS if kind in found]


def _within(actor: Actor, found: Select[Concern], start: date, end: date) -> Select[Concern]:
    """What was noted in [start, end) in the units of one's posts, and was neither merged nor withdrawn."""
    branches, townships = actor.units_as(*BRANCHES), actor.units_as(*OFFICE, Role.INSPECTOR)
    below = select(Unit.id).where(or_(Unit.id.in_(branches), Unit.branch_id.in_(branches)))
    own = [
        Concern.unit_id.in_(actor.units_as(*GROUPS)),
        Concern.unit_id.in_(below) if branches else false(),
        Concern.township_id.in_(townships),
    ]
    return found.where(
        or_(*own),
        NOT_PASSED_OVER,
        Concern.opened_on >= start,
        Concern.opened_on < end,
        Concern.stage.not_in([Stage.MERGED, Stage.WITHDRAWN]),
    )


def branch_of(session: Session, actor: Actor) -> int | None:
    """The branch to which somebody belongs as a member."""
    today = clock.today(session)
    found = (
        select(func.coalesce(Unit.branch_id, Unit.id))
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == actor.person_id, Unit.kind != UnitKind.TOWNSHIP)
        .where(holds_on(Membership.starts_on, Membership.ends_on, today))
    )
    with beyond(session):
        return session.scalar(found)


def board(session: Session, branch_id: int, start: date, end: date) -> list[Figures]:
    """The same of one branch for its notice board, whoever asks: it hangs where everybody reads it."""
    with beyond(session):
        return figures(session, console(Role.SECRETARY, unit_id=branch_id), start, end, shown=True)
