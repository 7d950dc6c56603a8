"""The new committees of many branches on one sheet: a row a seat, with branch, post, name and the term. Pure.

A branch comes whole or not at all: whoever is not on its list leaves his post, so that a row that was not read must
not end one. What holds for the whole branch (the term, what it rests on) may stand in any of its rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from services.activities.register.rules.columns import ROSTER
from services.activities.register.rules.person_names import is_name, person_name
from services.activities.register.rules.posts import Held, duties_in, posts_in
from services.activities.register.rules.terms import LENGTHS, Asked, Committee, Length
from services.activities.register.rules.words import DUTIES_SAID
from services.activities.register.rules.written import Written
from shared.people.namesakes import Named
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
    group_key,
    kept,
    lines_of,
    read_date,
    settle_units,
)
from shared.tables.aside import gathered, set_aside
from shared.tables.dates import shown
from shared.tables.units import nothing

Said = TypeVar("Said")
_OF_ROSTER = {each.key: each for each in ROSTER.fields}
_FORMER = ("上届", "上一届", "原任", "前任")
COMMITTEES = TableKind(
    noun="支部委员会换届名册",
    fields=(
        *(_OF_ROSTER[key] for key in ("branch", "group", "number", "remark")),
        Field("name", "姓名", ("姓名", "当选人", "当选人姓名", "委员姓名"), ("名字",), _FORMER),
        Field("post", "职务", ("职务", "党内职务", "支部职务", "新任职务", "当选职务", "拟任职务"), (), _FORMER),
        Field("duties", "分工", ("分工", "分工内容", "委员分工", "分管工作"), (), _FORMER),
        Field(
            "starts",
            "本届从哪天起",
            ("本届从哪天起", "本届当选日期", "当选日期", "当选时间", "任期起", "任期开始", "任期开始日期", "换届日期"),
            ("任职时间", "任职日期"),
            _FORMER,
        ),
        Field(
            "last",
            "届满日期",
            ("届满日期", "届满时间", "任期届满日期", "任期止", "任期结束日期", "任职结束时间"),
            (),
            _FORMER,
        ),
        Field("length", "支部类别", ("支部类别", "支部类型", "党支部类别", "党支部类型"), (), ()),
        Field("basis", "依据", ("依据", "换届依据", "批复文号", "批准文号", "批复"), ("文号",), _FORMER),
    ),
    anchors=("name",),
    marks=("post",),
    substance=("name", "post"),
)
NEEDED = ("name", "branch", "post", "starts", "last")
OF_GROUP = "党小组长、副组长不在支部委员会里，这一行没有读入；组长的换届在“选配换届”里办理"
OTHERS = "本支部第 {row} 行没有读懂，支部委员会要么全部登记，要么都不登记，这一行没有读入；改好后一起上传"
UNKNOWN_DUTY = f"分工“{{said}}”没有记入：登记的分工有{'、'.join(DUTIES_SAID.values())}"
_LENGTHS: tuple[tuple[Length, re.Pattern[str]], ...] = (
    (Length.VILLAGE, re.compile("村|社区")),
    (Length.OTHER, re.compile("其他|机关|企业|学校|社会组织|两新")),
)


class Amiss(ValueError):
    """A row cannot be taken as it is: at which field of which row, and why."""

    def __init__(self, row: SeatRow, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.row, self.key, self.sentence = row, key, sentence


@dataclass(frozen=True, slots=True)
class SeatRow(Placed):
    """Somebody in a branch's new committee, and what the row says of the term; `group` tells namesakes apart."""

    sheet: str
    row: int
    branch: str
    name: str
    group: str = ""
    secretary: bool = False
    member: bool = False
    duties: tuple[str, ...] = ()
    starts_on: date | None = None
    last_day: date | None = None
    length: Length | None = None
    basis: str = ""
    places: str = ""

    def problem(self, key: str, sentence: str) -> Problem:
        """What is wrong with it, at the cell of a field; the row is not read."""
        return Problem(self.sheet, self.cell(key, "name"), sentence, self.row)


@dataclass(frozen=True, slots=True)
class Committees:
    """What a file held. `rows_total` = seats read + rows refused."""

    columns: list[ColumnUnderstood] = field(default_factory=list)
    rows_total: int = 0
    seats: list[SeatRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list, repr=False)
    standing: list[Standing] = field(default_factory=list, repr=False)
    nowhere: list[tuple[int, str]] = field(default_factory=list)
    """Rows that were refused and say of no branch: the number, and the name where that can be read."""

    @property
    def errors(self) -> list[Problem]:
        """The problems for which rows were refused."""
        return [problem for problem in self.problems if problem.fatal]

    def refused_with(self, problems: Iterable[Problem]) -> list[RefusedTable]:
        """The rows that were not read, and those that have one of these problems."""
        return Kept(self.headings, self.standing).refused([*self.problems, *problems])


