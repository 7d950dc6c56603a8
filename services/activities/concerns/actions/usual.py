"""The usual answers of an office: its organiser writes them, whoever answers takes one and changes it."""

from typing import Final

from services.activities.concerns import queries
from services.activities.concerns.actions.kind import words
from services.activities.concerns.models import UsualAnswer
from services.activities.concerns.schemas import NewUsualAnswer
from shared import clock, switches
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours
from shared.events import UsualAnswerChanged
from shared.roles import Role
from shared.systems import System

MOST: Final = 100
NOT_HIS = "常用答复由组织委员编写，您没有这个职务。"


def require_writer(actor: Actor) -> int:
    """The right before the words; returns whose office's they are."""
    townships = actor.units_as(Role.ORGANISER)
    if not townships:
        raise NotYours(NOT_HIS)
    return townships[0]


def write_usual(session: Session, actor: Actor, asked: NewUsualAnswer) -> UsualAnswer:
    """Write one. Raises Invalid where it names somebody, is there already, or where there are MOST."""
    township = require_writer(actor)
    switches.require_on(session, System.CONCERNS, township)
    said = words(session, asked.said, confirmed=asked.confirmed)
    there = queries.usual_answers(session, actor, lock=True)
    if any((each.kind, each.result, each.said) == (asked.kind, asked.result, said) for each in there):
        raise Invalid("已经有这一句了。", field="said")
    if len(there) >= MOST:
        raise Invalid(f"最多 {MOST} 句，请先删去不用的。", field="said")
    row = UsualAnswer(
        township_id=township, kind=asked.kind, result=asked.result, said=said, written_on=clock.today(session)
    )
    session.add(row)
    session.flush()
    announce(session, UsualAnswerChanged(unit_id=township, usual_answer_id=row.id, change="written"), by=actor)
    return row


def remove_usual(session: Session, actor: Actor, usual_answer_id: int) -> UsualAnswer:
    """It is offered no more; what was answered with it stays."""
    township = require_writer(actor)
    switches.require_on(session, System.CONCERNS, township)
    row = queries.usual_answer(session, actor, usual_answer_id, lock=True)
    row.removed_on = clock.today(session)
    announce(session, UsualAnswerChanged(unit_id=township, usual_answer_id=row.id, change="removed"), by=actor)
    return row
