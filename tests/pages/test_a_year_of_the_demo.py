"""A year of the demo township as it is read on each desk: a death, new people, equals, an early run, an objection."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from deploy import doctor
from deploy.demo.play import Demo
from services.assessment.cases.actions import verify_cycle
from services.assessment.cases.queries import places_of, results
from services.notify.circulars.queries.receipts import receipt_lines
from shared import work
from shared.access import SYSTEM
from shared.db import unit
from shared.settings import SERVICES
from tests import applications
from tests.browsing import DESK, PHONE, Desk, served
from tests.servers import Database
from tests.town import _password_hash

GROUPS, YEAR = 11, 2025
Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def ask(office: Database) -> Iterator[Ask]:
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        yield lambda question, *values: connection.execute(question, values or None).fetchall()


def read(page: Page, address: str) -> str:
    """What stands on a page, which is no wider than the screen."""
    came = page.goto(address)
    assert came is not None
    assert came.status == 200, address
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, f"{address} is wider than the screen"
    return page.locator("main").inner_text()


# What becomes of members and units in the demo: each of it, how often, by the rows that say so.
LIVES = {
    "died": "select count(*) from activities.member_act where turn = 'died' and stage = 'done'",
    "left for another county": "select count(*) from activities.member_act where turn = 'transferred' and stage = 'done'",
    "became full": "select count(*) from activities.member_act where turn = 'full' and stage = 'done'",
    "a letter next door": "select count(*) from activities.transfer where stage = 'sent'",
    "out": "select count(*) from activities.care where sort = 'mobile_out' and ends_on is null",
    "met": "select count(*) from activities.care_entry",
    "in need": "select count(*) from activities.care where sort = 'in_need' and ends_on is null",
    "renamed": "select count(*) from office.unit_name",
    "to be renamed": "select count(*) from activities.planned_regrouping where coalesce(done_at, withdrawn_at) is null",
    "a secretary to come": "select count(*) from office.post where kind = 'secretary' and starts_on > office.today()",
    "terms": "select count(*) from office.term",
    "leaders elected": "select count(*) from assessment.choosing where stage = 'in_post' and reason = 'vacancy'",
    "chosen anew": "select count(*) from assessment.choosing where stage = 'in_post' and reason = 'term'",
    "a vacancy that waits": "select count(*) from assessment.choosing where stage = 'draft'",
    "taken over": "select count(*) from office.post where taken_over_why is not null",
}


@pytest.mark.timeout(900)
def test_a_year_with_deaths_changes_ties_an_early_run_and_an_objection_is_read_on_each_desk(
    office: Database, chromium: Browser, ask: Ask
):
    said: list[str] = []
    demo = Demo(GROUPS, YEAR, office.owner_url, lambda: work.settle(SERVICES), said.append)
    played = demo.play()

    assert played["doctor"] == dict.fromkeys(doctor.CHECKS, doctor.OK)
    assert [name for name, question in LIVES.items() if ask(question) == [(0,)]] == []
    ((cycle, runs),) = ask("select id, run from assessment.cycle where year = %s", YEAR)
    assert runs == 3
    with unit("assessment") as session:
        assert verify_cycle(session, SYSTEM, cycle).sound
    why = "select id, grade, grade_why from assessment.leader_case where year = %s and grade is null"
    [(dead, _, reason)] = [row for row in ask(why, YEAR) if "去世" in (row[2] or "")]
    parts = ask("select id from assessment.leader_case where year = %s and part order by id", YEAR)
    assert len(parts) >= 2  # his, and that of whoever was followed by another
    assert ask("select count(*) from assessment.objection where cycle_id = %s and stage = 'acted_on'", cycle) == [(1,)]
    with unit("assessment") as session:
        places = Counter(places_of(results(session, SYSTEM, cycle)).values())
    shared_place = next(place for place, equals in places.items() if equals > 1)  # equals share a place
    assert shared_place + 1 not in places  # and whoever follows them takes none of theirs
    ((notice,),) = ask("select id from notify.circular")
    with unit("notify") as session:
        receipts = receipt_lines(session, SYSTEM, notice)
    assert {line.came for line in receipts} >= {"已回执", "纸质回执"}
    assert any(line.waits for line in receipts)
    year, logins = f"/assessment/cycles/{cycle}", {login for _, login, _ in demo.accounts}
    assert {"organiser", "committee", "secretary", "leader"} <= logins
    ask("update office.account set password_hash = %s, first_password = false returning id", _password_hash())
    with served(applications.whole()) as address:
        desk = Desk(chromium, address)
        for size in (PHONE, DESK):
            with desk.window("organiser", size=size) as page:
                assert "参加考核" in read(page, year)
                assert "不予评定" in read(page, f"{year}/board")
                assert "去世" in read(page, f"/assessment/cases/{dead}")
                assert "3" in read(page, f"{year}/marks")
                assert "一致" in read(page, f"{year}/verification")
            with desk.window("committee", size=size) as page:
                assert reason[:8] in read(page, f"/assessment/cases/{dead}")
                read(page, f"{year}/notice")
                assert "没有回执的有" in read(page, f"/notify/circulars/{notice}")
            with desk.window("secretary", size=size) as page:
                assert "测评" in read(page, f"{year}/marks")
                read(page, "/assessment/")
            with desk.window("leader", size=size) as page:
                assert "本人" in read(page, "/assessment/")
                own = page.locator('a[href^="/assessment/cases/"]').first.get_attribute("href")
                assert "依据：2025年12月党员大会测评表" in read(page, own or "")
                assert "考核结果已生效" in read(page, "/notify/")
