"""What somebody may do next about a choosing: the table's steps, without those that are another's."""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from services.assessment.ballots.queries import ballot, chain_of
from services.assessment.cases.queries import acts_for_branch, branches_belonged_to, left_to_committee, stood_in
from services.assessment.cases.rules import may_review
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.rules import BY_THE_BRANCH, BY_VOTE, MOVES, ChoosingStage, ChoosingStep, Reason, Way
from services.assessment.rectifications.models import Replacement
from services.assessment.rectifications.rules import ReplacementStage
from shared import clock, office_settings, switches
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.office_settings import Key
from shared.roles import Role
from shared.systems import System

PUT = (ChoosingStep.NOMINATE, ChoosingStep.SUBMIT)
"""What the branch does and the others review."""
STANDS = (ReplacementStage.DECIDED, ReplacementStage.REPLACED)
"""The committee's decision that somebody is replaced holds."""


def asked_for_no_more(session: Session, choosing_ids: Collection[int]) -> frozenset[int]:
    """Of these, those that began for a replacement that has been undone; asked of locked rows, for undoing locks them.

    What had begun for another reason, and was for the replacement too, goes on without it.
    """
    undone = select(Choosing.id).join(Replacement, Replacement.id == Choosing.replacement_id)
    undone = undone.where(Choosing.reason == Reason.ADJUSTMENT, Replacement.stage.not_in(STANDS))
    return frozenset(session.scalars(undone.where(Choosing.id.in_(choosing_ids))))


def needs_nod(session: Session, row: Choosing) -> bool:
    """Whether the committee agrees before such a post is filed, by the office's setting of today."""
    return row.post in nods_of(session, row.township_id)


def nods_of(session: Session, township_id: int) -> frozenset[str]:
    """The posts to which a township's committee agrees before they are filed, by the office's setting of today."""
    wanted = office_settings.get(session, Key.COMMITTEE_NODS, township_id)
    return frozenset(str(each) for each in wanted) if isinstance(wanted, list) else frozenset()


def stood(session: Session, row: Choosing) -> int | None:
    """The account that put somebody forward in the place of a branch's secretary, if one did."""
    return stood_of(session, [row.id]).get(row.id)


def stood_of(session: Session, choosing_ids: Iterable[int]) -> dict[int, int]:
    """Of these choosings, those in which an account put somebody forward in the place of a branch's secretary."""
    subjects = {f"choosing:{each}": each for each in choosing_ids}
    found = {
        subject: account for step in reversed(PUT) for subject, account in stood_in(session, subjects, step).items()
    }
    return {subjects[subject]: account for subject, account in found.items()}


def is_own(session: Session, actor: Actor, row: Choosing) -> bool:
    """Whether it is about oneself, or of one's own branch: another looks at it."""
    own = row.person_id is not None and row.person_id == actor.person_id
    return own or row.branch_id in branches_belonged_to(session, actor, clock.today(session))


def ballot_of(session: Session, row: Choosing) -> int | None:
    """The last vote about a choosing, if its group elects."""
    chain = chain_of(session, BY_VOTE, row.id) if row.way == Way.ELECT else []
    return chain[-1].id if chain else None


def subject_of(session: Session, ballot_id: int, purpose: str) -> int | None:
    """Which choosing a vote is about; None where it is about something else. Asked by the system."""
    row = ballot(session, SYSTEM, ballot_id)[0]
    subject_id: int | None = row.subject_id if row.purpose == purpose else None
    return subject_id


def steps_open(session: Session, actor: Actor, row: Choosing) -> list[ChoosingStep]:
    """The buttons of a page, in the order of the table."""
    held = MOVES.open_to(row.stage, roles=actor.roles_over(row.branch_id, row.township_id))
    if not held or not switches.is_on(session, System.CHOOSINGS, row.township_id):
        return []
    branch = acts_for_branch(session, actor, row.branch_id, 0)
    reviews = not is_own(session, actor, row) and _reviews(session, actor, row)
    open_to_him = [step for step in held if (branch if step in BY_THE_BRANCH else reviews)]
    return [step for step in open_to_him if step not in _closed(session, row)]


def _reviews(session: Session, actor: Actor, row: Choosing) -> bool:
    roles = actor.roles_over(row.township_id)
    left = Role.COMMITTEE in roles and left_to_committee(session, row.township_id, row.branch_id)
    by_committee = row.stage == ChoosingStage.APPROVAL and Role.COMMITTEE in roles
    return by_committee or may_review(roles, actor.account_id, stood(session, row), left=left)


def _closed(session: Session, row: Choosing) -> set[ChoosingStep]:
    """What the way of a choosing, or the office's setting, does not have."""
    closed = {ChoosingStep.CALL} if row.way == Way.NOMINATE else {ChoosingStep.NOMINATE, ChoosingStep.TAKE_BACK}
    if row.stage == ChoosingStage.REVIEW:
        closed.add(ChoosingStep.FILE if needs_nod(session, row) else ChoosingStep.PASS_ON)
    return closed
