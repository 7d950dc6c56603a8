"""The sheet on which what people type of a year's leaders is filled in, and by which it is handed in again."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.assessment.cases.rules.marks import BASIS, heading_of
from services.assessment.papers.writers.results import points_of, said_day
from services.assessment.schemes.rules import ByHand
from shared.papers.making import as_excel
from shared.sheets.forms import Column, Sheet

WHO = ("党支部", "党小组", "党小组长")
WIDTHS = {"党支部": 12, "党小组": 10, "党小组长": 8, BASIS: 24}
WIDTH = 12
"""Of columns, in Chinese characters."""


def marks_book(
    title: str,
    leaders: Sequence[Any],
    indicators: Sequence[ByHand],
    there: Mapping[tuple[int, str], int],
    *,
    made_on: date,
) -> bytes:
    """The workbook; `there`: hundredths that were typed already, by case and key."""
    headings = [*WHO, *(heading_of(each) for each in indicators), BASIS]
    rows = [
        [
            row.branch,
            row.group,
            row.person,
            *(points_of(there.get((row.id, each.key))) for each in indicators),
            "",
        ]
        for row in leaders
    ]
    sheet = Sheet(
        name="测评评分",
        title=title,
        unit="每名每项录一次；系统能算的不用录。",
        date=f"下载日期：{said_day(made_on)}",
        columns=[Column(word, WIDTHS.get(word, WIDTH), number=word not in WIDTHS) for word in headings],
        rows=rows,
    )
    return as_excel([sheet])
