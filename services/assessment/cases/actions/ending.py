"""A year that is broken off: the committee decides, with a reason; what hangs on the wall is taken down first, openly.

Nothing of it is undone and nothing deleted: what was handed in and weighed stays to be read. What closed years ordered
goes on.
"""

from services.assessment.cases import queries
from services.assessment.cases.actions.opening import subjects_of
from services.assessment.cases.actions.several import move_all
from services.assessment.cases.actions.waits import let_typing_wait
from services.assessment.cases.rules import MOVES, OBJECTION_MOVES, OBJECTION_WAITS, WAITS, CaseStage, CaseStep
from services.assessment.cases.rules import ObjectionStep as Answering
from services.assessment.cycles.actions import move_cycle
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.queries import cycle_to_change
from services.assessment.cycles.rules import WAITS as YEAR_WAITS
from services.assessment.cycles.rules import CycleStep
from shared import clock
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import NotYours, OutOfOrder
from shared.events import CycleEnded, NoticeRecalled, ObjectionEnded
from shared.roles import Role
from shared.todos import Thing
from shared.waiting import close, follow

GOING_ON = (CaseStage.NOMINATION, CaseStage.REVIEW, CaseStage.RATING, CaseStage.NOTICE)


def recall_notice(session: Session, actor: Actor, cycle_id: int, reason: str) -> Cycle:
    """Take a public notice down, with a reason: the branches that it went to are told, what was objected is over."""
    cycle = cycle_to_change(session, actor, cycle_id)
    _refuse_others(actor, cycle)
    moved = move_cycle(actor, cycle, CycleStep.RECALL)
    if cycle.reopened:
        raise OutOfOrder("这一年度已经办结过，结果已经生效，不能撤回公示；重新评定的，请按程序办结。")
    cycle.recalled_at, cycle.recalled_why = clock.now(session), reason
    _end_objections(session, actor, cycle, reason)
    told = queries.branches_at(session, cycle.id, *GOING_ON)
    people = queries.people_at(session, cycle.id, *GOING_ON)
    fact = NoticeRecalled(unit_id=cycle.township_id, cycle_id=cycle.id, year=cycle.year, branches=told, people=people)
    announce(session, fact, by=actor, moved=moved, reason=reason)
    follow(session, YEAR_WAITS, moved, [_year(cycle)])
    return cycle


def end_cycle(session: Session, actor: Actor, cycle_id: int, reason: str) -> Cycle:
    """Break a year off, with a reason: nothing of it waits any more, nobody gets a grade, every branch is told."""
    cycle = cycle_to_change(session, actor, cycle_id)
    _refuse_others(actor, cycle)
    moved = move_cycle(actor, cycle, CycleStep.END)
    cycle.ended_at, cycle.ended_why = clock.now(session), reason
    session.flush()
    told = queries.branches_at(session, cycle.id, *GOING_ON)
    people = queries.people_at(session, cycle.id, *GOING_ON)
    _end_cases(session, actor, cycle)
    fact = CycleEnded(unit_id=cycle.township_id, cycle_id=cycle.id, year=cycle.year, branches=told, people=people)
    announce(session, fact, by=actor, moved=moved, reason=reason)
    follow(session, YEAR_WAITS, moved, [_year(cycle)])
    return cycle


def _refuse_others(actor: Actor, cycle: Cycle) -> None:
    if Role.COMMITTEE not in actor.roles_over(cycle.township_id):
        raise NotYours("中止年度考核、撤回公示由党委决定，您没有这个职务。")


def _end_cases(session: Session, actor: Actor, cycle: Cycle) -> None:
    """Every case at once, each with its line in the history; what waited of them waits no more."""
    subjects = subjects_of(session, cycle.id)
    for kind, _ in filter(None, WAITS.values()):
        close(session, kind, subjects)
    let_typing_wait(session, cycle)
    roles = SYSTEM.roles_over(cycle.township_id)
    for stage in GOING_ON:
        move_all(session, actor, cycle, MOVES.move(stage, CaseStep.END, roles=roles))
    session.expire_all()


def _end_objections(session: Session, actor: Actor, cycle: Cycle, reason: str) -> None:
    """Whatever waits for an answer, or for the committee because of one."""
    for objection in queries.objections_to_end(session, cycle.id):
        moved = OBJECTION_MOVES.move(objection.stage, Answering.END, roles=SYSTEM.roles_over(cycle.township_id))
        objection.stage = moved.after
        fact = ObjectionEnded(unit_id=objection.group_id, case_id=objection.case_id, objection_id=objection.id)
        announce(session, fact, by=actor, moved=moved, reason=reason)
        follow(session, OBJECTION_WAITS, moved, [Thing(f"objection:{objection.id}", objection.group_id)])


def _year(cycle: Cycle) -> Thing:
    return Thing(f"cycle:{cycle.id}", cycle.township_id)
