"""A roster read: every member that can be, every row that cannot with its cell and a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from services.activities.register.rules.alike import Alike
from services.activities.register.rules.caring import of_a_part
from services.activities.register.rules.columns import ROSTER
from services.activities.register.rules.corrected import is_long, set_right
from services.activities.register.rules.guests import GUESTS, GuestRow, from_elsewhere, of_guests
from services.activities.register.rules.identity import PROVINCES
from services.activities.register.rules.leaving import Leaving
from services.activities.register.rules.people import PersonRow, RowReader
from services.activities.register.rules.posts import OF_GROUP, SINGLE, Held, Kind, PostHeld
from services.activities.register.rules.shifted import shifted
from shared.tables import (
    ColumnUnderstood,
    Heading,
    Kept,
    Line,
    Problem,
    ReadDate,
    RefusedTable,
    Skipped,
    Standing,
    Workbook,
    kept,
    lines_of,
    settle_units,
)
from shared.tables.aside import gathered, set_aside, totals_off
from shared.tables.lines import SheetLines
from shared.tables.standing import unread
from shared.tables.units import unit_phrase

NEEDED = ("name", "branch", "group", "id_number", "kind")
"""The fields that must be read where they are there: what failed in them may mean anybody, or anywhere."""


@dataclass(frozen=True, slots=True)
class Roster:
    """What a file held. `rows_total` = people and guests read + rows refused; `skipped` were never rows of people."""

    columns: list[ColumnUnderstood] = field(default_factory=list)
    rows_total: int = 0
    people: list[PersonRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    leaving: list[Leaving] = field(default_factory=list)  # rows of people who are on the roll no more
    part: list[str] = field(default_factory=list)  # sheets that are lists of some members
    named: list[str] = field(default_factory=list)  # every branch that stands in it, also over rows that were refused
    guests: list[GuestRow] = field(default_factory=list)  # who came in from elsewhere and is no member
    headings: list[Heading] = field(default_factory=list, repr=False)
    standing: list[Standing] = field(default_factory=list, repr=False)  # the rows as they stand in the file

    @property
    def refused(self) -> list[RefusedTable]:
        """The rows that were not read."""
        return self.refused_with(())

    def refused_with(self, problems: Iterable[Problem]) -> list[RefusedTable]:
        """The rows that were not read, and those that have one of these problems."""
        return Kept(self.headings, self.standing).refused([*self.problems, *problems])

    @property
    def rows_refused(self) -> int:
        """How many rows were not read."""
        return self.rows_total - len(self.people) - len(self.guests)

    @property
    def errors(self) -> list[Problem]:
        """The problems for which rows were refused."""
        return [problem for problem in self.problems if problem.fatal]

    @property
    def warnings(self) -> list[Problem]:
        """What was read but is doubtful."""
        return [problem for problem in self.problems if not problem.fatal]

    @property
    def branches(self) -> list[str]:
        """The branches, in the file's order."""
        return list(dict.fromkeys(person.branch for person in self.people if person.branch))

    @property
    def groups(self) -> list[tuple[str, str]]:
        """The groups as (branch, group), in the file's order."""
        named = (person for person in self.people if person.branch and person.group)
        return list(dict.fromkeys((person.branch, person.group or "") for person in named))

    def holders(self, kind: Held) -> int:
        """How many hold a post of this kind."""
        return sum(post.kind is kind for person in self.people for post in person.posts)

    @property
    def counts(self) -> dict[str, int]:
        """The figures of the import, by the names that its JSON has."""
        return {
            "rows": self.rows_total,
            "read": len(self.people) + len(self.guests),
            "refused": self.rows_refused,
            "branches": len(self.branches),
            "groups": len(self.groups),
            "members": len(self.people),
            "probationary": sum(person.kind is Kind.PROBATIONARY for person in self.people),
            "leaders": self.holders(Held.LEADER),
            "secretaries": self.holders(Held.SECRETARY),
        }


def read_roster(workbook: Workbook, *, today: date, township: str = "", standing: bool = True) -> Roster:
    """The members in a workbook. `today`, the office's date, decides centuries and what lies ahead.

    `township`: its name, no part of a branch's. `standing`: each row is kept as it stands, else those not read alone.
    """
    others = from_elsewhere(workbook, today)
    sheets = [lines_of(sheet, ROSTER) for sheet in workbook.sheets if not of_guests(sheet)]
    lines = [line for found in sheets for line in found.lines]
    problems = [*_of_sheets(sheets), *settle_units(lines, township)]
    right, not_right = set_right(lines)
    readable, aside = set_aside(right, ROSTER, NEEDED, shifted)
    people, copies, row_problems, leaving = _people(readable, today)
    leaving += _former(lines, today)
    people, post_problems = _single_posts(people)
    problems += [
        *others.problems,
        *not_right,
        *aside,
        *row_problems,
        *post_problems,
        *_unknown_provinces(people),
        *_no_number(people),
        *_namesakes(people),
    ]
    places = {sheet.name: place for place, sheet in enumerate(workbook.sheets)}
    rows = _kept(lines, others.lines, None if standing else problems)
    part = [found.sheet.name for found in sheets if of_a_part(found) or any(map(is_long, found.layouts))]
    return Roster(
        columns=_understood(sheets) + others.columns,
        rows_total=len(right) + len(not_right) - len(copies) + len(others.lines),
        people=people,
        problems=sorted(gathered(problems), key=lambda problem: (places[problem.sheet], problem.row)),
        skipped=[*(skipped for found in sheets for skipped in found.skipped), *others.skipped, *copies],
        part=part,
        named=list(dict.fromkeys(line.branch for line in lines if line.branch and line.sheet not in part)),
        leaving=leaving,
        guests=others.people,
        headings=rows.headings,
        standing=rows.rows,
    )


