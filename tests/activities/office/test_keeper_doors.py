"""The keeper's doors: settings with reasons, the machine without anybody's business, a lost telephone."""

from collections.abc import Callable
from datetime import datetime

import psycopg
import pytest

from services.activities.office.rules.words import WORDS
from shared.events import CATALOGUE
from shared.release import BROUGHT, RELEASE
from shared.settings import SERVICES, settings
from tests.browsing import Visitor
from tests.conftest import Doors
from tests.servers import Database
from tests.shared.test_codes import code_of
from tests.town import PASSWORD, Town


def test_every_fact_has_its_word():
    assert set(WORDS) == set(CATALOGUE)


def test_settings_stand_with_the_reason_behind_them(doors: Doors, town: Town):
    path = f"activities/townships/{town.id}/settings"
    before = {each["key"]: each for each in doors.keeper.get(path)}
    doors.keeper.post(path, {"key": "quiet_from", "value": 19, "reason": "农忙。"})
    after = {each["key"]: each for each in doors.organiser.get(path)}

    assert (before["quiet_from"]["value"], before["quiet_from"]["reason"]) == (21, None)
    assert (after["quiet_from"]["said"], after["quiet_from"]["reason"]) == ("19 点", "农忙。")
    assert after["quiet_from"]["since"] == "2025-03-03"


@pytest.mark.parametrize(
    ("login", "status"), [("committee", 403), ("dongling", 403), ("member", 404), ("outsider", 404)]
)
def test_others_decide_nothing(doors: Doors, town: Town, login: str, status: int):
    person, path = getattr(doors, login), f"activities/townships/{town.id}/settings"

    person.get(path, status)
    person.post(path, {"key": "quiet_from", "value": 19, "reason": "农忙。"}, status)


def test_a_setting_without_a_reason_is_refused(doors: Doors, town: Town):
    refused = doors.keeper.post(
        f"activities/townships/{town.id}/settings", {"key": "quiet_from", "value": 19, "reason": ""}, 422
    )

    assert "reason" in refused["fields"]


def test_the_machine_says_how_it_is(doors: Doors, office: Database):
    with psycopg.connect(office.owner_url) as connection:
        connection.execute("insert into office.heartbeat values ('sweep', now(), %s)", [RELEASE])
        connection.execute("insert into notify.job (task, key, payload, state) values ('notify.x', 'k', '{}', 'dead')")
        connection.execute("insert into notify.job (task, key, payload) values ('notify.x', 'l', '{}')")
        passed = "insert into notify.job (task, key, payload, state, done_at, passed_over) values"
        for key, days in (("m", 1), ("n", 40)):
            done = f"('notify.x', '{key}', '{{}}', 'done', office.now() - make_interval(days => {days}), true)"
            connection.execute(f"{passed} {done}")

    found = doors.keeper.get("activities/machine")

    queues = {each["service"]: each for each in found["queues"]}
    assert (queues["notify"]["dead"], queues["notify"]["ready"]) == (1, 1)
    assert datetime.fromisoformat(queues["notify"]["oldest"])
    assert {name: each["passed_over"] for name, each in queues.items()} == dict.fromkeys(SERVICES, 0) | {"notify": 1}
    assert [(each["name"], each["alike"]) for each in found["signs"]] == [("sweep", True)]
    assert 0 < found["disk_free"] <= found["disk_whole"]
    assert set(found["versions"]) == {
        "小组", "PostgreSQL", "消息代理", "数据结构：公共", "数据结构：活动", "数据结构：考核", "数据结构：消息"
    }  # fmt: skip


