"""A table to be filled in and handed in again: its headings, an example row, and what may be chosen in each column."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from shared.sheets.forms import PAGE, SONG
from shared.sheets.writing import book
from shared.tables.blanks import BlankTable

ROWS = 500
"""So many rows may be chosen in; more may be filled in by hand."""
TOLD = "第三行是示例，不会读入；从第四行起填写。列的顺序可以调换，用不着的列可以删去。"


def write_blank(table: BlankTable) -> bytes:
    """An .xlsx with the title, a line on how to fill it in, the headings, and an example that is not read."""
    target = BytesIO()
    workbook = book(target)
    looks = _looks(workbook)
    sheet = workbook.add_worksheet(table.title)
    last = len(table.columns) - 1
    sheet.merge_range(0, 0, 0, last, "", looks["title"])
    sheet.write_string(0, 0, f"{table.title}（{TOLD}）", looks["title"])
    width = PAGE[False] / len(table.columns)
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, max(width, 9), looks["text"])
        sheet.write_string(1, at, column.word, looks["must" if column.must else "head"])
        sheet.write_string(2, at, column.example, looks["example"])
        if column.choices:
            asked = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
            sheet.data_validation(3, at, ROWS, at, asked)
    sheet.set_row(0, 44)
    sheet.freeze_panes(2, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    workbook.close()
    return target.getvalue()


def _looks(workbook: Any) -> Mapping[str, Any]:  # noqa: ANN401  the library says nothing of its types
    body = {"font_name": SONG, "font_size": 11, "num_format": "@", "text_wrap": True, "valign": "vcenter"}
    head = body | {"bold": True, "border": 1, "align": "center"}
    return {
        "title": workbook.add_format(body | {"bold": True}),
        "head": workbook.add_format(head),
        "must": workbook.add_format(head | {"bg_color": "#FDE9E7"}),
        "text": workbook.add_format(body),
        "example": workbook.add_format(body | {"italic": True, "font_color": "#777777", "border": 1}),
    }
