"""The rows of a sheet told apart: titles, headings, units' own rows, totals, hints, notes; what is left is data."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from shared.tables.beside import parts_of
from shared.tables.cells import MEANT_NOT, Cell, Problem, Sheet, compact
from shared.tables.columns import (
    Layout,
    TableKind,
    find_layout,
    names_columns,
    stands_in_no_heading,
    taken_for,
)
from shared.tables.dates import shown
from shared.tables.former import former_in, is_present
from shared.tables.placed import places
from shared.tables.seen import as_seen, doubts, hides
from shared.tables.telling import FEW, begins_note, count_in, is_hint, is_instruction, is_section, total_among
from shared.tables.units import DITTO, branch_of_sheet, no_unit, nothing, split_unit, units_in

_MARK = attrgetter("mark")
_PARTS = frozenset({"男", "女", "其中", "其中:", "其中：", "男党员", "女党员"})
_TOTAL_WITHIN = 5
"""A total says so in one of so many first cells."""
_SPARSE = 3
"""A group written once for at least so many rows is meant for the blank rows below it."""


class Skipped(NamedTuple):
    """A sheet or a row that is no data, and why, as a sentence. `row` is None for the whole sheet."""

    sheet: str
    row: int | None
    why: str


class Total(NamedTuple):
    """A count that somebody typed: where, what it says, and how many rows were met since the last one and in all."""

    cell: Cell
    typed: int
    since: int
    overall: int
    part: bool


@dataclass(slots=True)
class Line:
    """A row of data, with the unit that stands in it, above it, or over the whole sheet."""

    sheet: str
    row: int
    cells: list[Cell]
    layout: Layout
    branch: str = ""
    group: str = ""
    branch_cell: str = ""
    hidden: bool = False
    former: str = ""  # the words above it, or the sheet's name, by which those below are members no more
    apart: str = ""  # the words above it by which those below are of another table

    def stands(self, key: str) -> Cell:
        """The cell of a field as it stands, failed or struck out; a blank one where the sheet has no such column."""
        column = self.layout.columns.get(key)
        return self.cells[column] if column is not None else Cell(None, "", self.row, 0)

    def cell(self, key: str) -> Cell:
        """The cell of a field, blank where it says nothing that counts."""
        cell = self.stands(key)
        return Cell(None, "", cell.row, cell.column, cell.spread, cell.mark) if cell.mark else cell

    @property
    def marked(self) -> bool:
        """Whether any of its cells is."""
        return any(map(_MARK, self.cells))

    def failed(self, key: str) -> bool:
        """Whether a formula stands there that gave nothing, so that nobody knows what was meant."""
        return self.stands(key).mark not in {"", *MEANT_NOT}

    def text(self, key: str) -> str:
        """The text of a field."""
        if (column := self.layout.columns.get(key)) is None or (cell := self.cells[column]).mark:
            return ""
        return cell.text

    def address(self, key: str) -> str:
        """Where a field stands; the row's first cell where the sheet has no such column."""
        return self.cells[self.layout.columns.get(key, 0)].address

    def places(self, always: str) -> str:
        """Where each field stands, and one that always stands somewhere, as a row that was read keeps it."""
        if self.cells[-1].row == self.row:
            return self.layout.places(always)
        at = {key: self.cells[column] for key, column in {always: 0, **self.layout.columns}.items()}
        return places(
            self.row, {key: (cell.row, cell.column) for key, cell in at.items()}
        )  # as in a list of corrections


@dataclass(slots=True)
class SheetLines:
    """What was made of a sheet's rows."""

    sheet: Sheet
    layouts: list[Layout] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    title: str = ""

    def add(self, part: SheetLines) -> None:
        """Take in what was made of one of the tables of the sheet."""
        self.title = self.title or part.title
        self.layouts += part.layouts
        self.lines += part.lines
        self.totals += part.totals
        self.problems += part.problems
        self.skipped += part.skipped
        self.skipped[:] = dict.fromkeys(self.skipped)

    def skip(self, row: int, why: str) -> None:
        """Remember a row that is no data."""
        self.skipped.append(Skipped(self.sheet.name, row, why))

    def warn(self, cell: Cell, sentence: str) -> None:
        """Remember something doubtful."""
        self.problems.append(Problem(self.sheet.name, cell.address, sentence, cell.row, fatal=False))


def lines_of(asked: Sheet, kind: TableKind) -> SheetLines:
    """The sheet's rows of data, each with its unit; without lines where the sheet is no such table."""
    sheet = as_seen(asked)
    found = SheetLines(sheet)
    mistaken = taken_for(sheet, kind)
    reason = mistaken or _passed_over(sheet, kind) or hides(asked, kind)
    parts = [] if reason else list(parts_of(sheet, kind))
    if not parts:
        found.skipped.append(Skipped(sheet.name, None, reason or _not_one(sheet, kind)))
    if mistaken:
        found.warn(sheet.rows[0][0], mistaken)
    if parts:
        found.problems += doubts(asked, parts[0][1].top)
    for part, layout in parts:
        one = SheetLines(part)
        _Walk(one, kind, layout).go()
        _carry_down(one)
        _from_sheet_name(one)
        found.add(one)
    return found


