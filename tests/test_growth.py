"""A year of four times as many groups is four times the work, statement by statement."""

from collections import Counter
from collections.abc import Callable

import psycopg
import pytest

from bench import renewal, seed
from services.assessment.cases import actions
from shared import work
from shared.access import console
from shared.db import unit
from shared.roles import Role
from shared.settings import SERVICES, settings
from tests.growth import Work, counted
from tests.worlds import Worlds

FEW, MANY = 120, 480  # both in as many pieces
TIMES_AT_MOST = MANY / FEW * 1.5  # a hash of more rows, a deeper index; for each of all it would be sixteen
PASSES_AT_MOST = 16  # to go through all groups so often, or all pages, is still far from doing it for each of them


@pytest.fixture
def year_of(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Work]:
    """`year_of(240)`: what it is to open the year of so many groups, to run it, and to tell everybody."""

    def year(groups: int) -> Work:
        with worlds.copy(None) as database, worlds.led_to(database), monkeypatch.context() as patch:
            patch.setenv("XIAOZU_MAIL_PER_MINUTE", "1000000")
            settings.cache_clear()
            town = seed.Town(groups)
            with psycopg.connect(database.owner_url, autocommit=True) as owner:
                seed.seed(owner, town)
                seed.set_noon(owner)
                owner.execute("analyze")  # the register is known to the planner, what is written today is not
            organiser = console(Role.ORGANISER, unit_id=town.id)
            with counted() as found:
                with unit("assessment", organiser) as session:
                    cycle = actions.open_cycle(session, organiser, township_id=town.id, year=seed.YEAR).id
                work.settle(SERVICES)
                with unit("assessment", organiser) as session:
                    actions.start_run(session, organiser, cycle)
                work.settle(SERVICES)
                with psycopg.connect(database.owner_url) as owner:
                    sent = "select count(*) from notify.delivery where channel = 'mail' and state = 'sent'"
                    assert owner.execute(sent).fetchone()[0] >= 2 * town.branches
                    assert owner.execute("select stage, scored from assessment.cycle").fetchall() == [
                        ("rating", groups)
                    ]
            return found

    return year


def grown_by_more(few: Counter[str], many: Counter[str]) -> dict[str, tuple[int, int]]:
    """What has grown by more than the township has."""
    return {
        said: (few[said], count)
        for said, count in many.items()
        if count > max(TIMES_AT_MOST * few[said], PASSES_AT_MOST * MANY)
    }


def test_no_statement_of_a_year_grows_faster_than_its_township(year_of: Callable[[int], Work]) -> None:
    few, many = year_of(FEW), year_of(MANY)

    assert grown_by_more(few.rows, many.rows) == {}
    assert grown_by_more(few.pages, many.pages) == {}
    assert grown_by_more(few.times, many.times) == {}


@pytest.fixture
def renewal_of(worlds: Worlds) -> Callable[[int], Work]:
    """`renewal_of(60)`: what it is to open the choosings of so many groups in one act, and to file them in another."""

    def renewed(groups: int) -> Work:
        with worlds.copy(None) as database, worlds.led_to(database):
            town = seed.Town(groups)
            with psycopg.connect(database.owner_url, autocommit=True) as owner:
                organiser = renewal.founded(owner, town)
                owner.execute("analyze")
                with counted() as opened:
                    renewal.open_all(organiser, town)
                choosings = renewal.nominated(owner, town)
                assert len(choosings) == groups
                with counted() as filed:
                    renewal.file_all(organiser, choosings)
                asked = "select stage, count(distinct filing_number), count(*) from assessment.choosing group by 1"
                assert owner.execute(asked).fetchall() == [("filed", 1, groups)]
        return opened + filed

    return renewed


def test_however_many_choosings_are_opened_and_filed_it_is_as_many_statements(
    renewal_of: Callable[[int], Work],
) -> None:
    few, many = renewal_of(FEW // 2), renewal_of(FEW * 2)

    assert few.times == many.times
    assert grown_by_more(few.rows, many.rows) == {}
