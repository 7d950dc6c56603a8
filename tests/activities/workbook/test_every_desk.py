"""Every post has a desk: each finds what is his, and what he may not see is not there."""

from collections.abc import Callable
from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy import text

from services.activities.office.rules import troubles
from services.activities.register import actions as register
from shared import machine
from shared.access import SYSTEM
from shared.alarms import raise_alarm
from shared.clock import moment
from shared.db import unit
from shared.events import Alarm
from shared.roles import Role
from tests.browsing import Visitor
from tests.servers import Database
from tests.town import DONGLING, FIRST, Doors, Town

Visit = Callable[..., Visitor]
TODAY = date(2025, 3, 3)


def bar_of(visitor: Visitor) -> list[str]:
    page = visitor.get("/")
    assert page.title == "待办"
    return [link.text_content().strip() for link in page.root.xpath("//nav[@aria-label='主要栏目']/a")]


def appoint(town: Town, name: str, where: int, role: Role) -> None:
    with unit("activities") as session:
        register.appoint(session, SYSTEM, town.people[name], where, role, starts_on=TODAY)


def test_the_bar_has_what_the_post_has(visit: Visit, doors: Doors, town: Town):
    answers = ["待办", "业务", "名册", "考核", "消息"]
    for login in ("diligent", "dongling", "committee"):
        assert bar_of(visit(login)) == answers, login
    assert bar_of(visit("organiser")) == [*answers, "管理"]
    assert bar_of(visit("keeper")) == ["待办", "名册", "消息", "管理"]
    assert bar_of(visit("auditor")) == ["待办", "消息", "管理"]
    assert bar_of(visit("member")) == ["待办", "消息"]


def test_a_member_finds_his_own_record_and_whoever_looks_on_what_he_may_look_at(visit: Visit, town: Town):
    assert "/activities/me" in visit("member").get("/").links()
    assert "村党支部" not in visit("member").get("/").text

    appoint(town, "许安", town.units[DONGLING], Role.COMMITTEE_MEMBER)
    page = visit("member").get("/")
    assert "逾期或本月待办" in page.text
    assert "/activities/duties" in page.links()


def test_the_organiser_filters_his_list_by_branch_and_kind(visit: Visit, doors: Doors, town: Town):
    organiser = visit("organiser")
    page = organiser.get("/activities/todos")
    assert len(page.root.xpath("//ul[contains(@class, 'todo')]/li")) == 3

    one = organiser.get(f"/activities/todos?branch_id={town.units[DONGLING]}")
    assert len(one.root.xpath("//ul[contains(@class, 'todo')]/li")) == 1
    assert f"/activities/duties/units/{town.units[DONGLING]}" in one.links()
    assert "没有符合的事项" in organiser.get("/activities/todos?kind=assessment.rate").text


def test_what_is_overdue_with_others_is_in_the_organisers_list_and_not_twice(
    visit: Visit, doors: Doors, town: Town, office: Database
):
    asked = {"group_id": town.groups[DONGLING, FIRST], "kind": "study", "held_on": "2025-02-20", "submitted": True}
    doors.diligent.post("activities/activities", asked)
    assert "待确认" not in visit("organiser").get("/").root.xpath("string(//ul[contains(@class, 'todo')])")
    with psycopg.connect(office.owner_url) as connection:
        connection.execute("update office.todo set due_on = '2025-03-01'")

    listed = visit("organiser").get("/").root.xpath("string(//ul[contains(@class, 'todo')])")
    assert listed.count("1条活动记录待确认") == 2  # its words, and those of its button
    assert "等支部书记办" in listed
    assert "等支部书记办" not in visit("outsider").get("/").text


def test_the_keeper_finds_what_is_amiss_with_what_to_do_and_nobody_else_does(visit: Visit, town: Town):
    page = visit("keeper").get("/").text
    assert "还没有备份" in page
    assert "查明原因" in page
    for login in ("organiser", "committee", "auditor", "dongling"):
        assert "备份" not in visit(login).get("/").text, login


def test_a_disk_that_is_nearly_full_is_on_the_keepers_desk(visit: Visit, town: Town, monkeypatch: pytest.MonkeyPatch):
    assert "磁盘" not in visit("keeper").get("/").text
    monkeypatch.setattr(machine, "disk", lambda: (4 * 2**30, 50 * 2**30))

    assert "磁盘可用不到一成，还有4.0 GB" in visit("keeper").get("/").text
    assert "磁盘" not in visit("organiser").get("/").text


def test_what_is_amiss_is_said_by_its_figures():
    now, hour = moment(TODAY, 9), timedelta(hours=1)

    assert troubles.of_disk(50, 100) == troubles.of_backup(1) == troubles.of_programs([("sweep", 60)]) == []
    assert troubles.of_queues([("notify", 0, None), ("activities", 3, now - hour / 6)], now) == []
    assert troubles.of_disk(9, 100)[0].said.startswith("磁盘可用不到一成")
    assert troubles.of_backup(3)[0].said == "3天没有备份"
    assert troubles.of_programs([("worker notify", 600)])[0].said == "“消息”的后台程序10分钟没有动静"
    mail, work = troubles.of_queues([("notify", 5, now - hour), ("activities", 3, now - hour)], now)
    assert (mail.said, mail.address) == ("信件发不出去：5件在等，最早的等了60分钟", "/notify/channels")
    assert work.said == "“活动”的后台任务积压：3件，最早的等了60分钟"


def test_the_auditor_finds_the_alarms_of_the_week(visit: Visit, town: Town):
    assert "现在没有要办的" in visit("auditor").get("/").text
    with unit("activities") as session:
        raise_alarm(session, Alarm.SEAL, 2, by=SYSTEM)

    page = visit("auditor").get("/")

    assert "3月3日操作记录和封印对不上" in page.text
    assert "/office/audit/seal" in page.links()
    assert "封印" not in visit("organiser").get("/").text


def test_a_system_says_in_words_what_waits_in_it(visit: Visit, doors: Doors, town: Town):
    assert "本月要做3项" in visit("diligent").get("/activities/systems").text
    assert "2个党小组有逾期或本月待办" in visit("dongling").get("/activities/systems").text
    assert "3个党支部有逾期或本月待办" in visit("organiser").get("/activities/systems").text
    asked = {"group_id": town.groups[DONGLING, FIRST], "kind": "study", "held_on": "2025-02-20", "submitted": True}
    doors.diligent.post("activities/activities", asked)
    assert "1条活动记录待确认，2个党小组" in visit("dongling").get("/activities/systems").text
    assert "党支部" not in visit("outsider").get("/activities/systems").text.replace("新桥村党支部", "")


def test_the_desk_counts_nothing_that_is_done(visit: Visit, doors: Doors, town: Town):
    asked = {"group_id": town.groups[DONGLING, FIRST], "kind": "study", "held_on": "2025-02-20", "submitted": True}
    made = doors.diligent.post("activities/activities", asked)["id"]
    doors.dongling.post("activities/confirmations", {"activity_ids": [made]})

    assert "今天已办1件" in visit("dongling").get("/").text
    with unit("keeper") as session:
        assert session.scalar(text("select count(*) from office.todo where closed_at is null")) == 0
