"""What kinds of activity there are, where a record stands, and who may take it further."""

from __future__ import annotations

from enum import StrEnum

from shared.moves import Machine, Move
from shared.roles import Role


class ActivityKind(StrEnum):
    """What a group does together."""

    STUDY = "study"
    GROUP_MEETING = "group_meeting"
    LIFE_MEETING = "life_meeting"
    THEME_DAY = "theme_day"
    SERVICE = "service"
    LECTURE = "lecture"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return KINDS_SAID[self]


KINDS_SAID: dict[ActivityKind, str] = {
    ActivityKind.STUDY: "集中学习",
    ActivityKind.GROUP_MEETING: "党小组会",
    ActivityKind.LIFE_MEETING: "组织生活会",
    ActivityKind.THEME_DAY: "主题党日",
    ActivityKind.SERVICE: "志愿服务",
    ActivityKind.LECTURE: "党课",
}


class Attended(StrEnum):
    """How somebody stood to an activity."""

    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"  # not there, and nothing may be asked of him: out of the denominator


class Stage(StrEnum):
    """Where a record stands. Only what is confirmed counts."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    DISCARDED = "discarded"


class Step(StrEnum):
    """What may be done with a record."""

    SUBMIT = "submit"
    CONFIRM = "confirm"
    RETURN = "return"
    CORRECT = "correct"
    DISCARD = "discard"
    IMPORT = "import"


WRITERS = frozenset({Role.LEADER, Role.DEPUTY, Role.SECRETARY})
CONFIRMERS = frozenset({Role.SECRETARY, Role.ORGANISER})  # an organiser only where the branch has no secretary
IMPORTERS = frozenset({Role.ORGANISER, Role.SYSTEM})

MOVES: Machine[Stage, Step] = Machine(
    "activity",
    start=Stage.DRAFT,
    moves={
        (Stage.DRAFT, Step.SUBMIT): Move(Stage.SUBMITTED, WRITERS),
        (Stage.DRAFT, Step.CORRECT): Move(Stage.DRAFT, WRITERS),
        (Stage.DRAFT, Step.DISCARD): Move(Stage.DISCARDED, WRITERS),
        (Stage.DRAFT, Step.IMPORT): Move(Stage.CONFIRMED, IMPORTERS),
        (Stage.SUBMITTED, Step.CONFIRM): Move(Stage.CONFIRMED, CONFIRMERS),
        (Stage.SUBMITTED, Step.RETURN): Move(Stage.RETURNED, CONFIRMERS),
        (Stage.SUBMITTED, Step.CORRECT): Move(Stage.SUBMITTED, WRITERS),
        (Stage.RETURNED, Step.SUBMIT): Move(Stage.SUBMITTED, WRITERS),
        (Stage.RETURNED, Step.CORRECT): Move(Stage.RETURNED, WRITERS),
        (Stage.RETURNED, Step.DISCARD): Move(Stage.DISCARDED, WRITERS),
        # What was confirmed and is corrected must be confirmed again; until then it does not count.
        (Stage.CONFIRMED, Step.CORRECT): Move(Stage.SUBMITTED, WRITERS | {Role.ORGANISER}),
    },
)
