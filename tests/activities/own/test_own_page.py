"""One's own page: what is kept of oneself, where one took part, and nobody else."""

import pytest

from tests.browsing import Visitor
from tests.town import DONGLING, FIRST


@pytest.fixture
def visit(doors):
    return lambda login: Visitor(doors.client.app, login)


def test_a_member_without_a_post_sees_himself_and_nobody_else(visit, doors, town):
    absent = [{"person_id": town.people["许安"], "reason": "ill", "words": "感冒"}]
    for day, missing in (("2025-02-12", []), ("2025-02-20", absent)):
        held = {"group_id": town.groups[DONGLING, FIRST], "kind": "study", "held_on": day, "topic": f"学习{day}"}
        made = doors.diligent.post("activities/activities", held | {"submitted": True, "absent": missing})["id"]
        doors.dongling.post("activities/confirmations", {"activity_ids": [made]})

    landing = visit("member").get("/")
    assert (landing.address, landing.title) == ("/activities/todos", "待办")
    assert "/activities/me" in landing.links()
    page = visit("member").get("/activities/me")
    assert "1 次参加" in page.text
    assert "2 次应到" in page.text
    assert "感冒" in page.text
    assert "东岭村党支部第一党小组" in page.text
    assert "199****" in page.text
    assert not [name for name in town.people if name not in ("许安", "孙勤") and name in page.text]
    assert "还没有已确认的记录" in visit("member").get("/activities/me?year=2024").text


def test_each_sees_his_own(visit):
    assert "支部书记" in visit("dongling").get("/activities/me").text
    assert "许安" not in visit("outsider").get("/activities/me").text
    assert visit("keeper").get("/activities/me").title == "我的记录"
