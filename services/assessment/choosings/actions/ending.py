"""A choosing ends without a post: taken back by the office, or because nobody needs it any more."""

from services.assessment.choosings import queries
from services.assessment.choosings.actions.electing import end_vote
from services.assessment.choosings.actions.moving import may, tell
from services.assessment.choosings.actions.opening import open_vacancies
from services.assessment.choosings.actions.seating import TASK, key
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.rules import ChoosingStage, ChoosingStep, Reason
from services.assessment.rectifications import actions as rectifications
from shared import clock, numbers, work
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.errors import OutOfOrder
from shared.roles import Role

DECIDED = (ChoosingStage.FILED, ChoosingStage.UNSEATED)


def withdraw(session: Session, actor: Actor, choosing_id: int, reason: str) -> Choosing:
    """The office takes it back, such as where somebody declines after filing: its number stays, as void.

    A vacancy that nobody fills is not ended so: it would begin again at once, as it does where somebody was filed.
    """
    row = queries.choosing_to_change(session, actor, choosing_id)
    before = row.stage
    moved = may(session, actor, row, ChoosingStep.WITHDRAW)
    if before not in DECIDED and is_needed(session, row):
        raise OutOfOrder("这个党小组没有组长，或者现任已定卸任，选配不能撤销，请提出人选。")
    _over(session, row, reason)
    tell(session, actor, row, moved, reason=reason)
    open_vacancies(session, [row.township_id], [row.group_id])
    return row


def is_needed(session: Session, row: Choosing) -> bool:
    """Whether nobody leads a group for good, so that a choosing would begin by itself."""
    if row.post != Role.LEADER or row.reason == Reason.TERM:
        return False
    holder = queries.post_of(session, row.group_id, row.post, clock.today(session))
    return holder is None or holder.ends_on is not None


def end(session: Session, row: Choosing, reason: str) -> None:
    """Nobody needs it any more; those concerned are told."""
    moved = may(session, SYSTEM, row, ChoosingStep.END)
    _over(session, row, reason)
    tell(session, SYSTEM, row, moved, reason=reason)


def _over(session: Session, row: Choosing, reason: str) -> None:
    """Its number is void, unless others stand under it still."""
    row.ended_on, row.ended_why = clock.today(session), reason
    work.cancel(session, TASK, key=key(row.id))
    end_vote(session, row, reason)
    queries.end_consents(session, row.id, row.ended_on)
    if row.replacement_id is not None:
        alone = queries.left_alone(session, row)
        if alone is not None:
            rectifications.wait_for_successor(session, alone)
    if row.number_id is not None and not queries.shares_number(session, row):
        numbers.void(session, row.number_id, reason)
