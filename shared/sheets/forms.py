"""A list as an office files it: title, unit and day, a bold head on each page, the table, its total, who signs.

A4 landscape (or A3), as wide as the page and as many pages as it takes; each page says which of how many it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, BinaryIO

from shared.sheets.writing import Cell, book, free_name, put_cell

A3, A4 = 8, 9
HEAD_ROWS = 3
SONG, HEI = "宋体", "黑体"
TITLE_HEIGHT, LINE_HEIGHT, FOOT_HEIGHT = 34, 22, 36
PAGE = {False: 140.0, True: 205.0}
"""How many of Excel's units of width there are across A4 and A3: what is no wider is printed at its full size."""
UNIT, POINT, INSET = 7.0, 1.333, 8.0
"""Of the screen: pixels of a unit of width, of a point, and what a cell leaves free on both sides."""
SIZES = ((10, 11), (16, 10), (99, 9))
"""Up to so many columns the table is set in so many points."""
TALLEST = 400.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and its width in Chinese characters. What is no `number` stays text."""

    word: str
    width: int
    number: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list, ready to be written. `total`: the sentence of its last row; `wide`: on A3."""

    name: str
    title: str
    unit: str
    date: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: str = ""
    foot: str = ""
    wide: bool = False


def write_forms(target: Path | str | BinaryIO, sheets: Iterable[Sheet]) -> None:
    """An .xlsx with a leaf for each list. Numbers can be summed; whatever is text is never a formula."""
    workbook = book(target)
    looks: dict[int, dict[str, Any]] = {}
    taken: set[str] = set()
    for each in sheets:
        size = next(points for most, points in SIZES if len(each.columns) <= most)
        looks[size] = looks.get(size) or _looks(workbook, size)
        _write(workbook.add_worksheet(free_name(each.name, taken)), each, looks[size], size)
    workbook.close()


def _looks(workbook: Any, size: int) -> dict[str, Any]:  # noqa: ANN401  the library says nothing of its types
    body = {"font_name": SONG, "font_size": size, "border": 1, "text_wrap": True, "valign": "vcenter"}
    line = {"font_name": SONG, "font_size": 11, "valign": "vcenter"}
    return {
        "title": workbook.add_format(
            {"font_name": HEI, "font_size": 18, "bold": True, "align": "center", "valign": "vcenter"}
        ),
        "line": workbook.add_format(line),
        "right": workbook.add_format(line | {"align": "right"}),
        "head": workbook.add_format(body | {"bold": True, "align": "center", "num_format": "@"}),
        "text": workbook.add_format(body | {"num_format": "@"}),
        "whole": workbook.add_format(body | {"num_format": "0", "align": "center"}),
        "points": workbook.add_format(body | {"num_format": "0.00", "align": "center"}),
        "total": workbook.add_format(body | {"bold": True}),
        "bold": workbook.add_format({"font_name": SONG, "font_size": size, "bold": True}),
        "plain": workbook.add_format({"font_name": SONG, "font_size": 11}),
    }


def _write(sheet: Any, form: Sheet, looks: dict[str, Any], size: int) -> None:  # noqa: ANN401
    last = len(form.columns) - 1
    half = max(last // 2, 0)
    _across(sheet, 0, (0, last), form.title, looks["title"])
    _across(sheet, 1, (0, half), form.unit, looks["line"])
    _across(sheet, 1, (half + 1, last), form.date, looks["right"])
    whole = sum(column.width for column in form.columns)
    widths = [column.width * PAGE[form.wide] / whole for column in form.columns]
    for at, column in enumerate(form.columns):
        sheet.write_string(2, at, column.word, looks["head"])
        sheet.set_column(at, at, widths[at])
    sheet.set_row(2, _height([column.word for column in form.columns], widths, size))
    for number, row in enumerate(form.rows, start=HEAD_ROWS):
        for at, value in enumerate(row):
            put_cell(sheet, number, at, value, looks)
        sheet.set_row(number, _height(row, widths, size))
    _write_end(sheet, form, looks, HEAD_ROWS + len(form.rows), height=_height([form.total], [sum(widths)], size))
    sheet.set_row(0, TITLE_HEIGHT)
    sheet.set_row(1, LINE_HEIGHT)
    sheet.freeze_panes(HEAD_ROWS, 0)
    _set_page(sheet, wide=form.wide)


def _write_end(sheet: Any, form: Sheet, looks: dict[str, Any], end: int, *, height: float) -> None:  # noqa: ANN401
    """The total and who signs, in one row: no page holds a line to sign and nothing that is signed."""
    span = (0, len(form.columns) - 1)
    if form.total and form.foot:
        _across(sheet, end, span, f"{form.total}\n{form.foot}", looks["total"])
        sheet.write_rich_string(end, 0, looks["bold"], form.total, looks["plain"], f"\n\n{form.foot}", looks["total"])
        sheet.set_row(end, height + FOOT_HEIGHT)
    elif form.total or form.foot:
        _across(sheet, end, span, form.total or form.foot, looks["total" if form.total else "line"])
        sheet.set_row(end, height if form.total else FOOT_HEIGHT)


def _height(row: Sequence[Cell], widths: Sequence[float], size: int) -> float:
    """So high that each text is seen whole: Excel, WPS and LibreOffice do not agree on doing that by themselves."""
    lines = 1
    for value, width in zip(row, widths, strict=False):
        room = max(1.0, (width * UNIT - INSET) / (size * POINT))
        for line in str(value if value is not None else "").split("\n"):
            lines = max(lines, ceil(sum(0.55 if each.isascii() else 1.0 for each in line) / room))
    return min(TALLEST, lines * size * 1.3 + 6)


def _across(sheet: Any, row: int, span: tuple[int, int], text: str, look: Any) -> None:  # noqa: ANN401
    """A text over several columns."""
    first, last = span
    if first > last:
        return
    if first == last:
        sheet.write_string(row, first, text, look)
        return
    sheet.merge_range(row, first, row, last, "", look)
    sheet.write_string(row, first, text, look)


def _set_page(sheet: Any, *, wide: bool) -> None:  # noqa: ANN401
    sheet.set_paper(A3 if wide else A4)
    sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.center_horizontally()
    sheet.repeat_rows(0, HEAD_ROWS - 1)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")
