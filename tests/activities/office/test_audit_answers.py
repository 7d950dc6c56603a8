"""What an auditor asks: who changed what and what stood there, who was appointed by whom, who took what out."""

import re
from dataclasses import replace
from io import BytesIO
from typing import get_args

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from services.activities.office.rules.changed import GRADES, changes_told
from services.activities.office.rules.kinds import KINDS
from services.activities.office.schemas import Sought
from services.assessment.schemes.rules.scoring import Grade
from shared import work
from shared.access import SYSTEM
from shared.audit import announce
from shared.db import unit
from shared.events import CATALOGUE, CaseDecided, ReplacementDecided
from shared.roles import Role
from shared.settings import SERVICES
from shared.web.files import taken
from tests.browsing import Visitor
from tests.conftest import Doors
from tests.town import DONGLING, FIRST, Town

MEETING = {"kind": "study", "held_on": "2025-03-03", "place": "村部", "topic": "学习", "submitted": True}


@pytest.fixture
def visit(doors: Doors):
    return lambda login: Visitor(doors.client.app, login)


def lines(doors: Doors, **asked: object) -> list[dict]:
    return doors.auditor.get("activities/audit", **asked)["rows"]


@pytest.fixture
def corrected(doors: Doors, town: Town) -> int:
    """A confirmed record that its leader corrected."""
    group = {"group_id": town.groups[DONGLING, FIRST]}
    record = doors.diligent.post("activities/activities", MEETING | group)["id"]
    doors.dongling.post("activities/confirmations", {"activity_ids": [record]})
    asked = MEETING | {
        "place": "大院",
        "why": "地点写错了。",
        "absent": [{"person_id": town.people["许安"], "reason": "ill"}],
    }
    asked.pop("submitted")
    doors.diligent.post(f"activities/activities/{record}/corrections", asked)
    return record


def test_a_confirmed_record_that_was_corrected_shows_by_whom_and_what_stood_there_before(doors, visit, corrected):
    [line] = lines(doors, kind="corrections")
    auditor = visit("auditor")
    listed = auditor.get("/office/audit?kind=corrections")
    opened = auditor.get(f"/office/audit/lines/{line['id']}")
    book = CalamineWorkbook.from_filelike(BytesIO(auditor.client.get("/office/audit.xlsx?kind=corrections").content))

    assert (line["who"], line["reason"]) == ("孙勤", "地点写错了。")
    assert {"what": "地点", "before": "村部", "after": "大院"} in line["changes"]
    assert "地点：村部 → 大院" in listed.text
    assert "地点村部大院" in opened.text
    assert "许安" in opened.text
    assert "现在的情况" in opened.text
    assert "确认活动记录" in opened.text  # what happened to it before
    assert "地点：村部 → 大院" in book.get_sheet_by_name("审计记录").to_python()[1][4]
    assert opened.root.xpath("//main//form") == []  # there is nothing that he could do


@pytest.mark.parametrize("login", ["organiser", "committee", "dongling", "diligent", "member", "outsider", "keeper"])
def test_nobody_else_opens_a_line_of_a_record(doors, visit, corrected, login):
    [line] = lines(doors, kind="corrections")

    assert Visitor(doors.client.app, login).client.get(f"/office/audit/lines/{line['id']}").status_code in {403, 404}


def test_grades_that_differ_from_the_proposal_are_asked_for_alone(doors, town, office):
    group = town.groups[DONGLING, FIRST]
    with unit("assessment") as session:
        for case, (grade, proposed) in enumerate(
            [("excellent", "competent"), ("competent", "competent"), ("", "competent"), ("", "none"), ("competent", "")]
        ):
            fact = CaseDecided(unit_id=group, case_id=case, grade=grade, proposed=proposed)
            announce(session, fact, by=SYSTEM, reason="带头抗旱。")

    found = [(line["changes"][0]["before"], line["changes"][0]["after"]) for line in lines(doors, kind="grades")]

    assert found == [("建议称职", "不予评定"), ("建议称职", "评定优秀")]


def test_the_grades_are_called_as_assessment_calls_them():
    assert {key: word for key, word in GRADES.items() if key} == {grade.value: grade.said for grade in Grade}
    assert changes_told("CaseDecided", {"grade": "competent"}) == []  # told before the proposal was said