def test_programs_and_a_database_of_other_code_are_seen_and_what_to_do(
    visit: Callable[..., Visitor], town: Town, office: Database
):
    with psycopg.connect(office.owner_url) as connection:
        connection.execute("insert into office.heartbeat values ('sweep', now(), %s)", [RELEASE])
        connection.execute("insert into office.heartbeat values ('worker notify', now(), null)")  # says nothing yet
    page = visit("keeper").get("/office/machine").text
    assert RELEASE in page
    assert "不是同一版" not in page
    assert "数据库比程序新" not in page

    with psycopg.connect(office.owner_url) as connection:
        connection.execute("update notify.alembic_version set version_num = 'notify_9999'")
    page = visit("keeper").get("/office/machine").text
    assert "数据库比程序新" in page
    assert f"第 9999 版（程序带的是第 {BROUGHT['notify']} 版）" in page

    with psycopg.connect(office.owner_url) as connection:
        connection.execute("update office.heartbeat set release = '0.1.0-00000000' where name = 'worker notify'")
    page = visit("keeper").get("/office/machine").text
    assert page.count("和网页不是同一版") == 1
    assert "xiaozu upgrade" in page


# --- a lost telephone ---


def enrol(doors: Doors, login: str) -> int:
    """Somebody sets up codes; returns his account."""
    person = getattr(doors, login)
    secret = person.post("activities/codes")["secret"]
    person.token = person.post("activities/codes/confirmations", {"code": code_of(secret, -1)})["token"]
    with psycopg.connect(settings().migrate_database_url) as connection:
        return connection.execute("select id from office.account where login = %s", [login]).fetchone()[0]


def test_the_keeper_resets_the_codes_of_a_lost_telephone_with_a_reason(doors: Doors, office: Database):
    account_id = enrol(doors, "dongling")

    doors.keeper.post(f"activities/accounts/{account_id}/code-resets", {"reason": "手机丢失，本人来电。"})

    asked = {"login": "dongling", "password": PASSWORD}
    assert doors.client.post("/api/activities/sittings", json=asked).json()["awaits"] is None
    rows = doors.auditor.get("activities/audit", fact="AccountChanged")["rows"]
    assert (rows[0]["words"], rows[0]["reason"]) == ("重置一次性验证码", "手机丢失，本人来电。")


def test_nobody_else_does_nor_the_keeper_for_himself(doors: Doors):
    account_id, own = enrol(doors, "dongling"), enrol(doors, "keeper")
    why = {"reason": "手机丢失。"}

    doors.organiser.post(f"activities/accounts/{account_id}/code-resets", why, 404)
    doors.auditor.post(f"activities/accounts/{account_id}/code-resets", why, 404)
    doors.outsider.post(f"activities/accounts/{account_id}/code-resets", why, 404)
    doors.keeper.post(f"activities/accounts/{own}/code-resets", why, 403)


# --- offices apart ---


def test_an_act_on_an_officer_goes_through_two_pairs_of_hands_and_stands_in_the_audit(doors: Doors, town: Town):
    person, acts = town.people["郑川"], f"activities/townships/{town.id}/officer-acts"
    asked = doors.organiser.post(acts, {"act": "renew_password", "person_id": person, "reason": "忘记了密码。"})["id"]
    one = f"activities/officer-acts/{asked}"

    for login in ("organiser", "keeper"):
        getattr(doors, login).post(f"activities/people/{person}/first-passwords", status=403)
    doors.organiser.post(f"{one}/agreements", status=403)
    doors.auditor.post(f"{one}/agreements", status=404)
    doors.outsider.post(f"{one}/agreements", status=404)
    assert [(row["name"], row["stage"], row["agrees"]) for row in doors.keeper.get(acts)] == [
        ("郑川", "asked", "keeper")
    ]
    doors.keeper.post(f"{one}/agreements")
    doors.keeper.post(f"{one}/first-passwords", status=403)
    assert doors.organiser.post(f"{one}/first-passwords")["login"] == "committee"

    rows = doors.auditor.get("activities/audit", fact="OfficerActMoved")["rows"]
    assert [(row["words"], row["moved"]) for row in rows] == [
        ("办理工作人员事项", "已同意，待办理 → 已办理"),
        ("同意工作人员事项", "等待同意 → 已同意，待办理"),
        ("提出工作人员事项", ""),
    ]
    assert rows[0]["about"] == "郑川的重发初始密码"
    assert (rows[0]["body"]["before"], rows[0]["body"]["after"]) == ("原来的密码", "新的初始密码")
