"""What people type of a leader's year: one sheet for all of a township or branch, from Excel too, and one by one."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Response

from services.assessment.cases import actions, queries
from services.assessment.cases.rules import CaseStage
from services.assessment.cases.rules.marks import (
    Listed,
    Mistyped,
    field_of,
    filled_from,
    heading_of,
    left_as_typed,
    points_typed,
    read_marks,
)
from services.assessment.cases.schemas import MarkCorrection, Marked, MarkOf
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.rules import WAITING
from services.assessment.schemes.rules import ByHand, written
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid, NotYours
from shared.roles import Role
from shared.sheets import understood
from shared.web import Form, Html, Kept, Pages, Sent, Signed, Unit, View, Viewed

pages = Pages()
Read = tuple[Mapping[str, str], Sequence[str]]
OVER = (CaseStage.NOTICE, CaseStage.CLOSED)


@pages.get("/cycles/{cycle_id}/marks")
def marks(view: Viewed, actor: Signed, session: Unit, cycle_id: int) -> Html:
    """The sheet: who has what, and a field for whatever is one's own to type."""
    return shown(view, actor, session, cycle_id)


def shown(view: View, actor: Actor, session: Session, cycle_id: int, read: Read = ({}, [])) -> Html:
    """The sheet, with what a file has put into its fields and what of that was not understood."""
    filled, problems = read
    cycle = cycles.cycle_seen(session, actor, cycle_id)
    indicators, leaders = listed(session, actor, cycle)
    there = queries.marks_in_force(session, actor, cycle_id)
    his = his_to_type(session, actor, cycle, indicators, leaders)
    open_now = cycle.stage in WAITING
    return view.show(
        "cases/marks.html",
        cycle=cycle,
        township=cycles.called(session, cycle.id),
        indicators=indicators,
        rows=leaders,
        there=there,
        his=his,
        left=sum(about not in there for about in his) if open_now else 0,
        open_now=open_now,
        filled=filled,
        problems=[*problems, *others_to_type(filled, indicators, leaders, {*his, *there})],
        scored=cycle.run > 0,
    )


def his_to_type(
    session: Session,
    actor: Actor,
    cycle: Any,  # noqa: ANN401  a cycle that was seen
    indicators: Sequence[ByHand],
    leaders: Sequence[Any],
) -> set[tuple[int, str]]:
    """Of whom he types which item, as long as that leader's result is not over."""
    desk = actions.Typist(session, actor, {row.branch_id for row in leaders})
    return {
        (row.id, each.key)
        for row in leaders
        for each in indicators
        if row.grade is not None or row.stage not in OVER
        if desk.types(row.branch_id, cycle.township_id, row.person_id, each)
    }


def others_to_type(
    filled: Mapping[str, str], indicators: Sequence[ByHand], leaders: Sequence[Any], known: set[tuple[int, str]]
) -> list[str]:
    """What a sheet says that is another's to type, a sentence each: it is not laid into the form."""
    named = ((row, each, field_of("points", row.id, each.key)) for each in indicators for row in leaders)
    return [
        f"{row.person}：「{each.name}」不由您录入，没有填进来。"
        for row, each, name in named
        if name in filled and (row.id, each.key) not in known
    ]


def listed(session: Session, actor: Actor, cycle: Any) -> tuple[tuple[ByHand, ...], list[Any]]:  # noqa: ANN401  a cycle that was seen
    """What is typed in a year, and the leaders of whom whoever works in an office or a branch may see it."""
    units = actor.units_as(*queries.OFFICE, *queries.BRANCH)
    rows = queries.leaders(session, actor, cycle.id) if units else []
    if not units:
        raise NotYours("测评评分由支部书记和组织委员录入；本人的得分在自己的考核页上看。")
    return queries.by_hand(session, cycle), [row for row in rows if {row.branch_id, cycle.township_id} & {*units}]


def refuse_others(actor: Actor, cycle: Any) -> None:  # noqa: ANN401  a cycle that was seen
    """Whoever has nothing to type is told so before anything that he sent is looked at."""
    if not actor.roles_over(cycle.township_id) & {*queries.OFFICE} and not actor.units_as(Role.SECRETARY):
        raise NotYours("测评评分由支部书记和组织委员录入，您没有这个职务。")


@pages.post("/cycles/{cycle_id}/marks")
def give(view: Viewed, actor: Signed, session: Unit, cycle_id: int, form: Sent) -> Response:
    """Keep what was typed; fields that were left empty stay open."""
    cycle = cycles.cycle_seen(session, actor, cycle_id)
    indicators, leaders = listed(session, actor, cycle)
    refuse_others(actor, cycle)
    rows = typed(form, indicators, [row.id for row in leaders])
    given = actions.give_marks(session, actor, cycle_id, rows)
    again = "已经汇总过，请重新汇总计分才算进得分。" if cycle.run else ""
    return view.to(f"/assessment/cycles/{cycle_id}/marks", said=f"已录入 {given} 项评分。{again}")


