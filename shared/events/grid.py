"""What activities announces of the grid: which cell, which link; never whoever lives there."""

from dataclasses import dataclass

from shared.events.fact import Fact


@dataclass(frozen=True, kw_only=True)
class CellChanged(Fact):
    """A cell was opened, named, described, ended, split or merged, or a unit began or ceased to have to do with it."""

    about = "cell_id"
    cell_id: int
    change: str  # opened, renamed, described, ended, split, merged, joined, parted
    on: str = ""  # as ISO


@dataclass(frozen=True, kw_only=True)
class CellLinkMoved(Fact):
    """A link of a member to a cell went on."""

    about = "cell_link_id"
    heard_by = ("notify",)
    cell_link_id: int
    cell_id: int
    person_id: int
    sort: str
    what: str  # proposed, agree, end, carried, brought_in, taken_back
    on: str  # the day from which it holds, or holds no more, as ISO
    own_word: bool = False
