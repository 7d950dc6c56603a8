"""Levels of cells, sorts of links, where a link stands and who takes it on. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from shared.moves import Machine, Move
from shared.roles import Role


class Level(StrEnum):
    """How large a cell is: each lies in one of a higher level."""

    VILLAGE = "village"
    CELL = "cell"
    MICRO = "micro"


LEVELS: Mapping[str, str] = {Level.VILLAGE: "村", Level.CELL: "网格", Level.MICRO: "微网格"}
ORDER = tuple(Level)


def may_lie_in(level: Level, above: Level | None) -> bool:
    """Whether a cell of this level may lie in one of that; a village lies in none, and so nothing lies in itself."""
    if above is None:
        return level is Level.VILLAGE
    return ORDER.index(level) > ORDER.index(above)


class Sort(StrEnum):
    """What a member has to do with a cell."""

    WORKER = "worker"
    CONTACT = "contact"
    RESIDENCE = "residence"


SORTS: Mapping[str, str] = {Sort.WORKER: "网格员", Sort.CONTACT: "联系党员", Sort.RESIDENCE: "居住"}


class Stage(StrEnum):
    """Where a link stands."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    ENDED = "ended"

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return STAGES[self]


STAGES: Mapping[Stage, str] = {Stage.PROPOSED: "待支部确认", Stage.IN_FORCE: "已生效", Stage.ENDED: "已结束"}


class Step(StrEnum):
    """What takes a link on."""

    AGREE = "agree"
    END = "end"


PROPOSERS = frozenset({Role.LEADER, Role.DEPUTY, Role.SECRETARY, Role.ORGANISER, Role.SYSTEM})
AGREE = frozenset({Role.SECRETARY, Role.ORGANISER, Role.SYSTEM})
MOVES: Machine[Stage, Step] = Machine(
    "cell_link",
    start=Stage.PROPOSED,
    moves={
        # Where a member lives, his own word says.
        (Stage.PROPOSED, Step.AGREE): Move(Stage.IN_FORCE, AGREE | {Role.MEMBER}),
        (Stage.PROPOSED, Step.END): Move(Stage.ENDED, PROPOSERS),
        (Stage.IN_FORCE, Step.END): Move(Stage.ENDED, AGREE | {Role.MEMBER}),
    },
)
AGREES_KIND: Final = "activities.cell_agree"
GAPS_KIND: Final = "activities.cell_gaps"
"""What is to be mended of members and cells; it waits once a month, until it is."""
WAITS: dict[str, tuple[str, Role] | None] = {
    Stage.PROPOSED: (AGREES_KIND, Role.SECRETARY),
    Stage.IN_FORCE: None,
    Stage.ENDED: None,
}
KEEPS_CELLS = frozenset({Role.ORGANISER, Role.SYSTEM})
"""Whoever opens, names, divides and ends cells."""
