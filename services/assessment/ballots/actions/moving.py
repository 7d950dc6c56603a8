"""One step of a vote: who may take it, what is told, what waits."""

from services.assessment.ballots import queries
from services.assessment.ballots.models import Ballot
from services.assessment.ballots.rules import MOVES, WAITS, BallotStage, BallotStep
from services.assessment.cases.queries import account_of
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import NotYours
from shared.events import BallotMoved
from shared.events.fact import Fact
from shared.moves import Moved
from shared.todos import Thing
from shared.waiting import follow


def refuse_unless_chairs(session: Session, actor: Actor, row: Ballot) -> None:
    """No candidate leads the vote on himself; an organiser only where the branch has nobody who may."""
    if not queries.chairs(session, actor, row):
        if actor.person_id in queries.candidates(session, row.id):
            raise NotYours("您是候选人，按规定应当回避，请由不是候选人的支部书记、党小组长或者组织委员主持。")
        raise NotYours("这个支部有书记，由支部书记办理。")


def taken(
    session: Session,
    actor: Actor,
    row: Ballot,
    step: BallotStep,
    *,
    reason: str | None = None,
    fact: Fact | None = None,
) -> Moved:
    """Take a step by the table of moves and tell of it. `fact`: what tells more than that it moved."""
    moved = may(session, actor, row, step)
    return go(session, actor, row, moved, reason=reason, fact=fact)


def may(session: Session, actor: Actor, row: Ballot, step: BallotStep) -> Moved:
    """Refuse a step that somebody may not take; nothing changes yet."""
    moved = MOVES.move(row.stage, step, roles=actor.roles_over(row.unit_id, row.branch_id, row.township_id))
    if row.stage != BallotStage.COUNTED and actor is not SYSTEM:
        refuse_unless_chairs(session, actor, row)
    return moved


def go(
    session: Session, actor: Actor, row: Ballot, moved: Moved, *, reason: str | None = None, fact: Fact | None = None
) -> Moved:
    """Stand where a step leads."""
    row.stage = moved.after
    session.flush()
    announce(session, fact or BallotMoved(unit_id=row.unit_id, ballot_id=row.id), by=actor, moved=moved, reason=reason)
    follow(session, WAITS, moved, [thing(session, row)])
    return moved


def thing(session: Session, row: Ballot) -> Thing:
    """What waits, for the secretary; where he stands himself, for whoever comes next."""
    holder = queries.chair_stands(session, row)
    barred = None if holder is None else account_of(session, holder)
    due_on = row.held_on if row.stage == BallotStage.CALLED else None
    return Thing(f"ballot:{row.id}", row.unit_id, barred, due_on)