def _kept(lines: list[Line], guests: list[Line], problems: list[Problem] | None) -> Kept:
    """The rows as they stand; with problems, those that were not read alone."""
    members, others = [each if problems is None else unread(each, problems) for each in (lines, guests)]
    return kept(ROSTER, members).with_those(kept(GUESTS, others))


def _of_sheets(sheets: Iterable[SheetLines]) -> Iterator[Problem]:
    for found in sheets:
        yield from found.problems
        yield from totals_off(found, "人")


def _understood(sheets: Iterable[SheetLines]) -> list[ColumnUnderstood]:
    return [c for found in sheets for layout in found.layouts for c in layout.understood(found.sheet.name, ROSTER)]


def _people(lines: list[Line], today: date) -> tuple[list[PersonRow], list[Skipped], list[Problem], list[Leaving]]:
    """Who was read, which rows only repeat another sheet's, what was said of the rows, and who left."""
    leaving: list[Leaving] = []
    people: list[PersonRow] = []
    copies: list[Skipped] = []
    problems: list[Problem] = []
    known = _Known()
    for line in lines:
        reader = RowReader(line, today=today, question=line.layout.heading_of("kind"))
        person = reader.read()
        if reader.left and (leaver := person or reader.leaver()):
            leaving.append(Leaving(leaver, *reader.left, read=person is not None))
        twin = known.twin(person) if person else known.numbered(reader)
        if twin and (_same_entry(person, twin) if person and person.branch else _unplaced_copy(line, reader, twin)):
            copies.append(Skipped(line.sheet, line.row, f"工作表“{twin.sheet}”第 {twin.row} 行已有此人，已跳过"))
            continue
        if person and twin:
            _say_twin(reader, person, twin)
        elif twin:
            _say_number_taken(reader, twin)
        elif person:
            known.add(person)
            people.append(person)
        problems += reader.problems
    return people, copies, problems, leaving


def _former(lines: Iterable[Line], today: date) -> Iterator[Leaving]:
    """Whoever stands below a line, or in a sheet, of former members, whether or not his own row says so too."""
    for line in lines:
        if not line.former or line.hidden or line.stands("name").mark:
            continue
        reader = RowReader(line, today=today)
        reader.read()
        if leaver := reader.leaver():
            cell, said = reader.left or (line.address("name"), line.former)
            yield Leaving(leaver, cell, said)


class _Known:
    """Who has been met: by number, and by name and branch."""

    def __init__(self) -> None:
        self.by_number: dict[str, PersonRow] = {}
        self.by_name: dict[tuple[str, str], list[PersonRow]] = defaultdict(list)

    def add(self, person: PersonRow) -> None:
        """Remember somebody."""
        self.by_name[person.name, person.branch].append(person)
        if person.id_number:
            self.by_number[person.id_number] = person

    def numbered(self, reader: RowReader) -> PersonRow | None:
        """The one already met with the number of a row that was not read for another reason."""
        return self.by_number.get(reader.number.number) if reader.number else None

    def twin(self, person: PersonRow) -> PersonRow | None:
        """The one already met who is, or cannot be told from, this person."""
        if person.id_number and person.id_number in self.by_number:
            return self.by_number[person.id_number]
        namesakes = self.by_name.get((person.name, person.branch), ())
        return next((other for other in namesakes if _cannot_tell(person, other)), None)


def _cannot_tell(one: PersonRow, other: PersonRow) -> bool:
    """Whether two of the same name and branch may be the same: not both numbered, and birth dates no help."""
    if one.id_number and other.id_number:
        return False
    if one.born_on is None or other.born_on is None:
        return True
    return ReadDate(one.born_on, one.born_precision).covers(other.born_on) or ReadDate(
        other.born_on, other.born_precision
    ).covers(one.born_on)


def _same_entry(person: PersonRow, twin: PersonRow) -> bool:
    """Whether a row only repeats what stands in another sheet, as where a list of all precedes one for each branch."""
    return person.sheet != twin.sheet and (person.name, person.branch, person.id_number, person.born_on) == (
        twin.name,
        twin.branch,
        twin.id_number,
        twin.born_on,
    )


