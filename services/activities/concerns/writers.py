"""What leaves of people's views: the slip with its receipt in print, the ledger and the figures as tables."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from services.activities.concerns.models import Concern
from services.activities.concerns.rules import FORMS, KINDS, RESULTS, SATISFIED, Figures, Stage
from shared import print as press
from shared.sheets import Leaf, write_book

PRINTED = Path(__file__).parents[1] / "templates" / "concerns" / "handing.typ"
LEDGER = (
    *(
        "序号",
        "编号",
        "收集时间",
        "反映人",
        "党小组",
        "类别",
        "反映事项",
        "紧急",
        "人次",
        "办理情况",
        "办理结果",
        "依据",
    ),
    *("办理时限", "答复时间", "反馈时间", "反馈方式", "满意度", "销号时间"),
)
"""As the offices have it; 反映人 is there for their own form and stays empty."""
FIGURES = ("类别", "记下", "当场解决", "已解决", "已解释", "列入计划", "无法办理", "办理中")


def ledger_book(rows: Sequence[Concern], names: Mapping[int, str]) -> bytes:
    """The ledger of a period as .xlsx."""
    lines = [_line(number, row, names.get(row.unit_id, "")) for number, row in enumerate(rows, start=1)]
    return _book(Leaf("群众意见台账", LEDGER, lines))


def _line(number: int, row: Concern, unit: str) -> tuple[str | int, ...]:
    return (
        *(number, row.number or "", _day(row.opened_on), "", unit, KINDS[row.kind], row.said),
        *("是" if row.urgent else "", row.voices, row.how or row.answer or Stage(row.stage).chinese),
        *(RESULTS.get(row.result or "", row.outcome or ""), row.basis or "", _day(row.extended_to or row.due_on)),
        *(_day(row.answered_on), _day(row.told_on), FORMS.get(row.told_form or "", "")),
        *(SATISFIED.get(row.satisfied or "", ""), _day(row.ended_on)),
    )


def figures_book(rows: Sequence[Figures]) -> bytes:
    """The figures of a period as .xlsx: no word of any view."""
    lines = [(KINDS[row.kind], *row[1:]) for row in rows]
    return _book(Leaf("群众意见统计", FIGURES, lines))


def handing_pdf(row: Concern, unit: str, holder: str, *, office: str, made_at: datetime) -> bytes:
    """交办单 with its receipt, in two parts: what is handed to whom by when; what came of it."""
    data: dict[str, Any] = {
        "office": office,
        "number": row.number or "",
        "unit": unit,
        "holder": holder,
        "kind": KINDS[row.kind],
        "said": row.said,
        "urgent": "紧急" if row.urgent else "一般",
        "day": _day(row.opened_on),
        "due": _day(row.extended_to or row.due_on),
        "teller": "办理的同志" if row.past else "党小组长",
        "answer": row.answer or "",
        "basis": row.basis or "",
    }
    return press.pdf(PRINTED, data, made_at=made_at)


def _book(leaf: Leaf) -> bytes:
    made = BytesIO()
    write_book(made, [leaf])
    return made.getvalue()


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
