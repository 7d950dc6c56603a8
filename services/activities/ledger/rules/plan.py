"""What a ledger would add to the records: a pure comparison, shown before it is applied.

A row that is there already changes nothing. A row that says otherwise than a record of the same group, day and kind
is not taken in: the record is corrected in the system, with history, or it would count twice. What a row says nothing
of, by a blank cell or for want of a column, is no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from services.activities.ledger.rules.absences import Reason
from services.activities.ledger.rules.attendance import Absence, Attendance, Roll, attendance_of
from services.activities.ledger.rules.kinds import OF_BRANCHES, Kind
from services.activities.ledger.rules.matching import match_absentees, match_person, plain_name
from services.activities.ledger.rules.sheet import ActivityRow, Ledger, counted_by_kind
from services.activities.ledger.rules.stages import KINDS_SAID
from services.activities.register.rules.changes import Place
from services.activities.register.rules.meant import Meant
from shared.tables import Problem, RefusedTable, Value, compact
from shared.tables.cells import RefusedRow

MINUTES = 60
NO_COMMITTEE = "那一天名册里没有支部委员，请先登记支部书记和支部委员的任职，再导入"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewActivity:
    """A record to be written, with its whole attendance. `source_key` names where it is from: taken in once."""

    group_id: int
    branch_id: int
    township_id: int
    kind: str
    held_on: date
    source_key: str
    attendance: tuple[Attendance, ...]
    expected: int
    present: int
    minutes: int = 0
    place: str = ""
    topic: str = ""
    content: str = ""
    chair_id: int | None = None
    recorder_id: int | None = None
    group_ids: tuple[int, ...] | None = None  # of a meeting of a branch with groups: those in which it counts
    rolls: Mapping[int, int] = field(default_factory=dict)  # of the same: on whose roll each stands


class Known(NamedTuple):
    """A record that is there already."""

    id: int
    topic: str
    place: str
    minutes: int
    absent: frozenset[int]


class Slot(NamedTuple):
    """A group's activities of a kind on a day."""

    group_id: int
    held_on: date
    kind: str


class GroupAt(NamedTuple):
    """A group by its ids."""

    group_id: int
    branch_id: int


@dataclass(slots=True, kw_only=True)
class LedgerWritten:
    """What bringing a ledger in wrote: the ids of its records; the day of beginning before and after, if it moved."""

    activities: list[int] = field(default_factory=list)
    begins: tuple[date, date] | None = None


