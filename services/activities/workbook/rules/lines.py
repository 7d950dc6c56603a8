"""The lines of the desk, whatever they are about: one list, the overdue first, each line with its one button. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import KINDS_SAID
from services.activities.workbook.rules.desk import Todo
from shared.clock import civil_day
from shared.duties import Duty
from shared.roles import Role
from shared.systems import Family, Offered, System, waits_in
from shared.todos import KINDS, Line

MEND, CONFIRM = "activities.mend", "activities.confirm"
DUTIES = "duties"
COMPUTED = {DUTIES: "没有开的组织生活"}  # what no row of a to-do stands for
COUNTED = re.compile(r"^\{n\}[条件份名封个项]")
OF_A_BRANCH = (Role.SECRETARY, Role.COMMITTEE_MEMBER)
# Of these kinds something did not work.
AMISS = (".dead_work", ".bring_in", ".regroup", ".letter")
# Where whoever looks on sees what others have to do.
LOOKED_AT = {
    "activities": "/activities/records?unit_id={unit_id}",
    "assessment": "/assessment/",
    "notify": "/notify/receipts",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the desk.

    said: what is to be done. where: the unit that it is about. mark: its state in a word, with its look (`late`, `due`,
    `none`). notes: by when, and what helps. button, address: where it is done. kind, branch_id: by what a long list
    is filtered. amiss: something did not work, and nothing goes on by itself.
    """

    said: str
    button: str
    address: str
    where: str = ""
    mark: tuple[str, str] = ("", "")
    notes: tuple[str, ...] = ()
    overdue: bool = False
    due_on: date | None = None
    since: date | None = None
    weight: int = 0
    kind: str = ""
    branch_id: int | None = None
    amiss: bool = False

    @property
    def order(self) -> tuple[object, ...]:
        """Overdue, then what has a day, by it, then by age; of two alike the heavier."""
        return (not self.overdue, self.due_on or date.max, self.since or date.max, -self.weight)


def day_of(day: date, today: date) -> str:
    """A day as a line has it; its year where it is another."""
    said = f"{day.month}月{day.day}日"
    return said if day.year == today.year else f"{day.year}年{said}"


def of_line(line: Line, today: date) -> Entry:
    """What waits for a post."""
    by_when = f"{day_of(civil_day(line.since), today)}起"
    if line.due_on:
        by_when = day_of(line.due_on, today) + ("到期" if line.overdue else "前") + "（暂定）" * line.provisional
    stands_in = f"代{line.post.chinese}办理" if line.holder != line.post else ""
    late = "逾期" if line.overdue == line.count else f"{line.overdue}件逾期"
    return Entry(
        said=line.said,
        button=line.button,
        address=line.address,
        where=line.unit_name,
        mark=(late, "late") if line.overdue else ("", ""),
        notes=tuple(note for note in (by_when, stands_in) if note),
        overdue=bool(line.overdue),
        due_on=line.due_on,
        since=civil_day(line.since),
        kind=line.kind,
        branch_id=line.unit_id if line.post in OF_A_BRANCH else None,
        amiss=line.kind.endswith(AMISS),
    )


def of_stead(line: Line, today: date) -> Entry:
    """What whoever stands in sees at another's desk, and may not do himself: he tells whoever may."""
    return replace(
        of_line(line, today),
        button="",
        notes=(f"您代行{line.post.chinese}，只看待办、收通知；请告诉党委，由有权的人办理",),
    )


def of_late(kind: str, post: Role, unit: tuple[int, str, int], count: int, due_on: date) -> Entry:
    """What is overdue with somebody below; the unit as (id, whole name, its branch)."""
    return Entry(
        said=KINDS[kind].words.format(n=count),
        button="查看",
        address=(KINDS[kind].overview or LOOKED_AT[kind.partition(".")[0]]).format(unit_id=unit[0]),
        where=unit[1],
        mark=("逾期", "late"),
        notes=(f"{due_on.year}年{due_on.month}月{due_on.day}日到期", f"等{post.chinese}办"),
        overdue=True,
        due_on=due_on,
        kind=kind,
        branch_id=unit[2],
    )


def of_branch(branch_id: int, name: str, groups: int, missing: int, due: int) -> Entry:
    """What the groups of a branch have not held: so many overdue, so many due this month."""
    figures = [f"{missing}项逾期"] * bool(missing) + [f"{due}项本月到期"] * bool(due)
    return Entry(
        said=f"组织生活：{'，'.join(figures)}",
        button="查看",
        address=f"/activities/duties/units/{branch_id}",
        where=name,
        mark=("逾期", "late") if missing else ("本月", "due"),
        notes=(f"{groups}个党小组",),
        overdue=bool(missing),
        kind=DUTIES,
        branch_id=branch_id,
    )


def of_duties(group_id: int, todo: Iterable[Todo], today: date, *, writes: bool = True) -> list[Entry]:
    """What a group has yet to hold or to write up: a line for each kind, however many months it lacks."""
    kinds: dict[str, list[Todo]] = {}
    for each in todo:
        kinds.setdefault(each.kind, []).append(each)
    return [_of_kind(group_id, kind, found, today, writes=writes) for kind, found in kinds.items()]


