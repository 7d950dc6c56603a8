"""Cells, sheets and workbooks as plain values, and how their text is made comparable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

from shared.tables.folding import ORDINARY

Value = str | float | bool | date | datetime | time | None
"""What a cell may hold; a whole number arrives as a float or an int, as the file has it."""

EXACT_DIGITS = 15
"""A number in a spreadsheet keeps this many digits; beyond it the last ones are lost."""

STRUCK, UNSEEN, NEVER, FAILED = "struck", "unseen", "=", "#"
"""Marks of a cell: struck out; of the colour of its paper, so that nobody sees it; a formula never calculated; one
that failed, whose mark is its error, as #REF!"""
MEANT_NOT = frozenset({STRUCK, UNSEEN})
"""Marks by which somebody chose that the cell says nothing."""
ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!|BUSY!)")
"""A failed formula's error where only its text came over."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()}
_SIGNS = {ord(wide): ord(narrow) for wide, narrow in zip("．／－＋＊＿", "./-+*_", strict=True)}
_BLANKS = dict.fromkeys([0x3000, 0xA0, 0x1680, 0x202F, 0x205F, *range(0x2000, 0x200B)], ord(" "))
# Controls but for ends of lines and tabs; signs without width, joiners among them; signs that turn the direction of
# what follows; tags and fillers. Ways of drawing a rare character (U+FE00, U+E0100 and on) are part of it and stay.
_HIDDEN = dict.fromkeys(
    [
        *(code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"),
        *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x2028, 0x2029, 0x3164, 0xFEFF, 0xFFA0),
        *(*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFFF9, 0xFFFC)),
        *(*range(0x1D173, 0x1D17B), *range(0xE0000, 0xE0080)),
    ]
)


def _spans(codes: Iterable[int]) -> Iterator[str]:
    """Signs as a pattern names them: those on end by the first and the last."""
    for _, run in groupby(enumerate(sorted(codes)), key=lambda pair: pair[1] - pair[0]):
        found = [code for _, code in run]
        yield "-".join(
            f"\\u{code:04x}" if code <= ord("\uffff") else chr(code) for code in dict.fromkeys((found[0], found[-1]))
        )


VISIBLE = f"[^\\s{''.join(_spans(_HIDDEN))}]"
"""A sign that somebody sees, as a pattern says it."""
_PLAIN = {**ORDINARY, **_FULL_WIDTH, **_SIGNS, **_BLANKS, **_HIDDEN, ord("\r"): None, ord("\t"): ord(" ")}
_SHORT = 40
"""Characters: what is so short is often written again in the same table."""
_RUNS = re.compile(r" {2,}")
_BRACKETED = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]?")
"""One that nobody closed goes on to the end: to look from each bracket anew for what is not there takes for ever."""


def unhidden(text: str) -> str:
    """The text without what nobody sees in it: two words that look alike are then the same, and none pretends."""
    return text.translate(_HIDDEN)


def tidy(text: str) -> str:
    """The text with full-width letters, digits and blanks made plain; Chinese and its punctuation stay as they are."""
    if text.isalnum() and text.isascii():
        return text
    return _tidied(text) if len(text) <= _SHORT else _RUNS.sub(" ", text.translate(_PLAIN)).strip()


@lru_cache(maxsize=65_536)
def _tidied(text: str) -> str:
    return _RUNS.sub(" ", text.translate(_PLAIN)).strip()


def compact(text: str) -> str:
    """The tidy text without any blank, for comparing."""
    return text if text.isalnum() else "".join(text.split())


def without_brackets(text: str) -> str:
    """The text without what stands in brackets."""
    return _BRACKETED.sub("", text)


def text_of(value: Value) -> str:
    """A value as the person who looks at the sheet reads it."""
    if isinstance(value, str):
        return tidy(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float | int):
        return _number_text(value)
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat()


def _number_text(value: float) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.10g}"
    if abs(value) < 10**EXACT_DIGITS:
        return str(int(value))
    return f"{value:.14E}"


@cache
def column_letters(column: int) -> str:
    """The letters over a column, counted from 1."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """The address that an office worker types: C12 for row 12, column 3."""
    return f"{column_letters(column)}{row}"


class Cell(NamedTuple):
    """One cell. Rows and columns count from 1; `spread`: the value stands in the first cell of a merged range.

    `mark`: that it is struck out, or that its formula failed or was never calculated; the text is then what one sees.
    """

    value: Value
    text: str
    row: int
    column: int
    spread: bool = False
    mark: str = ""

    @property
    def address(self) -> str:
        """As in C12."""
        return address(self.row, self.column)


def cell_of(value: Value, row: int, column: int, *, spread: bool = False) -> Cell:
    """A cell with its text worked out."""
    text = tidy(value) if type(value) is str else text_of(value)
    mark = text if text.startswith("#") and ERROR.fullmatch(text) else ""
    return tuple.__new__(Cell, (value, text, row, column, spread, mark))  # of 300,000 a table: past its own __new__


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: every row has the same number of cells, blank ones among them.

    `hidden`: numbers of rows unseen, and `unseen` of columns; `greyed`: of rows written in grey. `blind`: of a kind of
    file that does not tell what is hidden or struck out.
    """

    name: str
    rows: list[list[Cell]]
    visible: bool = True
    hidden: frozenset[int] = frozenset()
    blind: bool = False
    unseen: frozenset[int] = frozenset()
    greyed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a file, in its order."""

    sheets: list[Sheet]


def sheet_from(name: str, rows: Iterable[Iterable[Value]], *, visible: bool = True) -> Sheet:
    """A sheet of plain values, made rectangular."""
    values = [list(row) for row in rows]
    width = max((len(row) for row in values), default=0)
    return Sheet(
        name,
        [
            [cell_of(row[c] if c < len(row) else None, r, c + 1) for c in range(width)]
            for r, row in enumerate(values, start=1)
        ],
        visible,
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a cell, as a sentence. `fatal`: the row was not read; otherwise it is a warning."""

    sheet: str
    cell: str
    problem: str
    row: int
    fatal: bool = True


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not read: its values as they stood, where it is from, and why."""

    row: int
    values: tuple[Value, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class RefusedTable:
    """The refused rows of one sheet under that sheet's own heading, to be corrected and imported again."""

    sheet: str
    header: tuple[str, ...]
    rows: list[RefusedRow] = field(default_factory=list)
