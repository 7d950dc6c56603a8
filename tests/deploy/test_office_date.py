"""A demo's date by command: forward alone, and never where people work in earnest."""

from datetime import date

import psycopg
import pytest

from deploy.demo.office_date import move_to
from shared import clock
from shared.db import unit
from shared.errors import OutOfOrder


def today() -> date:
    with unit("keeper") as session:
        return clock.today(session)


@pytest.fixture
def demo(office):
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute(
            "update office.clock set movable = true, shift = %s - now()", [clock.moment(date(2025, 12, 1), 9)]
        )
    return office


@pytest.mark.usefixtures("demo")
def test_a_demo_s_date_goes_forward():
    move_to(date(2026, 2, 3))

    assert today() == date(2026, 2, 3)


@pytest.mark.usefixtures("demo")
def test_it_does_not_go_back_and_says_what_it_is():
    with pytest.raises(OutOfOrder, match="现在是 2025-12-01 09:00"):
        move_to(date(2025, 12, 1))

    assert today() == date(2025, 12, 1)


def test_an_office_that_is_no_demo_keeps_its_date(office):
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute("update office.clock set movable = false, shift = '0'")
    before = today()

    with pytest.raises(OutOfOrder, match="不是演示"):
        move_to(date(2190, 1, 1))

    assert today() == before
