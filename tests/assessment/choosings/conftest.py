"""The named world, where leaders are chosen here and the branch nominates; nobody's post is vacant."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from services.activities.office import actions as office
from services.activities.register import actions as register
from shared.access import SYSTEM
from shared.db import unit
from shared.office_settings import Key
from shared.systems import SWITCHED
from tests.conftest import browsers
from tests.conftest import town as named_town
from tests.town import DONGLING, FIRST, Doors, Town
from tests.worlds import grown


@grown(named_town)
def town(named: Town) -> Town:
    """清溪镇 with the way of its neighbour: the branch nominates."""
    with unit("activities") as session:
        register.choose_rule_set(session, SYSTEM, named.id, "xiang")
        value = [system.value for system in SWITCHED]
        office.decide(session, SYSTEM, named.id, Key.SYSTEMS, value, reason="全部开通。")
    return named


@pytest.fixture
def doors(town: Town) -> Iterator[Doors]:
    """A client for each person of the named world."""
    with browsers() as opened:
        yield opened


@dataclass
class Walk:
    """The people of the named world at their choosings, day after day."""

    doors: Doors
    town: Town
    move_to: Callable[..., None]
    settle: Callable[[], None]

    def day(self, day: date) -> None:
        """It is that day, and all work is done."""
        self.move_to(day)
        self.settle()

    def nominee(self, name: str, **otherwise: object) -> dict[str, object]:
        """What a secretary writes of somebody, in order; with what is to be otherwise."""
        return {
            "person_id": self.town.people[name],
            "resolved_on": date(2025, 3, 1).isoformat(),
            "expected": 5,
            "present": 4,
            "in_favour": 4,
            "consent_on": date(2025, 3, 2).isoformat(),
            "conduct": "身体健康，作风正派，群众信得过。",
            "from_on": date(2025, 3, 10).isoformat(),
        } | otherwise

    def nominate(self, choosing_id: int, name: str, **otherwise: object) -> Any:
        """东岭村's secretary puts somebody forward."""
        return self.doors.dongling.post(
            f"assessment/choosings/{choosing_id}/nominations", self.nominee(name, **otherwise)
        )

    def file(self, choosing_id: int, **asked: object) -> Any:
        """The organiser files it."""
        return self.doors.organiser.post(f"assessment/choosings/{choosing_id}/filings", asked)

    def seen(self, choosing_id: int) -> Any:
        """As the organiser sees it."""
        return self.doors.organiser.get(f"assessment/choosings/{choosing_id}")


@pytest.fixture
def walk(doors: Doors, town: Town, move_to: Callable[..., None], settle: Callable[[], None]) -> Walk:
    """The named world, to walk through."""
    return Walk(doors, town, move_to, settle)


@pytest.fixture
def opened(walk: Walk) -> int:
    """A choosing of 东岭村's first group, by its secretary, for the sake of a new term."""
    asked = {"group_id": walk.town.groups[DONGLING, FIRST], "reason": "term"}
    return int(walk.doors.dongling.post("assessment/choosings", asked)["id"])
