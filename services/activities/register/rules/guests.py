"""Members who came in from elsewhere (流入党员, forms.md A20) by a file: a table of its own.

Their relation stays where they came from, so a file makes none of them a member, counts them nowhere, and looks for
none of them in the register of members. Whom a branch has on its list already stays as he is. The group in which one
of them takes part is told of him; its roll has him not, for nobody expects him.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import NamedTuple

from services.activities.register.rules.care import KINDS, Looked, Sort
from services.activities.register.rules.elsewhere import names_guests
from services.activities.register.rules.person_names import is_name, person_name
from shared.tables import (
    ColumnUnderstood,
    Line,
    Placed,
    Precision,
    Problem,
    Sheet,
    Skipped,
    Unreadable,
    Workbook,
    compact,
    lines_of,
    read_date,
)
from shared.tables.aside import set_aside
from shared.tables.columns import LEAST_COLUMNS, Field, TableKind
from shared.tables.dates import shown
from shared.tables.units import nothing

_TOP = 4
_LONGEST = 200
OTHERWISE = "其他"
_ALSO = {"打工": "务工", "读书": "求学", "上学": "求学"}
_OF_OTHERS = ("联系人", "负责人", "家属", "接收人")

GUESTS = TableKind(
    noun="流入党员名单",
    fields=(
        Field("name", "姓名", ("姓名", "党员姓名", "流入党员姓名", "流动党员姓名"), (), _OF_OTHERS),
        Field(
            "branch",
            "党支部",
            (
                "党支部",
                "所在党支部",
                "流入党支部",
                "编入党支部",
                "接收党支部",
                "流入地党支部",
                "流入地党组织",
                "现所在党支部",
            ),
            (),
            ("流出", "原", "联系人", "电话"),
        ),
        Field("group", "党小组", ("党小组", "编入党小组", "所在党小组", "流入党小组"), (), ()),
        Field(
            "home",
            "流出地党组织",
            (
                "流出地党组织",
                "流出党组织",
                "流出地党支部",
                "流出党支部",
                "原所在党组织",
                "原党组织",
                "原党支部",
                "组织关系所在党组织",
            ),
            ("流出地", "来源地"),
            ("联系人", "电话", "时间"),
        ),
        Field(
            "on",
            "流入时间",
            ("流入时间", "流入日期", "编入时间", "登记时间", "来本地时间", "何时流入"),
            (),
            ("流出",),
        ),
        Field("kind", "流入类型", ("流入类型", "流动类型", "外出类型", "流动原因", "流入原因", "外出原因"), (), ()),
        Field(
            "card", "流动党员活动证号", ("流动党员活动证号", "活动证号", "流动党员活动证", "活动证编号"), (), ("是否",)
        ),
        Field("phone", "联系方式", ("联系方式", "联系电话", "本人联系方式", "手机号码", "电话"), (), _OF_OTHERS),
        Field("number", "序号", ("序号", "编号", "No", "NO"), (), ("证",)),
    ),
    anchors=("name",),
    marks=("home", "on", "branch"),
    single="name",
    substance=("name", "home", "phone", "on"),
)
NEEDED = ("name", "branch", "home")
"""The fields that must be read where they are there: what failed in them may mean anybody, or anywhere."""


@dataclass(frozen=True, slots=True)
class GuestRow(Placed):
    """Somebody from elsewhere as a file has him. told: by the keys of care.SAID."""

    sheet: str
    row: int
    name: str
    branch: str
    on: date | None
    told: dict[str, str]
    places: str = ""

    def looked(self, otherwise: date) -> Looked:
        """What is registered of him; `otherwise`: from when, where the file says no day."""
        return Looked(sort=Sort.IN, on=self.on or otherwise, told=self.told)


class Guest(NamedTuple):
    """Somebody from elsewhere on a branch's list, as the register has him."""

    branch: str
    name: str
    home: str
    group: str = ""


def of_guests(sheet: Sheet) -> bool:
    """Whether a sheet is, by its name or its title, a list of those who came in."""
    rows = [[cell.text for cell in row if cell.text and not cell.spread] for row in sheet.rows[:_TOP]]
    above = takewhile(lambda row: len(row) < LEAST_COLUMNS, rows)
    return any(map(names_guests, (sheet.name, *(row[0] for row in above if len(row) == 1))))


class FromElsewhere(NamedTuple):
    """What a file says of those who came in: whom, what is wrong with whose row, and how it was understood."""

    people: list[GuestRow]
    problems: list[Problem]
    lines: list[Line]
    skipped: list[Skipped]
    columns: list[ColumnUnderstood]


def from_elsewhere(workbook: Workbook, today: date) -> FromElsewhere:
    """Everybody on its sheets of them whose row can be read."""
    sheets = [lines_of(sheet, GUESTS) for sheet in workbook.sheets if of_guests(sheet)]
    lines = [line for found in sheets for line in found.lines]
    readable, aside = set_aside(lines, GUESTS, NEEDED)
    readers = [_Reader(line, today) for line in readable]
    people = [one for reader in readers if (one := reader.read())]
    of_sheets = [each for found in sheets for each in found.problems]
    return FromElsewhere(
        people,
        [*of_sheets, *aside, *(each for one in readers for each in one.problems)],
        lines,
        [each for found in sheets for each in found.skipped],
        [c for found in sheets for layout in found.layouts for c in layout.understood(found.sheet.name, GUESTS)],
    )


class _Reader:
    """Reads one line; gathers its problems."""

    def __init__(self, line: Line, today: date) -> None:
        self.line = line
        self.today = today
        self.problems: list[Problem] = []

    def say(self, key: str, sentence: str, *, fatal: bool = True) -> None:
        self.problems.append(Problem(self.line.sheet, self.line.address(key), sentence, self.line.row, fatal))

    def read(self) -> GuestRow | None:
        """Him, or None where a problem forbids it."""
        name, _ = person_name(self.line.text("name"))
        if not is_name(name):
            self.say("name", f"“{shown(self.line.text('name'))}”不像一个人的姓名，请填写完整的中文姓名")
        branch = "" if "流入" in self.line.sheet and not self.line.branch_cell else self.line.branch
        if not branch:
            self.say("branch", "没有写编入哪个党支部")
        if nothing(self.line.text("home")):
            self.say("home", "没有写流出地党组织")
        on, told = self.day(), {"name": name, "kind": self.kind()} | dict(self.told())
        if any(problem.fatal for problem in self.problems):
            return None
        places = self.line.places("name")
        return GuestRow(self.line.sheet, self.line.row, name, branch, on, told, places)

    def told(self) -> Iterator[tuple[str, str]]:
        for key in ("home", "card", "phone"):
            if not nothing(text := self.line.text(key)):
                yield key, compact(text)[:_LONGEST]
        if self.line.group:
            yield "group", self.line.group[:_LONGEST]

    def kind(self) -> str:
        plain = compact(self.line.text("kind"))
        known = {each: each for each in KINDS[Sort.IN]} | _ALSO
        return next((kind for word, kind in known.items() if word in plain), OTHERWISE)

    def day(self) -> date | None:
        """Since when, where a whole day is written; of a month no day is invented."""
        cell = self.line.cell("on")
        if nothing(cell.text):
            return None
        try:
            found = read_date(cell, latest=self.today)
        except Unreadable as why:
            self.say("on", f"流入时间{why}")
            return None
        if found.on > self.today:
            self.say("on", "流入时间在今天以后，请到那天再登记")
        if found.precision is not Precision.DAY:
            self.say("on", "流入时间没有写到日，按导入的日期登记", fatal=False)
            return None
        return found.on
