"""The township looks at whom the branch put forward: passed on to the committee, sent back, or filed with a number."""

from datetime import date

from services.assessment.choosings import queries
from services.assessment.choosings.actions.electing import refuse_vote
from services.assessment.choosings.actions.moving import may, tell
from services.assessment.choosings.actions.nominating import check_day, look_at, refuse_failing
from services.assessment.choosings.actions.seating import wait_for_day
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.rules import ChoosingStage, ChoosingStep
from services.assessment.choosings.schemas import ChoosingFiling
from shared import clock, numbers
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfOrder
from shared.numbers import Given

PURPOSE = "assessment.choosing"


def pass_on(session: Session, actor: Actor, choosing_id: int) -> Choosing:
    """The organiser has looked at it, and asks the committee."""
    row = queries.choosing_to_change(session, actor, choosing_id)
    moved = may(session, actor, row, ChoosingStep.PASS_ON)
    if not queries.needs_nod(session, row):
        raise OutOfOrder("按设置，这个职务不须先报党委，审查后直接备案。")
    tell(session, actor, row, moved)
    return row


def agree(session: Session, actor: Actor, choosing_id: int) -> Choosing:
    """The committee agrees: the organiser may file it."""
    row = queries.choosing_to_change(session, actor, choosing_id)
    moved = may(session, actor, row, ChoosingStep.AGREE)
    row.agreed_on, row.agreed_by = clock.today(session), actor.account_id
    tell(session, actor, row, moved, barred=queries.stood(session, row))
    return row


def decline(session: Session, actor: Actor, choosing_id: int, reason: str) -> Choosing:
    """The committee does not agree: the branch looks for somebody else, or says more."""
    return _back(session, actor, choosing_id, ChoosingStep.DECLINE, reason)


def send_back(session: Session, actor: Actor, choosing_id: int, reason: str) -> Choosing:
    """The organiser sends it back; what was written stays in the form. Of a vote that means a new vote."""
    return _back(session, actor, choosing_id, ChoosingStep.RETURN, reason)


def _back(session: Session, actor: Actor, choosing_id: int, step: ChoosingStep, reason: str) -> Choosing:
    row = queries.choosing_to_change(session, actor, choosing_id)
    moved = may(session, actor, row, step)
    refuse_vote(session, actor, row, reason)
    row.returned_why, row.agreed_on, row.agreed_by = reason, None, None
    tell(session, actor, row, moved, reason=reason)
    return row


def file(
    session: Session, actor: Actor, choosing_id: int, asked: ChoosingFiling, *, together: Given | None = None
) -> Choosing:
    """File it with a number, the next one or the one that stands for others too (`together`).

    Raises Invalid or Conflict where the day or the candidate does not fit any more.
    """
    row = queries.choosing_to_change(session, actor, choosing_id)
    before = row.stage
    moved = may(session, actor, row, ChoosingStep.FILE)
    if before == ChoosingStage.REVIEW and queries.needs_nod(session, row):
        raise OutOfOrder("按设置，这个职务备案前要先报党委同意，请点“报党委”。")
    if not queries.is_asked_for(session, row):
        raise OutOfOrder("调整决定已经撤销，这次选配不用备案，请撤销或者等它自行终止。")
    today, person_id = clock.today(session), _put_forward(row)
    day = asked.from_on or max(row.from_on or today, today)
    check_day(session, row, person_id, day)
    checks = look_at(session, row, person_id, day)
    refuse_failing(checks, queries.name_of(session, person_id))
    row.checks, row.from_on = [list(check) for check in checks], day
    row.term_ends_on = queries.last_day_of_term(session, row.group_id, day)
    _number(session, actor, row, today, asked.number, together)
    tell(session, actor, row, moved)
    wait_for_day(session, row)
    return row


def _put_forward(row: Choosing) -> int:
    if row.person_id is None:
        raise OutOfOrder("还没有人选，请支部先提出人选。")
    return row.person_id


def _number(  # noqa: PLR0917  what a filing is made of
    session: Session, actor: Actor, row: Choosing, today: date, wanted: str | None, together: Given | None
) -> None:
    series, subject = numbers.Series(row.township_id, today.year, PURPOSE), f"choosing:{row.id}"
    given = together or numbers.give(session, series, subject, asked=wanted)
    if together is not None:
        numbers.also(session, together.id, subject)
    row.number_id, row.filing_number = given.id, given.said
    row.filed_on, row.filed_by = today, actor.account_id
