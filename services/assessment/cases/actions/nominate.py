"""The branch puts its leaders forward."""

from collections.abc import Sequence

from services.assessment.cases import queries
from services.assessment.cases.actions.several import each, hold, hold_one
from services.assessment.cases.actions.standing import refuse_unless_for_branch
from services.assessment.cases.actions.waits import let_wait
from services.assessment.cases.models import Case
from services.assessment.cases.rules import MOVES, CaseStep
from services.assessment.cases.schemas import Nomination, NominationOf, Outcomes
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid
from shared.events import CaseNominated
from shared.roles import Role


def nominate(session: Session, actor: Actor, case_id: int, asked: Nomination) -> Case:
    """Put a leader forward: self-statement, and the branch's proposal with its reasons.

    A secretary who puts himself forward is marked: the organiser proposes in his case.
    """
    _, case = hold_one(session, actor, case_id)
    put_forward(session, actor, case, asked)
    return case


def nominate_several(session: Session, actor: Actor, rows: Sequence[NominationOf]) -> Outcomes:
    """Put several forward; each goes through or is refused by itself."""
    _, cases = hold(session, actor, [row.case_id for row in rows])
    return each(cases, rows, lambda case, row: put_forward(session, actor, case, row))


def put_forward(session: Session, actor: Actor, case: Case, asked: Nomination) -> None:
    """The step itself."""
    stage = queries.stage_for(session, actor, case)
    moved = MOVES.move(stage, CaseStep.NOMINATE, roles=actor.roles_over(case.branch_id, case.township_id))
    refuse_unless_for_branch(session, actor, case.branch_id, case.person_id)
    case.stage = moved.after
    case.self_statement = statement_of(case, asked)
    case.nominated_by_self = case.person_id == actor.person_id
    case.office_grade = case.office_reasons = None
    case.branch_grade = asked.grade
    case.branch_reasons = asked.reasons
    case.nominated_at = clock.now(session)
    case.returned_why = None
    fact = CaseNominated(unit_id=case.group_id, case_id=case.id, year=case.year)
    announce(session, fact, by=actor, moved=moved)
    by_branch = Role.SECRETARY in actor.roles_over(case.branch_id)
    let_wait(session, case, moved, stood_in=None if by_branch else actor.account_id)


def statement_of(case: Case, asked: Nomination) -> str:
    """The leader's own, which his branch does not change; else what it typed in for him."""
    if case.stated_at is not None and case.self_statement:
        if asked.self_statement not in (None, case.self_statement):
            raise Invalid("党小组长已经自己写了总结，支部不能改写。", field="self_statement")
        return case.self_statement
    if asked.self_statement is None:
        raise Invalid("请填写本人总结；也可以请党小组长在手机上自己写。", field="self_statement")
    return asked.self_statement
