"""The rating board: everybody with score, proposed and decided grade; the committee follows the sheets, or decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Response
from pydantic import BeforeValidator

from services.assessment.cases import actions, queries
from services.assessment.cases.pages.seen import UNDECIDED, chosen, office_only, said_of, year_of
from services.assessment.cases.queries import BoardOrder, Line
from services.assessment.cases.rules import CaseStage, Quota
from services.assessment.cases.schemas import Decision, Following, Reopening, Settling
from services.assessment.cycles.queries import cycle_seen
from services.assessment.cycles.rules import CycleStage
from services.assessment.schemes.rules import Grade, QuotaLine, places
from shared.roles import Role
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed, ours

pages = Pages()
NOT_RATED = "none"  # the choice that gives no grade
CHOICES = [*((grade.value, grade.said) for grade in Grade), (NOT_RATED, "本年度不予评定")]
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
    by_score = order is BoardOrder.SCORE
    decides = Role.COMMITTEE in actor.roles_over(year.cycle.township_id) and bool(year.count("rating"))
    boxes = decides and year.stage in DECIDABLE
    shown = [row for row in rows if show in (None, row.stage) and branch in (None, row.branch_id)]
    return view.show(
        "cases/board.html",
        year=year,
        rows=shown,
        place=places_in(rows),
        cut=cut_in(year.cycle, rows) if by_score else None,
        over=sum(row.over_quota and row.stage == CaseStage.RATING for row in rows),
        ready=sum(bool(row.proposed) and row.stage == CaseStage.RATING for row in rows if free(row)),
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


def free(row: Line) -> bool:
    """Whether the quota lets the committee follow the sheet without a word."""
    return not row.over_quota and not row.at_line


def takes_part(row: Line) -> bool:
    """Whether he is assessed this year."""
    return row.stage in UNDECIDED or row.grade is not None


def places_in(rows: Sequence[Line]) -> dict[int, int]:
    """The places of the whole board."""
    return places({row.id: (row.total, bool(row.vetoed)) for row in rows if takes_part(row)})


@dataclass(frozen=True, slots=True)
class Cut:
    """The line of the quota on the board: it stands before the first who is not within it.

    With equals on it: `within` stand above them, `rooms` are left for the `tied`.
    """

    before: int
    within: int
    rooms: int
    tied: int


def cut_in(cycle: Any, rows: Sequence[Line]) -> Cut | None:  # noqa: ANN401  a cycle that was seen
    """Where the line stands among rows by their score; none where everybody is within it, or nobody may be."""
    if cycle.quota_line is None:
        return None
    line = QuotaLine(cycle.excellent_allowed, cycle.quota_line, cycle.quota_tied)
    ranked = [row for row in rows if row.total is not None and not row.vetoed and takes_part(row)]
    above = [row for row in ranked if not line.beyond(row.total or 0) and not line.cuts(row.total or 0)]
    below = next((row.id for row in rows if row not in above), None)
    if below is None:
        return None
    return Cut(below, len(above), line.allowed - len(above) if line.tied else 0, line.tied)


@pages.post("/cycles/{cycle_id}/decisions")
def follow(view: Viewed, actor: Signed, session: Unit, cycle_id: int, form: Sent) -> Response:
    """Decide those that were ticked as their sheets propose."""
    ticked = None if form.text("all") else chosen(form.numbers("case_ids"))
    asked = form.read(Following, case_ids=ticked)
    said = said_of(actions.follow_sheets(session, actor, cycle_id, asked), "评定")
    return view.to(ours(form.text("then")) or f"/assessment/cycles/{cycle_id}/board", said=said)


@pages.post("/cycles/{cycle_id}/over-quota-decisions")
def settle(view: Viewed, actor: Signed, session: Unit, cycle_id: int, form: Sent) -> Response:
    """Whoever is over the quota is competent, for one reason."""
    office_only(actor, cycle_seen(session, actor, cycle_id))
    outcomes = actions.settle_over_quota(session, actor, cycle_id, form.read(Settling))
    return view.to(f"/assessment/cycles/{cycle_id}/board", said=said_of(outcomes, "按一个理由评定为称职"))


@pages.post("/cases/{case_id}/decisions")
def decide(view: Viewed, actor: Signed, session: Unit, case_id: int, form: Sent) -> Response:
    """Decide one."""
    none = {"grade": None} if form.text("grade") == NOT_RATED else {}
    case = actions.decide(session, actor, case_id, form.read(Decision, **none))
    said = f"已评定为{Grade(case.grade).said}。" if case.grade else "已决定本年度不予评定。"
    return view.to(ours(form.text("then")) or f"/assessment/cases/{case_id}", said=said)


@pages.post("/cases/{case_id}/reopenings")
def reopen(view: Viewed, actor: Signed, session: Unit, case_id: int, form: Sent) -> Response:
    """Take a result up again."""
    actions.reopen(session, actor, case_id, form.read(Reopening).reason)
    return view.to(f"/assessment/cases/{case_id}", said="已撤回原等次，请重新评定。")
