"""A township's systems: what it switches off is not owed, not asked for and not done, and its past stays readable."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
from sqlalchemy import text

from deploy import doctor
from services.activities.duties import queries as duties
from services.activities.office.rules.subjects import STAGES
from services.activities.office.rules.year import WHY_NOT, GoingOn
from shared import work
from shared.db import unit
from shared.settings import SERVICES
from tests.browsing import Visitor
from tests.servers import Database
from tests.town import DONGLING, ELSEWHERE, FIRST, SECOND, Doors, Person, Town

STUDY = {"kind": "study", "held_on": "2025-02-20", "topic": "学习", "submitted": True}


def switch(person: Person, town: Town, *systems: str, status: int = 201, **more: Any) -> Any:
    asked = {"key": "systems", "value": list(systems), "reason": "先从考核做起。", **more}
    return person.post(f"activities/townships/{town.id}/settings", asked, status=status)


def write(person: Person, town: Town, status: int = 201, **more: Any) -> Any:
    return person.post("activities/activities", {"group_id": town.groups[DONGLING, FIRST], **STUDY, **more}, status)


def owed(township_id: int) -> set[date]:
    with unit("activities") as session:
        return {duty.due.day for duty in duties.calendar(session, township_id, 2025)}


def test_group_life_that_is_off_is_not_owed_and_not_done_and_stays_to_be_read(
    doors: Doors, town: Town, visit: Callable[..., Visitor]
):
    made = write(doors.diligent, town)["id"]
    doors.dongling.post("activities/confirmations", {"activity_ids": [made]})
    assert max(owed(town.id)) > date(2025, 3, 31)

    switch(doors.organiser, town, "assessment")

    assert max(owed(town.id)) < date(2025, 3, 3), "what was due before stays as it was"
    assert max(owed(town.units[ELSEWHERE])) > date(2025, 3, 31)
    refused = write(doors.diligent, town, status=409)
    assert "没有开通“组织生活”" in refused["detail"]
    again = {"kind": "study", "held_on": "2025-02-21", "why": "日期写错"}
    doors.diligent.post(f"activities/activities/{made}/corrections", again, status=409)
    assert doors.dongling.get(f"activities/activities/{made}")["stage"] == "confirmed"

    for login in ("diligent", "dongling", "organiser"):
        page = visit(login).get("/").text
        assert "逾期" not in page, login
        assert "写记录" not in page.replace("还没有记录", ""), login
    systems = visit("diligent").get("/activities/systems")
    assert "没有开通的业务只能查看以前的记录：组织生活、工作册" in systems.text
    assert "学习" in visit("diligent").get("/activities/records").text

    switch(doors.organiser, town, "group_life", "assessment")
    write(doors.diligent, town, held_on="2025-03-01")
    assert max(owed(town.id)) > date(2025, 3, 31)


def test_what_is_open_is_named_and_ends_with_the_reason(doors: Doors, town: Town):
    waits = write(doors.diligent, town)["id"]
    draft = write(doors.diligent, town, submitted=False, kind="theme_day")["id"]

    refused = switch(doors.organiser, town, "assessment", status=409)

    assert "还有2条记录没有确认：东岭村党支部第一党小组2月20日集中学习" in refused["detail"]
    assert doors.dongling.get("activities/todos")["lines"]
    switch(doors.organiser, town, "assessment", ends_open=True)

    assert doors.dongling.get("activities/todos")["lines"] == []
    for each in (waits, draft):
        assert doors.diligent.get(f"activities/activities/{each}")["stage"] == "discarded"
    with unit("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK
        reasons = session.scalars(text("select reason from office.happening where fact = 'ActivityDiscarded'")).all()
    assert reasons == ["先从考核做起。"] * 2


def test_nobody_is_reminded_of_what_is_off(doors: Doors, town: Town, move_to: Callable[..., None]):
    switch(doors.organiser, town, "assessment")

    for day in (24, 25, 26, 27, 28, 31):
        move_to(date(2025, 3, day))
        work.settle(SERVICES)

    with unit("keeper") as session:
        facts = session.execute(
            text("select unit_id, count(*) from office.happening where fact = 'DutiesDue' group by unit_id")
        ).all()
    assert town.id not in {row[0] for row in facts}
    doors.organiser.post(f"activities/townships/{town.id}/reminders", {"branch_ids": [town.units[DONGLING]]}, 409)


def test_an_assessment_that_is_off_is_in_no_bar_and_opens_no_year_and_none_is_cut_short(
    doors: Doors, town: Town, visit: Callable[..., Visitor], move_to: Callable[..., None]
):
    assert "/assessment/" in visit("diligent").get("/").links()
    switch(doors.organiser, town, "group_life")
    assert "/assessment/" not in visit("diligent").get("/").links()
    move_to(date(2025, 12, 1))
    work.settle(SERVICES)
    year = {"township_id": town.id, "year": 2025}
    refused = doors.organiser.post("assessment/cycles", year, status=409)
    assert "没有开通“考核”" in refused["detail"]

    switch(doors.organiser, town, "group_life", "assessment")
    doors.organiser.post("assessment/cycles", year)
    refused = switch(doors.organiser, town, "group_life", status=409)
    assert "2025年度考核（提名审查）：各支部已接到正式通知" in refused["detail"]
    standing = visit("organiser").get("/office/settings").text
    assert "考核要等这些办结以后才能停用" in standing
    assert "2025年度考核（提名审查）：各支部已接到正式通知" in standing
    assert "各支部已接到正式通知" not in visit("keeper").get("/office/settings").text

    cycle = doors.organiser.get("assessment/cycles")["rows"][0]["id"]
    doors.organiser.post(f"assessment/cycles/{cycle}/endings", {"reason": "先从组织生活做起。"}, status=403)
    doors.outsider.post(f"assessment/cycles/{cycle}/endings", {"reason": "先从组织生活做起。"}, status=404)
    page = visit("committee").get(f"/assessment/cycles/{cycle}")
    done = visit("committee").submit(page, "end", reason="先从组织生活做起。")
    assert "党委已中止本年度考核" in done.text
    work.settle(SERVICES)
    switch(doors.organiser, town, "group_life")
    assert "先从组织生活做起。" in visit("dongling").get(f"/assessment/cycles/{cycle}").text, "the past stays readable"
    assert not [line for line in doors.dongling.get("activities/todos")["lines"] if "提名" in str(line)]


def test_at_every_stage_that_is_not_over_it_is_said_why_it_cannot_be_broken_off():
    stages = {("cycle", stage) for stage in STAGES["cycle"] if stage not in {"closed", "ended", "withdrawn"}}
    stages |= {("rectification", stage) for stage in STAGES["rectification"] if stage not in {"cleared", "ended"}}

    assert set(WHY_NOT) == stages | {("replacement", "proposed"), ("replacement", "decided")}
    assert GoingOn("rectification", 2025, "check", 2).said == "2025年度整改2件（待验收）：已报告整改，等乡镇验收"


def test_the_committee_sees_on_its_desk_where_the_quota_is_passed(
    doors: Doors, town: Town, visit: Callable[..., Visitor], office: Database
):
    year = {"township_id": town.id, "year": 2025}
    cycle = doors.organiser.post("assessment/cycles", year)["id"]
    work.settle(SERVICES)
    assert "超过名额" not in visit("committee").get("/activities/todos").text
    with psycopg.connect(office.owner_url) as connection:
        connection.execute("update assessment.cycle set stage = 'rating', excellent_allowed = 1 where id = %s", [cycle])
        connection.execute("update assessment.leader_case set grade = 'excellent' where cycle_id = %s", [cycle])

    page = visit("committee").get("/activities/todos")
    assert "名，超过名额1名" in page.text
    assert f"/assessment/cycles/{cycle}/board" in page.links()
    for login in ("organiser", "dongling", "outsider"):
        assert "超过名额" not in visit(login).get("/activities/todos").text


def test_it_is_the_organisers_to_decide_and_holds_in_his_township_alone(
    doors: Doors, town: Town, visit: Callable[..., Visitor]
):
    for person in (doors.keeper, doors.committee, doors.dongling, doors.diligent):
        switch(person, town, status=403)
    switch(doors.outsider, town, status=404)
    switch(doors.organiser, town, "register", status=409)

    page = visit("organiser").get("/office/settings")
    done = visit("organiser").submit(page, "set-systems", value=["assessment"], reason="先从考核做起。")

    assert "开通的业务：考核" in done.text
    assert doors.organiser.get(f"activities/townships/{town.id}/settings")
    group = town.groups[DONGLING, SECOND]
    assert doors.negligent.post("activities/activities", {"group_id": group, **STUDY}, 409)
