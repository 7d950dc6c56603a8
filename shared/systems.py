"""The systems of the house, in the groups in which people meet them, and what of each may wait. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.todos import Line


class System(StrEnum):
    """A system that a township may have."""

    GROUP_LIFE = "group_life"
    WORKBOOK = "workbook"
    ASSESSMENT = "assessment"
    CHOOSINGS = "choosings"
    CONCERNS = "concerns"
    GRID = "grid"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return SYSTEMS[self].title


class Family(StrEnum):
    """The groups of the systems, in the order in which people meet them."""

    LIFE = "组织生活"
    RANKS = "队伍"
    TASKS = "任务"
    PEOPLE = "群众"
    MEANS = "保障"


@dataclass(frozen=True, slots=True)
class Offered:
    """A system for people.

    family: where it stands on the page of the systems; None where the bar has it. address: its first page. why: what it
    is for. kinds: what of it may wait (shared/todos.py). part_of: the system that it comes and goes with.
    """

    title: str
    family: Family | None
    address: str
    why: str
    kinds: tuple[str, ...] = ()
    part_of: System | None = None


SYSTEMS: dict[System, Offered] = {
    System.GROUP_LIFE: Offered(
        "组织生活",
        Family.LIFE,
        "/activities/duties",
        "党小组会、学习、组织生活会、主题党日：谁该开、开了没有，会后写一条记录。",
        ("activities.confirm", "activities.mend"),
    ),
    System.WORKBOOK: Offered(
        "工作册",
        Family.MEANS,
        "/activities/books",
        "按已确认的记录自动汇编的季度册，可以打印，不用重新填写。",
        part_of=System.GROUP_LIFE,
    ),
    System.ASSESSMENT: Offered(
        "考核",
        None,
        "/assessment/",
        "党小组长的年度考核：提名、审查备案、评定、公示、整改、调整。",
        (
            *("assessment.nominate", "assessment.review", "assessment.rate", "assessment.answer", "assessment.take_up"),
            *("assessment.plan", "assessment.report", "assessment.check", "assessment.replace", "assessment.go_on"),
            *("assessment.succeed", "assessment.oversee", "assessment.open", "assessment.rework"),
            *("assessment.end", "assessment.survey", "assessment.spot"),
        ),
    ),
    System.CHOOSINGS: Offered(
        "选配换届",
        Family.RANKS,
        "/assessment/choosings",
        "党小组长、副组长的人选：支部提名或者党小组推选，审查备案，到任；出缺了及时补上。",
        (
            *("assessment.choose", "assessment.hand_in"),
            *("assessment.file", "assessment.agree", "assessment.unseated"),
        ),
    ),
    System.CONCERNS: Offered(
        "群众意见",
        Family.PEOPLE,
        "/activities/concerns",
        "群众说的事：二十秒记下，当场解决或者上交，答复了带回去。只记事，不记人。",
        (
            *("activities.concern_pass", "activities.concern_accept", "activities.concern_mend"),
            *("activities.concern_answer", "activities.concern_outside", "activities.concern_tell"),
            *("activities.concern_close", "activities.concern_time", "activities.concern_again"),
        ),
    ),
    System.GRID: Offered(
        "网格",
        Family.PEOPLE,
        "/activities/cells",
        "谁住在哪个网格、谁联系哪些户；没有编入网格的党员、没有党员的网格，列出来补上。只记门牌和户数，不记住户。",
        ("activities.cell_agree", "activities.cell_gaps", "activities.cell_place"),
    ),
}


SWITCHED = tuple(system for system, offered in SYSTEMS.items() if offered.part_of is None)
"""What a township switches on and off; the register and the messages it always has."""
AT_FIRST = (System.GROUP_LIFE, System.ASSESSMENT)
"""What is on until it decides otherwise."""


def waits_in(system: System, lines: Iterable[Line]) -> str:
    """What of a system waits, in words; empty where nothing does."""
    return "，".join(line.said for line in lines if line.kind in SYSTEMS[system].kinds)