def _of_kind(group_id: int, kind: str, found: Sequence[Todo], today: date, *, writes: bool) -> Entry:
    late = [each for each in found if each.overdue]
    now = [each for each in found if not each.overdue]
    missed, times = sum(each.times for each in late), sum(each.times for each in found)
    first = min(each.due_on for each in found if each.due_on)
    notes = [f"{day_of(min(each.due_on for each in now if each.due_on), today)}前"] if now else []
    notes += [f"{day_of(first, today)}到期，开过的请补记"] if late else []
    over = late[0].period if late and not now else None
    on = f"&on={_in_period(over)}" if over else ""
    return Entry(
        said=KINDS_SAID[Kind(kind)] + (f" {times}次" if times > 1 else ""),
        button=("写记录" if now else "补记") if writes else "",
        address=f"/activities/records/new?group_id={group_id}&kind={kind}{on}",
        mark=("逾期" if missed == times else f"{missed}次逾期", "late") if late else ("应做", "due"),
        notes=tuple(notes),
        overdue=bool(late),
        due_on=first,
    )


def _in_period(period: Duty) -> date:
    """The last day of a period that is over: what is made up of January opens in January."""
    return date(period.year, period.last_month, monthrange(period.year, period.last_month)[1])


def of_record(record_id: int, kind: str, held_on: date, returned_why: str | None, *, returned: bool) -> Entry:
    """A record that its writer has yet to finish."""
    return Entry(
        said=f"{KINDS_SAID[Kind(kind)]} {held_on.month}月{held_on.day}日",
        button="修改" if returned else "接着写",
        address=f"/activities/records/{record_id}/correct",
        mark=("已退回", "late") if returned else ("草稿", "none"),
        notes=(f"退回的原因：{returned_why}",) if returned_why else (),
        since=held_on,
        weight=1,
    )


def of_groups(branch_id: int, name: str, groups: int, *, missing: bool) -> Entry:
    """How many groups of a branch have something to make up, or to do by the end of this month."""
    return Entry(
        said=f"{groups}个党小组有逾期或本月待办",
        button="查看",
        address=f"/activities/duties/units/{branch_id}",
        where=name,
        mark=("有逾期", "late") if missing else ("本月", "due"),
        overdue=missing,
    )


def kinds_among(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    """The kinds that a long list has, with their words, to be chosen from."""
    kinds = {each.kind for each in entries}
    return sorted((kind, COMPUTED.get(kind) or COUNTED.sub("", KINDS[kind].words)) for kind in kinds)


def errors_first(entries: Iterable[Entry]) -> list[Entry]:
    """As an office has them: what did not work before all else."""
    return sorted(entries, key=lambda each: (not each.amiss, *each.order))


def of_amiss(said: str, do: str, button: str, address: str) -> Entry:
    """What is amiss with the machine or its history, and what to do about it."""
    return Entry(said, button, address, mark=("请处理", "late"), notes=(do,), overdue=True, amiss=True)


def of_over_quota(cycle_id: int, year: int, given: int, allowed: int) -> Entry:
    """A year in which more are excellent than the quota allows: the committee may mean it so, and sees it stand."""
    return Entry(
        said=f"{year}年度评为优秀的有{given}名，超过名额{allowed}名",
        button="查看",
        address=f"/assessment/cycles/{cycle_id}/board",
        mark=("超名额", "due"),
        notes=("确需超出的，理由已留存；要改的，在评定表里改。",),
    )


def of_look(said: str, address: str, where: str = "") -> Entry:
    """What somebody may look at, though nothing of it waits for him."""
    return Entry(said, "查看", address, where=where)


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """The most urgent first."""
    return sorted(entries, key=lambda each: each.order)


def is_shown_singly(line: Line, *, holder: Role) -> bool:
    """Whether what a line counts stands on the same page one by one, so that the line would say it twice."""
    return line.holder == holder and line.kind == {Role.SECRETARY: CONFIRM}.get(holder, MEND)


@dataclass(frozen=True, slots=True)
class Entrance:
    """A system on the page of the systems, and what of it waits."""

    title: str
    address: str
    why: str
    waits: str


def families_of(
    mine: Sequence[Line], systems: Mapping[System, Offered], on: Container[System], owed: Mapping[System, str]
) -> list[tuple[str, list[Entrance]]]:
    """The groups that have a system in them that is on, with what waits in each and what of it is `owed`."""
    found = []
    for family in Family:
        here = [(system, offered) for system, offered in systems.items() if offered.family is family and system in on]
        listed = [
            Entrance(
                each.title, each.address, each.why, "，".join(filter(None, (waits_in(system, mine), owed.get(system))))
            )
            for system, each in here
        ]
        found += [(family.value, listed)] if listed else []
    return found


def off_of(systems: Mapping[System, Offered], on: Container[System]) -> list[Offered]:
    """The systems that are off: what was done in them before stays to be read."""
    return [offered for system, offered in systems.items() if system not in on]