@dataclass(slots=True)
class CommitteesPlan:
    """What a sheet changes, branch by branch, in sentences; `written` is what it wrote, or would."""

    counts: dict[str, int]
    problems: list[Problem] = field(default_factory=list)  # beside those of the reading itself
    refused: list[RefusedTable] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    endings: list[str] = field(default_factory=list)
    unchanged: int = 0
    written: Written = field(default_factory=Written)

    @property
    def is_empty(self) -> bool:
        """Whether the register is already as the file says."""
        return not self.written.terms


def read_committees(workbook: Workbook, *, today: date, township: str = "") -> Committees:
    """The seats in a workbook; `today` decides the century of two digits, `township` is no part of a branch's name."""
    sheets = [lines_of(sheet, COMMITTEES) for sheet in workbook.sheets]
    lines = [line for found in sheets for line in found.lines]
    problems = [problem for found in sheets for problem in found.problems] + settle_units(lines, township)
    readable, aside = set_aside(lines, COMMITTEES, NEEDED)
    readers = [_SeatReader(line, today) for line in readable]
    rows = [row for reader in readers if (row := reader.read())]
    problems += [*aside, *(problem for reader in readers for problem in reader.problems)]
    rows, left_out = whole_branches(rows, lines, problems)
    places = {found.sheet.name: place for place, found in enumerate(sheets)}
    of_group = [Skipped(reader.line.sheet, reader.line.row, OF_GROUP) for reader in readers if reader.of_group]
    as_they_stand = kept(COMMITTEES, lines)
    return Committees(
        columns=[
            column
            for found in sheets
            for layout in found.layouts
            for column in layout.understood(found.sheet.name, COMMITTEES)
        ],
        rows_total=len(lines) - len(of_group),
        seats=rows,
        problems=sorted(gathered([*problems, *left_out]), key=lambda problem: (places[problem.sheet], problem.row)),
        skipped=[*(skipped for found in sheets for skipped in found.skipped), *of_group],
        headings=as_they_stand.headings,
        standing=as_they_stand.rows,
        nowhere=_nowhere(lines, problems),
    )


def _nowhere(lines: Sequence[Line], problems: Sequence[Problem]) -> list[tuple[int, str]]:
    wrong = {(each.sheet, each.row) for each in problems if each.fatal}
    refused = [line for line in lines if not line.branch and (line.sheet, line.row) in wrong]
    names = [person_name(line.text("name"))[0] for line in refused]
    return [(line.row, name if is_name(name) else "") for line, name in zip(refused, names, strict=True)]


def whole_branches(
    rows: Sequence[SeatRow], lines: Sequence[Line], problems: Sequence[Problem]
) -> tuple[list[SeatRow], list[Problem]]:
    """The rows of branches of which every row was read; why the others of a branch are not."""
    wrong = {(each.sheet, each.row) for each in problems if each.fatal}
    first = {line.branch: line.row for line in reversed(lines) if line.branch and (line.sheet, line.row) in wrong}
    others = [row.problem("branch", OTHERS.format(row=first[row.branch])) for row in rows if row.branch in first]
    return [row for row in rows if row.branch not in first], others


