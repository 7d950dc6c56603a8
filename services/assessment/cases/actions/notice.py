"""The results on public notice, and the objections to them."""

from sqlalchemy import text

from services.assessment.cases import queries
from services.assessment.cases.actions.several import hold_one
from services.assessment.cases.actions.waits import let_objection_wait
from services.assessment.cases.models import Objection
from services.assessment.cases.rules import OBJECTION_MOVES, CaseStage, Channel, ObjectionStep
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.actions import move_cycle
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.rules import PUBLIC, CycleStep, notice_of
from shared import clock, office_settings
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.events import NoticeOpened, ObjectionAnswered, ObjectionRaised
from shared.office_settings import Key
from shared.roles import Role

# What units and people are called on the day, in the order of the notice: a later name changes nothing of it.
PUBLISH = text("""
    insert into assessment.published (case_id, place, branch, "group", person)
    select c.id, row_number() over (order by b.sort_key, b.id, g.sort_key, g.id), b.name, g.name, coalesce(p.name, '')
    from assessment.leader_case c
    join office.unit b on b.id = c.branch_id
    join office.unit g on g.id = c.group_id
    left join office.person p on p.id = c.person_id
    where c.cycle_id = :cycle""")

MAY_RECORD = frozenset({Role.SECRETARY, Role.ORGANISER, Role.COMMITTEE})


def publish_notice(session: Session, actor: Actor, cycle_id: int) -> Cycle:
    """Put the results on public notice, for the working days that the rules name. Every case must be decided."""
    cycle = cycles.cycle_to_change(session, actor, cycle_id)
    moved = move_cycle(actor, cycle, CycleStep.PUBLISH)
    refuse_undecided(session, cycle)
    rules = cycles.rules_of(session, cycle.township_id, cycle.opened_on)
    window = notice_of(clock.today(session), rules, cycles.workdays_of(session))
    cycle.notice_from, cycle.notice_to = window.first, window.last
    cycle.notice_township = cycles.township(session, cycle.township_id).name
    cycle.notice_phone = office_settings.written(session, Key.NOTICE_PHONE, cycle.township_id) or None
    cycle.notice_incompetent = rules.is_so("assessment.notice_incompetent")
    session.execute(PUBLISH, {"cycle": cycle.id})
    fact = NoticeOpened(
        unit_id=cycle.township_id,
        cycle_id=cycle.id,
        year=cycle.year,
        ends_on=window.last.isoformat(),
        branches=queries.branches_at(session, cycle.id, CaseStage.NOTICE),
        people=queries.people_at(session, cycle.id, CaseStage.NOTICE),
    )
    cycle.published_as = announce(session, fact, by=actor, moved=moved)
    return cycle


def refuse_undecided(session: Session, cycle: Cycle) -> None:
    """Say how many cases are not decided, and in which branches."""
    waiting = queries.branches_at(session, cycle.id, CaseStage.NOMINATION, CaseStage.REVIEW, CaseStage.RATING)
    if waiting:
        names = queries.branch_names(session, [branch for branch, _ in waiting])
        total = sum(count for _, count in waiting)
        raise OutOfOrder(f"还有 {total} 名党小组长没有评定等次，涉及{names}，全部评定后再继续。")


def raise_objection(session: Session, actor: Actor, case_id: int, *, channel: Channel, matter: str) -> Objection:
    """Record an objection to a result that was published: the matter, not the person who raised it.

    Whoever was assessed raises his own himself, and only he does. One after the notice's last day is recorded as late.
    """
    cycle, case = hold_one(session, actor, case_id)
    if channel is Channel.OWN and case.person_id != actor.person_id:
        raise Invalid("“本人提出”由本人在自己的考核页上办理；代为登记的，请选别的来源。", field="channel")
    if channel is not Channel.OWN and not actor.roles_over(case.branch_id, case.township_id) & MAY_RECORD:
        raise NotYours("异议由支部书记或组织委员登记，您没有这个职务。")
    today = clock.today(session)
    if cycle.stage not in PUBLIC or cycle.notice_to is None:
        raise OutOfOrder("考核结果还没有公示，不能登记异议。")
    rules = cycles.rules_of(session, cycle.township_id, cycle.opened_on)
    due = cycles.workdays_of(session).add(today, rules.integer("assessment.answer_working_days"))
    objection = Objection(
        case_id=case.id,
        cycle_id=cycle.id,
        group_id=case.group_id,
        channel=channel,
        matter=matter,
        raised_on=today,
        answer_due=due.day,
        registered_by=actor.account_id,
        late=today > cycle.notice_to,
    )
    session.add(objection)
    session.flush()
    fact = ObjectionRaised(unit_id=case.group_id, case_id=case.id, objection_id=objection.id)
    announce(session, fact, by=actor)
    let_objection_wait(session, objection, case)
    return objection


def answer_objection(
    session: Session, actor: Actor, objection_id: int, *, upheld: bool, answer: str, told: str | None = None
) -> Objection:
    """Answer an objection; one that is upheld lets the committee take the result up again.

    told: what the branch and whom it is about hear of the matter, in words that give nobody away.
    """
    objection, case = queries.objection_to_change(session, actor, objection_id)
    if case.person_id == actor.person_id:
        raise NotYours("这是对您本人考核结果的异议，按规定应当回避，请由其他组织委员或者党委答复。")
    step = ObjectionStep.UPHOLD if upheld else ObjectionStep.DISMISS
    moved = OBJECTION_MOVES.move(objection.stage, step, roles=actor.roles_over(case.township_id))
    objection.stage, objection.answer, objection.told = moved.after, answer, told
    objection.answered_by, objection.answered_at = actor.account_id, clock.now(session)
    fact = ObjectionAnswered(unit_id=case.group_id, case_id=case.id, objection_id=objection.id, upheld=upheld)
    announce(session, fact, by=actor, moved=moved)
    let_objection_wait(session, objection, case, moved)
    return objection
