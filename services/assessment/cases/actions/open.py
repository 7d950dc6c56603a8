"""Opening a year: the roster of leaders and what they are judged by are frozen, the deadlines are set."""

from typing import Any

from services.assessment.cases import queries
from services.assessment.cases.actions.opening import HOUR, let_lapse, opened
from services.assessment.cases.actions.roster import make_roster
from services.assessment.cases.actions.waits import let_all_wait
from services.assessment.cases.rules import CaseStage
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.actions import begin_cycle, schedule_opening
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.rules import OFFICE, STANDING
from services.assessment.cycles.schemas import Opening
from shared import clock, switches, work
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.events import CycleOpened
from shared.switches import require_on
from shared.systems import System

YEARS_BACK = 10  # a year further back was not meant


def open_cycle(session: Session, actor: Actor, *, township_id: int, year: int) -> Cycle:
    """Open a township's year: one case for each group that was led in it. Conflict (409) where it is open already."""
    roles = actor.roles_over(township_id)
    if not roles:
        raise OutOfReach
    if not roles & OFFICE:
        raise NotYours("年度考核由组织委员或党委启动，您没有这个职务。")
    require_on(session, System.ASSESSMENT, township_id)
    this_year = clock.today(session).year
    if year < this_year - YEARS_BACK:
        raise Invalid(f"只能启动最近{YEARS_BACK}年的考核，请检查年度。", field="year")
    if year > this_year:
        raise Invalid(f"{year}年度还没有开始，不能启动考核。", field="year")
    cycle = begin_cycle(session, township_id=township_id, year=year)
    if cycle is None:
        raise Conflict(f"{year}年度考核已经启动，不用重复启动；党委已经中止的，不再启动。", field="year")
    cycle.cases = make_roster(session, cycle)
    let_all_wait(session, cycle)
    opened(session, actor, cycle)
    schedule_opening(session, township_id=township_id, year=year + 1)
    due_on = cycle.nomination_due.isoformat()
    fact = CycleOpened(
        unit_id=township_id,
        cycle_id=cycle.id,
        year=year,
        due_on=due_on,
        people=queries.people_at(session, cycle.id, CaseStage.NOMINATION),
    )
    announce(session, fact, by=actor)
    return cycle


def open_on_the_day(session: Session, payload: dict[str, Any]) -> None:
    """The clock opens a year, unless a person has or has put it off; then it looks forward to the next."""
    township_id, year = payload["township_id"], payload["year"]
    wanted = switches.is_on(session, System.ASSESSMENT, township_id)
    opening = cycles.opening_to_change(session, SYSTEM, township_id=township_id, year=year)
    if opening is not None and opening.opens_on > clock.today(session):
        work.not_yet(session, run_at=clock.moment(opening.opens_on, HOUR))
    elif wanted and cycles.cycle_of(session, SYSTEM, township_id=township_id, year=year) is None:
        open_cycle(session, SYSTEM, township_id=township_id, year=year)
    else:
        if opening is not None and opening.stage in STANDING:
            let_lapse(session, opening)
        schedule_opening(session, township_id=township_id, year=year + 1)


def open_by_hand(session: Session, actor: Actor, asked: Opening) -> Cycle:
    """A person opens it, who has been shown what it opens with and says so."""
    if not asked.confirmed:
        raise Invalid("请先核对方案、日程、名单和通知对象，再按“已核对，启动”。", field="confirmed")
    return open_cycle(session, actor, township_id=asked.township_id, year=asked.year)
