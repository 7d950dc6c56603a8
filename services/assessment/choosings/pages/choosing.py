"""The pages of choosing leaders: what goes on by its day, and one choosing with everything that is known."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from fastapi import Response

from services.assessment.cases.queries import BRANCH, OFFICE
from services.assessment.cases.schemas import HappeningSeen
from services.assessment.choosings import actions, queries
from services.assessment.choosings.rules import (
    OVER,
    SAID,
    STRANDED,
    WITHOUT_DAY,
    Check,
    ChoosingStage,
    ChoosingStep,
    Reason,
    Rule,
    Verdict,
    Way,
    age_on,
    younger_than,
)
from services.assessment.choosings.schemas import CalledElection, ChoosingFiling, NewChoosing, Nominee, Why
from shared import clock, rule_versions
from shared.db import Session
from shared.roles import Role
from shared.web import Html, Paged, Pages, Sent, Signed, Unit, Viewed

pages = Pages()
LIST = "/assessment/choosings"
STAGES = {stage.value: stage.chinese for stage in ChoosingStage}
REASONS = {reason.value: reason.chinese for reason in Reason}
BY_HAND = [(reason.value, reason.chinese) for reason in Reason if reason is not Reason.ADJUSTMENT]
POSTS = [(Role.LEADER.value, "组长"), (Role.DEPUTY.value, "副组长")]
PRINTS = [
    ("choosing_nomination", "提名（备案）表", "一人一张，支部、乡镇各存一份"),
    ("choosing_notice", "任职通知", "盖章后发给支部"),
    ("choosing_handover", "交接清单", "原任交给接任的，三方签字"),
]
# Where each stage stands in the three parts of the way.
PLACES = {
    **dict.fromkeys((ChoosingStage.DRAFT, ChoosingStage.CALLED, ChoosingStage.COUNTED), 0),
    **dict.fromkeys((ChoosingStage.REVIEW, ChoosingStage.APPROVAL, ChoosingStage.AGREED), 1),
    **dict.fromkeys((ChoosingStage.FILED, ChoosingStage.SEATING, ChoosingStage.UNSEATED), 2),
    **dict.fromkeys((ChoosingStage.IN_POST, ChoosingStage.ENDED), 3),
}


@pages.get("/choosings")
def listing(view: Viewed, actor: Signed, session: Unit, paging: Paged, show: ChoosingStage | None = None) -> Html:
    """What goes on, by the day on which it is due; what is over, the newest first."""
    actor, today = actor.acting, clock.today(session)
    going_on = queries.going_on(session, actor, today)
    rows = queries.listed(session, actor, after=paging.after, limit=paging.limit, stage=show)
    return view.show(
        "choosings/list.html",
        rows=rows,
        counts={stage: sum(each.many for each in going_on if each.stage == stage) for stage in STAGES},
        overdue=sum(each.late for each in going_on),
        late={row.id for row in rows if row.stage not in (*WITHOUT_DAY, *OVER) and row.due_on < today},
        show=show and show.value,
        stages=STAGES,
        reasons=REASONS,
        next=rows[-1].id if len(rows) == paging.limit else None,
        office=bool(actor.units_as(*OFFICE)),
        figures=_figures(session, () if show or paging.after else actor.units_as(*OFFICE), today),
        several=_several(going_on, actor.units_as(Role.SECRETARY), Way.NOMINATE, [ChoosingStage.DRAFT]),
        elections=_several(going_on, actor.units_as(Role.SECRETARY), Way.ELECT, queries.BEFORE_REVIEW),
        opens=bool(actor.units_as(Role.ORGANISER, Role.SECRETARY)),
    )


def _figures(session: Session, townships: Collection[int], day: date) -> list[tuple[int, list[queries.Figures]]]:
    """Of each township of one's own: the age that is the line, the figures of the day, and those of a year before."""
    lines = [(each, younger_than(rule_versions.rules_of(session, each, day))) for each in sorted(townships)]
    days = (day, day - timedelta(days=365))
    return [(line, queries.figures_of(session, each, days, line)) for each, line in lines]


