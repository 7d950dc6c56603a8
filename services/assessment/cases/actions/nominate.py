"""The branch puts its leaders forward."""

from collections.abc import Sequence

from services.assessment.cases import queries
from services.assessment.cases.actions.several import each
from services.assessment.cases.actions.standing import refuse_unless_for_branch
from services.assessment.cases.actions.waits import let_wait
from services.assessment.cases.models import Case
from services.assessment.cases.rules import MOVES, CaseStep
from services.assessment.cases.schemas import Nomination, NominationOf, Outcomes
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.events import CaseNominated
from shared.roles import Role


def nominate(session: Session, actor: Actor, case_id: int, asked: Nomination) -> Case:
    """Put a leader forward: self-statement, and the branch's proposal with its reasons."""
    case = queries.case_to_change(session, actor, case_id)
    put_forward(session, actor, case, asked)
    return case


def nominate_several(session: Session, actor: Actor, rows: Sequence[NominationOf]) -> Outcomes:
    """Put several forward; each goes through or is refused by itself."""
    cases = queries.cases_to_change(session, actor, [row.case_id for row in rows])
    return each(cases, rows, lambda case, row: put_forward(session, actor, case, row))


def put_forward(session: Session, actor: Actor, case: Case, asked: Nomination) -> None:
    """The step itself."""
    moved = MOVES.move(case.stage, CaseStep.NOMINATE, roles=actor.roles_over(case.branch_id, case.township_id))
    refuse_unless_for_branch(session, actor, case.branch_id, case.person_id)
    case.stage = moved.after
    case.self_statement = asked.self_statement
    case.branch_grade = asked.grade
    case.branch_reasons = asked.reasons
    case.nominated_at = clock.now(session)
    case.returned_why = None
    fact = CaseNominated(unit_id=case.group_id, case_id=case.id, year=case.year)
    announce(session, fact, by=actor, moved=moved)
    by_branch = Role.SECRETARY in actor.roles_over(case.branch_id)
    let_wait(session, case, moved, stood_in=None if by_branch else actor.account_id)
