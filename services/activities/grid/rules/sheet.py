"""A ledger of the grid on a sheet: a row a cell, a member's link or both; doors and numbers, and no resident. Pure.

A column that is not there says nothing. 网格员 and 联系党员 may be columns of names, or a column says how a member is
linked; a ledger of members and their households (联户) has the members alone, and they keep touch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final

from services.activities.grid.rules.doors import COUNTED_MOST, counted, doors_said
from services.activities.grid.rules.stages import LEVELS, SORTS, Level, Sort
from services.activities.register.rules.columns import ROSTER
from services.activities.register.rules.person_names import is_name, person_name
from shared.errors import Invalid
from shared.tables import (
    ColumnUnderstood,
    Field,
    Heading,
    Kept,
    Line,
    Placed,
    Precision,
    Problem,
    RefusedTable,
    Skipped,
    Standing,
    TableKind,
    Unreadable,
    Workbook,
    compact,
    kept,
    lines_of,
    read_date,
    settle_units,
)
from shared.tables.aside import gathered, set_aside
from shared.tables.dates import shown
from shared.tables.lines import writes_each_row
from shared.tables.units import nothing

_OF_ROSTER = {each.key: each for each in ROSTER.fields}
_OF_SORT = ("怎样", "类别", "身份", "角色")  # a value of theirs over the heading once more is no column of names
_OF_LINK = ("联系", "联户", "包联")
GRID: Final = TableKind(
    noun="网格台账",
    fields=(
        *(_OF_ROSTER[key] for key in ("branch", "group", "number", "remark")),
        Field("code", "网格编号", ("网格编号", "网格编码", "网格代码", "网格号"), ("编码",), ("身份", "证")),
        Field("cell", "网格", ("网格", "网格名称", "所在网格", "所属网格", "微网格", "微网格名称"), (), ("员", "上级")),
        Field("level", "级别", ("级别", "网格级别", "网格类型", "层级"), (), ()),
        Field("above", "上级网格", ("上级网格", "所属村", "村", "村社区", "所在村", "行政村", "村名"), (), ("小组",)),
        Field("extent", "范围", ("范围", "网格范围", "四至", "区域范围"), (), ()),
        Field("households", "户数", ("户数", "总户数", "网格户数", "管辖户数"), (), (*_OF_LINK, "人口")),
        Field("opened", "设立日期", ("设立日期", "网格设立日期", "设立时间", "划定时间"), (), ()),
        Field("units", "对应党小组", ("对应党小组", "对应的党小组", "对应党组织", "网格党组织", "网格党小组"), (), ()),
        Field("name", "党员姓名", ("党员姓名", "姓名", "党员"), ("名字",), ("户主", "负责人")),
        Field("sort", "怎样联系", ("怎样联系", "联系类别", "联系方式类别", "身份", "角色"), (), ("证",)),
        Field(
            "doors",
            "联系户门牌",
            ("联系户门牌", "联系户", "联系户户号", "门牌", "门牌号", "包联户"),
            (),
            ("户主", "数"),
        ),
        Field("linked", "联系户数", ("联系户数", "联户数", "包联户数"), (), ()),
        Field("since", "开始日期", ("开始日期", "联系开始日期", "起始日期", "联系起始时间", "结对时间"), (), ()),
        Field(
            "worker",
            "网格员",
            ("网格员", "网格员姓名", "专职网格员", "兼职网格员", "网格长", "微网格员"),
            (),
            ("电话", *_OF_SORT),
        ),
        Field(
            "contact", "联系党员", ("联系党员", "联系党员姓名", "联户党员", "包联党员"), (), ("电话", "数", *_OF_SORT)
        ),
    ),
    anchors=("cell",),
    marks=("name", "code", "worker", "contact", "above", "level", "extent", "households"),
    substance=("cell", "name", "code", "worker", "contact"),
)
NEEDED: Final = ("cell", "name", "sort", "doors", "opened", "since")
WIDE: Final = str.maketrans("０１２３４５６７８９／．", "0123456789/.")
NUMBER: Final = re.compile(r"([0-9]{1,6})(?:\.0)?户?")
BETWEEN: Final = re.compile(r"[、，,;；/\n]")
PATH: Final = re.compile(r"[/／>]")
WORDS_MAX: Final = {"cell": 40, "code": 30, "extent": 200}
_LEVELS: Final = (
    (Level.MICRO, re.compile("微网格|楼栋|单元")),
    (Level.VILLAGE, re.compile("村|社区|居委")),
    (Level.CELL, re.compile("网格")),
)
_SORTS: Final = (
    (Sort.WORKER, re.compile("网格员|网格长")),
    (Sort.RESIDENCE, re.compile("居住|住户|常住")),
    (Sort.CONTACT, re.compile("联系|联户|包联|结对")),
)
AS_CONTACT: Final = "表里没有写怎样联系，按“联系党员”登记"
NO_SORT: Final = f"没有写怎样联系，请填{'、'.join(SORTS.values())}"
AS_ABOVE: Final = "没有写网格，按上面一行的“{name}”登记，请核对"


@dataclass(frozen=True, slots=True)
class GridRow(Placed):
    """A cell as a row tells of it, and whom it links. `above`: the names from the top; `people`: sort and name."""

    sheet: str
    row: int
    name: str
    code: str = ""
    level: Level | None = None
    above: tuple[str, ...] = ()
    extent: str = ""
    households: int | None = None
    opened: date | None = None
    units: tuple[str, ...] = ()
    branch: str = ""
    group: str = ""
    people: tuple[tuple[Sort, str], ...] = ()
    doors: str = ""
    linked: int | None = None
    since: date | None = None
    places: str = ""

    def problem(self, key: str, sentence: str, *, fatal: bool = True) -> Problem:
        """What is wrong with it, or doubtful, at the cell of a field."""
        return Problem(self.sheet, self.cell(key, "cell"), sentence, self.row, fatal=fatal)


@dataclass(frozen=True, slots=True)
class GridSheet:
    """What a file held. `rows_total` = rows read + rows refused."""

    columns: list[ColumnUnderstood] = field(default_factory=list)
    rows_total: int = 0
    rows: list[GridRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list, repr=False)
    standing: list[Standing] = field(default_factory=list, repr=False)

    @property
    def errors(self) -> list[Problem]:
        """The problems for which rows were refused."""
        return [problem for problem in self.problems if problem.fatal]

    def refused_with(self, problems: Iterable[Problem]) -> list[RefusedTable]:
        """The rows that were not read, and those that have one of these problems."""
        return Kept(self.headings, self.standing).refused([*self.problems, *problems])


def read_grid(workbook: Workbook, *, today: date, township: str = "") -> GridSheet:
    """The rows of a workbook; `today` decides the century of two digits, `township` is no part of a branch's name."""
    sheets = [lines_of(sheet, GRID) for sheet in workbook.sheets]
    lines = [line for found in sheets for line in found.lines]
    problems = [problem for found in sheets for problem in found.problems] + settle_units(lines, township)
    readable, aside = set_aside(lines, GRID, NEEDED)
    readers = [_RowReader(line, today) for line in readable]
    rows = _read_down(readers)
    problems += [*aside, *(problem for reader in readers for problem in reader.problems)]
    places = {found.sheet.name: place for place, found in enumerate(sheets)}
    as_they_stand = kept(GRID, lines)
    return GridSheet(
        columns=[
            column
            for found in sheets
            for layout in found.layouts
            for column in layout.understood(found.sheet.name, GRID)
        ],
        rows_total=len(lines),
        rows=rows,
        problems=sorted(gathered(problems), key=lambda problem: (places[problem.sheet], problem.row)),
        skipped=[skipped for found in sheets for skipped in found.skipped],
        headings=as_they_stand.headings,
        standing=as_they_stand.rows,
    )


