"""The committee decides the grade; the software only proposes one."""

from collections.abc import Sequence

from services.assessment.cases import queries
from services.assessment.cases.actions.seal import seal
from services.assessment.cases.actions.several import each, hold, hold_one
from services.assessment.cases.actions.waits import DECIDABLE, let_objection_wait, let_wait
from services.assessment.cases.models import Case
from services.assessment.cases.rules import (
    AT_LINE,
    MOVES,
    OBJECTION_MOVES,
    CaseStage,
    CaseStep,
    ObjectionStep,
    Proposed,
    Quota,
    reason_wanted,
)
from services.assessment.cases.schemas import Decision, DecisionOf, Following, FollowingOf, Outcomes, Settling
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.actions import move_cycle
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.rules import WAITING, CycleStage, CycleStep, notice_of
from services.assessment.schemes.rules import Grade
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.events import CaseDecided, CaseMoved, CycleReopened, NoticeOpened, ObjectionActedOn
from shared.moves import Moved
from shared.roles import Role


def decide(session: Session, actor: Actor, case_id: int, asked: Decision) -> Case:
    """Decide one; a grade other than the sheet's, one beyond the quota, or none at all wants a reason."""
    cycle, case = hold_one(session, actor, case_id)
    committee = Committee(session, actor, [cycle], [case])
    committee.decide(case, asked)
    committee.rise()
    return case


def decide_several(session: Session, actor: Actor, rows: Sequence[DecisionOf]) -> Outcomes:
    """Decide several; each goes through or is refused by itself."""
    held, cases = hold(session, actor, [row.case_id for row in rows])
    committee = Committee(session, actor, list(held.values()), list(cases.values()))
    outcomes = each(cases, rows, committee.decide)
    committee.rise()
    return outcomes


def follow_sheets(session: Session, actor: Actor, cycle_id: int, asked: Following) -> Outcomes:
    """Decide several as their sheets propose, the highest totals first: the quota is theirs.

    The reason is kept with those that want one. Sheets collected anew since they were looked at are not followed.
    """
    cycle = cycle_of_committee(session, actor, cycle_id)
    refuse_old_sheets(cycle, asked.run)
    wanted = queries.to_rate(session, actor, cycle, over=False) if asked.case_ids is None else asked.case_ids
    if not wanted:
        raise OutOfOrder("没有可以按计分等次一次评定的：剩下的超出名额，或者在名额线上同分，请分别评定。")
    order = queries.by_total(session, actor, cycle, wanted)
    order += sorted(set(wanted).difference(order))
    held, cases = hold(session, actor, order)
    committee = Committee(session, actor, list(held.values()), list(cases.values()))
    rows = [FollowingOf(case_id=case_id, reason=asked.reason) for case_id in order]
    return each(cases, rows, committee.follow)


def settle_over_quota(session: Session, actor: Actor, cycle_id: int, asked: Settling) -> Outcomes:
    """Whoever is excellent by his sheet but beyond the quota is competent, all in one act with one reason.

    Those with the same total, between whom the line would cut, are not among them: each is decided by itself.
    """
    cycle = cycle_of_committee(session, actor, cycle_id)
    refuse_old_sheets(cycle, asked.run)
    over = queries.to_rate(session, actor, cycle, over=True)
    if not over:
        raise OutOfOrder("没有超出优秀名额、等待评定的党小组长。")
    rows = [DecisionOf(case_id=case_id, grade=Grade.COMPETENT, reason=asked.reason) for case_id in over]
    return decide_several(session, actor, rows)


def cycle_of_committee(session: Session, actor: Actor, cycle_id: int) -> Cycle:
    """A year, locked, for whoever may decide in it: another does not even learn how many are left to decide."""
    cycle = cycles.cycle_to_change(session, actor, cycle_id)
    if Role.COMMITTEE not in actor.roles_over(cycle.township_id):
        raise NotYours("评定由党委办理，您没有这个职务。")
    return cycle


