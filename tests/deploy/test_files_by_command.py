"""The office's files by command: whom the history names."""

from datetime import date

import psycopg
import pytest

from deploy.cli.files import apply_roster
from services.activities.register.rules import read_roster
from shared.errors import NotYours, OutOfReach
from shared.sheets import read_workbook
from tests.activities.conftest import SAMPLES
from tests.town import TOWNSHIP

BY = "select a.login from office.happening h left join office.account a on a.id = h.actor_id where h.fact = 'RosterImported'"


@pytest.fixture
def roster():
    return read_roster(read_workbook(SAMPLES / "花名册.xlsx"), today=date(2025, 3, 3))


@pytest.mark.parametrize(("login", "named"), [(None, None), ("organiser", "organiser")])
@pytest.mark.usefixtures("town")
def test_the_history_names_the_account_that_is_given_or_nobody(office, roster, login, named):
    apply_roster(TOWNSHIP, roster, login=login, commit=True)

    with psycopg.connect(office.owner_url) as connection:
        assert connection.execute(BY).fetchall() == [(named,)]


@pytest.mark.usefixtures("town")
def test_nobody_is_named_who_may_not_or_is_not_there(roster):
    with pytest.raises(NotYours):
        apply_roster(TOWNSHIP, roster, login="committee", commit=True)
    with pytest.raises(OutOfReach, match="没有账号“nobody”"):
        apply_roster(TOWNSHIP, roster, login="nobody", commit=True)