def _sheet(line: Line) -> str:
    return line.sheet


def _read_down(readers: Sequence[_RowReader]) -> list[GridRow]:
    """The rows; where a table writes a cell once over its members, those that have none belong to the one above."""
    found: list[GridRow] = []
    above: _RowReader | None = None
    lines = [reader.line for reader in readers]
    each_row = {sheet for sheet, its in groupby(lines, key=_sheet) if writes_each_row(list(its), "cell")}
    for reader in readers:
        sheet = reader.line.sheet
        if not reader.cell and sheet not in each_row and above is not None and above.line.sheet == sheet:
            reader.stands_below(above)
        if row := reader.read():
            found.append(row)
        above = reader if reader.cell else above
    return found


class _RowReader:
    """Reads one line; gathers its problems."""

    def __init__(self, line: Line, today: date) -> None:
        self.line, self.today = line, today
        self.problems: list[Problem] = []
        self.cell = self.named("cell")
        self.above = tuple(part for part in map(compact, PATH.split(self.named("above"))) if part)
        self.code = self.named("code")

    def named(self, key: str) -> str:
        """The words of a field; nothing where they say that there is nothing."""
        said = self.line.text(key).strip()
        return "" if nothing(said) else said

    def stands_below(self, other: _RowReader) -> None:
        """Its cell is that of the row above."""
        self.cell, self.code = other.cell, self.code or other.code
        self.above = self.above or other.above
        self._say("name", AS_ABOVE.format(name=shown(other.cell)), fatal=False)

    def read(self) -> GridRow | None:
        """The row, or None where a problem forbids it."""
        if not self.cell:
            self._say("cell", "没有写网格")
        for key, most in WORDS_MAX.items():
            if len(self.named(key)) > most:
                self._say(key, f"“{shown(self.named(key))}”太长，请写短一些，不超过 {most} 字")
        people = self._people()
        doors = self._doors()
        linked = self._number("linked")
        read = GridRow(
            sheet=self.line.sheet,
            row=self.line.row,
            name=self.cell,
            code=self.code,
            level=self._level(),
            above=self.above,
            extent=self.named("extent"),
            households=self._number("households"),
            opened=self._day("opened"),
            units=tuple(filter(None, map(compact, BETWEEN.split(self.named("units"))))),
            branch=self.line.branch,
            group=self.line.group,
            people=people,
            doors=doors,
            linked=linked if linked is not None else counted(doors),
            since=self._day("since"),
            places=self.line.places("cell"),
        )
        return None if any(each.fatal for each in self.problems) else read

    def _say(self, key: str, sentence: str, *, fatal: bool = True) -> None:
        self.problems.append(Problem(self.line.sheet, self.line.address(key), sentence, self.line.row, fatal=fatal))

    def _level(self) -> Level | None:
        said = compact(self.named("level"))
        if not said:
            return None
        exact = next((level for level, word in LEVELS.items() if word == said), None)
        found = exact or next((level for level, words in _LEVELS if words.search(said)), None)
        if found is None:
            self._say("level", f"级别“{shown(said)}”没有读懂，请填{'、'.join(LEVELS.values())}")
        return Level(found) if found else None

    def _people(self) -> tuple[tuple[Sort, str], ...]:
        """Whom the row links, each once."""
        found = [(Sort.WORKER, name) for name in self._names("worker")]
        found += [(Sort.CONTACT, name) for name in self._names("contact")]
        if names := self._names("name"):
            sort = self._sort()
            found += [(sort, name) for name in names]
        return tuple(dict.fromkeys(found))

    def _sort(self) -> Sort:
        said = compact(self.named("sort"))
        exact = next((sort for sort, word in SORTS.items() if word == said), None)
        sort = exact or next((sort for sort, words in _SORTS if words.search(said)), None)
        if sort is None and said:
            self._say("sort", f"“{shown(said)}”没有读懂是怎样联系，请填{'、'.join(SORTS.values())}")
        elif sort is None:
            asked = "sort" in self.line.layout.columns
            self._say("sort", NO_SORT if asked else AS_CONTACT, fatal=asked)
        return Sort(sort) if sort else Sort.CONTACT

    def _names(self, key: str) -> list[str]:
        """The people in a cell of names."""
        found = []
        for part in BETWEEN.split(self.named(key)):
            name = person_name(part.strip())[0] if part.strip() else ""
            if name and not is_name(name):
                self._say(key, f"“{shown(part)}”不像一个人的姓名，请填写完整的中文姓名，几个人用顿号隔开")
            elif name:
                found.append(name)
        return found

    def _doors(self) -> str:
        try:
            return doors_said(self.named("doors"))
        except Invalid as wrong:
            self._say("doors", str(wrong.detail).rstrip("。"))
            return ""

    def _number(self, key: str) -> int | None:
        said = compact(self.named(key)).translate(WIDE)
        if not said:
            return None
        found = NUMBER.fullmatch(said)
        if found is None or int(found[1]) > COUNTED_MOST:
            self._say(key, f"户数“{shown(said)}”没有读懂，请填一个不超过 {COUNTED_MOST} 的整数")
            return None
        return int(found[1])

    def _day(self, key: str) -> date | None:
        cell = self.line.cell(key)
        if nothing(cell.text):
            return None
        label = next(each.label for each in GRID.fields if each.key == key)
        try:
            found = read_date(cell, latest=self.today)
        except Unreadable as why:
            self._say(key, f"{label}{why}")
            return None
        if found.precision is not Precision.DAY:
            self._say(key, f"{label}“{shown(cell.text)}”没有写到哪一天，请填年月日")
        elif found.on > self.today:
            self._say(key, f"{label}“{shown(cell.text)}”还没有到，日期不能晚于今天")
        return found.on
