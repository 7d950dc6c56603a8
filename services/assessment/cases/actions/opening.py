"""Before a year opens: the office is shown what will be, confirms it or puts it off; and an opening taken back."""

from datetime import date

from sqlalchemy import text

from services.assessment.cases.actions.several import move_all
from services.assessment.cases.actions.waits import let_typing_wait
from services.assessment.cases.queries import people_at
from services.assessment.cases.rules import MOVES, CaseStage, CaseStep
from services.assessment.cycles import queries
from services.assessment.cycles.actions import move_cycle
from services.assessment.cycles.models import Cycle, Opening
from services.assessment.cycles.rules import (
    OFFICE,
    OPENING_MOVES,
    OPENING_WAITS,
    WITHDRAWN_WITHIN,
    CycleStep,
    OpeningStage,
    OpeningStep,
    latest_opening,
    opening_day,
    shown_from,
)
from shared import clock, switches, work
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from shared.events import CycleWithdrawn, OpeningMoved
from shared.moves import Moved
from shared.systems import System
from shared.todos import Thing
from shared.waiting import close, follow

HOUR = 8
"""At which hour a year opens on its day."""


def plan_openings(session: Session) -> None:
    """Once a day: where a year opens before long, what it will open with is shown to its office."""
    today, workdays = clock.today(session), queries.workdays_of(session)
    for township in queries.all_townships(session):
        rules = queries.rules_of(session, township.id, today)
        day = opening_day(today.year, rules)
        if not shown_from(day, rules, workdays) <= today < day:
            continue
        wanted = switches.is_on(session, System.ASSESSMENT, township.id)
        there = queries.cycle_of(session, SYSTEM, township_id=township.id, year=today.year)
        if wanted and there is None:
            show_opening(session, township_id=township.id, year=today.year, opens_on=day)


def show_opening(session: Session, *, township_id: int, year: int, opens_on: date) -> Opening:
    """Lay before the office what a year will open with; again, it changes nothing."""
    found = queries.opening_to_change(session, SYSTEM, township_id=township_id, year=year)
    if found is not None:
        return found
    made = Opening(township_id=township_id, year=year, stage=OpeningStage.PLANNED, opens_on=opens_on)
    session.add(made)
    session.flush()
    announce(session, _fact(made), by=SYSTEM)
    follow(session, OPENING_WAITS, Moved("", OPENING_MOVES.start, made.stage), [_thing(made)])
    return made


def confirm_opening(session: Session, actor: Actor, opening_id: int) -> Opening:
    """The office has looked at it: it opens on its day."""
    opening = opening_held(session, actor, opening_id)
    if opening.opens_on < clock.today(session):
        raise OutOfOrder(f"启动日期{opening.opens_on}已过，没有启动。请改期，或者现在启动。")
    _step(session, actor, opening, OpeningStep.CONFIRM)
    return opening


def put_off(session: Session, actor: Actor, opening_id: int, *, opens_on: date, reason: str) -> Opening:
    """The year opens on another day, with a reason; what waits is shown again until it is confirmed."""
    opening = opening_held(session, actor, opening_id)
    today, latest = clock.today(session), latest_opening(opening.year)
    if not today < opens_on <= latest:
        raise Invalid(f"启动日期应当在今天以后，不晚于{latest}。", field="opens_on")
    opening.opens_on, opening.put_off_why = opens_on, reason
    _step(session, actor, opening, OpeningStep.PUT_OFF, reason=reason)
    key, at = key_of(opening.township_id, opening.year), clock.moment(opens_on, HOUR)
    payload = {"township_id": opening.township_id, "year": opening.year}
    work.move(session, "assessment.open_cycle", key=key, run_at=at)
    # Named by the day too: the work of its first day may have been done, with nothing to open on it.
    work.post(session, "assessment.open_cycle", key=f"{key}:{opens_on}", payload=payload, run_at=at)
    return opening


def key_of(township_id: int, year: int) -> str:
    """The name of the work that opens a year."""
    return f"township:{township_id}:{year}"


def let_lapse(session: Session, opening: Opening) -> None:
    """Its day has come and nothing is to open: it waits no more, and the year can still be opened by hand."""
    opening.withdrawn_why = "启动的那一天没有启用年度考核。"
    _step(session, SYSTEM, opening, OpeningStep.LAPSE, reason=opening.withdrawn_why)


