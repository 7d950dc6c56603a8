"""The township reviews and files what the branches put forward, or returns it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.assessment.cases import queries
from services.assessment.cases.actions.several import each, hold
from services.assessment.cases.actions.standing import refuse_to_review
from services.assessment.cases.actions.waits import let_wait
from services.assessment.cases.models import Case
from services.assessment.cases.queries.register import PURPOSE
from services.assessment.cases.rules import MOVES, CaseStep
from services.assessment.cases.schemas import Filing, FilingOf, FilingTogether, Outcomes, ReturnOf
from shared import clock, numbers
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfReach
from shared.events import CaseMoved, CaseReturned
from shared.moves import Moved
from shared.numbers import Given, Series


@dataclass(frozen=True, slots=True)
class Desk:
    """What a reviewer has before him: his cases, and the branches that are his own."""

    cases: Mapping[int, Case]
    own: frozenset[int]
    stood_in: Mapping[str, int]

    def case(self, case_id: int) -> Case:
        """One of the cases, or OutOfReach."""
        if case_id not in self.cases:
            raise OutOfReach
        return self.cases[case_id]


def desk_of(session: Session, actor: Actor, case_ids: Iterable[int]) -> Desk:
    """Lay the cases out; they are locked with their years."""
    _, cases = hold(session, actor, case_ids)
    own = queries.branches_belonged_to(session, actor, clock.today(session))
    stood_in = queries.stood_in(session, [f"case:{case_id}" for case_id in cases], CaseStep.NOMINATE)
    return Desk(cases, own, stood_in)


def accept(session: Session, actor: Actor, case_id: int, asked: Filing) -> Case:
    """Accept a nomination and file it under a number that the year has once."""
    desk = desk_of(session, actor, [case_id])
    file(session, actor, desk, desk.case(case_id), asked)
    return desk.case(case_id)


def accept_several(session: Session, actor: Actor, rows: Sequence[FilingOf]) -> Outcomes:
    """Accept several; each goes through or is refused by itself."""
    desk = desk_of(session, actor, [row.case_id for row in rows])
    return each(desk.cases, rows, lambda case, row: file(session, actor, desk, case, row))


def accept_together(session: Session, actor: Actor, asked: FilingTogether) -> Outcomes:
    """Accept several of a year under one number; each goes through or is refused by itself, and one number is given."""
    rows = [FilingOf(case_id=case_id, filing_number=asked.filing_number) for case_id in dict.fromkeys(asked.case_ids)]
    desk = desk_of(session, actor, [row.case_id for row in rows])
    if len({case.cycle_id for case in desk.cases.values()}) > 1:
        raise Invalid("合用一个备案号的，应当是同一年度的提名。", field="case_ids")
    batch = Batch(session, actor, desk)
    return each(desk.cases, rows, batch.file)


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


class Batch:
    """Nominations under one number: the first that goes through is given it, and it stands for the others."""

    def __init__(self, session: Session, actor: Actor, desk: Desk) -> None:
        self.session, self.actor, self.desk = session, actor, desk
        self.given: Given | None = None

    def file(self, case: Case, asked: Filing) -> None:
        """Accept one of them."""
        moved = step(self.session, self.actor, self.desk, case, CaseStep.ACCEPT)
        propose(case, asked)
        if self.given is None:
            self.given = number_for(self.session, case, asked)
        else:
            numbers.also(self.session, self.given.id, f"case:{case.id}")
        filed(self.session, self.actor, case, moved, self.given)


def file(session: Session, actor: Actor, desk: Desk, case: Case, asked: Filing) -> None:
    """Accept one and give it its number."""
    moved = step(session, actor, desk, case, CaseStep.ACCEPT)
    propose(case, asked)
    filed(session, actor, case, moved, number_for(session, case, asked))


def number_for(session: Session, case: Case, asked: Filing) -> Given:
    """The number that was asked for, or the next one of the year."""
    series = Series(case.township_id, case.year, PURPOSE)
    return numbers.give(session, series, f"case:{case.id}", asked=asked.filing_number, field="filing_number")


def filed(session: Session, actor: Actor, case: Case, moved: Moved, given: Given) -> None:
    """It is accepted under a number."""
    case.filing_number = given.said
    case.reviewed_by, case.reviewed_at = actor.account_id, clock.now(session)
    case.stage = moved.after
    announce(session, CaseMoved(unit_id=case.group_id, case_id=case.id), by=actor, moved=moved)
    let_wait(session, case, moved)


def propose(case: Case, asked: Filing) -> None:
    """Of a secretary who has put himself forward it is the organiser who proposes, with reasons."""
    if not case.nominated_by_self:
        return
    if asked.grade is None:
        raise Invalid("支部书记提名的是本人，请打开这名党小组长，写明组织委员的建议等次和理由。", field="grade")
    if asked.reasons is None:
        raise Invalid("请写明组织委员的建议理由。", field="reasons")
    case.office_grade, case.office_reasons = asked.grade, asked.reasons


def step(session: Session, actor: Actor, desk: Desk, case: Case, wanted: CaseStep) -> Moved:
    """Whether he may take this step: never for his own branch, nor for one that he stood in for."""
    stage = queries.stage_for(session, actor, case)
    moved = MOVES.move(stage, wanted, roles=actor.roles_over(case.township_id))
    if case.branch_id in desk.own or case.person_id == actor.person_id:
        raise NotYours("您是这个支部的党员或者在这个支部任职，按规定应当回避，请由其他组织委员审查。")
    refuse_to_review(session, actor, case.township_id, case.branch_id, desk.stood_in.get(f"case:{case.id}"))
    return moved
