"""The rules of the grid: levels, sorts of links and their moves, what a name or a door may say. Pure."""

from services.activities.grid.rules.doors import counted, doors_said, overlapping
from services.activities.grid.rules.names import cell_said
from services.activities.grid.rules.stages import (
    AGREE,
    AGREES_KIND,
    GAPS_KIND,
    KEEPS_CELLS,
    LEVELS,
    MOVES,
    PROPOSERS,
    SORTS,
    STAGES,
    WAITS,
    Level,
    Sort,
    Stage,
    Step,
    may_lie_in,
)

__all__ = [
    "AGREE",
    "AGREES_KIND",
    "GAPS_KIND",
    "KEEPS_CELLS",
    "LEVELS",
    "MOVES",
    "PROPOSERS",
    "SORTS",
    "STAGES",
    "WAITS",
    "Level",
    "Sort",
    "Stage",
    "Step",
    "cell_said",
    "counted",
    "doors_said",
    "may_lie_in",
    "overlapping",
]
