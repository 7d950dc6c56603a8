"""What the audit tells of the door: who came and went, which login was tried in vain, from where, in which post."""

from datetime import timedelta

import psycopg
import pytest
from starlette.testclient import TestClient

from services.activities.office.rules import STRANGER
from services.activities.register import actions as register
from shared import access, daily
from shared.access import SYSTEM, Whence
from shared.access.guesses import CROWD
from shared.db import unit
from shared.roles import Role
from shared.settings import settings
from tests.browsing import Visitor
from tests.conftest import Doors, set_office_date
from tests.servers import Database
from tests.town import FOUNDED, XIHE, Town

ADDRESS = "203.0.113.9"


@pytest.fixture
def near(town: Town) -> TestClient:
    """A client at an address of its own."""
    from deploy.web import make

    return TestClient(make(), base_url="https://testserver", client=(ADDRESS, 50000))


def told(doors: Doors, fact: str, login: str = "auditor") -> list[tuple[str, str, str]]:
    """Who, what and about what, the newest first."""
    rows = getattr(doors, login).pages("activities/audit", fact=fact)
    return [(row["who"], row["words"], row["about"]) for row in rows]


def knock(client: TestClient, login: str, password: str = "wrong") -> int:
    return client.post("/api/activities/sittings", json={"login": login, "password": password}).status_code


def test_a_failed_sign_in_names_the_login_that_was_tried_and_from_where_and_not_its_owner(
    doors: Doors, near: TestClient
):
    for login in ("diligent", "nobody", "a password in the wrong field"):
        assert knock(near, login) == 401

    failed = [line for line in told(doors, "SignedIn") if line[1] == "登录失败"]
    assert failed == [
        (STRANGER, "登录失败", f"账号 （不是账号的写法），来自 {ADDRESS}"),
        (STRANGER, "登录失败", f"账号 nobody，来自 {ADDRESS}"),
        (STRANGER, "登录失败", f"账号 diligent，来自 {ADDRESS}"),
    ]
    assert "孙勤" not in str(failed)
    assert told(doors, "SignedIn", "keeper")


def test_a_flood_of_unknown_logins_is_told_in_few_lines(doors: Doors, town: Town):
    whence = Whence(ADDRESS)
    for number in range(2 * CROWD):
        with unit("activities") as session:
            access.sign_in(session, f"nobody{number}", "wrong", whence=whence, look=False)

    words = [line[1] for line in told(doors, "SignedIn")]
    assert words.count("登录失败") == CROWD
    assert words.count(f"登录失败（{CROWD} 次）") == 1


def test_signing_out_and_acting_in_another_post_are_told(visit, doors: Doors, town: Town):
    branch = town.units[XIHE]
    with unit("activities") as session:
        register.appoint(session, SYSTEM, town.people["宋平"], branch, Role.COMMITTEE_MEMBER, starts_on=FOUNDED)
    villager: Visitor = visit("villager")

    villager.submit(villager.get("/account"), "act-in", button=("post", f"{Role.COMMITTEE_MEMBER.value}.{branch}"))
    villager.submit(villager.get("/account"), "sign-out")

    assert told(doors, "ActedIn") == [("宋平", "切换职务", f"宋平的{Role.COMMITTEE_MEMBER.chinese}职务")]
    assert told(doors, "AccountChanged")[0] == ("宋平", "退出登录", "宋平的账号")


def test_from_where_somebody_signed_in_is_kept_for_as_long_as_the_setting_says(
    doors: Doors, near: TestClient, office: Database, settle
):
    knock(near, "diligent")
    with psycopg.connect(office.owner_url) as connection:
        at = connection.execute("select office.now()").fetchone()[0]
    for days, kept in ((settings().address_days - 1, 1), (settings().address_days + 1, 0)):
        set_office_date(office, at + timedelta(days=days))
        daily.post("activities")
        settle()
        with psycopg.connect(office.owner_url) as connection:
            assert connection.execute("select count(*) from office.trace").fetchone()[0] == kept

    assert (STRANGER, "登录失败", "账号 diligent") in told(doors, "SignedIn")  # the line itself stays