def opened(session: Session, actor: Actor, cycle: Cycle) -> None:
    """A year was opened, by whomever: its opening waits no more, and can be taken back from now on."""
    found = show_opening(session, township_id=cycle.township_id, year=cycle.year, opens_on=clock.today(session))
    found.cycle_id, found.opened_at = cycle.id, clock.now(session)
    _step(session, actor, found, OpeningStep.OPEN)


def opening_held(session: Session, actor: Actor, opening_id: int) -> Opening:
    """An opening of one's office, locked; or OutOfReach, NotYours."""
    seen = queries.opening_seen(session, actor, opening_id)
    held = queries.opening_to_change(session, actor, township_id=seen.township_id, year=seen.year)
    if held is None:
        raise OutOfReach
    if not actor.roles_over(held.township_id) & OFFICE:
        raise NotYours("年度考核由组织委员或党委启动，您没有这个职务。")
    return held


def _step(session: Session, actor: Actor, opening: Opening, step: OpeningStep, *, reason: str | None = None) -> None:
    moved = OPENING_MOVES.move(opening.stage, step, roles=actor.roles_over(opening.township_id))
    opening.stage = moved.after
    announce(session, _fact(opening), by=actor, moved=moved, reason=reason)
    follow(session, OPENING_WAITS, moved, [_thing(opening)])


def _fact(opening: Opening) -> OpeningMoved:
    return OpeningMoved(
        unit_id=opening.township_id, opening_id=opening.id, year=opening.year, opens_on=opening.opens_on.isoformat()
    )


def _thing(opening: Opening) -> Thing:
    return Thing(f"opening:{opening.id}", opening.township_id, due_on=opening.opens_on)


# --- taken back ---

HANDED_IN = text("""
    select count(*) from assessment.leader_case where cycle_id = :cycle
      and (stage <> 'nomination' or nominated_at is not null or self_statement is not null
        or exists (select from assessment.mark m where m.case_id = leader_case.id))""")

LEFT = text("select count(*) from assessment.leader_case where cycle_id = :cycle and stage <> 'withdrawn'")
SUBJECTS = text("select 'case:' || id from assessment.leader_case where cycle_id = :cycle")


def withdraw_opening(session: Session, actor: Actor, cycle_id: int, reason: str) -> Cycle:
    """Take an opening back within a day, as long as nothing was handed in. Those who were told are told."""
    cycle = queries.cycle_to_change(session, actor, cycle_id)
    moved = move_cycle(actor, cycle, CycleStep.WITHDRAW)
    opening = queries.opening_of_cycle(session, actor, cycle_id)
    if opening is None or opening.opened_at is None or clock.now(session) - opening.opened_at > WITHDRAWN_WITHIN:
        raise OutOfOrder("启动超过一天，不能撤回。名单有误的，可以对有关的人不予评定并写明理由。")
    if session.scalar(HANDED_IN, {"cycle": cycle_id}):
        raise OutOfOrder("已经有支部或党小组长提交了材料，或者录入了评分，不能撤回启动。")
    session.flush()
    case = MOVES.move(CaseStage.NOMINATION, CaseStep.WITHDRAW, roles=SYSTEM.roles_over(cycle.township_id))
    people = people_at(session, cycle_id, CaseStage.NOMINATION)
    close(session, "assessment.nominate", subjects_of(session, cycle_id))
    let_typing_wait(session, cycle)
    move_all(session, actor, cycle, case)
    if session.scalar(LEFT, {"cycle": cycle_id}):
        raise OutOfOrder("已经有支部或党小组长提交了材料，不能撤回启动。")
    opening.withdrawn_why = cycle.ended_why = reason
    cycle.ended_at = clock.now(session)
    _step(session, actor, opening, OpeningStep.WITHDRAW, reason=reason)
    fact = CycleWithdrawn(unit_id=cycle.township_id, cycle_id=cycle.id, year=cycle.year, people=people)
    announce(session, fact, by=actor, moved=moved, reason=reason)
    return cycle


def subjects_of(session: Session, cycle_id: int) -> list[str]:
    """The cases of a year, as what waits of them names them."""
    return list(session.scalars(SUBJECTS, {"cycle": cycle_id}))
