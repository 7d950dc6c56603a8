"""From the order that a closed year gives to the check of what was done."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy.dialects.postgresql import insert

from services.assessment.cases.actions.standing import refuse_to_review, refuse_unless_for_branch
from services.assessment.cases.models import Case
from services.assessment.cases.queries import account_of, branches_belonged_to, stood_in
from services.assessment.cycles import queries as cycles
from services.assessment.rectifications import queries
from services.assessment.rectifications.actions.evidence import add_files, refuse_taken_up, refuse_unless_at_work
from services.assessment.rectifications.actions.replacing import copied, end_proposals, propose
from services.assessment.rectifications.models import Rectification, ReturnedReport
from services.assessment.rectifications.rules import (
    BY_THE_BRANCH,
    MOVES,
    SAID,
    WAITS,
    RectificationStep,
    latest_due,
)
from services.assessment.rectifications.schemas import Plan, Report
from shared import clock
from shared.access import SYSTEM, Actor
from shared.audit import act_for, announce, whoever_told
from shared.db import Session
from shared.errors import Invalid, NotYours
from shared.events import CycleClosed, RectificationMoved, RectificationOrdered
from shared.files import Handed
from shared.moves import Moved
from shared.roles import Role
from shared.rulebase import Rules
from shared.todos import Thing
from shared.waiting import follow, wait

# --- what a closed year asks for ---


def order_rectifications(session: Session, cycle_id: int) -> None:
    """A rectification for each 不称职 of a closed year, and what the two-year rule proposes. Again, it adds nothing.

    Whoever closed the year has ordered them.
    """
    act_for(session, whoever_told(session, CycleClosed, f"cycle:{cycle_id}"))
    cycle = cycles.cycle_seen(session, SYSTEM, cycle_id)
    rules = cycles.rules_of(session, cycle.township_id, clock.today(session))
    end_what_was_decided_again(session, cycle_id)
    end_proposals(session, cycle, rules)
    if cases := queries.to_be_ordered(session, cycle_id):
        _order(session, cases, rules)
    propose(session, cycle, rules)


def _order(session: Session, cases: Iterable[Case], rules: Rules) -> None:
    """Insert all at once; what was there already is left alone and not told again."""
    today = clock.today(session)
    due_on = latest_due(today, rules, cycles.workdays_of(session))
    rows = [{**copied(case), "ordered_on": today, "due_on": due_on} for case in cases]
    made = insert(Rectification).on_conflict_do_nothing().returning(Rectification)
    for row in sorted(session.scalars(made, rows), key=lambda row: row.id):
        fact = RectificationOrdered(
            unit_id=row.group_id, rectification_id=row.id, year=row.year, due_on=row.due_on.isoformat()
        )
        announce(session, fact, by=SYSTEM)
        wait(session, WAITS, row.stage, [_thing(row)])


# --- the branch and the township ---


def plan(session: Session, actor: Actor, rectification_id: int, asked: Plan) -> Rectification:
    """The branch names causes and measures, and perhaps an earlier deadline."""
    row = queries.rectification_to_change(session, actor, rectification_id)
    moved = _may(session, actor, row, RectificationStep.PLAN)
    before = row.due_on
    if asked.due_on is not None and asked.due_on != before:
        if asked.due_on > row.due_on:
            raise Invalid(f"整改期限不能晚于乡镇规定的{row.due_on}。", field="due_on")
        _change_deadline(session, row, asked.due_on)
    row.causes, row.measures, row.planned_at = asked.causes, asked.measures, clock.now(session)
    _tell(session, actor, row, moved, reason=moved_deadline(before, row.due_on) or None)
    follow(session, WAITS, moved, [_thing(row)])
    return row


def report(
    session: Session, actor: Actor, rectification_id: int, asked: Report, handed: Sequence[Handed] = ()
) -> Rectification:
    """The branch reports what was done, with what shows it; files that come along are added first."""
    row = queries.rectification_to_change(session, actor, rectification_id)
    if handed:
        refuse_unless_at_work(session, actor, row)
        add_files(session, actor, row, handed)
    moved = _move(session, actor, row, RectificationStep.REPORT)
    row.report, row.evidence, row.reported_at = asked.report, asked.evidence, clock.now(session)
    row.returned_why = None
    stood = None if Role.SECRETARY in actor.roles_over(row.branch_id) else actor.account_id
    barred = stood or account_of(session, row.person_id)
    follow(session, WAITS, moved, [_thing(row)._replace(barred_account_id=barred, due_on=None)])
    return row


def accept(session: Session, actor: Actor, rectification_id: int) -> Rectification:
    """The township has checked it: it is over, and so is its deadline."""
    row = queries.rectification_to_change(session, actor, rectification_id)
    moved = _move(session, actor, row, RectificationStep.ACCEPT)
    _refuse_own(session, actor, row)
    row.checked_by, row.checked_at = actor.account_id, clock.now(session)
    follow(session, WAITS, moved, [_thing(row)])
    return row


def return_report(
    session: Session, actor: Actor, rectification_id: int, reason: str, due_on: date | None = None
) -> Rectification:
    """The township sends a report back, with a new deadline where the old one has passed."""
    row = queries.rectification_to_change(session, actor, rectification_id)
    moved = _may(session, actor, row, RectificationStep.RETURN)
    _refuse_own(session, actor, row)
    before = row.due_on
    if due_on is None and row.due_on < clock.today(session):
        raise Invalid(f"整改期限{row.due_on}已过，退回时请给出新的期限。", field="due_on")
    if due_on is not None and due_on != row.due_on:
        _change_deadline(session, row, due_on)
    row.returned_why, row.checked_by, row.checked_at = reason, actor.account_id, clock.now(session)
    _keep_report(session, row, before)
    _tell(session, actor, row, moved, reason=reason + moved_deadline(before, row.due_on))
    follow(session, WAITS, moved, [_thing(row)])
    return row


def _keep_report(session: Session, row: Rectification, due_before: date) -> None:
    """What was reported stays as it was, whatever is reported next."""
    session.add(
        ReturnedReport(
            rectification_id=row.id,
            group_id=row.group_id,
            report=row.report or "",
            evidence=row.evidence or "",
            reported_at=row.reported_at,
            returned_at=row.checked_at,
            returned_why=row.returned_why or "",
            due_before=due_before,
            due_after=row.due_on,
        )
    )


def moved_deadline(before: date, after: date) -> str:
    """That a deadline moved, for the history and whoever is told; empty where it did not."""
    return "" if before == after else f"（整改期限由{before}改为{after}）"


def _move(session: Session, actor: Actor, row: Rectification, step: RectificationStep) -> Moved:
    """One step by the table of moves, written into the history."""
    moved = _may(session, actor, row, step)
    _tell(session, actor, row, moved)
    return moved


def _may(session: Session, actor: Actor, row: Rectification, step: RectificationStep) -> Moved:
    """One step by the table of moves, for whoever may take it."""
    moved = MOVES.move(row.stage, step, roles=actor.roles_over(row.branch_id, row.township_id))
    if step in BY_THE_BRANCH:
        refuse_unless_for_branch(session, actor, row.branch_id, row.person_id)
    else:
        subject = f"rectification:{row.id}"
        stood = stood_in(session, [subject], RectificationStep.REPORT)
        refuse_to_review(session, actor, row.township_id, row.branch_id, stood.get(subject))
    refuse_taken_up(session, row)
    row.stage = moved.after
    return moved


def _tell(session: Session, actor: Actor, row: Rectification, moved: Moved, *, reason: str | None = None) -> None:
    """The step in the history, with the deadline that holds from now on."""
    said = SAID[RectificationStep(moved.step)]
    fact = RectificationMoved(unit_id=row.group_id, rectification_id=row.id, stage=said, due_on=row.due_on.isoformat())
    announce(session, fact, by=actor, moved=moved, reason=reason)


# --- over without having been accepted ---


def end_with_posts(session: Session) -> None:
    """Once a day: whoever has left the post has nothing to set right in it."""
    for row in queries.of_former_leaders(session):
        _end(session, row, "已不再担任这个党小组的组长，整改随职务终止。")


def end_what_was_decided_again(session: Session, cycle_id: int) -> None:
    """A year that was opened again and is over: whoever is not 不称职 any more has nothing to set right."""
    for row in queries.unfounded(session, cycle_id):
        _end(session, row, "考核等次已经重新评定，不再需要整改。")


def _end(session: Session, row: Rectification, reason: str) -> None:
    moved = MOVES.move(row.stage, RectificationStep.END, roles=SYSTEM.roles_over(row.township_id))
    row.stage, row.ended_at = moved.after, clock.now(session)
    _tell(session, SYSTEM, row, moved, reason=reason)
    follow(session, WAITS, moved, [_thing(row)])


def _thing(row: Rectification) -> Thing:
    """What waits for the branch, until the day that it has for it."""
    return Thing(f"rectification:{row.id}", row.group_id, due_on=row.due_on)


def _refuse_own(session: Session, actor: Actor, row: Rectification) -> None:
    """Nobody checks his own branch."""
    if row.person_id == actor.person_id or row.branch_id in branches_belonged_to(session, actor, clock.today(session)):
        raise NotYours("您是这个支部的党员或者在这个支部任职，按规定应当回避，请由其他组织委员验收。")


# --- deadlines ---


def _change_deadline(session: Session, row: Rectification, due_on: date) -> None:
    """Another deadline: not in the past, and no longer from today than one that is newly ordered."""
    today = clock.today(session)
    rules = cycles.rules_of(session, row.township_id, today)
    latest = latest_due(today, rules, cycles.workdays_of(session))
    if not today <= due_on <= latest:
        raise Invalid(f"整改期限应当在今天到{latest}之间。", field="due_on")
    row.due_on = due_on