def _several(
    going_on: Sequence[queries.Going], branches: Collection[int], way: Way, stages: Collection[str]
) -> list[int]:
    """The branches of one's own in which several are still to be put forward, or to be elected."""
    waiting: Counter[int] = Counter()
    for each in going_on:
        if each.branch_id in branches and each.way == way and each.stage in stages:
            waiting[each.branch_id] += each.many
    return [branch_id for branch_id, many in waiting.items() if many > 1]


@pages.get("/choosings/new")
def new(view: Viewed, actor: Signed, session: Unit) -> Html:
    """The form by which somebody lets a choosing begin."""
    groups = queries.groups_for(session, actor.acting)
    return view.show("choosings/new.html", groups=groups, posts=POSTS, reasons=BY_HAND)


@pages.post("/choosings")
def open_choosing(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Let a choosing begin."""
    row = actions.open_choosing(session, actor, form.read(NewChoosing))
    session.flush()
    return view.to(f"{LIST}/{row.id}", said="已启动选配，请支部提出人选。")


@pages.get("/choosings/{choosing_id}")
def choosing(view: Viewed, actor: Signed, session: Unit, choosing_id: int) -> Html:
    """One choosing: who, what was looked at, the steps that are open as forms, and what happened."""
    row = queries.choosing(session, actor, choosing_id)
    one, today, steps = row[0], clock.today(session), queries.steps_open(session, actor, row[0])
    chooses = ChoosingStep.NOMINATE in steps or ChoosingStep.CALL in steps
    candidates = queries.candidates(session, one, today) if chooses else []
    return view.show(
        "choosings/choosing.html",
        row=row,
        one=one,
        today=today,
        steps=[step.value for step in steps],
        stages=STAGES,
        reasons=REASONS,
        post=Role(one.post).chinese,
        way=Way(one.way).chinese,
        now=PLACES[ChoosingStage(one.stage)],
        former=queries.name_of(session, one.former_id),
        acts=queries.acting_for(session, one, today),
        checks=_checks(one.checks or ()),
        candidates=candidates,
        consents=queries.consents(session, one) if chooses else [],
        known=_known(session, actor, one, [each.person_id for each in candidates]),
        ballot_id=queries.ballot_of(session, one),
        age_on=age_on,
        stranded=STRANDED.get(one.stranded_why or "", ""),
        history=[HappeningSeen.of(each) for each in queries.history(session, actor, one.id)],
        step_words={step.value: step.chinese for step in ChoosingStep},
        prints=_prints(actor, one),
        ended_why=one.ended_why if queries.is_told_why(actor, one) else None,
        late=one.stage not in WITHOUT_DAY and now_open(one.stage) and one.due_on < today,
    )


def _known(session: Session, actor: Signed, one: Any, people: list[int]) -> dict[int, queries.Background]:  # noqa: ANN401
    """What is known of whoever may be put forward, or is, for those with a post over it; by person."""
    if not actor.acting.roles_over(one.branch_id, one.township_id) & {*OFFICE, *BRANCH}:
        return {}
    wanted = people if one.person_id is None else [*people, one.person_id]
    return queries.backgrounds(session, wanted, clock.today(session))


def _prints(actor: Signed, one: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401  a row of the queries
    """The papers that there are of a choosing, for whoever has a post over it."""
    if not actor.acting.roles_over(one.branch_id, one.township_id) & {*OFFICE, *BRANCH}:
        return []
    there = {
        "choosing_nomination": one.person_id is not None,
        "choosing_notice": one.filed_on is not None and one.stage != ChoosingStage.ENDED,
        "choosing_handover": one.former_id not in {None, one.person_id} and one.stage != ChoosingStage.ENDED,
    }
    return [each for each in PRINTS if there[each[0]]]


def now_open(stage: str) -> bool:
    """Whether it still goes on."""
    return PLACES[ChoosingStage(stage)] < PLACES[ChoosingStage.IN_POST]


def _checks(found: Any) -> list[tuple[str, str, str, str]]:  # noqa: ANN401  as they are stored
    """What was looked at: its title, the verdict and its word, the ground."""
    checks = [Check(Rule(rule), Verdict(verdict), ground) for rule, verdict, ground in found]
    return [(SAID[each.rule], each.verdict.value, each.verdict.chinese, each.ground) for each in checks]


@pages.post("/choosings/{choosing_id}/nominations")
def nominate(view: Viewed, actor: Signed, session: Unit, choosing_id: int, form: Sent) -> Response:
    """Put somebody forward."""
    actions.nominate(session, actor, choosing_id, form.read(Nominee))
    return view.to(f"{LIST}/{choosing_id}", said="已提交，等组织委员审查备案。")


@pages.post("/choosings/{choosing_id}/elections")
def call_election(view: Viewed, actor: Signed, session: Unit, choosing_id: int, form: Sent) -> Response:
    """Call the group to elect."""
    asked = form.read(CalledElection, candidates=form.numbers("candidates"))
    actions.call_election(session, actor, choosing_id, asked)
    return view.to(f"{LIST}/{choosing_id}", said="已召集选举，请按选举的步骤投票、计票。")


@pages.post("/choosings/{choosing_id}/results")
def submit(view: Viewed, actor: Signed, session: Unit, choosing_id: int) -> Response:
    """Hand the result of an election in."""
    actions.submit(session, actor, choosing_id)
    return view.to(f"{LIST}/{choosing_id}", said="已上报，等组织委员审查备案。")


@pages.post("/choosings/{choosing_id}/retractions")
def take_back(view: Viewed, actor: Signed, session: Unit, choosing_id: int) -> Response:
    """Take back what nobody has reviewed yet."""
    actions.take_back(session, actor, choosing_id)
    return view.to(f"{LIST}/{choosing_id}", said="已收回，可以修改后再提交。")


@pages.post("/choosings/{choosing_id}/submissions")
def pass_on(view: Viewed, actor: Signed, session: Unit, choosing_id: int) -> Response:
    """Ask the committee."""
    actions.pass_on(session, actor, choosing_id)
    return view.to(f"{LIST}/{choosing_id}", said="已报党委，党委同意后再备案。")


@pages.post("/choosings/{choosing_id}/agreements")
def agree(view: Viewed, actor: Signed, session: Unit, choosing_id: int) -> Response:
    """The committee agrees."""
    actions.agree(session, actor, choosing_id)
    return view.to(f"{LIST}/{choosing_id}", said="已同意，由组织委员备案。")


@pages.post("/choosings/{choosing_id}/refusals")
def decline(view: Viewed, actor: Signed, session: Unit, choosing_id: int, form: Sent) -> Response:
    """The committee does not agree."""
    actions.decline(session, actor, choosing_id, form.read(Why).reason)
    return view.to(f"{LIST}/{choosing_id}", said="已退回支部，请另提人选或者补充说明。")


@pages.post("/choosings/{choosing_id}/returns")
def send_back(view: Viewed, actor: Signed, session: Unit, choosing_id: int, form: Sent) -> Response:
    """Send it back to the branch."""
    actions.send_back(session, actor, choosing_id, form.read(Why).reason)
    return view.to(LIST, said="已退回支部。")


@pages.post("/choosings/{choosing_id}/filings")
def file(view: Viewed, actor: Signed, session: Unit, choosing_id: int, form: Sent) -> Response:
    """File it with a number."""
    row = actions.file(session, actor, choosing_id, form.read(ChoosingFiling))
    return view.to(f"{LIST}/{choosing_id}", said=f"已备案，编号{row.filing_number}。到任职那天，名册自动登记。")


@pages.post("/choosings/{choosing_id}/retries")
def retry(view: Viewed, actor: Signed, session: Unit, choosing_id: int) -> Response:
    """Ask the register again."""
    actions.retry(session, actor, choosing_id)
    return view.to(f"{LIST}/{choosing_id}", said="正在再次登记，请稍后刷新查看。")


@pages.post("/choosings/{choosing_id}/withdrawals")
def withdraw(view: Viewed, actor: Signed, session: Unit, choosing_id: int, form: Sent) -> Response:
    """Take it back; a number stays, as void."""
    actions.withdraw(session, actor, choosing_id, form.read(Why).reason)
    return view.to(f"{LIST}/{choosing_id}", said="已撤销。用过的编号作废，不再使用。")
