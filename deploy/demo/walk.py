"""A year-end walked by its people: each step is the action that the person's own door calls, with his own posts."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, TypeVar

from sqlalchemy import Row, select

from deploy.demo import changes
from deploy.demo.choosings import Choosing
from services.assessment.cases import actions as cases
from services.assessment.cases.queries import case_seen, cases_page, marks_in_force, results
from services.assessment.cases.rules import CaseStage, Channel
from services.assessment.cases.schemas import Decision, DecisionOf, FilingOf, MarkCorrection, MarkOf, NominationOf
from services.assessment.cycles.queries import cycle_of
from services.assessment.rectifications import actions as rectifications
from services.assessment.rectifications.queries import rectifications_of_cycle
from services.assessment.rectifications.schemas import Plan, Report
from services.assessment.schemes.rules import Grade
from services.notify.messages.actions import acknowledge_messages
from services.notify.messages.models import Message
from shared import clock
from shared.access import SYSTEM, Actor
from shared.db import Session, unit
from shared.people import Account, branches_of, holder_of, posts_of, workdays_of
from shared.roles import Role

Each = TypeVar("Each")

LAST_BRANCH_WAITS = 2  # with so many branches or more, the last one only nominates when it has been reminded
PAGE = 1000
SPOT, SPOT_MOST = 300, 500  # hundredths: what is typed of each leader, and the most that may be
RETURNED = 0  # the first case is returned once
STATEMENT = "一年来按月组织学习和党小组会，走访联系群众，不足是个别月份活动没有开展好。"
REASONS = "支部按平时活动记录提出。"
PROPOSED = {"grade": Grade.COMPETENT, "reasons": "按平时活动记录提出。"}  # of a secretary who put himself forward


@dataclass
class Walk:
    """A township's year-end. `rest` waits until all background work is done; `move_to` moves the office's date."""

    township_id: int
    year: int
    rest: Callable[[], None]
    move_to: Callable[[date], None]
    step: Callable[[str], None]
    bring_ledger: Callable[[int], None]
    lively: bool = False  # people die and change in the year, it is collected early, and points are typed
    run_seconds: float = 0.0
    died: int | None = None

    def through(self) -> int:
        """Walk the whole year-end; returns the cycle's id."""
        if self.lively:
            self.step(f"{self.year}年：人员变动")
            self.change()
        self.step(f"{self.year}年度：启动考核")
        cycle_id = self.open()
        self.step(f"{self.year}年度：支部提名")
        self.nominate(cycle_id)
        self.step(f"{self.year}年度：审查备案")
        self.review(cycle_id)
        if self.lively:
            self.step(f"{self.year}年度：测评评分，提前汇总")
            self.type_by_hand(cycle_id)
            self.run_early(cycle_id)
        self.step(f"{self.year}年度：采集与计分")
        self.run(cycle_id)
        self.step(f"{self.year}年度：党委评定")
        self.decide(cycle_id)
        self.step(f"{self.year}年度：公示与异议")
        self.publish(cycle_id)
        self.step(f"{self.year}年度：办结与整改")
        self.close(cycle_id)
        return cycle_id

    @property
    def choosing(self) -> Choosing:
        """How its leaders are chosen."""
        return Choosing(self.township_id, holder, self.rest)

    # --- who acts ---

    @property
    def organiser(self) -> Actor:
        """The township's organiser."""
        return holder(self.township_id, Role.ORGANISER)

    @property
    def committee(self) -> Actor:
        """The township's committee."""
        return holder(self.township_id, Role.COMMITTEE)

    # --- the stages ---

    def change(self) -> None:
        """What happened in the year, entered in November; and the scheme that asks for points that are typed."""
        self.move_to(date(self.year, 11, 20))
        self.rest()
        with unit("activities") as session:
            self.died = changes.happen(session, self.township_id, self.year)
        with unit("assessment") as session:
            changes.ask_for_what_is_typed(session, self.township_id, self.year)
        self.rest()
        self.choosing.elect()

    def leave_out(self, cycle_id: int) -> None:
        """Whoever has died is not assessed."""
        organiser = self.organiser
        with unit("assessment", organiser) as session:
            rows = results(session, organiser, cycle_id)
            gone = [row.Case.id for row in rows if row.Case.person_id == self.died]
            for case_id in gone:
                cases.exempt(session, organiser, case_id, f"{self.year}年10月因病去世，本年度不予评定。")
        self.rest()

    def type_by_hand(self, cycle_id: int) -> None:
        """Each branch types its survey, the organiser the spot scores: equal ones among them."""
        with unit("assessment") as session:
            branches = branches_of(session, self.township_id)
        for number, branch_id in enumerate(branches):
            secretary = holder(branch_id, Role.SECRETARY)
            theirs = [row for row in self.listed(secretary, cycle_id) if row.branch_id == branch_id]
            given = [(row, "survey", 400 + 50 * (number % 2)) for row in theirs]
            for actor, himself in ((secretary, False), (self.organiser, True)):
                rows = [each for each in given if (each[0].person_id == secretary.person_id) is himself]
                self.give(actor, cycle_id, rows, f"{self.year}年12月党员大会测评表")
        spots = [(row, "spot", SPOT) for row in self.listed(self.organiser, cycle_id)]
        self.give(self.organiser, cycle_id, spots, f"{self.year}年11月抽查记录")
        self.rest()

    def listed(self, actor: Actor, cycle_id: int) -> list[Any]:
        """The cases of a year that somebody sees."""
        with unit("assessment", actor) as session:
            return [row.Case for row in cases_page(session, actor, cycle_id=cycle_id, limit=PAGE)]

    def give(self, actor: Actor, cycle_id: int, rows: Sequence[tuple[Any, str, int]], basis: str) -> None:
        """What somebody types of these leaders."""
        asked = [MarkOf(case_id=row.id, key=key, points=points, basis=basis) for row, key, points in rows]
        if asked:
            with unit("assessment", actor) as session:
                cases.give_marks(session, actor, cycle_id, asked)

    def run_early(self, cycle_id: int) -> None:
        """Before the year is over the organiser looks how it stands: nothing is decided on it."""
        self.move_to(date(self.year, 12, 26))
        self.rest()
        with unit("assessment", self.organiser) as session:
            cases.start_run(session, self.organiser, cycle_id)
        self.rest()

    def open(self) -> int:
        """The clock opens the year on its day; by a person where that day had passed before the township was there."""
        self.move_to(date(self.year, 12, 1))
        self.rest()
        with unit("assessment", self.organiser) as session:
            found = cycle_of(session, SYSTEM, township_id=self.township_id, year=self.year)
            cycle = found or cases.open_cycle(session, self.organiser, township_id=self.township_id, year=self.year)
        self.rest()
        self.acknowledge()
        if self.died is not None:
            self.leave_out(cycle.id)
        return cycle.id

    def acknowledge(self) -> None:
        """Each secretary confirms the formal notices that he has had; the newest of all wait on his desk at the end."""
        with unit("activities") as session:
            branches = branches_of(session, self.township_id)
        for secretary in (holder(branch_id, Role.SECRETARY) for branch_id in branches):
            with unit("notify", secretary) as session:
                his = (Message.person_id == secretary.person_id, Message.wants_acknowledgement)
                waiting = select(Message.id).where(*his, Message.acknowledged_at.is_(None), Message.passed_to.is_(None))
                if ids := list(session.scalars(waiting)):
                    acknowledge_messages(session, secretary, ids)
        self.rest()

    def nominate(self, cycle_id: int) -> None:
        """Each branch puts its leaders forward; the last one only after it was reminded and the day had passed."""
        with unit("assessment") as session:
            branches = branches_of(session, self.township_id)
            cycle = cycle_of(session, SYSTEM, township_id=self.township_id, year=self.year)
            workdays = workdays_of(session)
        late = branches[-1:] if len(branches) >= LAST_BRANCH_WAITS else []
        for branch_id in branches[: len(branches) - len(late)]:
            self.nominate_branch(cycle_id, branch_id)
        if late and cycle is not None:
            self.move_to(workdays.add(cycle.nomination_due, 1).day)
            self.rest()
            self.nominate_branch(cycle_id, late[0])
        self.rest()

    def nominate_branch(self, cycle_id: int, branch_id: int) -> None:
        """A branch's secretary puts forward every leader of the branch."""
        secretary = holder(branch_id, Role.SECRETARY)
        with unit("assessment", secretary) as session:
            waiting = self.waiting(session, secretary, cycle_id, CaseStage.NOMINATION)
            asked = [
                NominationOf(case_id=case_id, self_statement=STATEMENT, grade=Grade.COMPETENT, reasons=REASONS)
                for case_id in waiting
            ]
            if asked:
                done(cases.nominate_several(session, secretary, asked).refused)

    def waiting(self, session: Session, actor: Actor, cycle_id: int, stage: CaseStage) -> list[int]:
        """The cases at a stage that somebody sees, by their ids."""
        found: list[int] = []
        while rows := cases_page(
            session, actor, cycle_id=cycle_id, stage=stage, after=found[-1] if found else None, limit=PAGE
        ):
            found += [row.Case.id for row in rows]
        return found

    def review(self, cycle_id: int) -> None:
        """The organiser returns one, has it again, and files them all."""
        organiser = self.organiser
        with unit("assessment", organiser) as session:
            first = self.waiting(session, organiser, cycle_id, CaseStage.REVIEW)[RETURNED]
            branch_id = cases.return_nomination(session, organiser, first, "请补充联系群众方面的情况。").branch_id
        self.rest()
        self.nominate_branch(cycle_id, branch_id)
        for part in portions(self.at(organiser, cycle_id, CaseStage.REVIEW)):
            with unit("assessment", organiser) as session:
                asked = [FilingOf(case_id=each, **PROPOSED) for each in part]
                done(cases.accept_several(session, organiser, asked).refused)
        self.rest()

    def at(self, actor: Actor, cycle_id: int, stage: CaseStage) -> list[int]:
        """The cases at a stage, in a transaction of its own."""
        with unit("assessment", actor) as session:
            return self.waiting(session, actor, cycle_id, stage)

    def run(self, cycle_id: int) -> None:
        """When the year is over and its ledger is in, the organiser starts the run; the workers do it."""
        self.move_to(date(self.year + 1, 1, 5))
        self.bring_ledger(self.year)
        self.rest()
        organiser = self.organiser
        started = time.perf_counter()
        with unit("assessment", organiser) as session:
            cases.start_run(session, organiser, cycle_id)
        self.rest()
        self.run_seconds = time.perf_counter() - started
        if self.lively:
            self.stand_equal(cycle_id)

    def stand_equal(self, cycle_id: int) -> None:
        """A spot score was typed wrong: it is corrected, the run goes once more, and two leaders stand equal."""
        organiser = self.organiser
        with unit("assessment", organiser) as session:
            rows = results(session, organiser, cycle_id)
            taking = [row for row in rows if row.Case.stage == CaseStage.RATING and row.total and not row.vetoed]
            gaps = [(above.total - row.total, row.Case.id) for above, row in pairwise(taking)]
            gap, case_id = min(gaps, default=(SPOT_MOST, 0))
            if not 0 < gap <= SPOT_MOST - SPOT:
                return
            mark = marks_in_force(session, organiser, cycle_id)[case_id, "spot"]
            why = {"basis": f"{self.year}年11月抽查记录", "reason": "抽查记录漏计一次，核对后更正。"}
            cases.correct_mark(session, organiser, mark.id, MarkCorrection(points=SPOT + gap, **why))
            cases.start_run(session, organiser, cycle_id)
        self.rest()

    def decide(self, cycle_id: int) -> None:
        """The committee follows the sheets; beyond the quota it gives 称职, with its reason."""
        committee = self.committee
        with unit("assessment", committee) as session:
            rows = results(session, committee, cycle_id)
        asked = [decision_on(row) for row in rows if row.Case.stage == CaseStage.RATING]
        for part in portions(asked):
            with unit("assessment", committee) as session:
                done(cases.decide_several(session, committee, part).refused)
        self.rest()

    def publish(self, cycle_id: int) -> None:
        """The results are put up; two objections come in: one is dismissed, one is upheld and decided again."""
        organiser, committee = self.organiser, self.committee
        with unit("assessment", organiser) as session:
            cases.publish_notice(session, organiser, cycle_id)
        self.rest()
        with unit("assessment", organiser) as session:  # whoever was not graded has nothing to object to
            graded = [row.Case.id for row in results(session, organiser, cycle_id) if row.Case.grade]
        for case_id, upheld in zip(graded[-2:], (False, True), strict=False):
            with unit("assessment", organiser) as session:
                raised = cases.raise_objection(
                    session, organiser, case_id, channel=Channel.LETTER, matter="反映一次活动的记录与实际不符。"
                )
                cases.answer_objection(session, organiser, raised.id, upheld=upheld, answer="已核对原始记录。")
            if upheld:
                self.decide_again(committee, case_id)
        self.rest()

    def decide_again(self, committee: Actor, case_id: int) -> None:
        """The committee takes a case up again and confirms its grade."""
        with unit("assessment", committee) as session:
            grade = case_seen(session, committee, case_id).Case.grade
            cases.reopen(session, committee, case_id, "异议成立，重新评定。")
            again = Decision(grade=Grade(grade) if grade else None, reason="复核后维持原等次。")
            cases.decide(session, committee, case_id, again)

    def close(self, cycle_id: int) -> None:
        """After the last day of the notice the organiser makes the year final; the work on what was wrong begins."""
        with unit("assessment") as session:
            cycle = cycle_of(session, SYSTEM, township_id=self.township_id, year=self.year)
        if cycle is None or cycle.notice_to is None:
            raise LookupError("the cycle is not on notice")
        self.move_to(cycle.notice_to + timedelta(days=1))
        self.rest()
        self.acknowledge()
        organiser = self.organiser
        with unit("assessment", organiser) as session:
            cases.close_cycle(session, organiser, cycle_id)
        self.rest()

    def rectify(self, cycle_id: int, *, finish: bool) -> None:
        """The branches plan what is to be set right; `finish`: they report, one is returned, the township accepts."""
        organiser = self.organiser
        with unit("assessment") as session:
            ordered = [(row.id, row.branch_id) for row in rectifications_of_cycle(session, SYSTEM, cycle_id)]
        for number, (rectification_id, branch_id) in enumerate(ordered):
            secretary = holder(branch_id, Role.SECRETARY)
            with unit("assessment", secretary) as session:
                plan = Plan(
                    causes="组长外出务工，活动没有按月开展。", measures="明确副组长代为召集，每月 10 日前开展活动。"
                )
                rectifications.plan(session, secretary, rectification_id, plan)
            if finish:
                self.finish_rectification(organiser, secretary, rectification_id, return_once=number == 0)
        self.rest()
        if finish:
            self.acknowledge()

    def finish_rectification(
        self, organiser: Actor, secretary: Actor, rectification_id: int, *, return_once: bool
    ) -> None:
        """Report, and have it accepted; perhaps only at the second time."""
        report = Report(report="已连续三个月按时开展活动。", evidence="见一至三月活动记录。")
        with unit("assessment", secretary) as session:
            rectifications.report(session, secretary, rectification_id, report)
        if return_once:
            with unit("assessment", organiser) as session:
                rectifications.return_report(session, organiser, rectification_id, "请附上活动记录的日期。")
            with unit("assessment", secretary) as session:
                rectifications.report(session, secretary, rectification_id, report)
        with unit("assessment", organiser) as session:
            rectifications.accept(session, organiser, rectification_id)


