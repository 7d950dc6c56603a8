"""Rectification and replacement: their stages, the tables of moves, deadlines, and the two-year rule."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from services.assessment.schemes.rules import Grade, consecutive_incompetent
from shared.moves import Machine, Move
from shared.roles import Role
from shared.rulebase import Rules
from shared.workdays import Workdays

OFFICE = frozenset({Role.ORGANISER, Role.COMMITTEE})  # the committee only where an organiser has stood in
BRANCH = frozenset({Role.SECRETARY, Role.ORGANISER})  # an organiser only where the branch has no secretary
COMMITTEE = frozenset({Role.COMMITTEE})


class RectificationStage(StrEnum):
    """Where a rectification stands."""

    PLAN = "plan"  # the branch analyses the causes and proposes measures
    WORK = "work"  # the branch carries them out
    RETURNED = "returned"  # reported, and sent back: the branch carries on
    CHECK = "check"  # the branch has reported: the township checks
    CLEARED = "cleared"  # accepted
    ENDED = "ended"  # over without that: with his post, or because the grade was decided again

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return CHINESE[self]


CHINESE: dict[RectificationStage, str] = {
    RectificationStage.PLAN: "待制定措施",
    RectificationStage.WORK: "整改中",
    RectificationStage.RETURNED: "被退回，继续整改",
    RectificationStage.CHECK: "待验收",
    RectificationStage.CLEARED: "已整改",
    RectificationStage.ENDED: "已终止",
}


class RectificationStep(StrEnum):
    """What takes a rectification on."""

    PLAN = "plan"
    REPORT = "report"
    ACCEPT = "accept"
    RETURN = "return"
    END = "end"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STEP_CHINESE[self]


STEP_CHINESE: dict[RectificationStep, str] = {
    RectificationStep.PLAN: "制定措施",
    RectificationStep.REPORT: "上报整改情况",
    RectificationStep.ACCEPT: "验收通过",
    RectificationStep.RETURN: "退回继续整改",
    RectificationStep.END: "终止",
}

# The word of each step in the fact that tells of it.
SAID: dict[RectificationStep, str] = {
    RectificationStep.PLAN: "planned",
    RectificationStep.REPORT: "reported",
    RectificationStep.ACCEPT: "accepted",
    RectificationStep.RETURN: "returned",
    RectificationStep.END: "ended",
}

SYSTEM = frozenset({Role.SYSTEM})
GOING_ON = (
    RectificationStage.PLAN,
    RectificationStage.WORK,
    RectificationStage.RETURNED,
    RectificationStage.CHECK,
)
OVER = (RectificationStage.CLEARED, RectificationStage.ENDED)

MOVES: Machine[RectificationStage, RectificationStep] = Machine(
    "rectification",
    start=RectificationStage.PLAN,
    moves={
        (RectificationStage.PLAN, RectificationStep.PLAN): Move(RectificationStage.WORK, BRANCH),
        (RectificationStage.WORK, RectificationStep.REPORT): Move(RectificationStage.CHECK, BRANCH),
        (RectificationStage.CHECK, RectificationStep.ACCEPT): Move(RectificationStage.CLEARED, OFFICE),
        (RectificationStage.CHECK, RectificationStep.RETURN): Move(RectificationStage.RETURNED, OFFICE),
        (RectificationStage.RETURNED, RectificationStep.REPORT): Move(RectificationStage.CHECK, BRANCH),
        **{(stage, RectificationStep.END): Move(RectificationStage.ENDED, SYSTEM) for stage in GOING_ON},
    },
)

WAITS: dict[str, tuple[str, Role] | None] = {
    RectificationStage.PLAN: ("assessment.plan", Role.SECRETARY),
    RectificationStage.WORK: ("assessment.report", Role.SECRETARY),
    RectificationStage.RETURNED: ("assessment.rework", Role.SECRETARY),
    RectificationStage.CHECK: ("assessment.check", Role.ORGANISER),
    RectificationStage.CLEARED: None,
    RectificationStage.ENDED: None,
}

BY_THE_BRANCH = frozenset({RectificationStep.PLAN, RectificationStep.REPORT})
# As long as it stands here, the branch has something to do and the deadline runs.
WITH_THE_BRANCH = frozenset({RectificationStage.PLAN, RectificationStage.WORK, RectificationStage.RETURNED})
AT_WORK = frozenset({RectificationStage.WORK, RectificationStage.RETURNED})


class ReplacementStage(StrEnum):
    """Where the proposal of a replacement stands. The software proposes and never decides."""

    PROPOSED = "proposed"
    DECIDED = "decided"  # from a day on; undone until then, and the group has a leader to find
    REPLACED = "replaced"  # the group has another leader, or is no more
    KEPT = "kept"
    ENDED = "ended"  # a grade that it rested on was decided again

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return REPLACEMENT_CHINESE[self]


REPLACEMENT_CHINESE: dict[ReplacementStage, str] = {
    ReplacementStage.PROPOSED: "待党委决定",
    ReplacementStage.DECIDED: "决定调整",
    ReplacementStage.REPLACED: "已调整",
    ReplacementStage.KEPT: "不作调整",
    ReplacementStage.ENDED: "已终止",
}


class ReplacementStep(StrEnum):
    """What the committee may decide; and the end of a proposal that rests on nothing any more."""

    REPLACE = "replace"
    KEEP = "keep"
    UNDO = "undo"
    SETTLE = "settle"
    END = "end"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STEPS_OF_REPLACEMENT[self]


STEPS_OF_REPLACEMENT: dict[ReplacementStep, str] = {
    ReplacementStep.REPLACE: "决定调整",
    ReplacementStep.KEEP: "决定不作调整",
    ReplacementStep.UNDO: "撤销调整决定",
    ReplacementStep.SETTLE: "新组长已任职",
    ReplacementStep.END: "终止",
}


REPLACEMENT_MOVES: Machine[ReplacementStage, ReplacementStep] = Machine(
    "replacement",
    start=ReplacementStage.PROPOSED,
    moves={
        (ReplacementStage.PROPOSED, ReplacementStep.REPLACE): Move(ReplacementStage.DECIDED, COMMITTEE),
        (ReplacementStage.PROPOSED, ReplacementStep.KEEP): Move(ReplacementStage.KEPT, COMMITTEE),
        (ReplacementStage.DECIDED, ReplacementStep.UNDO): Move(ReplacementStage.PROPOSED, COMMITTEE),
        (ReplacementStage.DECIDED, ReplacementStep.SETTLE): Move(ReplacementStage.REPLACED, SYSTEM),
        (ReplacementStage.PROPOSED, ReplacementStep.END): Move(ReplacementStage.ENDED, SYSTEM),
    },
)


SUCCEEDS: tuple[str, Role] = ("assessment.succeed", Role.SECRETARY)
"""Where leaders are chosen the choosing waits instead, once it goes on."""

REPLACEMENT_WAITS: dict[str, tuple[str, Role] | None] = {
    ReplacementStage.PROPOSED: ("assessment.replace", Role.COMMITTEE),
    ReplacementStage.DECIDED: SUCCEEDS,
    ReplacementStage.REPLACED: None,
    ReplacementStage.KEPT: None,
    ReplacementStage.ENDED: None,
}


OVERSEES: tuple[str, Role] = ("assessment.oversee", Role.ORGANISER)
"""What waits beside it once it is decided: the office sees to it that the group has another leader."""
LATEST_DAYS = 180
"""No replacement is decided for a day that is farther away."""


def latest_due(ordered_on: date, rules: Rules, workdays: Workdays) -> date:
    """The latest day for a rectification: some months on (none is given in the text), on a working day."""
    months = ordered_on.month - 1 + rules.integer("assessment.rectification_months")
    year, month = ordered_on.year + months // 12, months % 12 + 1
    day = date(year, month, min(ordered_on.day, monthrange(year, month)[1]))
    return workdays.add(day, 0).day


def days_late(stage: str, due_on: date, today: date) -> int:
    """How many days the branch is behind its deadline; none once it has reported."""
    return max((today - due_on).days, 0) if stage in WITH_THE_BRANCH else 0


def proposes_replacement(history: Iterable[tuple[int, Grade | None]], rules: Rules) -> bool:
    """Whether so many assessed years in a row, up to the last, were incompetent that replacement is proposed.

    Somebody who leads two groups has two grades in a year: the year counts once, as incompetent if either is.
    """
    years: dict[int, Grade | None] = {}
    for year, grade in history:
        if years.get(year) is not Grade.INCOMPETENT:
            years[year] = grade or years.get(year)
    return consecutive_incompetent(years.items()) >= rules.integer("assessment.incompetent_run")