def _passed_over(sheet: Sheet, kind: TableKind) -> str:
    """Why a sheet is not even looked at, if so."""
    if not any(cell.text for row in sheet.rows for cell in row):
        return f"工作表“{sheet.name}”是空的，已跳过"
    if not sheet.visible:
        return f"工作表“{sheet.name}”是隐藏的，已跳过；如需导入，请先取消隐藏"
    top = [cell.text for row in sheet.rows[:FEW] for cell in row if not cell.spread]
    names = (sheet.name, *(text for text in top[:4] if text))
    if kind.other_tables and any(kind.other_tables.search(compact(name)) for name in names):
        return f"工作表“{sheet.name}”看起来不是{kind.noun}，已跳过"
    return ""


def _not_one(sheet: Sheet, kind: TableKind) -> str:
    labels = {one.key: one.label for one in kind.fields}
    wanted = "、".join(labels[key] for key in kind.anchors)
    return f"工作表“{sheet.name}”里没有找到{kind.noun}的表头（{wanted}等列），已跳过"


class _Walk:
    """One pass down a sheet, carrying the heading in force and the unit last named."""

    def __init__(self, found: SheetLines, kind: TableKind, layout: Layout) -> None:
        self.found = found
        self.kind = kind
        self.layout = layout
        self.branch = self.group = self.branch_cell = ""
        self.since = 0
        self.former = self.left(found.sheet.name)
        self.apart = ""
        self.stated: dict[str, tuple[Cell, int, int]] = {}

    def go(self) -> None:
        """Walk the rows from the first to the last."""
        rows = self.found.sheet.rows
        for row in rows[: self.layout.top]:
            self.title(row)
        self.found.layouts.append(self.layout)
        index = self.layout.below
        while index < len(rows):
            index = self.step(index, rows[index])
        self.close("branch", "group")

    def step(self, index: int, row: list[Cell]) -> int:
        """Tell what one row is; the index of the next one to look at."""
        own = [cell for cell in row if cell.text and not cell.spread]
        if not own:
            return index + 1
        said = "\n".join([cell.text for cell in own])
        if not stands_in_no_heading(said) and names_columns(row, self.kind):
            return self.heading(index)
        if not self.not_data(row, own, said):
            self.data(row)
        return index + 1

    def heading(self, index: int) -> int:
        """A heading again, perhaps with other columns."""
        self.found.skip(index + 1, "重复的表头")
        layout = find_layout(self.found.sheet, self.kind, only_at=index)
        if layout is None:
            return index + 1
        if layout.columns != self.layout.columns:
            self.layout = layout
            self.found.layouts.append(layout)
        return layout.below

    def not_data(self, row: list[Cell], own: list[Cell], said: str) -> bool:
        """Whether a row, with its own cells and all their words, is a total, a hint, a note or a unit; remembered."""
        number = row[0].row
        if self.is_total(own, said):
            self.total(row, own)
        elif self.divides(own):
            self.found.skip(number, f"“{shown(own[0].text)}”，以下各行按此处理")
        elif self.is_note(own):
            self.found.skip(number, "说明、签字等文字")
        elif is_section(own):
            self.title(row)
            self.found.skip(number, "只写着党支部或党小组的行")
        elif len(own) == 1 and sum(cell.spread for cell in row) >= FEW:
            self.found.skip(number, "横贯表格的文字")
        elif len(own) > FEW and is_hint(own, said):
            self.found.skip(number, "填写提示或示例")
        elif not self.has_substance(row):
            self.found.skip(number, "没有内容的行")
        elif self.continues(row):
            self.found.skip(number, "与上一行合并的行，只读了上一行")
        else:
            return False
        return True

    def left(self, text: str) -> str:
        """The words by which people below are members no more; a table of activities has none of them."""
        return former_in(text) if self.kind.single else ""

    def divides(self, own: list[Cell]) -> bool:
        """Whether a row says that those below are members no more, or are members again."""
        if len(own) != 1:
            return False
        text = own[0].text
        if former := self.left(text):
            self.title(own)
            self.former = former
        elif self.kind.apart and self.kind.apart(text):
            self.apart = text
        elif (self.former or self.apart) and is_present(text):
            self.former = self.apart = ""
        else:
            return False
        return True

    def has_substance(self, row: list[Cell]) -> bool:
        """Whether any field that makes a row count is filled."""
        columns = self.layout.columns
        cells = (row[columns[key]] for key in self.kind.substance if key in columns)
        return any(cell.text and not cell.spread and not nothing(cell.text) for cell in cells)

    def continues(self, row: list[Cell]) -> bool:
        """Whether a merged cell makes this row part of the entry above."""
        column = self.layout.columns.get(self.kind.single)
        return column is not None and row[column].spread and bool(row[column].text)

    def is_total(self, own: list[Cell], said: str) -> bool:
        """合计, 小计, 共 12 人 in one of the first cells, and not half a row of other things beside it."""
        total = total_among(own[:_TOTAL_WITHIN], said) or compact(own[0].text) in _PARTS
        return total and len(own) <= max(2 * FEW, len(self.layout.columns) // 2)

    def is_note(self, own: list[Cell]) -> bool:
        """注：…, 填表人：… alone in a row, or nearly."""
        return len(own) <= FEW + 1 and any(begins_note(cell.text) for cell in own[:FEW])

    def title(self, row: list[Cell]) -> None:
        """Take the unit from a title or a row between the data."""
        for cell in row:
            if not cell.text or cell.spread or is_instruction(cell.text):
                continue
            self.found.title = self.found.title or cell.text
            if row[0].row <= self.layout.top:
                self.former = self.former or self.left(cell.text)
            branch, group, count = units_in(cell.text)
            if branch:
                if row[0].row > self.layout.below:
                    self.former = self.left(cell.text) or self.left(self.found.sheet.name)
                    self.apart = ""
                self.close("branch", "group")
                self.branch, self.group, self.branch_cell = branch, group, cell.address
            elif group:
                self.close("group")
                self.group = group
            if (branch or group) and count is not None and row[0].row > self.layout.below:
                self.stated["group" if group else "branch"] = (cell, count, len(self.found.lines))

    def close(self, *levels: str) -> None:
        """Compare the counts that the rows of units stated with the rows that followed."""
        for level in levels:
            if level in self.stated:
                cell, typed, start = self.stated.pop(level)
                met = len(self.found.lines) - start
                self.found.totals.append(Total(cell, typed, met, met, part=True))

    def total(self, row: list[Cell], own: list[Cell]) -> None:
        """Remember what a total says."""
        self.found.skip(row[0].row, "合计行")
        numbers = [(c, n) for c in own if (n := count_in(c)) is not None]
        met = len(self.found.lines)
        part = any("小计" in cell.text for cell in own)
        if numbers:
            self.found.totals.append(Total(*numbers[0], met - self.since, met, part))
        self.since = met

    def as_above(self, text: str, level: str) -> str:
        """What a cell of units says; one that says the same as above, what stands there."""
        if text not in DITTO:
            return text
        return str(getattr(self.found.lines[-1], level)) if self.found.lines else ""

    def data(self, row: list[Cell]) -> None:
        """A row of data, under the unit in force."""
        sheet = self.found.sheet
        line = Line(sheet.name, row[0].row, row, self.layout, branch_cell=self.branch_cell)
        line.hidden, line.former, line.apart = row[0].row in sheet.hidden, self.former, self.apart
        branch, group = split_unit(self.as_above(line.text("branch"), "branch"))
        own_group = self.as_above(line.text("group"), "group")
        line.branch = branch if not no_unit(branch) else ""
        line.group = compact(own_group) if own_group else group
        if not line.branch and self.branch and not line.stands("branch").mark:
            line.branch = self.branch
        elif line.branch:
            line.branch_cell = line.address("branch")
        if not line.group and self.group and not line.stands("group").mark:
            line.group = self.group
        if no_unit(line.group):
            line.group = ""
        self.found.lines.append(line)


def _carry_down(found: SheetLines) -> None:
    """Units written once, in the first row of theirs, hold for the blank rows below."""
    branch, each_row = "", writes_each_row(found.lines, "branch")
    for line in () if each_row else found.lines:
        if line.branch:
            branch = line.branch
        elif line.failed("branch"):
            branch = ""  # what the blank ones below it say again is not known
        elif "branch" in line.layout.columns and not line.stands("branch").mark:
            line.branch = branch
    if writes_each_row(found.lines, "group"):
        return
    for _, run in groupby(found.lines, key=lambda line: line.branch):
        lines = list(run)
        starts = [line.group for line in lines if line.group]
        if lines[0].group and len(starts) == len(set(starts)) and len(starts) * _SPARSE <= len(lines):
            group = ""
            for line in lines:
                if not line.group and not line.stands("group").text:
                    line.group = group
                group = line.group


def writes_each_row(lines: list[Line], key: str) -> bool:
    """Whether a sheet writes the branch, or the group, in row after row: a blank one was left out, and may be any."""
    written = [line.text(key) for line in lines if line.text(key)]
    if len(written) == len(set(written)):
        return False
    return len(written) * 2 > len(lines) or (len(written) + sum(line.failed(key) for line in lines)) * 2 > len(lines)


def _from_sheet_name(found: SheetLines) -> None:
    """A sheet for each branch or group: its name says which, where nothing else does."""
    without = [line for line in found.lines if not line.branch]
    if not without or len(without) < len(found.lines):
        return
    branch, group = branch_of_sheet(found.sheet.name), units_in(found.sheet.name).group
    for line in without:
        line.branch = branch
        line.group = line.group or group
    if branch:
        sentence = f"表里没有写党支部，按工作表的名字当作“{branch}”"
        found.problems.append(Problem(found.sheet.name, "A1", sentence, 1, fatal=False))
