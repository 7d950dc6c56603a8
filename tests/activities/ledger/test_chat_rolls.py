"""A roll pasted from a chat: who says that he came, who does not and why; whoever is not understood is left to a person."""

import pytest

from services.activities.ledger.rules.absences import Reason
from services.activities.ledger.rules.attendance import Absence
from services.activities.ledger.rules.chat import MOST_LINES, read_roll, roll_said
from tests.browsing import Visitor
from tests.town import DONGLING, FIRST, Doors, Town

MEMBERS = {1: "孙勤", 2: "陆明", 3: "许安", 4: "宋平", 5: "白梅", 6: "陆明远"}


def test_each_line_is_somebody_with_what_he_says_of_himself():
    read = read_roll(
        "#接龙\n3月主题党日，请接龙\n\n1. 孙勤 到\n2、陆明：请假 外出务工\n3.许安\n4. 陆明远 住院\n5. 白梅 不来了，家里有事",
        MEMBERS,
    )

    assert read.present == {1, 3}
    assert read.absent == {
        2: Absence(Reason.AWAY, "请假外出务工"),
        6: Absence(Reason.ILL, "住院"),
        5: Absence(Reason.LEAVE, "不来了，家里有事"),
    }
    assert read.unnamed == [4]
    assert read.problems == []


@pytest.mark.parametrize("said", ["到", "已到", "参加", "收到！", "√", "+1", "准时参加", ""])
def test_words_for_being_there(said: str):
    assert read_roll(f"1. 孙勤 {said}", MEMBERS).present == {1}


@pytest.mark.parametrize("said", ["不到", "来不了", "没法参加", "缺席", "不能到"])
def test_words_for_not_being_there(said: str):
    assert read_roll(f"1. 孙勤 {said}", MEMBERS).absent[1] == Absence(Reason.OTHER, said)


def test_what_cannot_be_told_is_said_and_nobody_is_marked():
    twice = {**MEMBERS, 7: "孙勤"}

    read = read_roll("1. 孙琴 到\n2. 许安 到\n3. 宋平 看情况吧", MEMBERS)

    assert (read.present, read.absent) == ({3}, {})
    assert read.problems == ["名单里没有“孙琴”，是不是“孙勤”？", "“宋平”写的是“看情况吧”，看不出到没到，请在名单里点选"]
    assert read_roll("孙勤 到", twice).problems == ["“孙勤”有2位同名的人，请在名单里点选"]


def test_whoever_writes_twice_is_as_he_said_last_and_only_those_on_leave_leave_the_others_alone():
    read = read_roll("1. 孙勤 到\n2. 孙勤 请假", MEMBERS)

    assert (read.present, set(read.absent)) == (set(), {1})
    assert "没有接龙" not in roll_said(read, MEMBERS)


def test_a_long_paste_is_read_so_far_and_no_further():
    read = read_roll("\n".join(["1. 谁也不是 到"] * (2 * MOST_LINES)), MEMBERS)

    assert len(read.problems) == MOST_LINES
    assert len(roll_said(read, MEMBERS)) < 1000


def test_the_form_comes_back_with_the_roll_filled_in_and_is_handed_in_once_it_was_looked_at(
    visit, doors: Doors, town: Town
):
    leader: Visitor = visit("diligent")
    page = leader.get("/activities/records/new?kind=study")
    pasted = "1. 孙勤 到\n2. 许安 请假 外出\n3. 陆明 到\n4. 白梅 到"

    again = leader.submit(page, "write", status=409, topic="学习", pasted=pasted, button=("submitted", "1"))

    assert "到会3人，没到1人。没有接龙的1人先按“其他”填：宋平" in again.text
    form = again.form("write").fields
    assert form[f"roll-{town.people['许安']}"] == "away"
    assert form[f"roll-{town.people['宋平']}"] == "other"
    assert form[f"roll-{town.people['白梅']}"] == "present"
    assert form["pasted"].strip() == ""
    leader.submit(again, "write", button=("submitted", "1"), **{f"roll-{town.people['宋平']}": "present"})
    (made,) = doors.diligent.get("activities/activities")["rows"]
    assert (made["expected"], made["present"]) == (5, 4)
    lines = doors.diligent.get(f"activities/activities/{made['id']}")["attendance"]
    assert {line["words"] for line in lines if line["state"] == "absent"} == {"请假外出"}


def test_a_branch_is_written_up_on_one_page_group_by_group_and_its_committee_on_another(
    visit, doors: Doors, town: Town
):
    secretary: Visitor = visit("dongling")
    where = secretary.get("/activities/records/new")
    branch = town.units[DONGLING]
    whole = secretary.get(next(link for link in where.links() if f"group_id={branch}" in link))
    assert "每个党小组各计一次" in whole.text
    headings = [each.text_content() for each in whole.form("write").findall(".//h2")]
    assert headings == ["第一党小组", "第二党小组"]

    secretary.submit(whole, "write", kind="lecture", topic="讲党课", speaker="陆明", button=("submitted", "1"))

    (made,) = doors.dongling.get("activities/activities")["rows"]
    assert made["group_ids"] == sorted(id_ for (name, _), id_ in town.groups.items() if name == DONGLING)
    page = secretary.get(f"/activities/records/{made['id']}")
    assert "第一党小组：应到 5 人，实到 5 人" in page.text
    own = visit("diligent").get(f"/activities/records/{made['id']}")
    assert "第一党小组：应到" in own.text
    assert "第二党小组：应到" not in own.text
    assert town.groups[DONGLING, FIRST] in made["group_ids"]
    visit("outsider").get(f"/activities/records/{made['id']}", status=404)

    committee = secretary.get(next(link for link in whole.links() if "committee_meeting" in link))
    asked = committee.form("write").fields
    assert [name for name in asked if name.startswith("roll-")] == [f"roll-{town.people['陆明']}"]
    secretary.submit(committee, "write", topic="研究发展党员", button=("submitted", "1"))
    kinds = {row["kind"] for row in doors.dongling.get("activities/activities")["rows"]}
    assert kinds == {"lecture", "committee_meeting"}
