"""Where a file stands that was handed in, who takes it on, and how people are told how far it is. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from shared.moves import Machine, Move
from shared.progress import Progress
from shared.roles import Role

BRING_IN = "activities.bring_in"


class Stage(StrEnum):
    """Where a file stands."""

    WAITING = "waiting"  # looked at, as often as one likes
    IMPORTING = "importing"  # being brought in, or about to be
    STOPPED = "stopped"  # by a person: all is as it was before
    REFUSED = "refused"  # it could not be brought in, for a reason that a person can mend: all is as it was before
    IMPORTED = "imported"  # brought in, once

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return CHINESE[self]


CHINESE: dict[Stage, str] = {
    Stage.WAITING: "还没导入",
    Stage.IMPORTING: "正在导入",
    Stage.STOPPED: "已停止",
    Stage.REFUSED: "没有导入成",
    Stage.IMPORTED: "已导入",
}


class Step(StrEnum):
    """What takes a file on."""

    BEGIN = "begin"
    STOP = "stop"
    FINISH = "finish"
    REFUSE = "refuse"


OFFICE = frozenset({Role.ORGANISER, Role.SYSTEM})
ITSELF = frozenset({Role.SYSTEM})

MOVES: Machine[Stage, Step] = Machine(
    "handed",
    start=Stage.WAITING,
    moves={
        (Stage.WAITING, Step.BEGIN): Move(Stage.IMPORTING, OFFICE),
        (Stage.IMPORTING, Step.STOP): Move(Stage.STOPPED, OFFICE),
        (Stage.IMPORTING, Step.REFUSE): Move(Stage.REFUSED, ITSELF),
        (Stage.IMPORTING, Step.FINISH): Move(Stage.IMPORTED, ITSELF),
        (Stage.STOPPED, Step.BEGIN): Move(Stage.IMPORTING, OFFICE),
        (Stage.REFUSED, Step.BEGIN): Move(Stage.IMPORTING, OFFICE),
    },
)

WAITS: dict[str, tuple[str, Role] | None] = {
    Stage.WAITING: None,  # whoever handed it in has it before him, and need not want it
    Stage.IMPORTING: None,
    Stage.STOPPED: None,  # a person did that
    Stage.REFUSED: ("activities.bring_in", Role.ORGANISER),  # as long as it is kept
    Stage.IMPORTED: None,
}

# What is being done, by the names under which the register and the ledger tell it.
DOING = {
    "reading": "正在读取文件",
    "comparing": "正在和名册核对",
    "people": "正在写入党员信息",
    "memberships": "正在编入支部和党小组",
    "posts": "正在登记任职",
    "circumstances": "正在登记情况",
    "records": "正在写入活动记录",
}


@dataclass(frozen=True, slots=True)
class Going:
    """How far the bringing-in of a file is."""

    progress: Progress
    step: str | None  # none before anybody has begun with it
    tries: int
    dead: bool  # given up by the machine: a person stops it, and lets it be tried again

    @property
    def doing(self) -> str:
        """What is being done just now, in words."""
        return DOING[self.step] if self.step else "等待开始"


def key_of(handed_id: int, run: int) -> str:
    """The name of one bringing-in: unique, so that it is done once."""
    return f"file:{handed_id}:run:{run}"