def _unplaced_copy(line: Line, reader: RowReader, twin: PersonRow) -> bool:
    """Whether a row only lists again, without a branch, somebody who stands with his branch in another sheet."""
    return not line.branch and line.sheet != twin.sheet and reader.name()[0] == twin.name


def _say_twin(reader: RowReader, person: PersonRow, twin: PersonRow) -> None:
    if person.id_number and person.id_number == twin.id_number:
        _say_number_taken(reader, twin)
    else:
        place = _place(twin, twin.where, person.sheet)
        reader.say("name", f"与 {place} 同支部、同姓名，又缺少身份证号，分不清是不是同一个人")


def _say_number_taken(reader: RowReader, twin: PersonRow) -> None:
    place = _place(twin, twin.cell("id_number"), reader.line.sheet)
    reader.say("id_number", f"身份证号与 {place} 相同，同一个人不能登记两次")


def _place(person: PersonRow, cell: str, from_sheet: str) -> str:
    """A cell of somebody's row, as it is named in another row's sentence."""
    return cell if person.sheet == from_sheet else f"工作表“{person.sheet}”的 {cell}"


def _single_posts(people: list[PersonRow]) -> tuple[list[PersonRow], list[Problem]]:
    """The people with each single post held once; the second holder is read without it."""
    first: dict[tuple[Held, str, str | None], PersonRow] = {}
    kept, problems = [], []
    for person in people:
        posts = []
        for post in person.posts:
            wrong = _post_taken(person, post, first)
            if wrong:
                problems.append(Problem(person.sheet, person.cell("post"), wrong, person.row, fatal=False))
            else:
                posts.append(post)
        kept.append(person if len(posts) == len(person.posts) else replace(person, posts=tuple(posts)))
    return kept, problems


def _post_taken(person: PersonRow, post: PostHeld, first: dict[tuple[Held, str, str | None], PersonRow]) -> str:
    """Why a post cannot be this person's, if so."""
    if post.kind not in SINGLE:
        return ""
    in_group = post.kind in OF_GROUP
    if in_group and person.group is None:
        return ""  # which group that is, the register may know
    unit = (post.kind, person.branch, person.group if in_group else None)
    holder = first.setdefault(unit, person)
    if holder is person:
        return ""
    name = unit_phrase(person.branch, (person.group or "") if in_group else "")
    place = _place(holder, holder.where, person.sheet)
    return f"{name}已有{SINGLE[post.kind]}（{place}），这里的“{post.title}”没有记入"


def _unknown_provinces(people: Iterable[PersonRow]) -> Iterator[Problem]:
    """One warning for each unknown beginning of numbers, not one a person."""
    found: dict[str, list[PersonRow]] = defaultdict(list)
    for person in people:
        if person.id_number and person.id_number[:2] not in PROVINCES:
            found[person.id_number[:2]].append(person)
    for code, theirs in found.items():
        sentence = f"身份证号以 {code} 开头的有 {len(theirs)} 人，不是国家公布的省份代码，请核对"
        yield Problem(theirs[0].sheet, theirs[0].cell("id_number"), sentence, theirs[0].row, fatal=False)


def _no_number(people: Iterable[PersonRow]) -> Iterator[Problem]:
    """A warning for each without a number, or one for a whole sheet that has no such column."""
    sheets = set()
    for person in people:
        if person.id_number:
            continue
        if person.has("id_number"):
            sentence = "没有填身份证号，按姓名、出生日期和支部认人"
            yield Problem(person.sheet, person.cell("id_number"), sentence, person.row, fatal=False)
        elif person.sheet not in sheets:
            sheets.add(person.sheet)
            sentence = "这张表没有身份证号一列，按姓名、出生日期和支部认人"
            yield Problem(person.sheet, person.where, sentence, person.row, fatal=False)


def _namesakes(people: list[PersonRow]) -> Iterator[Problem]:
    """A warning of those who may stand in two branches: of one name and year of birth, and not both numbered."""
    alike = Alike()
    everybody: dict[tuple[str, int | str], set[str]] = defaultdict(set)
    unnumbered: dict[tuple[str, int | str], set[str]] = defaultdict(set)
    doubtful = {person.name for person in people if not person.id_number}
    for person in people:
        if not person.branch or person.name not in doubtful:
            continue  # the register knows where he is, or who
        year = person.born_on.year if person.born_on else "unknown"
        known = unnumbered if person.id_number else everybody
        alike_years = ["any"] if year == "unknown" else [year, "unknown"]
        branches = set[str]().union(*(known[person.name, each] for each in alike_years))
        if branches - {person.branch}:
            sentence = "与别的支部的党员同姓名、又缺少身份证号的 {n} 人，请核对是不是登记了两次：{who}"
            alike.add(sentence, person, note=person.branch)
        for found in (everybody,) if person.id_number else (everybody, unnumbered):
            found[person.name, year].add(person.branch)
            found[person.name, "any"].add(person.branch)
    return alike.problems()
