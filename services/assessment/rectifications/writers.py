"""The papers of rectifications and replacements: what each says, and the ones that ship, for the office to edit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.assessment.rectifications.models import Rectification, Replacement, ReturnedReport
from services.assessment.rectifications.rules import RectificationStage
from shared.clock import civil_day
from shared.papers.fields import day_said
from shared.papers.kinds import Filled, Value
from shared.papers.layouts import Grid, Layout, Line

ACCEPTED = "验收通过"
SEAL = "\n\n\n\n"
"""Room for a signature and a seal."""


def _moment_said(at: datetime | None) -> str:
    return day_said(civil_day(at)) if at else ""


def _head(row: Any, township: str, title: str) -> dict[str, Value]:  # noqa: ANN401  a row of the queries
    return {
        "title": title,
        "township": township,
        "branch": row.branch,
        "group": row.group,
        "name": row.person,
        "year": f"{row[0].year}年度",
        "to": row.branch,
        "signed": f"中共{township}委员会",
    }


def _dates(one: Rectification, found: str) -> dict[str, Value]:
    return {"found": found, "ordered_on": day_said(one.ordered_on), "due_on": day_said(one.due_on)}


def notice_of(row: Any, township: str, found: str) -> Filled:  # noqa: ANN401  a row of the queries
    """That something is to be set right, by when. found: why the year was graded so."""
    return Filled(_head(row, township, "整改通知书") | _dates(row[0], found))


def record_of(row: Any, township: str, found: str, returned: Sequence[ReturnedReport]) -> Filled:  # noqa: ANN401
    """What was done about it, sent back, and accepted."""
    one: Rectification = row[0]
    cleared = one.stage == RectificationStage.CLEARED
    said: dict[str, Value] = {
        "causes": one.causes or "",
        "measures": one.measures or "",
        "report": one.report or "",
        "evidence": one.evidence or "",
        "reported_on": _moment_said(one.reported_at),
        "result": ACCEPTED if cleared else "",
        "checked_on": _moment_said(one.checked_at) if cleared else "",
        "stage": RectificationStage(one.stage).chinese,
    }
    rows: list[Mapping[str, Value]] = [
        {"day": _moment_said(each.returned_at), "why": each.returned_why, "due": day_said(each.due_after)}
        for each in returned
    ]
    return Filled(_head(row, township, "整改情况表") | _dates(one, found) | said, {"returns": rows})


def replacement_of(row: Any, township: str) -> Filled:  # noqa: ANN401  a row of the queries
    """That somebody leads a group no more from a day on."""
    one: Replacement = row[0]
    said: dict[str, Value] = {
        "why": one.decided_why or "",
        "decided_on": day_said(one.decided_on),
        "effective_on": day_said(one.effective_on),
        "succeed_by": day_said(one.succeed_by),
    }
    return Filled(_head(row, township, f"关于{row.person}同志免职的通知") | said)


# --- the ones that ship ---

NOTICE = Layout(
    official=True,
    parts=(
        Line("{{标题}}", "title"),
        Line("{{主送}}：", "plain"),
        Line("经{{考核年度}}考核，你支部{{党小组}}组长{{姓名}}评定为不称职。存在的问题：{{存在问题}}"),
        Line(
            "请支部和本人分析原因，制定整改措施，在{{整改期限}}前完成整改，并把整改情况和佐证材料报乡镇党委组织办验收。"
        ),
        Line("{{落款}}\n{{下达日期}}", "right"),
        Line("回　执", "heading"),
        Grid(
            (2, 4, 2, 3),
            (("签收单位", "{{党支部}}", "签收人", ""), ("签收日期", "", "意见", "\n")),
            head=False,
        ),
    ),
)
RECORD = Layout(
    (
        Line("{{标题}}", "title"),
        Grid(
            (2, 4, 2, 4),
            (
                ("党支部", "{{党支部}}", "党小组", "{{党小组}}"),
                ("姓名", "{{姓名}}", "考核年度", "{{考核年度}}"),
                ("下达日期", "{{下达日期}}", "整改期限", "{{整改期限}}"),
                ("存在问题", "{{存在问题}}"),
                ("原因分析", "{{原因分析}}"),
                ("整改措施", "{{整改措施}}"),
                ("整改情况", "{{整改情况}}"),
                ("佐证说明", "{{佐证说明}}"),
                (
                    "验收结论",
                    "{{验收结论}}　{{验收日期}}"
                    + SEAL
                    + "验收人（签名）：                （盖章）          年    月    日",
                ),
            ),
            head=False,
        ),
        Line("退回经过", "heading"),
        Grid(
            (3, 6, 3),
            (("退回日期", "退回原因", "新的期限"), ("{{#退回}}{{退回日期}}", "{{退回原因}}", "{{新的期限}}{{/退回}}")),
        ),
        Line("支部书记（签字）：　　　　　　本人（签字）：", "plain"),
        Line("年　　月　　日", "right"),
    )
)
REPLACEMENT = Layout(
    official=True,
    parts=(
        Line("{{标题}}", "title"),
        Line("{{主送}}：", "plain"),
        Line("经{{决定日期}}研究决定，从{{免职日期}}起，免去{{姓名}}同志{{党支部}}{{党小组}}组长职务。"),
        Line("请你支部做好工作交接，在{{选配期限}}前按程序选配新的组长，报乡镇党委审查备案。"),
        Line("{{落款}}\n{{决定日期}}", "right"),
    ),
)
