"""The rating board: everybody with score, proposed and decided grade; the committee follows the sheets, or decides."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Response
from pydantic import BeforeValidator

from services.assessment.cases import actions, queries
from services.assessment.cases.pages.seen import UNDECIDED, chosen, office_only, said_of, year_of
from services.assessment.cases.queries import BoardOrder, Line
from services.assessment.cases.rules import CaseStage, Quota
from services.assessment.cases.schemas import Decision, Following, Reopening
from services.assessment.cycles.rules import CycleStage
from services.assessment.schemes.rules import Grade
from shared.roles import Role
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed, ours

pages = Pages()
NOT_RATED = "none"  # the choice that gives no grade
CHOICES = [*((grade.value, grade.said) for grade in Grade), (NOT_RATED, "本年度不评定")]
DECIDABLE = (CycleStage.RATING, CycleStage.NOTICE)


def blank(value: object) -> object:
    """A filter that was left empty is none."""
    return None if value == "" else value


Shown = Annotated[CaseStage | None, BeforeValidator(blank)]
OfOne = Annotated[int | None, BeforeValidator(blank)]


@pages.get("/cycles/{cycle_id}/board")
def board(  # noqa: PLR0917  FastAPI passes them by name
    view: Viewed,
    actor: Signed,
    session: Unit,
    cycle_id: int,
    order: BoardOrder = BoardOrder.SCORE,
    show: Shown = None,
    branch: OfOne = None,
    decide: OfOne = None,
) -> Html:
    """The board; `decide`: the case that is to be decided by itself."""
    year = year_of(session, actor, cycle_id)
    office_only(actor, year.cycle)
    rows = queries.board(session, actor, cycle_id, order)
    year.count_in(rows)
    place = {row.id: number for number, row in enumerate(rows, 1)} if order is BoardOrder.SCORE else {}
    decides = Role.COMMITTEE in actor.roles_over(year.cycle.township_id) and bool(year.count("rating"))
    boxes = decides and year.stage in DECIDABLE
    shown = [row for row in rows if show in (None, row.stage) and branch in (None, row.branch_id)]
    return view.show(
        "cases/board.html",
        year=year,
        rows=shown,
        place=place,
        order=order,
        stage=show,
        branch=branch,
        quota=quota_in(year.cycle, rows),
        boxes=boxes,
        one=next((row for row in rows if boxes and row.id == decide and row.stage == CaseStage.RATING), None),
        choices=CHOICES,
        undecided=year.count(*UNDECIDED),
        stages={stage.value: stage.chinese for stage in CaseStage},
        grades={grade.value: grade.said for grade in Grade},
    )


def quota_in(cycle: Any, rows: Sequence[Line]) -> Quota:  # noqa: ANN401  a cycle that was seen
    """How many of the whole board may be excellent, and are."""
    given = sum(row.grade == Grade.EXCELLENT for row in rows)
    return Quota(cycle.assessed, cycle.excellent_percent, cycle.excellent_allowed, given)


@pages.post("/cycles/{cycle_id}/decisions")
def follow(view: Viewed, actor: Signed, session: Unit, cycle_id: int, form: Sent) -> Response:
    """Decide those that were ticked as their sheets propose."""
    asked = form.read(Following, case_ids=chosen(form.numbers("case_ids")))
    said = said_of(actions.follow_sheets(session, actor, cycle_id, asked), "评定")
    return view.to(ours(form.text("then")) or f"/assessment/cycles/{cycle_id}/board", said=said)


@pages.post("/cases/{case_id}/decisions")
def decide(view: Viewed, actor: Signed, session: Unit, case_id: int, form: Sent) -> Response:
    """Decide one."""
    none = {"grade": None} if form.text("grade") == NOT_RATED else {}
    case = actions.decide(session, actor, case_id, form.read(Decision, **none))
    said = f"已评定为{Grade(case.grade).said}。" if case.grade else "已决定本年度不评定等次。"
    return view.to(ours(form.text("then")) or f"/assessment/cases/{case_id}", said=said)


@pages.post("/cases/{case_id}/reopenings")
def reopen(view: Viewed, actor: Signed, session: Unit, case_id: int, form: Sent) -> Response:
    """Take a result up again."""
    actions.reopen(session, actor, case_id, form.read(Reopening).reason)
    return view.to(f"/assessment/cases/{case_id}", said="已撤回原等次，请重新评定。")
