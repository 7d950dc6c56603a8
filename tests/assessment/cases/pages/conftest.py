"""The year's pages are walked in the named world, which has a year of records."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.assessment.cases.pages.steps import NANPING_SECRETARY
from tests.town import Doors, Town, build_town, ledger_file, year_of_meetings
from tests.two_years import MONTHS_2025
from tests.worlds import world


@world
def town() -> Town:
    """The named world, and not the small township of the other tests here."""
    return build_town()


@pytest.fixture
def december(town: Town, doors: Doors, move_to: Callable[..., None], settle: Callable[[], None]) -> None:
    """A year of records is in, 南坪村 has a secretary, and it is the third of December."""
    move_to(date(2025, 11, 28))
    settle()
    content = ledger_file(2025, year_of_meetings(2025, MONTHS_2025))
    doors.organiser.upload(f"activities/townships/{town.id}/ledgers?year=2025", "活动台账2025.xlsx", content)
    branch, person = town.units["南坪村党支部"], town.people["卢山"]
    doors.organiser.post(f"activities/units/{branch}/posts", {"person_id": person, "kind": "secretary"})
    made = doors.keeper.post(f"activities/people/{person}/accounts", {"login": "nanping"})
    newcomer = doors.of("nanping", made["first_password"])
    answer = newcomer.ask("POST", "activities/passwords", json={"password": NANPING_SECRETARY})
    assert answer.status_code == 201, answer.text
    settle()
