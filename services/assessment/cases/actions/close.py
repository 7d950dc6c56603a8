"""The end of a year: every case closed at once, each with its line in the history."""

from sqlalchemy import text

from services.assessment.cases import queries
from services.assessment.cases.actions.notice import refuse_undecided
from services.assessment.cases.actions.several import move_all
from services.assessment.cases.rules import MOVES, CaseStage, CaseStep, ObjectionStage
from services.assessment.cycles.actions import move_cycle
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.queries import cycle_to_change
from services.assessment.cycles.rules import CycleStep
from shared import clock, work
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import OutOfOrder
from shared.events import CycleClosed

# The evidence stands in the sheets; what carried it there is megabytes that nobody reads again.
LIGHTEN = text("""
    update assessment.job set payload = payload - 'tallies'
    where task = 'assessment.score_chunk' and state = 'done' and key like 'cycle:' || :cycle || ':%'""")


def close_cycle(session: Session, actor: Actor, cycle_id: int) -> Cycle:
    """Make a year final: its notice has run out, every objection is answered, every case decided."""
    cycle = cycle_to_change(session, actor, cycle_id)
    moved = move_cycle(actor, cycle, CycleStep.CLOSE)
    refuse_unfinished(session, cycle)
    session.flush()
    final = queries.grades_by_branch(session, cycle.id, CaseStage.NOTICE)  # what was final before is not told again
    people = queries.people_at(session, cycle.id, CaseStage.NOTICE)
    ended = MOVES.move(CaseStage.NOTICE, CaseStep.CLOSE, roles=actor.roles_over(cycle.township_id))
    move_all(session, actor, cycle, ended)
    session.execute(LIGHTEN, {"cycle": str(cycle.id)})
    cycle.closed_at = clock.now(session)
    fact = CycleClosed(
        unit_id=cycle.township_id,
        cycle_id=cycle.id,
        year=cycle.year,
        branches=final,
        people=people,
    )
    announce(session, fact, by=actor, moved=moved)
    again = f":again:{cycle.reopened}" if cycle.reopened else ""
    key = f"cycle:{cycle.id}{again}"
    work.post(session, "assessment.order_rectifications", key=key, payload={"cycle_id": cycle.id})
    session.expire_all()
    return cycle


def refuse_unfinished(session: Session, cycle: Cycle) -> None:
    """Say what is still to be done."""
    if cycle.notice_to is None or clock.today(session) <= cycle.notice_to:
        raise OutOfOrder(f"公示期到{cycle.notice_to}为止，期满后才能办结。")
    waiting = queries.open_objections(session, cycle.id)
    if waiting.get(ObjectionStage.RAISED):
        raise OutOfOrder(f"还有 {waiting[ObjectionStage.RAISED]} 件异议没有答复，答复后再办结。")
    if waiting.get(ObjectionStage.UPHELD):
        raise OutOfOrder(f"有 {waiting[ObjectionStage.UPHELD]} 件异议成立，请重新评定后再办结。")
    refuse_undecided(session, cycle)