def refuse_old_sheets(cycle: Cycle, run: int) -> None:
    """What was looked at is no more what would be decided on."""
    if cycle.run != run:
        raise OutOfOrder("计分结果已经重新汇总，请看过新的结果再评定。")


def reopen(session: Session, actor: Actor, case_id: int, reason: str) -> Case:
    """Take a decision back, so that another follows: once on public notice, only by an objection that was upheld.

    It rests on the sheet of the last run from then on. A result that is final the committee takes up by itself; its
    year is open again until the new one was on notice.
    """
    cycle, case = hold_one(session, actor, case_id)
    stage = queries.stage_for(session, actor, case)
    moved = MOVES.move(stage, CaseStep.REOPEN, roles=actor.roles_over(case.township_id))
    if case.filing_number is None:
        raise OutOfOrder("这名党小组长还没有审查备案，恢复考核以后由支部提名。")
    if cycle.stage in WAITING and cycle.stage not in DECIDABLE:
        raise OutOfOrder("正在汇总计分，汇总完成以后再撤回。")
    take_up(session, actor, cycle, case, taken=moved, reason=reason)
    settled = settle_upheld(session, actor, case)
    if not settled and cycle.stage == CycleStage.NOTICE and moved.before == CaseStage.NOTICE:
        raise OutOfOrder("没有成立的异议，不能重新评定。请先答复异议。")
    drawn_anew = case.grade is None or case.sheet_run != cycle.run
    case.stage, case.grade, case.grade_why = moved.after, None, None
    case.sheet_run, case.sheet_on = None, None
    if drawn_anew:
        seal(session, cycle)
    announce(session, CaseMoved(unit_id=case.group_id, case_id=case.id), by=actor, moved=moved, reason=reason)
    let_wait(session, case, moved)
    return case


def take_up(session: Session, actor: Actor, cycle: Cycle, case: Case, *, taken: Moved, reason: str) -> None:
    """A year that was over goes on, for a result that the committee takes up: what was published and printed stays.

    The branch of each result that was final is told, of the first one and of those that follow it.
    """
    if taken.before != CaseStage.CLOSED:
        return
    moved = None
    if cycle.stage == CycleStage.CLOSED:
        moved = move_cycle(actor, cycle, CycleStep.REOPEN)
        cycle.closed_at, cycle.reopened = None, cycle.reopened + 1
    taken_up = [[case.branch_id, 1]]
    fact = CycleReopened(unit_id=cycle.township_id, cycle_id=cycle.id, year=cycle.year, branches=taken_up)
    announce(session, fact, by=actor, moved=moved, reason=reason)


def settle_upheld(session: Session, actor: Actor, case: Case) -> int:
    """All that were upheld on a result have had their effect, once: how many there were."""
    upheld = queries.upheld_objections(session, case)
    for objection in upheld:
        acted = OBJECTION_MOVES.move(objection.stage, ObjectionStep.ACT, roles=actor.roles_over(case.township_id))
        objection.stage = acted.after
        taken_up = ObjectionActedOn(unit_id=case.group_id, case_id=case.id, objection_id=objection.id)
        announce(session, taken_up, by=actor, moved=acted)
        let_objection_wait(session, objection, case, acted)
    return len(upheld)


def publish_anew(session: Session, actor: Actor, cycle: Cycle, case: Case) -> None:
    """A result that changed while it was on notice is on notice for its full time, and what was upheld is settled."""
    settle_upheld(session, actor, case)
    rules = cycles.rules_of(session, cycle.township_id, cycle.opened_on)
    window = notice_of(clock.today(session), rules, cycles.workdays_of(session))
    cycle.notice_to = max(cycle.notice_to or window.last, window.last)
    fact = NoticeOpened(
        unit_id=cycle.township_id,
        cycle_id=cycle.id,
        year=cycle.year,
        ends_on=cycle.notice_to.isoformat(),
        branches=[[case.branch_id, 1]],
        people=[case.person_id],
    )
    announce(session, fact, by=actor)


