"""Where a record stands, and who may take it further; how people stood to an activity."""

from __future__ import annotations

from enum import StrEnum

from services.activities.ledger.rules.kinds import Kind
from shared.moves import Machine, Move
from shared.roles import Role
from shared.rolls import Attended as Attended  # noqa: PLC0414  the ledger's word

KINDS_SAID: dict[Kind, str] = {
    Kind.STUDY: "集中学习",
    Kind.GROUP_MEETING: "党小组会",
    Kind.LIFE_MEETING: "组织生活会",
    Kind.THEME_DAY: "主题党日",
    Kind.SERVICE: "志愿服务",
    Kind.LECTURE: "党课",
    Kind.BRANCH_MEETING: "支部党员大会",
    Kind.COMMITTEE_MEETING: "支部委员会会议",
}


class Stage(StrEnum):
    """Where a record stands. Only what is confirmed counts."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    DISCARDED = "discarded"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STAGES_SAID[self]


STAGES_SAID: dict[str, str] = {
    Stage.DRAFT: "草稿",
    Stage.SUBMITTED: "待确认",
    Stage.CONFIRMED: "已确认",
    Stage.RETURNED: "已退回",
    Stage.DISCARDED: "已作废",
}


class Step(StrEnum):
    """What may be done with a record."""

    SUBMIT = "submit"
    CONFIRM = "confirm"
    RETURN = "return"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    DISCARD = "discard"
    IMPORT = "import"


OPEN = frozenset({Stage.DRAFT, Stage.SUBMITTED, Stage.RETURNED})  # it counts for nothing yet
LEADERS = frozenset({Role.LEADER, Role.DEPUTY})
WRITERS = LEADERS | {Role.SECRETARY}
CONFIRMERS = frozenset({Role.SECRETARY, Role.ORGANISER})  # an organiser only where the branch has no secretary
IMPORTERS = frozenset({Role.ORGANISER, Role.SYSTEM})

MOVES: Machine[Stage, Step] = Machine(
    "activity",
    start=Stage.DRAFT,
    moves={
        (Stage.DRAFT, Step.SUBMIT): Move(Stage.SUBMITTED, WRITERS),
        (Stage.DRAFT, Step.CORRECT): Move(Stage.DRAFT, WRITERS),
        (Stage.DRAFT, Step.DISCARD): Move(Stage.DISCARDED, WRITERS | {Role.SYSTEM}),
        (Stage.DRAFT, Step.IMPORT): Move(Stage.CONFIRMED, IMPORTERS),
        (Stage.SUBMITTED, Step.CONFIRM): Move(Stage.CONFIRMED, CONFIRMERS),
        (Stage.SUBMITTED, Step.RETURN): Move(Stage.RETURNED, CONFIRMERS),
        (Stage.SUBMITTED, Step.CORRECT): Move(Stage.SUBMITTED, WRITERS),
        (Stage.SUBMITTED, Step.WITHDRAW): Move(Stage.DRAFT, WRITERS),  # by whoever wrote it
        (Stage.RETURNED, Step.SUBMIT): Move(Stage.SUBMITTED, WRITERS),
        (Stage.RETURNED, Step.CORRECT): Move(Stage.RETURNED, WRITERS),
        (Stage.RETURNED, Step.DISCARD): Move(Stage.DISCARDED, WRITERS | {Role.SYSTEM}),
        # The township has switched the system off.
        (Stage.SUBMITTED, Step.DISCARD): Move(Stage.DISCARDED, frozenset({Role.SYSTEM})),
        # What was confirmed and is corrected must be confirmed again; until then it does not count.
        (Stage.CONFIRMED, Step.CORRECT): Move(Stage.SUBMITTED, WRITERS | {Role.ORGANISER}),
    },
)

WAITS: dict[str, tuple[str, Role] | None] = {
    Stage.DRAFT: None,  # whoever writes it knows
    Stage.SUBMITTED: ("activities.confirm", Role.SECRETARY),
    Stage.RETURNED: ("activities.mend", Role.LEADER),
    Stage.CONFIRMED: None,
    Stage.DISCARDED: None,
}
