"""The year's pages are walked in the named world, which has a year of records."""

from collections.abc import Callable
from datetime import date

import pytest

from shared import work
from shared.settings import SERVICES
from tests import applications
from tests.assessment.cases.pages.steps import NANPING_SECRETARY, to_rating
from tests.browsing import Visitor
from tests.conftest import browsers, it_is
from tests.town import Doors, Town, build_town, ledger_file, year_of_meetings
from tests.two_years import MONTHS_2025
from tests.worlds import grown, world

NOVEMBER = date(2025, 11, 28)


def settle() -> None:
    work.settle(SERVICES)


@world
def town() -> Town:
    """The named world, and not the small township of the other tests here: a year of records is in."""
    town = build_town()
    it_is(NOVEMBER, 7)
    settle()
    with browsers() as doors:
        bring_in_the_year(town, doors)
    settle()
    return town


def bring_in_the_year(town: Town, doors: Doors) -> None:
    """Its ledger; and 南坪村 has a secretary."""
    content = ledger_file(2025, year_of_meetings(2025, MONTHS_2025))
    doors.organiser.upload(f"activities/townships/{town.id}/ledgers?year=2025", "活动台账2025.xlsx", content)
    branch, person = town.units["南坪村党支部"], town.people["卢山"]
    doors.organiser.post(f"activities/units/{branch}/posts", {"person_id": person, "kind": "secretary"})
    made = doors.keeper.post(f"activities/people/{person}/accounts", {"login": "nanping"})
    newcomer = doors.of("nanping", made["first_password"])
    answer = newcomer.ask("POST", "activities/passwords", json={"password": NANPING_SECRETARY})
    assert answer.status_code == 201, answer.text


@grown(town)
def rated(town: Town) -> str:
    """The address of its year when everybody has been put forward, reviewed and scored."""
    it_is(NOVEMBER, 8)
    return to_rating(lambda login, **more: Visitor(applications.whole(), login, **more), settle)[1]


@pytest.fixture
def december(town: Town, move_to: Callable[..., None]) -> None:
    """It is the last working day of November, and the year may begin to be assessed."""
    move_to(NOVEMBER)