def holder(unit_id: int, role: Role) -> Actor:
    """Whoever holds a post today, with all of his posts."""
    with unit("activities") as session:
        person_id = holder_of(session, unit_id, role, clock.today(session))
        if person_id is None:
            raise LookupError(f"nobody is {role} of unit {unit_id}")
        account_id = session.scalar(select(Account.id).where(Account.person_id == person_id))
        posts = tuple(posts_of(session, person_id, clock.today(session)))
    return Actor(account_id=account_id, person_id=person_id, name="", posts=posts)


def decision_on(row: Row[Any]) -> DecisionOf:
    """The sheet's grade; 称职 with a reason where it lies beyond the quota, or equal with others at its line."""
    if row.proposed is None:
        return DecisionOf(case_id=row.Case.id, grade=None, reason="任职不足，不予评定。")
    if row.over_quota:
        return DecisionOf(case_id=row.Case.id, grade=Grade.COMPETENT, reason="优秀名额已满，按得分先后确定。")
    if row.at_line:
        return DecisionOf(
            case_id=row.Case.id, grade=Grade.COMPETENT, reason="同分的几名超过剩下的名额，研究后都评为称职。"
        )
    return DecisionOf(case_id=row.Case.id, grade=Grade(row.proposed))


def portions(rows: Sequence[Each], size: int = 500) -> Iterable[Sequence[Each]]:
    """As many as a door takes at once."""
    return (rows[first : first + size] for first in range(0, len(rows), size))


def done(refused: int) -> None:
    """What the walk asks for is in order; if not, the walk is wrong."""
    if refused:
        raise AssertionError(f"{refused} were refused")
