"""The township reviews and files what the branches put forward, or returns it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.assessment.cases import queries
from services.assessment.cases.actions.several import each, hold
from services.assessment.cases.actions.standing import refuse_to_review
from services.assessment.cases.actions.waits import let_wait
from services.assessment.cases.models import Case
from services.assessment.cases.rules import MOVES, CaseStep
from services.assessment.cases.schemas import Filing, FilingOf, Outcomes, ReturnOf
from services.assessment.cycles.models import Cycle
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, NotYours, OutOfReach
from shared.events import CaseMoved, CaseReturned
from shared.moves import Moved


@dataclass(frozen=True, slots=True)
class Desk:
    """What a reviewer has before him: the years of his cases, their numbers, and the branches that are his own."""

    cycles: Mapping[int, Cycle]
    cases: Mapping[int, Case]
    taken: Mapping[int, set[str]]
    own: frozenset[int]
    stood_in: Mapping[str, int]

    def case(self, case_id: int) -> Case:
        """One of the cases, or OutOfReach."""
        if case_id not in self.cases:
            raise OutOfReach
        return self.cases[case_id]


def desk_of(session: Session, actor: Actor, case_ids: Iterable[int]) -> Desk:
    """Lay the cases out; their years are locked, so that numbers are given out one after the other."""
    cycles, cases = hold(session, actor, case_ids)
    taken = {year: queries.taken_numbers(session, year) for year in cycles}
    own = queries.branches_belonged_to(session, actor, clock.today(session))
    stood_in = queries.stood_in(session, [f"case:{case_id}" for case_id in cases], CaseStep.NOMINATE)
    return Desk(cycles, cases, taken, own, stood_in)


def accept(session: Session, actor: Actor, case_id: int, asked: Filing) -> Case:
    """Accept a nomination and file it under a number that the year has once."""
    desk = desk_of(session, actor, [case_id])
    file(session, actor, desk, desk.case(case_id), asked)
    return desk.case(case_id)


def accept_several(session: Session, actor: Actor, rows: Sequence[FilingOf]) -> Outcomes:
    """Accept several; each goes through or is refused by itself."""
    desk = desk_of(session, actor, [row.case_id for row in rows])
    return each(desk.cases, rows, lambda case, row: file(session, actor, desk, case, row))


def return_nomination(session: Session, actor: Actor, case_id: int, reason: str) -> Case:
    """Return a nomination to its branch with a reason."""
    desk = desk_of(session, actor, [case_id])
    case = desk.case(case_id)
    send_back(session, actor, desk, case, reason)
    return case


def return_several(session: Session, actor: Actor, rows: Sequence[ReturnOf]) -> Outcomes:
    """Return several; each goes back or is refused by itself."""
    desk = desk_of(session, actor, [row.case_id for row in rows])
    return each(desk.cases, rows, lambda case, row: send_back(session, actor, desk, case, row.reason))


def send_back(session: Session, actor: Actor, desk: Desk, case: Case, reason: str) -> None:
    """Return one with its reason."""
    moved = step(session, actor, desk, case, CaseStep.RETURN)
    case.returned_why = reason
    case.reviewed_by, case.reviewed_at = actor.account_id, clock.now(session)
    case.stage = moved.after
    fact = CaseReturned(unit_id=case.group_id, case_id=case.id, year=case.year)
    announce(session, fact, by=actor, moved=moved, reason=reason)
    let_wait(session, case, moved)


def file(session: Session, actor: Actor, desk: Desk, case: Case, asked: Filing) -> None:
    """Accept one and give it its number."""
    moved = step(session, actor, desk, case, CaseStep.ACCEPT)
    case.filing_number = number(desk, case, asked.filing_number)
    case.reviewed_by, case.reviewed_at = actor.account_id, clock.now(session)
    case.stage = moved.after
    announce(session, CaseMoved(unit_id=case.group_id, case_id=case.id), by=actor, moved=moved)
    let_wait(session, case, moved)


def step(session: Session, actor: Actor, desk: Desk, case: Case, wanted: CaseStep) -> Moved:
    """Whether he may take this step: never for his own branch, nor for one that he stood in for."""
    moved = MOVES.move(case.stage, wanted, roles=actor.roles_over(case.township_id))
    if case.branch_id in desk.own or case.person_id == actor.person_id:
        raise NotYours("您是这个支部的党员或者在这个支部任职，按规定应当回避，请由其他组织委员审查。")
    refuse_to_review(session, actor, case.township_id, case.branch_id, desk.stood_in.get(f"case:{case.id}"))
    return moved


def number(desk: Desk, case: Case, asked: str | None) -> str:
    """The number asked for, if it is free; otherwise the next free one of the year."""
    taken, cycle = desk.taken[case.cycle_id], desk.cycles[case.cycle_id]
    if asked is not None and asked in taken:
        raise Conflict(f"备案号「{asked}」本年度已经使用，请换一个。", field="filing_number")
    found = asked
    while found is None or found in taken:
        cycle.filed += 1
        found = f"{cycle.year}-{cycle.filed:03}"
    taken.add(found)
    return found