def test_whom_a_decision_dismissed_is_dismissed_in_the_name_of_whoever_decided(doors, town, office):
    with unit("activities") as session:
        account = session.scalar(text("select id from office.account where login = 'committee'"))
    group, person = town.groups[DONGLING, FIRST], town.people["孙勤"]
    told = {"unit_id": group, "replacement_id": 7, "person_id": person, "group_id": group, "replaced": True}
    with unit("assessment") as session:
        announce(session, ReplacementDecided(**told, on="2025-03-10"), by=replace(SYSTEM, account_id=account))
    work.settle(SERVICES)

    [line] = [line for line in lines(doors, kind="posts") if line["person_id"] == person and line["words"] == "免职"]

    assert line["account_id"] == account
    assert line["who"] != "系统"
    assert line["changes"] == [{"what": "", "before": "在任", "after": "2025年3月10日起免职"}]
    assert line["reason"] == "党委决定调整"
    assert line["about"] == "孙勤的党小组长职务"


def test_who_took_up_a_post_is_told_with_the_day_and_who_decided(doors, town):
    asked = {"person_id": town.people["许安"], "kind": Role.DEPUTY, "starts_on": "2025-03-01"}
    doors.organiser.post(f"activities/units/{town.groups[DONGLING, FIRST]}/posts", asked)

    line = lines(doors, kind="posts")[0]

    assert (line["who"], line["words"], line["about"]) == ("周岚", "任职", "许安的党小组副组长职务")
    assert line["changes"] == [{"what": "", "before": "未任", "after": "2025年3月1日起任职"}]


# --- who took what out, and who looked at a number ---


def test_every_kind_that_is_asked_for_is_there_and_every_file_taken_out_is_a_download():
    downloads = {name for name, fact in CATALOGUE.items() if fact.taken}

    assert set(get_args(Sought)) == set(KINDS)
    assert set(KINDS["downloads"].facts) == downloads
    assert {fact for kind in KINDS.values() for fact in kind.facts} <= set(CATALOGUE)


def test_no_file_with_people_in_it_leaves_without_a_line_on_the_audit(office):
    with unit("activities") as session, pytest.raises(LookupError):
        taken(session, b"", "application/pdf", "工作册.pdf")


def test_a_book_that_was_taken_out_is_on_the_audit(doors, town, visit):
    group = town.groups[DONGLING, FIRST]
    visit("diligent").client.get(f"/activities/groups/{group}/books/2025/1/pdf")

    line = lines(doors, kind="downloads")[0]

    assert (line["who"], line["words"], line["unit"]) == ("孙勤", "下载季度册", DONGLING + FIRST)
    assert line["about"] == "2025年第1季度工作册"


def test_whoever_was_looked_at_sees_by_whom_and_the_auditor_finds_it_by_his_name(doors, town, visit):
    person = town.people["许安"]
    doors.organiser.post(f"activities/people/{person}/numbers", {"field": "phone", "reason": "通知开会。"})
    doors.organiser.post(f"activities/people/{town.people['孙勤']}/numbers", {"field": "phone", "reason": "核对。"})
    auditor = visit("auditor")

    found = auditor.submit(auditor.get("/office/audit"), "find", name="许安")
    link = next(a.get("href") for a in found.root.findall(".//a") if "kind=numbers" in (a.get("href") or ""))
    listed = auditor.get(link)
    own = visit("member").get("/activities/me")

    assert "许安" not in found.address
    assert "许安的联系电话" in listed.text
    assert "孙勤的联系电话" not in listed.text
    assert "清溪镇组织委员 周岚联系电话通知开会。" in own.text
    assert "核对。" not in own.text


def test_whoever_was_found_by_his_number_sees_by_whom_and_why(doors, town, visit):
    person = town.people["许安"]
    number = doors.organiser.post(f"activities/people/{person}/numbers", {"field": "phone", "reason": "通知。"})[
        "number"
    ]
    organiser = visit("organiser")

    organiser.submit(organiser.get("/activities/register/people"), "by-number", number=number, reason="来电核实。")

    assert "清溪镇组织委员 周岚按号码查到您（联系电话）来电核实。" in visit("member").get("/activities/me").text
    assert "来电核实。" not in visit("diligent").get("/activities/me").text


def test_a_number_is_shown_once_and_the_same_form_again_says_so(town, visit):
    organiser = visit("organiser")
    page = organiser.get(f"/activities/register/people/{town.people['许安']}")

    shown = organiser.submit(page, "look", field="phone", reason="通知开会。")
    again = organiser.submit(page, "look", 409, field="phone", reason="通知开会。")

    assert "已办理，请重新生成" in again.text
    assert re.search(r"1\d{10}", shown.text)
    assert not re.search(r"1\d{10}", again.text)
