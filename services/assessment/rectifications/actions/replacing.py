"""The replacement of a leader: proposed by the two-year rule, decided by people for a day, undone until that day."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy.dialects.postgresql import insert

from services.assessment.cases.models import Case
from services.assessment.cases.queries import account_of
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.models import Cycle
from services.assessment.rectifications import queries
from services.assessment.rectifications.models import Replacement
from services.assessment.rectifications.rules import (
    LATEST_DAYS,
    OVERSEES,
    REPLACEMENT_MOVES,
    REPLACEMENT_WAITS,
    SUCCEEDS,
    ReplacementStep,
    proposes_replacement,
)
from services.assessment.rectifications.schemas import ReplacementDecision
from shared import clock
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.events import (
    ReplacementDecided,
    ReplacementEnded,
    ReplacementProposed,
    ReplacementSettled,
    ReplacementUndone,
)
from shared.moves import Moved
from shared.rulebase import Rules
from shared.todos import Thing
from shared.waiting import begin_waiting, close, follow, wait

COPIED = ("cycle_id", "township_id", "branch_id", "group_id", "person_id", "year")


def copied(case: Case) -> dict[str, int]:
    """What a rectification and a proposal keep of their case."""
    return {"case_id": case.id, **{name: getattr(case, name) for name in COPIED}}


# --- what the grades propose ---


def propose(session: Session, cycle: Cycle, rules: Rules) -> None:
    """Propose a replacement where the years in a row ask for it, of this year or one after it. A person decides.

    Of a case one proposal stands at a time; one that ended is made anew where the rule asks for it again.
    """
    cases = queries.incompetent_since(session, cycle)
    histories = queries.histories(
        session, [case.person_id for case in cases], until=max((case.year for case in cases), default=0)
    )
    rows = [
        {**copied(case), "proposed_on": clock.today(session)}
        for case in cases
        if proposes_replacement(_until(histories.get(case.person_id, []), case.year), rules)
    ]
    if not rows:
        return
    made = insert(Replacement).on_conflict_do_nothing().returning(Replacement)
    for row in sorted(session.scalars(made, rows), key=lambda row: row.id):
        announce(session, ReplacementProposed(unit_id=row.group_id, replacement_id=row.id, year=row.year), by=SYSTEM)
        wait(session, REPLACEMENT_WAITS, row.stage, [_to_decide(session, row)])


def end_proposals(session: Session, cycle: Cycle, rules: Rules) -> None:
    """A proposal that nobody has decided on: the years in a row do not ask for it any more."""
    rows = queries.proposals_after(session, cycle)
    histories = queries.histories(
        session, [row.person_id for row in rows], until=max((row.year for row in rows), default=0)
    )
    for row in rows:
        years = _until(histories.get(row.person_id, []), row.year)
        if not queries.rests_on_open_grades(session, row) and not proposes_replacement(years, rules):
            _end(session, row)


def _until(history: Iterable[tuple[int, queries.Graded]], year: int) -> list[tuple[int, queries.Graded]]:
    return [(one, grade) for one, grade in history if one <= year]


def _end(session: Session, row: Replacement) -> None:
    moved = _move(SYSTEM, row, ReplacementStep.END)
    fact = ReplacementEnded(unit_id=row.group_id, replacement_id=row.id, person_id=row.person_id, year=row.year)
    announce(session, fact, by=SYSTEM, moved=moved, reason="考核等次已经重新评定，不再符合调整的条件。")
    follow(session, REPLACEMENT_WAITS, moved, [_thing(row)])


# --- what the committee decides ---


def decide_replacement(session: Session, actor: Actor, replacement_id: int, asked: ReplacementDecision) -> Replacement:
    """The committee decides, with a reason: from which day he leads no more, or that he stays.

    The register follows from the fact alone. From then on branch and organiser have a leader to find.
    """
    row = queries.replacement_to_change(session, actor, replacement_id)
    _refuse_unless_committees(actor, row)
    moved = _move(actor, row, ReplacementStep.REPLACE if asked.replaced else ReplacementStep.KEEP)
    if queries.rests_on_open_grades(session, row):
        raise OutOfOrder("所依据的考核结果正在重新评定，年度考核办结以后再决定。")
    today = clock.today(session)
    day = _day(today, asked) if asked.replaced else today
    row.decided_why, row.decided_by, row.decided_on = asked.reason, actor.account_id, today
    if asked.replaced:
        rules = cycles.rules_of(session, row.township_id, today)
        row.effective_on, row.succeed_by = day, day + timedelta(days=rules.integer("leader.vacancy_days"))
    fact = ReplacementDecided(
        unit_id=row.group_id,
        replacement_id=row.id,
        person_id=row.person_id,
        group_id=row.group_id,
        replaced=asked.replaced,
        on=day.isoformat(),
    )
    announce(session, fact, by=actor, moved=moved, reason=asked.reason)
    follow(session, REPLACEMENT_WAITS, moved, [_thing(row)])
    if asked.replaced:
        begin_waiting(session, *OVERSEES, [_thing(row)])
    return row


def undo_replacement(session: Session, actor: Actor, replacement_id: int, reason: str) -> Replacement:
    """Take a decision back before its day: he goes on leading, and the proposal waits for the committee again."""
    row = queries.replacement_to_change(session, actor, replacement_id)
    _refuse_unless_committees(actor, row)
    moved = _move(actor, row, ReplacementStep.UNDO)
    day = row.effective_on or clock.today(session)
    if day <= clock.today(session):
        raise OutOfOrder(f"调整已于{day}生效，不能撤销；要由他继续担任的，请按程序重新任命。")
    if queries.succeeded(session, row):
        raise OutOfOrder("新的组长已经任命，请先取消任命，再撤销调整。")
    filed = queries.filed_for(session, row)
    if filed is not None:
        raise OutOfOrder(f"接任的人选已经备案（{filed}），请组织委员先在“选配换届”里撤销备案，再撤销调整。")
    fact = ReplacementUndone(
        unit_id=row.group_id,
        replacement_id=row.id,
        person_id=row.person_id,
        group_id=row.group_id,
        on=day.isoformat(),
    )
    row.effective_on = row.succeed_by = row.decided_why = row.decided_by = row.decided_on = None
    announce(session, fact, by=actor, moved=moved, reason=reason)
    follow(session, REPLACEMENT_WAITS, moved, [_to_decide(session, row)])
    close(session, OVERSEES[0], [fact.subject])
    return row


def leave_to_choosing(session: Session, replacements: Iterable[int]) -> None:
    """For these a choosing goes on: the branch is asked there, and not twice."""
    close(session, SUCCEEDS[0], [f"replacement:{each}" for each in replacements])


def wait_for_successor(session: Session, row: Replacement) -> None:
    """No choosing goes on for it any more: the branch is asked for somebody here again."""
    begin_waiting(session, *SUCCEEDS, [_thing(row)])


def settle_replacements(session: Session) -> None:
    """Once a day: a group that has another leader, or is no more, waits for none; the replacement is over."""
    for row in queries.to_settle(session):
        moved = _move(SYSTEM, row, ReplacementStep.SETTLE)
        fact = ReplacementSettled(unit_id=row.group_id, replacement_id=row.id, group_id=row.group_id)
        announce(session, fact, by=SYSTEM, moved=moved)
        follow(session, REPLACEMENT_WAITS, moved, [_thing(row)])
        close(session, OVERSEES[0], [fact.subject])


def _day(today: date, asked: ReplacementDecision) -> date:
    """From which day; today where none is named, none that is past, and none that nobody can foresee."""
    day, latest = asked.on or today, today + timedelta(days=LATEST_DAYS)
    if not today <= day <= latest:
        raise Invalid(f"调整生效的日期应当在今天到{latest}之间。", field="on")
    return day


def _refuse_unless_committees(actor: Actor, row: Replacement) -> None:
    """Whom it is about keeps out of it; the table of moves says who may."""
    if row.person_id == actor.person_id:
        raise NotYours("涉及本人的调整，应当回避，请由其他委员办理。")


def _move(actor: Actor, row: Replacement, step: ReplacementStep) -> Moved:
    moved = REPLACEMENT_MOVES.move(row.stage, step, roles=actor.roles_over(row.township_id))
    row.stage = moved.after
    return moved


def _thing(row: Replacement) -> Thing:
    """What waits, until the day by which the group should have another leader."""
    return Thing(f"replacement:{row.id}", row.group_id, due_on=row.succeed_by)


def _to_decide(session: Session, row: Replacement) -> Thing:
    """The same for the committee, and never for whom it is about."""
    return Thing(f"replacement:{row.id}", row.group_id, account_of(session, row.person_id))
