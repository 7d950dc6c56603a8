"""The group elects: the branch calls a vote on paper, and hands in whoever the vote announces."""

from services.assessment.ballots import actions as ballots
from services.assessment.ballots.rules import BallotStage, VoteKind
from services.assessment.ballots.schemas import Calling
from services.assessment.choosings import queries
from services.assessment.choosings.actions.moving import may, reviewer_barred, tell
from services.assessment.choosings.actions.nominating import consent_for, fit, look_at
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.queries import Candidacy
from services.assessment.choosings.rules import BY_VOTE, ChoosingStage, ChoosingStep, Way
from services.assessment.choosings.schemas import CalledElection
from shared import clock
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.errors import Invalid, OutOfOrder
from shared.people import Unit
from shared.roles import Role


def call_election(session: Session, actor: Actor, choosing_id: int, asked: CalledElection) -> Choosing:
    """Call the group to elect among candidates who have agreed; each is looked at as one who is nominated.

    Raises Invalid where somebody may not stand, or the day does not fit.
    """
    row = queries.choosing_to_change(session, actor, choosing_id)
    moved = may(session, actor, row, ChoosingStep.CALL)
    if row.way != Way.ELECT:
        raise OutOfOrder("按本乡镇的制度，这个职务由支部提名，请直接提出人选，不用召集选举。")
    if asked.consent_on > clock.today(session):
        raise Invalid("本人同意的日期不能晚于今天：先征得本人同意，再列为候选人。", field="consent_on")
    if asked.from_on < asked.held_on:
        raise Invalid("任职日期不能早于选举日期。", field="from_on")
    standing = [Candidacy(row, person_id, asked.from_on) for person_id in asked.candidates]
    known = queries.found_of(session, standing)
    for each in standing:
        fit(known, each, clock.today(session), field="candidates")
    for person_id in asked.candidates:
        consent_for(session, actor, row, person_id, asked.consent_on, field="candidates")
    queries.end_consents(session, row.id, clock.today(session))
    group = session.get_one(Unit, row.group_id)
    calling = Calling(
        unit_id=group.id,
        kind=VoteKind.LEADER_ELECTION,
        title=f"选举{Role(row.post).chinese}",
        held_on=asked.held_on,
        seats=1,
        candidates=asked.candidates,
    )
    end_vote(session, row, "没有被认可，另行召集选举。")  # one that was refused waits no more
    ballots.call(session, actor, calling, ballots.About(BY_VOTE, row.id))
    row.resolved_on, row.consent_on, row.consent_by = asked.held_on, asked.consent_on, actor.account_id
    row.conduct, row.from_on, row.returned_why = asked.conduct, asked.from_on, None
    row.person_id = row.checks = None
    tell(session, actor, row, moved)
    return row


def follow_vote(session: Session, ballot_id: int) -> None:
    """A vote went on without a count to announce: the branch decided after a tie, left the seat empty, or ended it."""
    about = queries.subject_of(session, ballot_id, BY_VOTE)
    if about is not None:
        counted(session, about)


def counted(session: Session, choosing_id: int) -> None:
    """A vote is settled: whoever is elected is the one whom the branch hands in; where nobody is, it votes anew."""
    row = queries.choosing_to_change(session, SYSTEM, choosing_id)
    found = ballots.result_for(session, BY_VOTE, row.id)
    over = found is not None and found.stage == BallotStage.ENDED
    if row.stage != ChoosingStage.CALLED or found is None or not (found.settled or over):
        return
    if over or not found.seated:
        moved = may(session, SYSTEM, row, ChoosingStep.VOTE_AGAIN)
        tell(session, SYSTEM, row, moved, reason="选举已经终止。" if over else "没有人当选。")
        return
    moved = may(session, SYSTEM, row, ChoosingStep.COUNT)
    row.person_id = found.seated[0]
    row.expected, row.present = found.expected, found.present
    row.in_favour = found.yes.get(row.person_id, 0)
    if row.from_on is not None:
        row.checks = [list(check) for check in look_at(session, row, row.person_id, row.from_on)]
    tell(session, SYSTEM, row, moved)


def submit(session: Session, actor: Actor, choosing_id: int) -> Choosing:
    """The branch hands the result in for review."""
    row = queries.choosing_to_change(session, actor, choosing_id)
    moved = may(session, actor, row, ChoosingStep.SUBMIT)
    row.nominated_at, row.nominated_by = clock.now(session), actor.account_id
    row.term_ends_on = queries.last_day_of_term(session, row.group_id, row.from_on or clock.today(session))
    tell(session, actor, row, moved, barred=reviewer_barred(session, actor, row))
    return row


def refuse_vote(session: Session, actor: Actor, row: Choosing, reason: str) -> None:
    """What was elected is not accepted: a new vote, never an edit of the count."""
    found = ballots.result_for(session, BY_VOTE, row.id) if row.way == Way.ELECT else None
    if found is not None:
        ballots.refuse(session, actor, found.ballot_id, reason, for_another=True)


def end_vote(session: Session, row: Choosing, reason: str) -> None:
    """There is nothing to vote on any more."""
    if row.way == Way.ELECT:
        ballots.end_for(session, BY_VOTE, row.id, reason)
