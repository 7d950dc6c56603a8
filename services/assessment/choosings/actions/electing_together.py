"""The groups of a branch elect together: called, opened and handed in, each in one act for all of them."""

from collections.abc import Sequence

from services.assessment.ballots import actions as ballots
from services.assessment.ballots.schemas import Opening
from services.assessment.choosings import queries
from services.assessment.choosings.actions.electing import call_election, submit
from services.assessment.choosings.actions.renewing import done, one_by_one
from services.assessment.choosings.rules import BY_VOTE
from services.assessment.choosings.schemas import (
    CalledElection,
    ChoosingOutcome,
    ChoosingOutcomes,
    ElectionsTogether,
    OpeningsTogether,
)
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid, OutOfOrder

NOT_CALLED = "还没有召集选举，请先召集。"


def call_together(session: Session, actor: Actor, asked: ElectionsTogether) -> ChoosingOutcomes:
    """Call several elections on the same terms; each is called or refused by itself.

    Where it is said who counts, the votes are opened too. Raises Invalid where their day has not come for that.
    """
    each = asked.each()
    if asked.held_on > clock.today(session) and any(opening for _, (_, opening) in each):
        raise Invalid("选举日期还没有到：计票人不用填，到那一天再一并开始投票。", field="held_on")
    return one_by_one(session, actor, each, lambda choosing_id, wanted: _call(session, actor, choosing_id, *wanted))


def _call(
    session: Session, actor: Actor, choosing_id: int, asked: CalledElection, opening: Opening | None
) -> ChoosingOutcome:
    row = call_election(session, actor, choosing_id, asked)
    return done(row) if opening is None else _open(session, actor, row.id, opening)


def open_together(session: Session, actor: Actor, asked: OpeningsTogether) -> ChoosingOutcomes:
    """Open several votes: each electorate is frozen as it is that day; each is opened or refused by itself."""
    return one_by_one(
        session, actor, asked.each(), lambda choosing_id, wanted: _open(session, actor, choosing_id, wanted)
    )


def _open(session: Session, actor: Actor, choosing_id: int, opening: Opening) -> ChoosingOutcome:
    row = queries.choosing_to_change(session, actor, choosing_id)
    found = ballots.result_for(session, BY_VOTE, row.id)
    if found is None:
        raise OutOfOrder(NOT_CALLED)
    return done(row, expected=ballots.open_ballot(session, actor, found.ballot_id, opening).expected)


def submit_several(session: Session, actor: Actor, choosing_ids: Sequence[int]) -> ChoosingOutcomes:
    """Hand the results of several elections in; each goes through or is refused by itself."""
    wanted = [(each, None) for each in dict.fromkeys(choosing_ids)]
    return one_by_one(session, actor, wanted, lambda choosing_id, _: done(submit(session, actor, choosing_id)))
