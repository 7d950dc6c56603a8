"""A step of a choosing by its table, by whoever may take it, told and waited for."""

from services.assessment.cases.actions.standing import refuse_to_review, refuse_unless_for_branch
from services.assessment.cases.queries import account_of
from services.assessment.choosings import queries
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.rules import BY_THE_BRANCH, MOVES, TOLD, WAITS, WITHOUT_DAY, ChoosingStep
from shared import switches
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import NotYours
from shared.events import ChoosingMoved
from shared.moves import Moved
from shared.roles import Role
from shared.systems import System
from shared.todos import Thing
from shared.waiting import follow

NODS = frozenset({ChoosingStep.AGREE, ChoosingStep.DECLINE})
"""The committee's own part, which it does whoever nominated."""


def may(session: Session, actor: Actor, row: Choosing, step: ChoosingStep) -> Moved:
    """One step by the table of moves, for whoever may take it; `tell` takes it."""
    moved = MOVES.move(row.stage, step, roles=actor.roles_over(row.branch_id, row.township_id))
    if step in BY_THE_BRANCH:
        refuse_unless_for_branch(session, actor, row.branch_id, 0)
    elif actor is not SYSTEM:
        _refuse_own(session, actor, row)
        if step not in NODS:
            stood = queries.stood(session, row)
            refuse_to_review(session, actor, row.township_id, row.branch_id, stood)
    if actor is not SYSTEM:
        switches.require_on(session, System.CHOOSINGS, row.township_id)
    return moved


def tell(
    session: Session,
    actor: Actor,
    row: Choosing,
    moved: Moved,
    *,
    reason: str | None = None,
    barred: int | None = None,
) -> None:
    """Take the step: it is in the history, what waited waits no more, and what follows waits."""
    row.stage = moved.after
    fact = ChoosingMoved(
        unit_id=row.group_id,
        choosing_id=row.id,
        kind=row.post,
        stage=TOLD[ChoosingStep(moved.step)],
        person_id=row.person_id or 0,
        on=row.from_on.isoformat() if row.from_on else "",
    )
    announce(session, fact, by=actor, moved=moved, reason=reason)
    follow(session, WAITS, moved, [thing(row, barred)])


def thing(row: Choosing, barred: int | None = None) -> Thing:
    """What waits, by the day on which the post is to be filled; what is filed has that of the post instead."""
    due_on = None if row.stage in WITHOUT_DAY else row.due_on
    return Thing(f"choosing:{row.id}", row.group_id, barred, due_on)


def reviewer_barred(session: Session, actor: Actor, row: Choosing) -> int | None:
    """Who is not asked to review: whoever puts somebody forward in the branch's place, or is put forward himself."""
    if Role.SECRETARY not in actor.roles_over(row.branch_id):
        return actor.account_id
    return account_of(session, row.person_id) if row.person_id is not None else None


def _refuse_own(session: Session, actor: Actor, row: Choosing) -> None:
    """Nobody reviews himself, nor his own branch."""
    if row.person_id is not None and row.person_id == actor.person_id:
        raise NotYours("这是您本人的事项，按规定应当回避，请由别人办理。")
    if queries.is_own(session, actor, row):
        raise NotYours("您是这个支部的党员或者在这个支部任职，按规定应当回避，请由其他组织委员或者党委办理。")
