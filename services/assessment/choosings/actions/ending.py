"""A choosing ends without a post: taken back by the office, or because nobody needs it any more."""

from services.assessment.choosings import queries
from services.assessment.choosings.actions.electing import end_vote
from services.assessment.choosings.actions.moving import may, tell
from services.assessment.choosings.actions.seating import TASK, key
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.rules import ChoosingStage, ChoosingStep, Reason
from shared import clock, numbers, work
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.errors import OutOfOrder
from shared.roles import Role

DECIDED = (ChoosingStage.FILED, ChoosingStage.UNSEATED)


def withdraw(session: Session, actor: Actor, choosing_id: int, reason: str) -> Choosing:
    """The office takes it back, such as where somebody declines after filing: its number stays, as void.

    A vacancy that nobody fills is not ended so: it would begin again at once.
    """
    row = queries.choosing_to_change(session, actor, choosing_id)
    before = row.stage
    moved = may(session, actor, row, ChoosingStep.WITHDRAW)
    if before not in DECIDED and is_needed(session, row):
        raise OutOfOrder("这个党小组现在没有组长，选配不能撤销，请提出人选。")
    _over(session, row, reason)
    tell(session, actor, row, moved, reason=reason)
    return row


def is_needed(session: Session, row: Choosing) -> bool:
    """Whether a group has no leader, so that a choosing would begin by itself."""
    vacant = queries.post_of(session, row.group_id, row.post, clock.today(session)) is None
    return row.post == Role.LEADER and row.reason != Reason.TERM and vacant


def end(session: Session, row: Choosing, reason: str) -> None:
    """Nobody needs it any more; those concerned are told."""
    moved = may(session, SYSTEM, row, ChoosingStep.END)
    _over(session, row, reason)
    tell(session, SYSTEM, row, moved, reason=reason)


def _over(session: Session, row: Choosing, reason: str) -> None:
    """Its number is void, unless others stand under it still."""
    row.ended_on, row.ended_why = clock.today(session), reason
    work.cancel(session, TASK, key=key(row))
    end_vote(session, row, reason)
    if row.number_id is not None and not queries.shares_number(session, row):
        numbers.void(session, row.number_id, reason)
