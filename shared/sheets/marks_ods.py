"""The same marks in an .ods: what is hidden, struck out, unseen or greyed, and formulas that were never calculated.

A formula that failed says so by its text. Read tag by tag; a style looks as the one on which it is based, but for what
it says itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from zipfile import ZipFile

from shared.sheets.looks import BLACK, WHITE, Look, rgb
from shared.sheets.marks import MOST_COLUMNS, Greys, Marks
from shared.tables.cells import NEVER, STRUCK

_TAG = re.compile(rb"<(/?)(?:[a-z]{1,12}:)?([a-z-]{1,40})((?:\s[^<>]{0,4000})?)/?>([^<]*)")
_ATTRIBUTE = re.compile(rb"([a-z:-]{1,60})=\"([^\"<]*)\"")
MOST = 50_000
"""Rows, and cells that repeat: whatever is more is refused by the reading of the values."""


def marks_in(archive: ZipFile, names: set[str]) -> dict[str, Marks]:
    """The marks of each sheet by its name."""
    walk = _Walk()
    for part in ("styles.xml", "content.xml"):
        if part in names:
            for closing, name, attributes, text in _tags(archive.read(part)):
                walk.take(name, attributes, text, closing=closing)
    walk.end_table()
    return walk.sheets


def _tags(data: bytes) -> Iterator[tuple[bool, str, dict[str, str], str]]:
    for found in _TAG.finditer(data):
        told = {key.decode(): unescape(value.decode(errors="replace")) for key, value in _ATTRIBUTE.findall(found[3])}
        yield bool(found[1]), found[2].decode(), told, found[4].decode(errors="replace")


@dataclass(slots=True)
class _Cell:
    """A cell while its tags go by: `plain`: some of its text is in no span that is struck out."""

    column: int
    many: int
    style: str
    formula: bool = False
    valued: bool = False
    plain: bool = False
    struck: bool = False


@dataclass(slots=True)
class _Walk:
    """One pass over the parts: styles first, then sheet by sheet, row by row."""

    sheets: dict[str, Marks] = field(default_factory=dict)
    looks: dict[str, Look] = field(default_factory=dict)
    style: str = ""
    span: str = ""
    marks: Marks = field(default_factory=Marks)
    greys: Greys = field(default_factory=Greys)
    heads: list[tuple[int, str]] = field(default_factory=list)  # before which column, and how its cells look
    next_head: int = 0
    of_row: str = ""
    row: int = -1
    rows: int = 1
    next_column: int = 0
    cell: _Cell | None = None

    def take(self, name: str, told: dict[str, str], text: str, *, closing: bool) -> None:
        """One tag with the text behind it."""
        if name == "span":
            self.span = "" if closing else told.get("text:style-name", "")
        elif closing and name in {"table-cell", "table-row", "table"}:
            self.end_cell()
        elif not closing:
            self.open(name, told)
        if text.strip() and self.cell is not None and name in {"p", "span", "s", "a", "line-break"}:
            struck = self.look(self.span).struck
            self.cell.plain, self.cell.struck = self.cell.plain or not struck, self.cell.struck or struck

    def open(self, name: str, told: dict[str, str]) -> None:
        """A tag that begins something."""
        if name == "style":
            self.style = told.get("style:name", "")
            self.looks[self.style] = self.look(told.get("style:parent-style-name", ""))
        elif name in {"text-properties", "table-cell-properties"}:
            self.looks[self.style] = _changed(self.look(self.style), told)
        elif name == "table":
            self.end_table()
            self.marks, self.greys, self.row, self.rows, self.next_head = Marks(), Greys(), -1, 1, 0
            self.heads = []
            self.sheets[told.get("table:name", "")] = self.marks
        elif name == "table-column":
            self.column(told)
        elif name == "table-row":
            self.begin_row(told)
        elif name in {"table-cell", "covered-table-cell"}:
            self.begin_cell(told)

    def look(self, style: str) -> Look:
        """How a style looks."""
        return self.looks.get(style, PLAIN)

    def column(self, told: dict[str, str]) -> None:
        """Columns of one look."""
        first = self.next_head
        self.next_head += _number(told.get("table:number-columns-repeated", "1"))
        self.heads.append((self.next_head, told.get("table:default-cell-style-name", "")))
        if told.get("table:visibility", "visible") != "visible":
            self.marks.columns += range(first, min(self.next_head, MOST_COLUMNS))

    def of_column(self, at: int) -> str:
        """How the cells of a column look that say nothing themselves."""
        return next((style for before, style in self.heads if at < before), "")

    def end_table(self) -> None:
        """Nothing more of a sheet comes."""
        self.end_cell()
        self.marks.greyed = self.greys.rows

    def begin_row(self, told: dict[str, str]) -> None:
        self.end_cell()
        self.row, self.next_column = self.row + self.rows, 0
        self.rows = _number(told.get("table:number-rows-repeated", "1"))
        self.of_row = told.get("table:default-cell-style-name", "")
        if told.get("table:visibility", "visible") != "visible":
            self.marks.hidden += range(self.row, min(self.row + self.rows, MOST))

    def begin_cell(self, told: dict[str, str]) -> None:
        self.end_cell()
        many = _number(told.get("table:number-columns-repeated", "1"))
        style = told.get("table:style-name") or self.of_row or self.of_column(self.next_column)
        self.cell = _Cell(self.next_column, many, style)
        self.cell.formula = "table:formula" in told
        self.cell.valued = "office:value-type" in told or "calcext:value-type" in told
        self.next_column += many

    def end_cell(self) -> None:
        """Nothing more of a cell comes."""
        cell, self.cell = self.cell, None
        if cell is None:
            return
        look, written = self.look(cell.style), cell.plain or cell.struck
        mark = ""
        if cell.formula and not (cell.valued or written):
            mark = NEVER
        elif written:
            mark = look.mark or (STRUCK if cell.struck and not cell.plain else "")
        for row in range(self.row, min(self.row + self.rows, MOST)) if mark or written else ():
            if written:
                self.greys.note(row, grey=look.grey)
            if mark:
                self.marks.cells += [(row, cell.column + at, mark) for at in range(min(cell.many, MOST))]


PLAIN = Look()


def _changed(look: Look, told: dict[str, str]) -> Look:
    """A look with what a style says of it."""
    if line := told.get("style:text-line-through-style") or told.get("style:text-line-through-type", ""):
        look = replace(look, struck=line != "none")
    if ink := told.get("fo:color"):
        look = replace(look, ink=rgb(ink))
    if told.get("style:use-window-font-color") == "true":
        look = replace(look, ink=BLACK)
    if paper := told.get("fo:background-color"):
        look = replace(look, paper=WHITE if paper == "transparent" else rgb(paper))
    return look


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < len("1048576000") else 1
