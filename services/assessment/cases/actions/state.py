"""What a leader says of his own year."""

from services.assessment.cases.actions.several import hold_one
from services.assessment.cases.models import Case
from services.assessment.cases.rules import CaseStage
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import NotYours, OutOfOrder
from shared.events import StatementWritten


def write_statement(session: Session, actor: Actor, case_id: int, statement: str) -> Case:
    """He writes it himself, as often as he likes until his branch has put him forward; nobody else changes it then."""
    _, case = hold_one(session, actor, case_id)
    if case.person_id != actor.person_id:
        raise NotYours("本人总结由党小组长本人写；本人写不了的，支部书记在提名时代为录入。")
    if case.stage != CaseStage.NOMINATION:
        raise OutOfOrder("支部已经提名，总结不能再改；需要改的，请支部书记申请退回。")
    case.self_statement, case.stated_at = statement, clock.now(session)
    announce(session, StatementWritten(unit_id=case.group_id, case_id=case.id), by=actor)
    return case