UNSCORED: dict[str, str] = {
    CycleStage.RATING: "这名党小组长是汇总计分以后列入名单的，请重新汇总计分，再评定。",
    CycleStage.NOTICE: "这名党小组长没有计分，公示以后不再汇总：请写明理由，不予评定。",
}


class Committee:
    """The committee with its cases before it: what their sheets propose, and how much of the quota is left."""

    def __init__(self, session: Session, actor: Actor, held: Sequence[Cycle], cases: Sequence[Case]) -> None:
        self.session = session
        self.actor = actor
        self.cycles = {cycle.id: cycle for cycle in held}
        self.quotas = {cycle.id: queries.quota_of(session, cycle) for cycle in held}
        self.proposed = queries.proposals(session, cases)
        self.drawn_anew: dict[int, Cycle] = {}

    def decide(self, case: Case, asked: Decision) -> None:
        """Decide one of them."""
        cycle, quota = self.cycles[case.cycle_id], self.quotas[case.cycle_id]
        stage = queries.stage_for(self.session, self.actor, case)
        moved = MOVES.move(stage, CaseStep.DECIDE, roles=self.actor.roles_over(case.township_id))
        self.refuse(cycle, case, asked, quota)
        case.stage, case.grade, case.grade_why = moved.after, asked.grade, asked.reason
        case.decided_by, case.decided_at = self.actor.account_id, clock.now(self.session)
        case.sheet_run, case.sheet_on = cycle.run, cycle.run_on
        if asked.grade is None:
            self.drawn_anew[cycle.id] = cycle
        if asked.grade is Grade.EXCELLENT:
            self.quotas[cycle.id] = Quota(quota.assessed, quota.percent, quota.allowed, quota.given + 1)
        proposed = self.proposed[case.id].grade or "none"
        fact = CaseDecided(unit_id=case.group_id, case_id=case.id, grade=asked.grade or "", proposed=proposed)
        announce(self.session, fact, by=self.actor, moved=moved, reason=asked.reason)
        let_wait(self.session, case, moved)
        if cycle.stage == CycleStage.NOTICE:
            publish_anew(self.session, self.actor, cycle, case)

    def follow(self, case: Case, asked: FollowingOf) -> None:
        """Decide one as its sheet proposes; the reason is kept where one is wanted."""
        proposed = self.proposed.get(case.id, Proposed(None))
        if case.id in self.proposed and proposed.grade is None:
            raise Invalid("计分没有得出等次，请打开这名党小组长单独评定，并写明理由。")
        if proposed.at_line:
            raise Invalid(AT_LINE)
        grade = Grade(proposed.grade) if proposed.grade else None
        wanted = reason_wanted(grade, proposed=proposed, quota=self.quotas[case.cycle_id])
        self.decide(case, Decision(grade=grade, reason=asked.reason if wanted else None))

    def rise(self) -> None:
        """Whoever is not assessed takes no place: the line of the quota is drawn without him."""
        for cycle in self.drawn_anew.values():
            seal(self.session, cycle)

    def refuse(self, cycle: Cycle, case: Case, asked: Decision, quota: Quota) -> None:
        """Say why not, if this cannot be decided so."""
        if cycle.stage not in DECIDABLE:
            raise OutOfOrder("本年度的活动情况还没有汇总计分，请先汇总再评定。")
        if case.id not in self.proposed:
            raise OutOfOrder(UNSCORED[cycle.stage])
        if case.person_id == self.actor.person_id:
            raise NotYours("本人的考核等次应当回避，请由其他党委成员评定。")
        wanted = reason_wanted(asked.grade, proposed=self.proposed[case.id], quota=quota)
        if wanted is not None and not (asked.reason or "").strip():
            raise Invalid(wanted, field="reason")
