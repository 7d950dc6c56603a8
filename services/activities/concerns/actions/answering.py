"""The answer, and its way back: answered, told, closed; reopened once; asked once, weeks after, whether it is so."""

from datetime import timedelta

from services.activities.concerns import queries
from services.activities.concerns.actions.cells import look_for_cell
from services.activities.concerns.actions.kind import (
    CONCERNS,
    TOLD,
    count,
    day_for,
    require,
    take,
    take_back,
    to_change,
    words,
)
from services.activities.concerns.models import Concern
from services.activities.concerns.rules import RESULTS, Clock, Result, Step
from services.activities.concerns.schemas import Answer, Closing, Holding, Said, Telling
from shared import clock, waiting
from shared.access import Actor
from shared.audit import announce
from shared.db import Session, beyond
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.matters import actions as matters
from shared.matters.actions import Onward

AGAIN_KIND = "activities.concern_again"


def answer(session: Session, actor: Actor, concern_id: int, asked: Answer) -> Concern:
    """What became of it, or why nothing can; whoever brings it back has it from now on."""
    row = to_change(session, actor, concern_id)
    require(session, actor, row, Step.ANSWER)
    if asked.result is Result.IMPOSSIBLE and asked.basis is None:
        raise Invalid("无法办理的，请写明依据（哪一条规定、什么原因）。", field="basis")
    row.answer = words(session, asked.said, confirmed=asked.confirmed)
    row.basis = words(session, asked.basis, confirmed=asked.confirmed, field="basis") if asked.basis else None
    if row.told_on is not None:
        take_back(session, row, TOLD)
    row.result, row.answered_on = asked.result, clock.today(session)
    day = day_for(session, row, Clock.TELL)
    row.tell_due, row.told_on, row.told_form = day.day, None, None
    onward = Onward(to=queries.teller(session, row), came="answered", due=day)
    take(session, actor, row, Step.ANSWER, onward=onward)
    return row


def tell(session: Session, actor: Actor, concern_id: int, asked: Telling) -> Concern:
    """The answer was brought back: when and how; closed at once where it is known whether it is well so."""
    row = to_change(session, actor, concern_id)
    require(session, actor, row, Step.TELL)
    today = clock.today(session)
    if row.answered_on is not None and not row.answered_on <= asked.on <= today:
        raise Invalid(f"反馈的日期应当在{row.answered_on}答复以后，不晚于今天。", field="on")
    row.told_on, row.told_form = asked.on, asked.way
    count(session, row, TOLD)
    take(session, actor, row, Step.TELL, onward=Onward(due=day_for(session, row, Clock.TELL)))
    if asked.satisfied is not None:
        _close(session, actor, row, Closing(satisfied=asked.satisfied))
    return row


def close(session: Session, actor: Actor, concern_id: int, asked: Closing) -> Concern:
    """It is over, with what whoever spoke thinks of it."""
    row = to_change(session, actor, concern_id)
    _close(session, actor, row, asked)
    return row


def _close(session: Session, actor: Actor, row: Concern, asked: Closing) -> None:
    take(session, actor, row, Step.CLOSE, outcome=RESULTS[row.result or Result.EXPLAINED])
    row.satisfied = asked.satisfied
    if row.result in {Result.SOLVED, Result.PLANNED} and row.holds is None:
        days = queries.rules_on(session, row).integer("concerns.again_days")
        row.asks_on = (row.answered_on or clock.today(session)) + timedelta(days=days)


def reopen(session: Session, actor: Actor, concern_id: int, asked: Said) -> Concern:
    """There are new facts: once, and not for ever after."""
    row = to_change(session, actor, concern_id)
    require(session, actor, row, Step.REOPEN)
    if row.reopened_on is not None:
        raise OutOfOrder("已经重新办理过一次，不能再重新办理；有新的情况，请另记一条。")
    days, today = queries.rules_on(session, row).integer("concerns.reopen_days"), clock.today(session)
    if row.ended_on is not None and today > row.ended_on + timedelta(days=days):
        raise OutOfOrder(f"了结已经超过 {days} 天，不能重新办理；请另记一条。")
    row.new_facts, row.reopened_on = words(session, asked.said, confirmed=asked.confirmed), today
    _ask_no_more(session, row)
    to = queries.answerer(session, row)
    onward = Onward(to=to, came="reopened", due=day_for(session, row, Clock.ACCEPT))
    take(session, actor, row, Step.REOPEN, onward=onward, by_holder=False)
    look_for_cell(session, actor, row)
    return row


def say_whether_it_holds(session: Session, actor: Actor, concern_id: int, asked: Holding) -> Concern:
    """Weeks after: is it so? Asked once; whatever is said, nothing else is asked."""
    row = to_change(session, actor, concern_id)
    if not matters.acts_for(session, actor, queries.holder_of(row)):
        raise NotYours("回访由带回答复的人登记，您没有这个职务。")
    if row.holds is not None or row.asks_on is None or row.asks_on > clock.today(session):
        raise OutOfOrder("现在没有要回访的，请刷新后再看。")
    row.holds = asked.holds
    with beyond(session):
        waiting.close(session, AGAIN_KIND, [CONCERNS.subject(row)])
        announce(session, CONCERNS.told(row, "asked_again"), by=actor)
    return row


def _ask_no_more(session: Session, row: Concern) -> None:
    row.asks_on = None
    waiting.close(session, AGAIN_KIND, [CONCERNS.subject(row)])