class _SeatReader:
    """Reads one line; gathers its problems. `of_group`: it names a post of a group, which is none of a committee."""

    def __init__(self, line: Line, today: date) -> None:
        self.line, self.today = line, today
        self.problems: list[Problem] = []
        self.of_group = False

    def read(self) -> SeatRow | None:
        """The seat, or None where a problem forbids it, or it is none."""
        held = posts_in(self.line.text("post")).held
        kinds = {post.kind for post in held}
        if kinds and kinds <= {Held.LEADER, Held.DEPUTY}:
            self.of_group = True
            return None
        said = self.line.text("duties")
        written = frozenset(duties_in(said))
        duties = written.union(*(post.duties for post in held))
        if not nothing(said) and not written:
            self._say("duties", UNKNOWN_DUTY.format(said=shown(said)), fatal=False)
        if not kinds:
            self._say("post", "没有写职务" if not said else f"职务“{shown(self.line.text('post'))}”不是支部委员会的")
        name = self._name()
        if not self.line.branch:
            self._say("branch", "没有写党支部")
        starts_on, last_day = self._day("starts"), self._day("last")
        if any(each.fatal for each in self.problems):
            return None
        return SeatRow(
            sheet=self.line.sheet,
            row=self.line.row,
            branch=self.line.branch,
            name=name,
            group=self.line.group,
            secretary=Held.SECRETARY in kinds,
            member=Held.COMMITTEE_MEMBER in kinds,
            duties=tuple(sorted(duties)),
            starts_on=starts_on,
            last_day=last_day,
            length=next((each for each, words in _LENGTHS if words.search(self.line.text("length"))), None),
            basis=self.line.text("basis")[:500],
            places=self.line.places("name"),
        )

    def _say(self, key: str, sentence: str, *, fatal: bool = True) -> None:
        self.problems.append(Problem(self.line.sheet, self.line.address(key), sentence, self.line.row, fatal))

    def _name(self) -> str:
        text = self.line.text("name")
        name = "" if nothing(text) else person_name(text)[0]
        if not name:
            self._say("name", "没有填姓名；职务空缺的，整行不填")
        elif not is_name(name):
            self._say("name", f"“{shown(text)}”不像一个人的姓名，请填写完整的中文姓名")
        return name

    def _day(self, key: str) -> date | None:
        cell = self.line.cell(key)
        if nothing(cell.text):
            return None
        label = next(each.label for each in COMMITTEES.fields if each.key == key)
        try:
            found = read_date(cell, latest=self.today)
        except Unreadable as why:
            self._say(key, f"{label}{why}")
            return None
        if found.precision is not Precision.DAY:
            self._say(key, f"{label}“{shown(cell.text)}”没有写到哪一天，请填年月日")
        return found.on


def asked_in(rows: Sequence[SeatRow]) -> Asked:
    """The term of a branch, as its rows say it together. Raises Amiss where they differ, or do not say enough."""
    starts_on = _one(rows, "starts", [row.starts_on for row in rows])
    last_day = _one(rows, "last", [row.last_day for row in rows])
    length = _one(rows, "length", [row.length for row in rows])
    basis = _one(rows, "basis", [row.basis or None for row in rows])
    if starts_on is None:
        raise Amiss(rows[0], "starts", "没有写本届从哪天起（当选日期），写在本支部任何一行都行")
    if last_day is None and length is None:
        offered = "、".join(said for said, _ in LENGTHS.values())
        raise Amiss(rows[0], "last", f"没有写届满日期；不写的，请填支部类别（{offered}），按任期推算")
    if basis is None:
        raise Amiss(rows[0], "basis", "没有写依据：哪次选举、哪份批复，写在本支部任何一行都行")
    return Asked(starts_on=starts_on, length=length or Length.VILLAGE, last_day=last_day, basis=basis)


def _one(rows: Sequence[SeatRow], key: str, said: Sequence[Said | None]) -> Said | None:
    """What the rows say, where they say one thing."""
    known = [(row, each) for row, each in zip(rows, said, strict=True) if each is not None]
    for row, each in known[1:]:
        if each != known[0][1]:
            raise Amiss(row, key, f"和本支部第 {known[0][0].row} 行写的不一样，一个支部只有一个，请核对")
    return known[0][1] if known else None


def committee_in(rows: Sequence[SeatRow], people: Sequence[Named]) -> Committee:
    """Who sits in a branch's committee, out of its people. Raises Amiss where a name fits none or several."""
    secretary_id: int | None = None
    answering: dict[str, int] = {}
    members: list[int] = []
    for row in rows:
        person_id = meant(row, people)
        if row.secretary and secretary_id not in {None, person_id}:
            raise Amiss(row, "post", "本支部写了两位书记，请核对")
        secretary_id = person_id if row.secretary else secretary_id
        for duty in row.duties:
            if answering.setdefault(duty, person_id) != person_id:
                raise Amiss(row, "duties", f"“{DUTIES_SAID[duty]}”写了两个人，请核对")
        if row.member and not row.duties:
            members.append(person_id)
    return Committee(secretary_id=secretary_id, answering=answering, members=tuple(dict.fromkeys(members)))


def meant(row: SeatRow, people: Sequence[Named]) -> int:
    """Whom of a branch's people a row means; where a name fits two it is asked, never chosen."""
    alike = [each for each in people if each.name == row.name]
    if row.group and len(alike) > 1:
        alike = [each for each in alike if group_key(each.unit) == group_key(row.group)]
    if not alike:
        raise Amiss(row, "name", f"本支部和乡镇没有“{row.name}”，请核对姓名，或者先在名册里登记、转入")
    if len(alike) > 1:
        where = "、".join(dict.fromkeys(each.unit for each in alike))
        raise Amiss(
            row, "name", f"有 {len(alike)} 位“{row.name}”（{where}），请填“党小组”一列；还分不清的，在支部的页面登记"
        )
    return alike[0].person_id