def typed(form: Form, indicators: Sequence[ByHand], case_ids: Sequence[int]) -> list[MarkOf]:
    """What the fields of the sheet hold; Mistyped with a sentence a field."""
    rows: list[MarkOf] = []
    problems: dict[str, str] = {}
    basis = form.text("basis")
    for case_id in case_ids:
        for each in indicators:
            name = field_of("points", case_id, each.key)
            if not form.text(name):
                continue
            try:
                points = points_typed(form.text(name), each)
            except Invalid as wrong:
                problems[name] = wrong.detail
                continue
            own = form.text(field_of("basis", case_id, each.key)) or basis
            if not own:
                problems["basis"] = "请写明依据，例如：12月5日支部党员大会测评表。"
            elif not problems:
                rows.append(MarkOf(case_id=case_id, key=each.key, points=points, basis=own[:500]))
    if problems:
        raise Mistyped(problems)
    if not rows:
        raise Invalid("还没有填写任何一项评分。")
    return rows


@pages.post("/cycles/{cycle_id}/marks/sheets")
def read_sheet(view: Viewed, actor: Signed, session: Unit, cycle_id: int, form: Sent) -> Response:
    """Lay what an Excel sheet says into the fields: nothing is kept before somebody has looked at it."""
    cycle = cycles.cycle_seen(session, actor, cycle_id)
    indicators, leaders = listed(session, actor, cycle)
    refuse_others(actor, cycle)
    if not his_to_type(session, actor, cycle, indicators, leaders):
        raise NotYours("这一年没有由您录入的评分，表没有读。")
    sent = form.files("file")
    if not sent:
        raise Invalid("请选择填好的 Excel 表。", field="file")
    found = understood(sent[0].content, read_marks, name=sent[0].name)
    named = [Listed(row.id, row.branch, row.group, row.person) for row in leaders]
    there = {about: mark.points for about, mark in queries.marks_in_force(session, actor, cycle_id).items()}
    filled, problems = filled_from(found, named, indicators)
    filled, otherwise = left_as_typed(filled, there, named)
    view.typed = None
    return Kept(shown(view, actor, session, cycle_id, (filled, [*problems, *otherwise])))


@pages.get("/cases/{case_id}/marks")
def of_one(view: Viewed, actor: Signed, session: Unit, case_id: int) -> Html:
    """Everything that was typed of one leader, with who, when and on what basis; and what is still to be typed."""
    row = queries.case_seen(session, actor, case_id)
    one = row.Case
    cycle = queries.cycle_of_case(session, one)
    indicators = queries.by_hand(session, cycle)
    desk = actions.Typist(session, actor, [one.branch_id])
    found = queries.marks_of_case(session, actor, case_id)
    corrected = {each.Mark.corrects for each in found}
    may = [each for each in indicators if desk.types(one.branch_id, one.township_id, one.person_id, each)]
    return view.show(
        "cases/marks_of_one.html",
        row=row,
        case=one,
        indicators=indicators,
        holding={each.Mark.key: each for each in found if each.Mark.id not in corrected},
        former=[each for each in found if each.Mark.id in corrected],
        names={each.key: each.name for each in indicators},
        headings={each.key: heading_of(each) for each in indicators},
        may={each.key for each in may} if cycle.stage in WAITING else set(),
        scored=cycle.run > 0,
    )


@pages.post("/cases/{case_id}/marks/{indicator}")
def give_one(  # noqa: PLR0917  FastAPI passes them by name
    view: Viewed, actor: Signed, session: Unit, case_id: int, indicator: str, form: Sent
) -> Response:
    """Type one indicator of one leader; where something stands already, it is corrected, with a reason."""
    row = queries.case_seen(session, actor, case_id)
    cycle = queries.cycle_of_case(session, row.Case)
    refuse_others(actor, cycle)
    meant = next((each for each in queries.by_hand(session, cycle) if each.key == indicator), None)
    if meant is None:
        raise Invalid("本年度的方案里没有这一项手工录入的评分。")
    actions.Typist(session, actor, [row.Case.branch_id]).refuse_unless_his(row.Case, meant)
    asked = form.read(Marked, points=points_in(form, meant))
    there = queries.marks_in_force(session, actor, cycle.id).get((case_id, meant.key))
    if there is None:
        actions.give_marks(session, actor, cycle.id, [MarkOf(case_id=case_id, key=meant.key, **asked.model_dump())])
    else:
        actions.correct_mark(session, actor, there.id, form.read(MarkCorrection, points=asked.points))
    said = f"已{'录入' if there is None else '更正'}：{meant.name} {written(asked.points)} 分。"
    return view.to(f"/assessment/cases/{case_id}/marks", said=said)


def points_in(form: Form, indicator: ByHand) -> int:
    """The points of the only field."""
    try:
        return points_typed(form.text("points"), indicator)
    except Invalid as wrong:
        raise Invalid(wrong.detail, field="points") from None
