"""A township's systems: what it switches off is not owed, not asked for and not done, and its past stays readable."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import text

from deploy import doctor
from services.activities.duties import queries as duties
from shared import work
from shared.db import unit
from shared.settings import SERVICES
from tests.browsing import Visitor
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
    assert "2025年度考核还没有办结" in refused["detail"]


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
