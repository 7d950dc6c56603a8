"""A ledger read: every activity that can be, every row that cannot with its cell and a sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from services.activities.ledger.rules.absences import (
    AbsencesRead,
    AbsenceText,
    Reason,
    listed_names,
    pieces_unread,
    read_absences,
    reason_of,
)
from services.activities.ledger.rules.columns import LEDGER
from services.activities.ledger.rules.kinds import OF_BRANCHES, OF_GROUPS, Kind, OfBranch, kinds_in
from shared.tables import (
    ColumnUnderstood,
    Line,
    Placed,
    Precision,
    Problem,
    RefusedTable,
    SheetLines,
    Skipped,
    Unreadable,
    Workbook,
    compact,
    group_key,
    kept,
    lines_of,
    read_date,
    settle_units,
)
from shared.tables.aside import gathered, set_aside
from shared.tables.dates import shown
from shared.tables.standing import unread
from shared.tables.units import LONGEST_NUMBER, nothing

LONGEST_HOURS = 24.0
UNCOUNTED = frozenset({Reason.AGED, Reason.ILL, Reason.AWAY})
"""Whoever is kept away by these for longer may be listed and is not expected: `attendance.exempt`."""
MOST_PEOPLE = 5_000
WRITTEN = "学习、党小组会、组织生活会、主题党日、志愿服务、党课、支部党员大会或支委会"
ON_LEAVE = "请假"
NEEDED = ("date", "branch", "group", "kind", "absent", "on_leave", "attendees")
HALF_DAY = {"半天": 4.0, "一天": 8.0, "全天": 8.0, "半日": 4.0, "一日": 8.0}


@dataclass(frozen=True, slots=True)
class ActivityRow(Placed):
    """An activity as the ledger has it, units and people as written. `attendees`: where it lists those present."""

    sheet: str
    row: int
    branch_text: str
    group_text: str
    held_on: date
    kind: Kind
    place: str = ""
    chair_text: str = ""
    recorder_text: str = ""
    topic: str = ""
    content: str = ""
    expected_typed: int | None = None
    present_typed: int | None = None
    absences: tuple[AbsenceText, ...] = ()
    attendees: tuple[str, ...] | None = None
    hours: float | None = None
    places: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a file held. `rows_total` = activities read + rows refused; `skipped` were never rows of activities."""

    columns: list[ColumnUnderstood] = field(default_factory=list)
    rows_total: int = 0
    rows: list[ActivityRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    refused: list[RefusedTable] = field(default_factory=list)

    @property
    def rows_refused(self) -> int:
        """How many rows were not read."""
        return self.rows_total - len(self.rows)

    @property
    def errors(self) -> list[Problem]:
        """The problems for which rows were refused."""
        return [problem for problem in self.problems if problem.fatal]

    @property
    def warnings(self) -> list[Problem]:
        """What was read but is doubtful."""
        return [problem for problem in self.problems if not problem.fatal]

    @property
    def by_kind(self) -> dict[str, int]:
        """How many of each kind, a group's six named even where there are none."""
        return counted_by_kind(self.rows)

    @property
    def counts(self) -> dict[str, object]:
        """The figures of the import, by the names that its JSON has."""
        return {
            "rows": self.rows_total,
            "read": len(self.rows),
            "refused": self.rows_refused,
            "activities": len(self.rows),
            "by_kind": self.by_kind,
            "absences": sum(len(row.absences) for row in self.rows),
        }


def read_ledger(workbook: Workbook, year: int, township: str = "") -> Ledger:
    """The activities of a year in a workbook. `township`: what the township is called."""
    sheets = [lines_of(sheet, LEDGER) for sheet in workbook.sheets]
    lines = [line for found in sheets for line in found.lines]
    problems = [problem for found in sheets for problem in found.problems]
    problems += settle_units(lines, township)
    readable, aside = set_aside(lines, LEDGER, NEEDED)
    problems += aside
    read = set(map(id, readable))
    rows: list[ActivityRow] = []
    met: dict[tuple[object, ...], ActivityRow] = {}
    for found in sheets:
        implied = _implied_kind(found)
        for line in found.lines:
            if id(line) not in read:
                continue
            reader = _RowReader(line, year, implied)
            row = reader.read()
            if row:
                first = met.setdefault(_same(row), row)
                if first is row:
                    rows.append(row)
                else:
                    at = f"第 {first.row} 行" if first.sheet == row.sheet else f"工作表“{first.sheet}”第 {first.row} 行"
                    whose = "支部" if row.kind in OF_BRANCHES else "小组"
                    reader.say("date", f"与{at}重复（同一{whose}、日期、类型和主题）")
            problems += reader.problems
    places = {found.sheet.name: place for place, found in enumerate(sheets)}
    return Ledger(
        columns=[
            c for found in sheets for layout in found.layouts for c in layout.understood(found.sheet.name, LEDGER)
        ],
        rows_total=len(lines),
        rows=rows,
        problems=sorted(gathered(problems), key=lambda problem: (places[problem.sheet], problem.row)),
        skipped=[skipped for found in sheets for skipped in found.skipped],
        refused=kept(LEDGER, unread(lines, problems)).refused(problems),
    )


def counted_by_kind(rows: Iterable[ActivityRow]) -> dict[str, int]:
    """How many rows of each kind: a group's six, and a branch's where there are some."""
    counted = Counter(row.kind for row in rows)
    return {kind.value: counted[kind] for kind in Kind if kind in OF_GROUPS or counted[kind]}


@dataclass(frozen=True, slots=True)
class YearMeant:
    """The year that a ledger is of; none where no row agrees with any that was asked for."""

    year: int | None


def year_in(workbook: Workbook, *, latest: int) -> YearMeant:
    """The year that a ledger is of: `latest` or one of the two before, whichever its dates agree with most."""
    agreeing = {year: len(read_ledger(workbook, year).rows) for year in (latest, latest - 1, latest - 2)}
    year = max(agreeing, key=agreeing.__getitem__)
    return YearMeant(year if agreeing[year] else None)


def _same(row: ActivityRow) -> tuple[object, ...]:
    """What makes two rows one; a branch's meeting is the same one under whichever group it stands."""
    group = "" if row.kind in OF_BRANCHES else group_key(row.group_text, row.branch_text)
    return row.branch_text, group, row.held_on, row.kind, compact(row.topic)


def _implied_kind(found: SheetLines) -> Kind | None:
    """The kind that a sheet's name or title gives to all its rows: 集中学习台账."""
    for text in (found.sheet.name, found.title):
        kinds = [kind for kind in kinds_in(re.sub(r"党小组(?!会)", "", text)) if kind in OF_GROUPS]
        if len(kinds) == 1:
            return Kind(kinds[0])
    return None


class _RowReader:
    """Reads one line; gathers its problems."""

    def __init__(self, line: Line, year: int, implied: Kind | None) -> None:
        self.line = line
        self.year = year
        self.implied = implied
        self.problems: list[Problem] = []

    def say(self, key: str, sentence: str, *, fatal: bool = True) -> None:
        """Note a problem at the cell of a field."""
        self.problems.append(Problem(self.line.sheet, self.line.address(key), sentence, self.line.row, fatal))

    def read(self) -> ActivityRow | None:
        """The activity, or None where a problem forbids it."""
        line = self.line
        held_on, kind = self.held_on(), self.kind()
        if not line.branch:
            self.say("branch", "没有写党支部")
        if held_on is None or kind is None or not line.branch:
            return None
        expected, present = self.attendance()
        absences = self.absences(expected, present)
        return ActivityRow(
            sheet=line.sheet,
            row=line.row,
            branch_text=line.branch,
            group_text=line.group,
            held_on=held_on,
            kind=kind,
            place=self.said("place"),
            chair_text=self.said("chair"),
            recorder_text=self.said("recorder"),
            topic=self.said("topic"),
            content=self.said("content"),
            expected_typed=expected,
            present_typed=present,
            absences=absences,
            attendees=listed_names(line.cell("attendees")) if line.text("attendees") else None,
            hours=self.hours(),
            places=line.places("date"),
        )

    def said(self, key: str) -> str:
        """A text, or nothing where it says that there is nothing."""
        text = self.line.text(key)
        return "" if nothing(text) else text

    def held_on(self) -> date | None:
        """The day; one without a day, or of another year, is refused."""
        cell = self.line.cell("date")
        if nothing(cell.text):
            self.say("date", "没有填活动日期")
            return None
        try:
            found = read_date(cell, latest=date(self.year, 12, 31), year=self.year)
        except Unreadable as why:
            self.say("date", f"活动日期{why}")
            return None
        if found.precision is not Precision.DAY:
            self.say("date", f"活动日期“{shown(cell.text)}”没有写到日，请写成 {self.year}-03-05 这样")
            return None
        if found.on.year != self.year:
            self.say("date", f"活动日期 {found.on} 不在 {self.year} 年")
            return None
        if found.doubt:
            self.say("date", f"活动日期{found.doubt}", fatal=False)
        return found.on

    def kind(self) -> Kind | None:
        """The kind."""
        text = self.line.text("kind")
        if nothing(text):
            if self.implied is None:
                self.say("kind", "没有填活动类型")
            return self.implied
        kinds = kinds_in(text)
        if not kinds:
            self.say("kind", f"活动类型“{shown(text)}”看不懂，请写{WRITTEN}")
            return None
        first = kinds[0]
        if isinstance(first, OfBranch):
            self.say("kind", f"“{shown(text)}”不是一次活动的记录，不记入台账")
            return None
        if len(kinds) > 1:
            self.say("kind", f"“{shown(text)}”写了几种活动，按第一种记入", fatal=False)
        return first

    def attendance(self) -> tuple[int | None, int | None]:
        """The typed numbers of those expected and present."""
        expected, present = self.people("expected"), self.people("present")
        both = re.findall(r"\d{1,6}", self.line.text("attendance"))
        if len(both) == len(("expected", "present")):
            expected = int(both[0]) if expected is None else expected
            present = int(both[1]) if present is None else present
        if expected is not None and present is not None and present > expected:
            self.say("present", f"实到 {present} 人多于应到 {expected} 人，请核对", fatal=False)
        return expected, present

    def people(self, key: str) -> int | None:
        """A number of people."""
        text = self.line.text(key)
        if nothing(text):
            return None
        found = re.findall(r"\d+", text)
        if len(found) != 1 or len(found[0]) > LONGEST_NUMBER or int(found[0]) > MOST_PEOPLE:
            self.say(key, f"“{shown(text)}”不是人数，没有记入", fatal=False)
            return None
        return int(found[0])

    def absences(self, expected: int | None, present: int | None) -> tuple[AbsenceText, ...]:
        """The absentees, compared with the typed numbers."""
        listed = bool({"absent", "reason", "on_leave"} & self.line.layout.columns.keys())
        found = self.with_leave(self.with_reasons(read_absences(self.line.text("absent"))))
        for piece in pieces_unread(found):
            self.say("absent", f"缺席名单里的“{piece}”看不懂，没有记入", fatal=False)
        count = len(found.absences)
        if found.typed is not None and found.typed != count:
            self.say("absent", f"缺席名单写着 {found.typed} 人，列出的是 {count} 人，请核对", fatal=False)
        missing = (expected or 0) - (present or 0)
        uncounted = sum(absence.reason in UNCOUNTED for absence in found.absences)
        typed = listed and expected is not None and present is not None and missing >= 0
        if typed and not count - uncounted <= missing <= count:
            self.say("absent", f"应到减实到是 {missing} 人，缺席名单列出的是 {count} 人，请核对", fatal=False)
        silent = [absence.name for absence in found.absences if not absence.stated]
        if silent:
            self.say("absent", f"没有写缺席原因：{shown('、'.join(silent), 30)}", fatal=False)
        return found.absences

    def with_leave(self, found: AbsencesRead) -> AbsencesRead:
        """The absentees with those of a column for people on leave; who stands in both is counted once."""
        if not (text := self.line.text("on_leave")):
            return found
        leave = read_absences(text)
        names = {absence.name for absence in found.absences}
        added = tuple(
            absence if absence.stated else replace(absence, stated=ON_LEAVE, reason=Reason.LEAVE)
            for absence in leave.absences
            if absence.name not in names
        )
        return AbsencesRead((*found.absences, *added), found.typed, (*found.unread, *leave.unread))

    def with_reasons(self, found: AbsencesRead) -> AbsencesRead:
        """The absentees with what a column of reasons adds."""
        text = self.said("reason")
        if not text:
            return found
        if not found.absences:
            return read_absences(text)
        own = {absence.name: absence for absence in read_absences(text).absences}
        if strays := own.keys() - {absence.name for absence in found.absences}:
            names = shown("、".join(each for each in own if each in strays), 30)
            self.say("reason", f"缺席原因里的 {names} 不在缺席名单里，没有记入", fatal=False)
        filled = []
        for absence in found.absences:
            stated = own[absence.name].stated if absence.name in own else text
            if absence.stated or (own and absence.name not in own):
                filled.append(absence)
            else:
                filled.append(replace(absence, stated=stated, reason=reason_of(stated)))
        return AbsencesRead(tuple(filled), found.typed, found.unread)

    def hours(self) -> float | None:
        """Hours of study: 1.5, 2学时, 90分钟, 半天."""
        text = compact(self.line.text("hours"))
        if nothing(text):
            return None
        found = re.fullmatch(r"约?(\d{1,6}(?:\.\d{1,6})?)(个?学时|个?课时|个?小时|h|H|分钟|分)?", text)
        hours = HALF_DAY.get(text)
        if found:
            hours = float(found[1]) / 60 if (found[2] or "").startswith("分") else float(found[1])
        if hours is None or not 0 < hours <= LONGEST_HOURS:
            self.say("hours", f"学时“{shown(text)}”看不懂，没有记入", fatal=False)
            return None
        return round(hours, 2)
