"""What in a register does not fit its rules: groups too small or large, or leaderless; who is to be looked at. Pure.

Nothing here is decided or changed: each line says what is so, by which rule, and where a person mends it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.activities.register.rules.regrouping import day_said
from services.activities.register.rules.terms import OVER, ahead
from shared.rulebase import Rule, Rules


class Fault(StrEnum):
    """What may be amiss, in the order in which it is shown."""

    TERM = "term"
    LEADERLESS = "leaderless"
    PROBATION = "probation"
    ELSEWHERE = "elsewhere"
    SMALL = "small"
    LARGE = "large"


FAULTS_SAID: dict[Fault, str] = {
    Fault.TERM: "支部委员会就要届满、届满未改选的",
    Fault.LEADERLESS: "没有党小组长",
    Fault.PROBATION: "预备期就要满的",
    Fault.ELSEWHERE: "支部委员没有编入本支部的党小组",
    Fault.SMALL: "人数偏少的党小组",
    Fault.LARGE: "人数偏多的党小组",
}
PRESSING = frozenset({Fault.TERM, Fault.LEADERLESS, Fault.PROBATION, Fault.ELSEWHERE})
"""Those on which somebody must act: each stands on a desk, too (looking_over)."""
LIVES_THERE = "村“两委”成员编入居住地的党小组（实施意见）"
ONE_YEAR = "预备期为一年，从支部大会通过之日算起（中国共产党发展党员工作细则第三十条）"
WITH_THE_COMMITTEE = "党小组长的任期和支部委员会相同，同期改选（实施意见）"
VACANT = "党小组设组长一名（实施意见）"


@dataclass(frozen=True, slots=True)
class GroupNow:
    """A group as it stands today: how many members, whether somebody leads it."""

    unit_id: int
    name: str
    members: int
    led: bool


@dataclass(frozen=True, slots=True)
class OnProbation:
    """A probationary member, where he belongs, and the day of the meeting that admitted him."""

    person_id: int
    name: str
    unit_id: int
    unit: str
    joined_on: date | None


@dataclass(frozen=True, slots=True)
class Seated:
    """A member of a branch's committee who belongs to none of its groups; `where` he does."""

    person_id: int
    name: str
    branch_id: int
    branch: str
    where: str


@dataclass(frozen=True, slots=True)
class TermNow:
    """The term that runs in a branch, and its last day by the rule."""

    unit_id: int
    unit: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Amiss:
    """One line of the list: what is so, by which rule; the unit, and the person whom it concerns, if one."""

    fault: Fault
    unit_id: int
    unit: str
    said: str
    rule: str
    person_id: int | None = None
    due_on: date | None = None


def amiss_in(
    groups: Sequence[GroupNow],
    probation: Iterable[OnProbation],
    seated: Iterable[Seated],
    rules: Rules,
    today: date,
    *,
    terms: Iterable[TermNow] = (),
) -> list[Amiss]:
    """Everything that does not fit, what presses first, then by kind, each in the order in which it came."""
    found = [*sizes(groups, rules), *leaderless(groups), *ending(probation, today), *elsewhere(seated)]
    found += running_out(terms, today, ahead(rules))
    order = list(Fault)
    return sorted(found, key=lambda each: (order.index(each.fault), each.due_on or date.max))


def sizes(groups: Iterable[GroupNow], rules: Rules) -> Iterator[Amiss]:
    """Groups that are smaller or larger than the rules say; where they say nothing, none."""
    least, most = rules.by_key.get("group.size_min"), rules.by_key.get("group.size_max")
    for each in groups:
        if least and least.number is not None and each.members < least.number:
            yield _sized(Fault.SMALL, each, least, "少于")
        if most and most.number is not None and each.members > most.number:
            yield _sized(Fault.LARGE, each, most, "多于")


def _sized(fault: Fault, group: GroupNow, rule: Rule, how: str) -> Amiss:
    advice = "，一般应当" if rule.generally else ""
    said = f"现有{group.members}名党员，{how}{rule.value}人"
    return Amiss(fault, group.unit_id, group.name, said, f"{rule.title}{advice}{rule.figure()}（{rule.cited}）")


def size_said(members: int, rules: Rules) -> str:
    """A group's size against the rules, in one sentence; empty where they say nothing of it."""
    known = [rule for key in ("group.size_min", "group.size_max") if (rule := rules.by_key.get(key))]
    wrong = [amiss.said for amiss in sizes([GroupNow(0, "", members, led=True)], rules)]
    if not known:
        return ""
    return f"{wrong[0] if wrong else '人数合适'}：{'，'.join(rule.said() for rule in known)}"


def leaderless(groups: Iterable[GroupNow]) -> Iterator[Amiss]:
    """Groups in which nobody holds the post."""
    for each in groups:
        if not each.led:
            yield Amiss(Fault.LEADERLESS, each.unit_id, each.name, "现在没有党小组长", VACANT)


def ending(probation: Iterable[OnProbation], today: date) -> Iterator[Amiss]:
    """Those whose year ends within a month or is over; of whom no day is known, that is said."""
    for each in probation:
        about = (each.unit_id, each.unit)
        if each.joined_on is None:
            said = f"{each.name}没有登记入党日期，算不出预备期"
            yield Amiss(Fault.PROBATION, *about, said, ONE_YEAR, each.person_id)
        elif (due := years_later(each.joined_on)) <= month_later(today):
            how = "已满" if due <= today else "将满"
            said = f"{each.name}的预备期{due.year}年{due.month}月{due.day}日{how}，请办理转正"
            yield Amiss(Fault.PROBATION, *about, said, ONE_YEAR, each.person_id, due)


def elsewhere(seated: Iterable[Seated]) -> Iterator[Amiss]:
    """Members of a committee who sit in none of the groups of their branch."""
    for each in seated:
        said = f"{each.name}现在编在{each.where}" if each.where else f"{each.name}没有编入党小组"
        yield Amiss(Fault.ELSEWHERE, each.branch_id, each.branch, said, LIVES_THERE, each.person_id)


def running_out(terms: Iterable[TermNow], today: date, before: timedelta) -> Iterator[Amiss]:
    """Terms that end before long, and those that are over: no post ends with them by itself."""
    for each in terms:
        if each.due_on <= today + before:
            day = day_said(each.due_on)
            said = f"{day}{OVER}，原来的任职照常" if each.due_on < today else f"{day}届满，请按期换届"
            yield Amiss(Fault.TERM, each.unit_id, each.unit, said, WITH_THE_COMMITTEE, due_on=each.due_on)


def years_later(day: date) -> date:
    """The same day a year later; of the 29th of February the 28th."""
    return date(day.year + 1, day.month, min(day.day, monthrange(day.year + 1, day.month)[1]))


def month_later(day: date) -> date:
    """The same day of the next month, else its last day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)  # noqa: PLR2004
    return date(year, month, min(day.day, monthrange(year, month)[1]))
