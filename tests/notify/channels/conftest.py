"""Somebody is told something that goes out as a letter."""

import pytest

from shared.events import CycleScored, NoticeOpened


@pytest.fixture
def remind(town, say, rest):
    """An information that goes to these branches, and the work done."""

    def tell(*branches: str) -> None:
        figures = [[town.units[name], 4] for name in branches or ("东村",)]
        say(CycleScored(unit_id=town.units["清河镇"], cycle_id=7, year=2025, run=1, branches=figures))
        rest()

    return tell


@pytest.fixture
def notify_formally(town, say, rest):
    """A formal message to the first branch, and the work done."""

    def tell() -> None:
        figures = [[town.units["东村"], 4]]
        say(NoticeOpened(unit_id=town.units["清河镇"], cycle_id=7, year=2025, ends_on="2025-12-31", branches=figures))
        rest()

    return tell
