"""Writing office files: rows that could not be read, to be corrected and imported again; and results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from shared.tables.cells import RefusedRow, RefusedTable, Value, column_letters, text_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

WIDEST, NARROWEST = 40, 8
PROBLEM_WIDTH = 60
LONGEST_CELL, LONGEST_NAME = 32_000, 31
Cell = str | int | Decimal | None
AS_TEXT = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def book(target: Path | str | BinaryIO) -> Any:  # noqa: ANN401  the library says nothing of its types
    """A new workbook, in which whatever is text stays text."""
    import xlsxwriter  # noqa: PLC0415  a worker that only reads files does without

    return xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, AS_TEXT)


def write_errors(target: Path | str | BinaryIO, tables: Iterable[RefusedTable]) -> None:
    """An .xlsx with a sheet for each refused table: its own columns, then 单元格 and 问题. Everything is text."""
    workbook = book(target)
    formats = {
        "head": workbook.add_format({"bold": True, "num_format": "@", "bottom": 1, "text_wrap": True}),
        "text": workbook.add_format({"num_format": "@"}),
        "wrong": workbook.add_format({"num_format": "@", "bg_color": "#FFD9D6"}),
        "said": workbook.add_format({"num_format": "@", "text_wrap": True, "font_color": "#A40000"}),
    }
    taken: set[str] = set()
    for table in tables:
        _write_table(workbook.add_worksheet(free_name(table.sheet, taken)), table, formats)
    if not taken:
        workbook.add_worksheet("没有问题")
    workbook.close()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet of a workbook: its name, its header, and a line for each row. Text stays text, a number is one."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write_book(target: Path | str | BinaryIO, leaves: Iterable[Leaf]) -> None:
    """An .xlsx with a sheet for each leaf. Numbers can be summed; whatever is text is never a formula."""
    workbook = book(target)
    looks = {
        "head": workbook.add_format({"bold": True, "num_format": "@", "bottom": 1}),
        "text": workbook.add_format({"num_format": "@"}),
        "whole": workbook.add_format({"num_format": "0"}),
        "points": workbook.add_format({"num_format": "0.00"}),
    }
    taken: set[str] = set()
    for leaf in leaves:
        _write_leaf(workbook.add_worksheet(free_name(leaf.name, taken)), leaf, looks)
    workbook.close()


def _write_leaf(sheet: Worksheet, leaf: Leaf, looks: dict[str, Format]) -> None:
    sheet.freeze_panes(1, 0)
    widths = [NARROWEST] * len(leaf.header)
    for at, row in enumerate([leaf.header, *leaf.rows]):
        for column, value in enumerate(row):
            put_cell(sheet, at, column, value, looks)
            text = str(value if value is not None else "")
            widths[column] = max(widths[column], sum(1 if c.isascii() else 2 for c in text) + 2)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, WIDEST))


def put_cell(sheet: Worksheet, row: int, column: int, value: Cell, looks: dict[str, Format]) -> None:
    """A value in the look of its sort: points, whole numbers, or text whatever it starts with."""
    if isinstance(value, Decimal):
        sheet.write_number(row, column, value, looks["points"])
    elif isinstance(value, int):
        sheet.write_number(row, column, value, looks["whole"])
    else:
        _put(sheet, row, column, value, looks["text" if row else "head"])


def _write_table(sheet: Worksheet, table: RefusedTable, formats: dict[str, Format]) -> None:
    width = max((len(row.values) for row in table.rows), default=len(table.header))
    header = [*table.header, *[""] * (width - len(table.header)), "单元格", "问题"]
    for column, heading in enumerate(header):
        _put(sheet, 0, column, heading, formats["head"])
    for at, row in enumerate(table.rows, start=1):
        _write_row(sheet, at, row, width, formats)
    for column in range(width):
        texts = [header[column], *(text_of(row.values[column]) for row in table.rows if column < len(row.values))]
        longest = max(sum(1 if c.isascii() else 2 for c in text) for text in texts)
        sheet.set_column(column, column, min(max(longest + 2, NARROWEST), WIDEST))
    sheet.set_column(width + 1, width + 1, PROBLEM_WIDTH)
    sheet.freeze_panes(1, 0)


def _write_row(sheet: Worksheet, at: int, row: RefusedRow, width: int, formats: dict[str, Format]) -> None:
    wrong = {problem.cell for problem in row.problems}
    for column, value in enumerate(row.values):
        look = "wrong" if f"{column_letters(column + 1)}{row.row}" in wrong else "text"
        _put(sheet, at, column, value, formats[look])
    _put(sheet, at, width, "、".join(dict.fromkeys(problem.cell for problem in row.problems)), formats["text"])
    _put(sheet, at, width + 1, "；".join(problem.problem for problem in row.problems), formats["said"])


def _put(sheet: Worksheet, row: int, column: int, value: Value, look: Format) -> None:
    """A value as text whatever it starts with: nothing that comes from a file becomes a formula."""
    text = value if isinstance(value, str) else text_of(value)
    if text:
        sheet.write_string(row, column, text[:LONGEST_CELL], look)
    else:
        sheet.write_blank(row, column, None, look)


def free_name(wanted: str, taken: set[str]) -> str:
    """A sheet name that Excel accepts and that is not taken yet."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", wanted).strip(" '")[:LONGEST_NAME] or "表"
    name, n = plain, 1
    while name.casefold() in taken:
        n += 1
        name = f"{plain[: LONGEST_NAME - 4]}（{n}）"
    taken.add(name.casefold())
    return name
