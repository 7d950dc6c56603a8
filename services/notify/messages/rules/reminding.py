"""Who is reminded of what waits, and when: the levels around its day, who is meant at each, and the words."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from services.notify.messages.rules.telling import Kind, Storey, Telling
from shared.roles import Role
from shared.rulebase import Rules
from shared.todos import KINDS
from shared.workdays import Workdays

REMINDED_FACT = "TodosReminded"
LATE, REPORTED = 1, 2
"""The levels after its day; those before it are the working days that are left, below zero."""
LONGEST_MONTH = 31

# What is filled in by the database: of each line its unit, what waits there, its day, in how many units it waits,
# and in which.
PLACES = {"unit": "%1$s", "what": "%2$s", "due_on": "%3$s", "units": "%4$s", "which": "%5$s"}
NAMED_MAX = 40  # so many units are named in words; the page has them all
REMINDED_WORDS = {"unit": "收信单位", "what": "待办事项", "due_on": "期限", "units": "单位数", "which": "没有办的单位"}


class Meant(StrEnum):
    """Who is meant by a reminder, each with words of his own."""

    NEAR = "near"  # before its day whoever it waits for
    LATE = "late"  # the same, after it
    REPORTED = "reported"  # the same, once it is reported
    ABOVE = "above"  # after its day the next in the list of vacancies
    TOWNSHIP = "township"  # the township, to which it is reported


def _to(meant: Meant, recipient: str, title: str, body: str) -> Telling:
    # Its own post and unit are those of each thing.
    to, at = Role.ORGANISER, Storey.TOWNSHIP
    return Telling(name=meant, to=to, at=at, kind=Kind.REMINDER, title=title, body=body, recipient=recipient)


REMINDING: dict[Meant, Telling] = {
    Meant.NEAR: _to(
        Meant.NEAR, "经办的人，到期前", "{what}，期限{due_on}", "{unit}有{what}，期限是{due_on}，还没有办，请按期办理。"
    ),
    Meant.LATE: _to(
        Meant.LATE,
        "经办的人，逾期后",
        "{what}，已经逾期",
        "{unit}有{what}，已过{due_on}的期限，请尽快办理。",
    ),
    Meant.REPORTED: _to(
        Meant.REPORTED,
        "经办的人，上报时",
        "{what}，逾期已报乡镇",
        "{unit}有{what}，已过{due_on}的期限，已报乡镇，请马上办理。",
    ),
    Meant.ABOVE: _to(
        Meant.ABOVE,
        "经办的人的上一级",
        "{units}个单位有事逾期：{what}",
        "{unit}有{units}个单位的事过了{due_on}的期限还没有办：{what}。没有办的是：{which}。请督促。",
    ),
    Meant.TOWNSHIP: _to(
        Meant.TOWNSHIP,
        "乡镇",
        "逾期上报：{units}个单位{what}",
        "{unit}有{units}个单位的事过了{due_on}的期限，到了上报的时候还没有办：{what}。没有办的是：{which}。请督办。",
    ),
}


def levels(due_on: date, kind: str, rules: Rules, workdays: Workdays) -> Iterator[tuple[int, date]]:
    """Each level of a day with the day on which it comes, by the rules and the working days of today."""
    for lead in rules.numbers(KINDS[kind].leads):
        if KINDS[kind].by_months:
            yield -LONGEST_MONTH * lead, months_before(due_on, lead)
        else:
            yield -lead, workdays.before(due_on, lead).day
    yield LATE, workdays.add(due_on, rules.integer("reminder.late_working_days")).day
    yield REPORTED, workdays.add(due_on, rules.integer("reminder.report_working_days")).day


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, else the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def reminded_kinds() -> list[str]:
    """The kinds that are reminded of here."""
    return list(KINDS)


def in_places(template: str) -> str:
    """A wording for `format()` of PostgreSQL."""
    return template.replace("%", "%%").format(**PLACES)


def what_waits(kind: str) -> str:
    """What waits of a kind, for `format()`: how many there are, and the unit."""
    return KINDS[kind].words.replace("%", "%%").replace("{n}", "%1$s").replace("{unit}", "%2$s")
