"""A count is announced, or refused with a reason; what it leaves open is voted on anew, or decided by the branch."""

from collections.abc import Sequence

from sqlalchemy import insert, update

from services.assessment.ballots import queries
from services.assessment.ballots.actions.calling import begin, refuse_candidates, refuse_day
from services.assessment.ballots.actions.moving import go, may, taken
from services.assessment.ballots.actions.tellers import end_slips
from services.assessment.ballots.models import Announced, Ballot
from services.assessment.ballots.rules import (
    STEPS,
    BallotStage,
    BallotStep,
    Figures,
    Outcome,
    Result,
    Standing,
    Way,
    from_kept,
    outcome_of,
)
from services.assessment.ballots.schemas import Deciding, Repeating
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.events import BallotDeclared


def declare(session: Session, actor: Actor, ballot_id: int) -> Ballot:
    """Announce what both counted: the rule that was frozen at opening says what it comes to."""
    row = queries.ballot_to_change(session, actor, ballot_id)
    may(session, actor, row, BallotStep.DECLARE)
    figures = queries.figures_in(session, queries.sheets_in(session, row))[0]
    rule = from_kept(row.rule or {})
    found = outcome_of(rule, figures, way=Way(row.way), seats=row.seats, expected=row.expected)
    row.outcome, row.needed, row.seats_left = found.result, found.needed, found.left
    row.declared_on = clock.today(session)
    if found.result not in {Result.VOID, Result.INQUORATE}:
        _put_on_record(session, row, figures, found)
    fact = BallotDeclared(
        unit_id=row.unit_id,
        ballot_id=row.id,
        purpose=row.purpose,
        subject_id=row.subject_id or 0,
        result=str(found.result),
    )
    taken(session, actor, row, STEPS[found.result], fact=fact)
    return row


def _put_on_record(session: Session, row: Ballot, figures: Figures, found: Outcome) -> None:
    """How each came out of it; of a proposal, whether it passed."""
    votes = figures.in_favour
    passed = found.result is Result.PASSED
    rows = [
        {
            "ballot_id": row.id,
            "person_id": who,
            "standing": found.standing(who) if row.way == Way.CHOOSE else Standing.ELECTED if passed else Standing.NOT,
            "yes": count,
            "seated": who in found.elected,
            "stands_again": who in found.again,
        }
        for who, count in votes.items()
    ]
    session.execute(insert(Announced), rows)


def refuse(session: Session, actor: Actor, ballot_id: int, reason: str, *, for_another: bool = False) -> Ballot:
    """A count is not accepted, with a reason: it is voted on anew, and nothing of it is edited.

    What was announced already is refused by the township, for the thing of another topic (`for_another`).
    """
    row = queries.ballot_to_change(session, actor, ballot_id)
    moved = may(session, actor, row, BallotStep.REFUSE)
    if row.stage == BallotStage.COUNTED and not for_another:
        raise OutOfOrder("结果已经宣布，不能在这里改；上级不认可的，在报上去的那件事里写明原因退回。")
    row.refused, row.why = True, reason
    go(session, actor, row, moved, reason=reason)
    end_slips(session, row)
    return row


def again(session: Session, actor: Actor, ballot_id: int, asked: Repeating) -> Ballot:
    """Vote anew, in a vote of its own that names this one: among the tied, or on all where it did not stand."""
    row = queries.ballot_to_change(session, actor, ballot_id)
    moved = may(session, actor, row, BallotStep.AGAIN)
    tied = row.stage == BallotStage.UNSETTLED
    standing = (
        _standing_again(session, row) if tied else [each.person_id for each in queries.options_of(session, row.id)]
    )
    if tied and row.among_tied:
        raise OutOfOrder("已经投过第二次票，按规定由支部决定，或者让名额空着。")
    if tied and not standing:
        raise OutOfOrder("没有人可以再投一次，请由支部决定，或者让名额空着。")
    refuse_day(session, queries.unit_of(session, row.unit_id), asked.held_on)
    if asked.held_on < row.held_on:
        raise Invalid(f"再次投票的日期不能早于上一次（{row.held_on}）。", field="held_on")
    refuse_candidates(session, row.branch_id, asked.held_on, standing)
    go(session, actor, row, moved)
    return begin(session, actor, _follower(row, actor, asked, tied=tied), standing)


def _standing_again(session: Session, row: Ballot) -> list[int]:
    """In the order of the paper, those written in after them."""
    place = {each.person_id: each.place for each in queries.options_of(session, row.id)}
    people = [each.Announced.person_id for each in queries.announced(session, row.id) if each.Announced.stands_again]
    return sorted(people, key=lambda who: (place.get(who, len(place) + 1), who))


def _follower(row: Ballot, actor: Actor, asked: Repeating, *, tied: bool) -> Ballot:
    copied = ("purpose", "subject_id", "township_id", "branch_id", "unit_id", "kind", "way", "title")
    return Ballot(
        **{name: getattr(row, name) for name in copied},
        seats=row.seats_left if tied else row.seats,
        held_on=asked.held_on,
        after_id=row.id,
        among_tied=tied or row.among_tied,
        called_by=actor.account_id,
    )


def decide(session: Session, actor: Actor, ballot_id: int, asked: Deciding) -> Ballot:
    """After a second vote that left a seat the branch decides, among those between whom it was."""
    row = queries.ballot_to_change(session, actor, ballot_id)
    moved = may(session, actor, row, BallotStep.DECIDE)
    between = _standing_again(session, row)
    _refuse_before_second(row, between)
    if actor.person_id in between:
        raise NotYours("这件事涉及您本人，按规定应当回避，请由别人记录支部的决定。")
    if len(set(asked.people)) < len(asked.people) or not set(asked.people) <= set(between):
        raise Invalid("只能在得票相等、没有选出的人里决定，每人一次。", field="people")
    if len(asked.people) > row.seats_left:
        raise Invalid(f"只空着{row.seats_left}个名额，请减少人数。", field="people")
    mine = update(Announced).where(Announced.ballot_id == row.id, Announced.person_id.in_(asked.people))
    session.execute(mine.values(seated=True))
    row.seats_left -= len(asked.people)
    row.why = asked.reason
    go(session, actor, row, moved, reason=asked.reason)
    return row


def leave(session: Session, actor: Actor, ballot_id: int, reason: str) -> Ballot:
    """Let the seats that are left be empty, with a reason."""
    row = queries.ballot_to_change(session, actor, ballot_id)
    taken(session, actor, row, BallotStep.LEAVE, reason=reason)
    row.why = reason
    return row


def _refuse_before_second(row: Ballot, between: Sequence[int]) -> None:
    if between and not row.among_tied:
        raise OutOfOrder("还没有投第二次票；先在没有选出的人里再投一次，仍然选不出的，才由支部决定。")


def end(session: Session, actor: Actor, ballot_id: int, reason: str) -> Ballot:
    """End a vote that is not settled, with a reason."""
    row = queries.ballot_to_change(session, actor, ballot_id)
    taken(session, actor, row, BallotStep.END, reason=reason)
    row.why = reason
    end_slips(session, row)
    return row
