"""Whoever has died or left, or was too short in post, is not assessed this year: with a reason, at any stage."""

from collections.abc import Sequence

from services.assessment.cases import queries
from services.assessment.cases.actions.decide import publish_anew, settle_upheld, take_up
from services.assessment.cases.actions.seal import seal
from services.assessment.cases.actions.several import each, hold, hold_one
from services.assessment.cases.actions.waits import let_wait
from services.assessment.cases.models import Case
from services.assessment.cases.rules import MOVES, CaseStage, CaseStep, is_committees
from services.assessment.cases.schemas import Exemption, ExemptionOf, Outcomes
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.rules import PUBLIC, CycleStage
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import NotYours, OutOfOrder
from shared.events import CaseMoved
from shared.moves import Moved
from shared.roles import Role


def exempt(session: Session, actor: Actor, case_id: int, reason: str) -> Case:
    """Do not assess one this year; once a grade was decided, or the results are public, only the committee says so."""
    cycle, case = hold_one(session, actor, case_id)
    _exempt(session, actor, cycle, case, Exemption(reason=reason))
    _draw_anew(session, cycle)
    return case


def exempt_several(session: Session, actor: Actor, rows: Sequence[ExemptionOf]) -> Outcomes:
    """Do not assess several; each goes through or is refused by itself."""
    cycles, cases = hold(session, actor, [row.case_id for row in rows])
    outcomes = each(cases, rows, lambda case, row: _exempt(session, actor, cycles[case.cycle_id], case, row))
    for cycle in cycles.values():
        _draw_anew(session, cycle)
    return outcomes


def resume(session: Session, actor: Actor, case_id: int, reason: str) -> Case:
    """Assess him all the same: he begins where he was not nominated yet; once filed, the committee decides anew.

    Once the results are public it is the committee's: by an objection that was upheld, or by itself in a year that is
    over, which goes on with it.
    """
    cycle, case = hold_one(session, actor, case_id)
    stage = queries.stage_for(session, actor, case)
    moved = MOVES.move(stage, CaseStep.RESUME, roles=actor.roles_over(case.township_id))
    if case.grade is not None or case.filing_number is not None:
        raise OutOfOrder("已经审查备案的，由党委撤回后重新评定。")
    _refuse_himself(actor, case)
    if cycle.stage in PUBLIC:
        _resume_in_public(session, actor, cycle, case, moved=moved, reason=reason)
    case.grade_why, case.decided_by, case.decided_at, case.sheet_run, case.sheet_on = None, None, None, None, None
    _take(session, actor, case, moved, reason)
    _draw_anew(session, cycle)
    return case


def _resume_in_public(session: Session, actor: Actor, cycle: Cycle, case: Case, *, moved: Moved, reason: str) -> None:
    """What is known outside changes only by the committee, and only for a reason that was found to hold."""
    if not _of_committee(actor, case):
        raise NotYours("考核结果已经公示，恢复考核由党委决定。")
    take_up(session, actor, cycle, case, taken=moved, reason=reason)
    settled = settle_upheld(session, actor, case)
    if not settled and moved.before == CaseStage.NOTICE:
        raise OutOfOrder("考核结果已经公示，没有成立的异议，不能恢复考核。请先答复异议。")


def _exempt(session: Session, actor: Actor, cycle: Cycle, case: Case, asked: Exemption) -> None:
    stage = queries.stage_for(session, actor, case)
    moved = MOVES.move(stage, CaseStep.EXEMPT, roles=actor.roles_over(case.township_id))
    if case.stage == CaseStage.NOTICE and case.grade is None:
        raise OutOfOrder("这名党小组长已经是不予评定。")
    if is_committees(CycleStage(cycle.stage), decided=case.decided_at is not None) and not _of_committee(actor, case):
        raise NotYours("党委评定过的，或者结果已经公示的，由党委决定不予评定。")
    _refuse_himself(actor, case)
    case.grade, case.grade_why = None, asked.reason
    case.decided_by, case.decided_at = actor.account_id, clock.now(session)
    _take(session, actor, case, moved, asked.reason)
    if cycle.stage == CycleStage.NOTICE:
        publish_anew(session, actor, cycle, case)


def _of_committee(actor: Actor, case: Case) -> bool:
    return Role.COMMITTEE in actor.roles_over(case.township_id)


def _refuse_himself(actor: Actor, case: Case) -> None:
    if case.person_id == actor.person_id:
        raise NotYours("这是您本人的考核，应当回避，请由其他组织委员或者党委办理。")


def _take(session: Session, actor: Actor, case: Case, moved: Moved, reason: str) -> None:
    """The step itself, with its reason in the history."""
    case.stage = moved.after
    announce(session, CaseMoved(unit_id=case.group_id, case_id=case.id), by=actor, moved=moved, reason=reason)
    let_wait(session, case, moved)


def _draw_anew(session: Session, cycle: Cycle) -> None:
    """Whoever is not assessed takes no place: once there is a line of the quota, it is drawn without him."""
    if cycle.digest is not None:
        seal(session, cycle)
