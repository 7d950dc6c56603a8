"""Every change of the grid: find, decide, change, announce, let it wait, return."""

from services.activities.grid.actions.bringing_in import commit_grid, may_bring_in, preview_grid, take_grid_back
from services.activities.grid.actions.cells import describe, end_cell, found_cell, join, part, rename
from services.activities.grid.actions.dividing import merge, split
from services.activities.grid.actions.gaps import keep_gaps, look_for_gaps
from services.activities.grid.actions.links import (
    agree,
    end_link,
    end_open,
    let_go_of_left,
    propose,
    require_member,
    settle_own,
    settled_said,
)
from services.activities.grid.actions.papers import take_card, take_ledger

__all__ = [
    "agree",
    "commit_grid",
    "describe",
    "end_cell",
    "end_link",
    "end_open",
    "found_cell",
    "join",
    "keep_gaps",
    "let_go_of_left",
    "look_for_gaps",
    "may_bring_in",
    "merge",
    "part",
    "preview_grid",
    "propose",
    "rename",
    "require_member",
    "settle_own",
    "settled_said",
    "split",
    "take_card",
    "take_grid_back",
    "take_ledger",
]
