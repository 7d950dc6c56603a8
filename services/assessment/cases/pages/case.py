"""A case: every figure opens the records behind it, what did not apply and why, the history, the steps as buttons."""

from collections.abc import Sequence
from typing import Any

from services.assessment.cases import queries
from services.assessment.cases.pages.board import CHOICES, DECIDABLE
from services.assessment.cases.pages.notice import is_public, may_object
from services.assessment.cases.queries.cases import AFTER_DECISION
from services.assessment.cases.rules import (
    BY_OTHERS,
    BY_THE_BRANCH,
    MOVES,
    CaseStage,
    CaseStep,
    Channel,
    ObjectionStage,
    ground_of,
    is_committees,
)
from services.assessment.cases.schemas import HappeningSeen
from services.assessment.cycles.rules import PUBLIC, WAITING, CycleStage
from services.assessment.schemes.rules import Grade, Item
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.evidence import KINDS, words_of
from shared.roles import Role
from shared.web import Html, Pages, Signed, Unit, Viewed

pages = Pages(prefix="/cases")
WORDS = {
    "grades": [(grade.value, grade.said) for grade in Grade],
    "channels": [(channel.value, channel.chinese) for channel in BY_OTHERS],
    "channel_words": {channel.value: channel.chinese for channel in Channel},
    "objection_words": {stage.value: stage.chinese for stage in ObjectionStage},
    "step_words": {step.value: step.chinese for step in CaseStep},
}


@pages.get("/{case_id}")
def case(view: Viewed, actor: Signed, session: Unit, case_id: int) -> Html:
    """One leader's year."""
    row = queries.case_seen(session, actor, case_id)
    one, today = row.Case, clock.today(session)
    cycle = queries.cycle_of_case(session, one)
    sheet = queries.sheet_of(session, one, cycle)
    run_on = one.sheet_on if one.sheet_run else cycle.run_on
    items = queries.items_of(session, cycle, sheet)
    objections = queries.objections_of(session, actor, case_id)
    return view.show(
        "cases/case.html",
        row=row,
        case=one,
        cycle=cycle,
        items=items,
        types=cycle.stage in WAITING and bool(actor.units_as(Role.SECRETARY, Role.ORGANISER)),
        called=queries.things_called(session, [item.evidence for item in items]),
        kinds=KINDS,
        words_of=words_of,
        so_far=None if sheet else queries.year_so_far(session, one),
        today=today,
        sheet=sheet,
        run_on=run_on,
        ground=ground(one, sheet, items),
        to_come=queries.to_come_for(session, one, run_on) if sheet else [],
        later=queries.later_sheet(session, actor, one, cycle),
        objections=objections,
        history=[HappeningSeen.of(each) for each in queries.history_of(session, actor, one)],
        earlier=queries.earlier_years(session, actor, one),
        states=one.person_id == actor.person_id and one.stage == CaseStage.NOMINATION,
        **offered(session, actor, one, cycle, objections),
        months=queries.months_held(one.year, one.began_on, one.ended_on),
        late=cycle.notice_to is not None and today > cycle.notice_to,
        objects=may_object(actor, cycle, one.branch_id),
        choices=CHOICES,
        objects_himself=one.person_id == actor.person_id and is_public(cycle),
        **WORDS,
    )


def ground(one: Any, sheet: Any, items: Sequence[Item]) -> str:  # noqa: ANN401  a case and its sheet that were seen
    """Why it was decided so, also where the committee followed the sheet; nothing before."""
    vetoes = [f"{item.name}，{item.why}" for item in items if item.vetoes]
    decided = one.stage in AFTER_DECISION
    return ground_of(one.grade_why, vetoes=vetoes, total=sheet.total if sheet else None) if decided else ""


def offered(
    session: Session,
    actor: Actor,
    one: Any,  # noqa: ANN401  a case that was seen
    cycle: Any,  # noqa: ANN401
    objections: Sequence[queries.ObjectionTold],
) -> dict[str, bool]:
    """Which steps are buttons for whoever looks."""
    today, himself = clock.today(session), one.person_id == actor.person_id
    own = himself or one.branch_id in queries.branches_belonged_to(session, actor, today)
    steps = queries.open_steps(session, actor, one, MOVES, BY_THE_BRANCH, put=CaseStep.NOMINATE)
    if cycle.stage == CycleStage.RECALLED:
        steps = []
    without = one.stage in AFTER_DECISION and one.grade is None
    upheld = any(each.stage == ObjectionStage.UPHELD for each in objections)
    again = upheld or cycle.stage == CycleStage.RATING or one.stage == CaseStage.CLOSED
    filed, final = one.filing_number is not None, one.stage == CaseStage.CLOSED
    committee = Role.COMMITTEE in actor.roles_over(one.township_id)
    its_own = is_committees(CycleStage(cycle.stage), decided=one.decided_at is not None)
    return {
        "nominates": CaseStep.NOMINATE in steps,
        "reviews": CaseStep.ACCEPT in steps and not own,
        "avoids": CaseStep.ACCEPT in steps and own,
        "decides": CaseStep.DECIDE in steps and cycle.stage in DECIDABLE,
        "reopens": CaseStep.REOPEN in steps and filed and again,
        "exempts": CaseStep.EXEMPT in steps and not himself and not without and (committee or not its_own),
        "resumes": CaseStep.RESUME in steps
        and without
        and not filed
        and (cycle.stage not in PUBLIC or (committee and (upheld or final))),
    }
