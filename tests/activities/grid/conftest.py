"""The named world where the grid is on: a village with two cells, of which each group of 东岭村 has one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from services.activities.grid import actions
from services.activities.grid.schemas import CellUnits, NewCell, NewLink
from tests.activities.concerns.conftest import People, people, town  # noqa: F401  fixtures
from tests.town import DONGLING, SECOND

SINCE = date(2024, 1, 1)


@dataclass
class Grid:
    """The cells of 东岭村, and acts of the people there, each in a transaction of its own."""

    people: People
    village: int
    east: int
    west: int

    def open(self, name: str, **more: Any) -> int:
        """A cell is opened by the organiser: in the village, unless said otherwise."""
        asked = NewCell(**{"level": "cell", "name": name, "parent_id": self.village, "on": SINCE} | more)
        return self.people.does(self.people.organiser, actions.found_cell, self.people.town.id, asked).id

    def link(self, name: str, cell_id: int, actor: Any = None, **more: Any) -> int:
        """A member is linked; by the secretary, as one who keeps touch, unless said otherwise."""
        asked = NewLink(**{"person_id": self.people.town.people[name], "sort": "contact", "on": SINCE} | more)
        return self.people.does(actor or self.people.secretary, actions.propose, cell_id, asked).id


@pytest.fixture
def grid(people: People) -> Grid:  # noqa: F811  the fixture
    """They are there since last year."""
    made = Grid(people, 0, 0, 0)
    made.village = made.open("东岭村", level="village", parent_id=None)
    made.east, made.west = made.open("东网格", households=60), made.open("西网格", households=40)
    for cell_id, unit_id in ((made.east, people.group), (made.west, people.town.groups[DONGLING, SECOND])):
        people.does(people.organiser, actions.join, cell_id, CellUnits(unit_id=unit_id, on=SINCE))
    return made