@dataclass(slots=True)
class LedgerPlan:
    """What is to be added, and what of the file could not be taken in."""

    rows: int
    problems: list[Problem] = field(default_factory=list)  # beside those of the reading itself
    refused: list[RefusedTable] = field(default_factory=list)
    activities: list[NewActivity] = field(default_factory=list)
    accepted: list[ActivityRow] = field(default_factory=list)
    unchanged: int = 0
    written: LedgerWritten = field(default_factory=LedgerWritten)  # filled in where it is carried out

    @property
    def counts(self) -> dict[str, Any]:
        """The figures of the import, by the names that its JSON has."""
        return {
            "rows": self.rows,
            "read": len(self.accepted),
            "refused": self.rows - len(self.accepted),
            "activities": len(self.accepted),
            "by_kind": counted_by_kind(self.accepted),
            "absences": sum(len(row.absences) for row in self.accepted),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What a ledger is compared with."""

    township_id: int
    units: Mapping[Place, int]
    roll: Roll
    committee: Roll = field(default_factory=Roll)  # of each branch
    known: Mapping[Slot, tuple[Known, ...]]
    exempt_on: Callable[[date], frozenset[str]]
    former: Mapping[Place, Place] = field(default_factory=dict)
    township: str = ""


def plan_ledger(ledger: Ledger, records: Records) -> LedgerPlan:
    """Compare a year's ledger with the records."""
    plan = LedgerPlan(ledger.rows_total)
    comparison = _Comparison(plan, records)
    slots: dict[Slot, list[tuple[ActivityRow, GroupAt]]] = defaultdict(list)
    for row in ledger.rows:
        group = comparison.group_of(row)
        if group:
            slots[Slot(group.group_id, row.held_on, row.kind)].append((row, group))
    for slot, rows in slots.items():
        comparison.slot(slot, rows)
    comparison.say_silent()
    plan.refused = [*ledger.refused, *refused_here(ledger.rows, plan.problems)]
    return plan


class _Comparison:
    """One pass over the rows, slot by slot."""

    def __init__(self, plan: LedgerPlan, records: Records) -> None:
        self.plan = plan
        self.records = records
        self.meant = Meant(records.units, records.former, [records.township] if records.township else [])
        self.found: dict[tuple[str, str, bool], GroupAt | str] = {}
        self.silent: list[ActivityRow] = []
        self.groups: dict[int, list[int]] = {}  # of the branches that met whole

    def say(self, row: ActivityRow, key: str, sentence: str, *, fatal: bool) -> None:
        """Note a problem at the cell of a field."""
        self.plan.problems.append(Problem(row.sheet, row.cell(key, "date"), sentence, row.row, fatal))

    # --- where ---

    def group_of(self, row: ActivityRow) -> GroupAt | None:
        """The group that the row means; a sentence at its cell where there is none."""
        spelt = (row.branch_text, row.group_text, False)
        if row.kind in OF_BRANCHES:  # it is the branch's, in whichever group's ledger it stands
            spelt = (row.branch_text, "", True)
        if spelt not in self.found:
            self.found[spelt] = self.look_up(*spelt)
        found = self.found[spelt]
        if isinstance(found, str):
            self.say(row, "group", found, fatal=True)
            return None
        return found

    def look_up(self, branch_text: str, group_text: str, whole: bool) -> GroupAt | str:  # noqa: FBT001
        """A group by what the row calls it; a branch stands for itself where it is not divided, or meets `whole`."""
        units = self.records.units
        branch = self.meant.branch(branch_text)
        if branch is None:
            return f"系统里没有“{branch_text}”，请先导入花名册，或核对党支部名称"
        branch_id = units[Place(branch, None)]
        groups = self.meant.groups[branch]
        if whole:
            self.groups[branch_id] = [units[Place(branch, each)] for each in groups]
            return GroupAt(branch_id, branch_id)
        if not group_text:
            return f"“{branch}”划分了党小组，请写明是哪个党小组" if groups else GroupAt(branch_id, branch_id)
        group = self.meant.group(branch, group_text)
        if group is None:
            return f"“{branch}”里没有“{group_text}”，请核对党小组名称"
        return GroupAt(units[Place(branch, group)], branch_id)

    # --- what is there already ---

    def slot(self, slot: Slot, rows: list[tuple[ActivityRow, GroupAt]]) -> None:
        """The rows of a group, kind and day: first those whose topic is there already, then the others."""
        known = list(self.records.known.get(slot, ()))
        number, others = len(known), []
        for row, group in rows:
            same = next((each for each in known if compact(each.topic) == compact(row.topic)), None)
            if same is None:
                others.append((row, group))
            else:
                known.remove(same)
                self.compare(row, group, same)
        for row, group in others:
            if known and row.topic:
                self.otherwise(row, "主题", known.pop(0))
            elif known:
                self.compare(row, group, known.pop(0))
            else:
                number += 1
                self.add(row, group, number)

    def compare(self, row: ActivityRow, group: GroupAt, known: Known) -> None:
        """A row whose record is there: unchanged, or said otherwise."""
        absent = frozenset(self.absent(row, self.members(row, group)[0], quiet=True))
        differences = [
            said
            for said, differs in (
                ("地点", row.place not in {"", known.place}),
                ("学时", row.hours is not None and minutes_of(row) != known.minutes),
                ("缺席人员", says_absences(row) and absent != known.absent),
            )
            if differs
        ]
        if differences:
            self.otherwise(row, "、".join(differences), known)
            return
        self.plan.accepted.append(row)
        self.plan.unchanged += 1

    def otherwise(self, row: ActivityRow, what: str, known: Known) -> None:
        """A record of that day and kind says something else."""
        sentence = f"系统里已有这个小组当天的同类记录（编号 {known.id}），{what}不同，没有改动；请在系统中更正那条记录"
        self.say(row, "date", sentence, fatal=True)

    # --- what is new ---

    def add(self, row: ActivityRow, group: GroupAt, number: int) -> None:
        """Plan a new record."""
        members, rolls = self.members(row, group)
        if row.kind == Kind.COMMITTEE_MEETING and not members:
            self.say(row, "kind", NO_COMMITTEE, fatal=True)
            return
        self.check_total(row, members)
        if members and not says_absences(row):
            self.silent.append(row)
        exempt = self.exempt(row, members)
        attendance = attendance_of(members, exempt, self.absent(row, members, quiet=False))
        self.plan.accepted.append(row)
        self.plan.activities.append(
            NewActivity(
                group_id=group.group_id,
                branch_id=group.branch_id,
                township_id=self.records.township_id,
                kind=row.kind.value,
                held_on=row.held_on,
                source_key=f"ledger:{group.group_id}:{row.held_on}:{row.kind}:{number}",
                attendance=attendance.lines,
                expected=attendance.expected,
                present=attendance.present,
                minutes=minutes_of(row),
                place=row.place,
                topic=row.topic,
                content=row.content,
                chair_id=self.person(row, "chair", row.chair_text, members),
                recorder_id=self.person(row, "recorder", row.recorder_text, members),
                group_ids=tuple(sorted({rolls[each.person_id] for each in attendance.lines if each.counted}))
                if rolls and self.groups[group.branch_id]
                else None,
                rolls=rolls,
            )
        )

    def members(self, row: ActivityRow, group: GroupAt) -> tuple[Mapping[int, str], dict[int, int]]:
        """Who belongs to a row, by name; of a meeting of the whole branch also on whose roll each stands."""
        if row.kind == Kind.COMMITTEE_MEETING:
            return self.records.committee.members(group.branch_id, row.held_on), {}
        own = self.records.roll.members(group.group_id, row.held_on)
        if row.kind not in OF_BRANCHES:
            return own, {}
        rolls = dict.fromkeys(own, group.group_id)
        for each in self.groups[group.branch_id]:
            here = self.records.roll.members(each, row.held_on)
            own, rolls = {**own, **here}, {**rolls, **dict.fromkeys(here, each)}
        return own, rolls

    def exempt(self, row: ActivityRow, members: Mapping[int, str]) -> frozenset[int]:
        """Those of whom nothing may be asked that day; of a committee everybody is expected."""
        if row.kind == Kind.COMMITTEE_MEETING:
            return frozenset()
        return self.records.roll.exempt(members, row.held_on, self.records.exempt_on(row.held_on))

    def say_silent(self) -> None:
        """One warning for all new rows of sheets that have no column of those absent or present."""
        if self.silent:
            sentence = f"文件里没有缺席人员一列，{len(self.silent)} 条新记录按全员到会记入，请核对"
            self.say(self.silent[0], "date", sentence, fatal=False)

    def check_total(self, row: ActivityRow, members: Mapping[int, str]) -> None:
        """The typed number should be that of the group's members on that day, with or without those exempt."""
        if not members:
            self.say(row, "group", "系统里这个小组当天没有党员，到会人数没有记入", fatal=False)
        elif row.expected_typed is not None and row.expected_typed != len(members):
            exempt = self.exempt(row, members)
            if row.expected_typed != len(members) - len(exempt):
                sentence = f"应到写着 {row.expected_typed} 人，系统里这个小组当天有 {len(members)} 名党员，请核对"
                self.say(row, "expected", sentence, fatal=False)

    def absent(self, row: ActivityRow, members: Mapping[int, str], *, quiet: bool) -> dict[int, Absence]:
        """Who was not there; names that match nobody are said, unless this was said when the row came first."""
        if row.attendees is not None and not row.absences:
            there = {plain_name(name) for name in row.attendees}
            return {key: Absence(Reason.OTHER) for key, name in members.items() if plain_name(name) not in there}
        found = match_absentees(row.absences, members)
        if not quiet:
            for sentence in found.problems:
                self.say(row, "absent", f"{sentence}，没有记入", fatal=False)
        return {key: Absence(absence.reason.value, absence.stated or None) for absence, key in found.matched}

    def person(self, row: ActivityRow, key: str, text: str, members: Mapping[int, str]) -> int | None:
        """The member who is named as chair or recorder; somebody from elsewhere is only said."""
        if not text:
            return None
        known: dict[int | None, str] = dict(members.items())
        found, sentence = match_person(text, known)
        if sentence:
            role = "主持人" if key == "chair" else "记录人"
            self.say(row, key, f"{role}：{sentence}，没有记入", fatal=False)
        return found


def says_absences(row: ActivityRow) -> bool:
    """Whether the row's sheet has a column of those absent, or of those present."""
    return any(map(row.has, ("absent", "on_leave", "reason", "attendees")))


def minutes_of(row: ActivityRow) -> int:
    """The length of an activity; an hour of study is an hour."""
    return round((row.hours or 0) * MINUTES)


WRITTEN: dict[str, Callable[[ActivityRow], Value]] = {
    "党支部": lambda row: row.branch_text,
    "党小组": lambda row: row.group_text,
    "日期": lambda row: row.held_on,
    "活动类型": lambda row: KINDS_SAID[row.kind],
    "地点": lambda row: row.place,
    "主持人": lambda row: row.chair_text,
    "记录人": lambda row: row.recorder_text,
    "主题": lambda row: row.topic,
    "内容": lambda row: row.content,
    "应到人数": lambda row: row.expected_typed,
    "实到人数": lambda row: row.present_typed,
    "缺席人员及原因": lambda row: "、".join(f"{each.name}（{each.stated}）" for each in row.absences),
    "学时": lambda row: row.hours,
}


def refused_here(rows: Iterable[ActivityRow], problems: Iterable[Problem]) -> list[RefusedTable]:
    """Rows that were read but not taken in, sheet by sheet, as a ledger to be corrected and brought in again."""
    wrong: dict[tuple[str, int], list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.fatal:
            wrong[problem.sheet, problem.row].append(problem)
    tables: dict[str, RefusedTable] = {}
    for row in rows:
        mine = wrong.get((row.sheet, row.row))
        if mine:
            table = tables.setdefault(row.sheet, RefusedTable(row.sheet, tuple(WRITTEN)))
            values = tuple(value(row) for value in WRITTEN.values())
            table.rows.append(RefusedRow(row.row, values, tuple(mine)))
    return list(tables.values())
