"""Members who came in from elsewhere by a file: put on the list of their branch, members of nothing, taken back whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from services.activities.register.rules import Roster
from services.activities.register.rules.changes import Place, RegisterNow
from services.activities.register.rules.guests import Guest
from shared.sheets import read_workbook
from tests.activities.imports.test_as_people_see_it import EAST, GAO, HEADING, LUO, file_of, read
from tests.activities.register.registers import after, planned
from tests.town import DONGLING, XIHE

TITLE = ["柳河乡流入党员台账"]
CAME = ["序号", "姓名", "流出地党组织", "流入时间", "编入党支部", "编入党小组", "流动党员活动证号", "联系方式"]
HOME = "某省某县石桥村党支部"
BAI = [1, "白来客", HOME, "2025-03-01", EAST, "第一党小组", "D0009", "19999000009"]


def register() -> RegisterNow:
    return after(planned(read(file_of(HEADING, GAO, LUO))))


def guests(*rows: list[Any]) -> Roster:
    return read(file_of(TITLE, CAME, *rows, sheet="流入"))


def test_whoever_came_in_is_put_on_the_list_of_his_branch_and_is_no_member():
    roster = guests(BAI)
    plan = planned(roster, register())

    [(row, branch)] = plan.guests
    assert (row.name, branch, row.on) == ("白来客", EAST, date(2025, 3, 1))
    assert row.told == {"name": "白来客", "kind": "其他", "home": HOME, "card": "D0009", "phone": "19999000009"}
    assert (plan.new_people, plan.memberships, plan.moves, plan.endings, plan.missing) == ([], [], [], [], [])
    assert (roster.rows_total, roster.rows_refused, plan.counts["read"]) == (1, 0, 1)
    assert plan.changes == [f"白来客：登记为{EAST}的流入党员，来自{HOME}"]


def test_whoever_is_on_that_list_stays_and_one_of_his_name_from_elsewhere_is_refused():
    there = replace(register(), guests=(Guest(EAST, "白来客", HOME),))
    again, other = planned(guests(BAI), there), planned(guests([*BAI[:2], "别处党支部", *BAI[3:]]), there)

    assert again.is_empty
    assert (again.tallies["guests"].unchanged, again.changes) == (1, [])
    assert other.is_empty
    assert ["流出地党组织是" in each.problem for each in other.problems if each.fatal] == [True]
    assert planned(guests(BAI, BAI), register()).tallies["guests"].unchanged == 1


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({1: "去世党员"}, "不像一个人的姓名"),
        ({2: "无"}, "没有写流出地党组织"),
        ({4: ""}, "没有写编入哪个党支部"),
        ({4: "不存在村党支部"}, "名册里没有“不存在村党支部”这个党支部"),
        ({3: "明年开春"}, "流入时间"),
        ({3: "2035-01-01"}, "流入时间"),
    ],
)
def test_a_row_that_cannot_be_put_on_a_list_is_refused_with_its_cell_and_given_back(cells: Any, said: str):
    row = [cells.get(at, value) for at, value in enumerate(BAI)]
    roster = guests(row)
    plan = planned(roster, register())

    assert plan.guests == []
    assert any(said in each.problem and each.cell for each in [*roster.problems, *plan.problems] if each.fatal)
    [table] = roster.refused_with(plan.problems)
    assert table.rows[0].row == 3


def test_a_month_is_no_day_and_a_list_beside_a_roster_leaves_the_roster_whole():
    roster = guests([*BAI[:3], "2025年3月", *BAI[4:]])
    assert roster.guests[0].on is None
    assert any("没有写到日" in each.problem for each in roster.warnings)

    column = read(file_of([*HEADING, "是否流入党员"], [*GAO, "否"]))
    assert [each.name for each in column.people] == ["高大山"]
    assert planned(column, register()).units == []
    assert Place(EAST, None) in register().founded


@pytest.mark.parametrize("title", ["党员花名册（含流入党员）", "注：本表不含流入党员", "除流入党员外"])
def test_a_roster_whose_title_only_names_them_is_a_roster(title: str):
    read_in = read(file_of([title], HEADING, GAO, LUO))

    assert len(read_in.people) == 2
    assert (read_in.guests, read_in.rows_refused) == ([], 0)


def test_two_rows_of_a_file_that_are_taken_for_one_are_named():
    plan = planned(guests(BAI, [2, *BAI[1:6], "D0010", "19999000010"]), register())

    assert len(plan.guests) == 1
    assert [(each.row, each.fatal) for each in plan.problems if "只登记一次" in each.problem] == [(4, False)]


# --- on its page, out again, and taken back ---


def hand_in(visitor, content: bytes, name: str = "流入党员.xlsx"):
    return visitor.submit(visitor.get("/activities/imports"), "hand-in", files={"file": (name, content)}, kind="roster")


def came(branch: str, name: str = "白来客") -> bytes:
    return file_of(TITLE, CAME, [1, name, HOME, "2025-01-01", branch, "", "D0009", "19999000009"], sheet="流入")


def test_it_is_brought_in_taken_out_the_same_and_taken_back(visit, town, settle, sql):
    organiser = visit("organiser")
    looked = hand_in(organiser, came(DONGLING))
    assert f"白来客：登记为{DONGLING}的流入党员" in looked.text
    assert "19999000009" not in looked.text
    before = sql("select count(*) from office.membership")
    organiser.submit(looked, "bring-in")
    settle()

    assert sql("select sort, starts_on from activities.care") == [("mobile_in", date(2025, 1, 1))]
    assert sql("select count(*) from office.membership") == before
    branch = town.units[DONGLING]
    assert "白来客" in visit("dongling").get(f"/activities/register/units/{branch}/care").text

    taken = organiser.client.get(f"/activities/units/{town.id}/prints/mobile_in?file=xlsx")
    rows = [[cell.text for cell in row] for row in read_workbook(taken.content, name="x.xlsx").sheets[0].rows]
    assert "白来客" in str(rows)
    assert "19999000009" not in str(rows)
    again = hand_in(organiser, taken.content, "台账.xlsx")
    assert "不用导入" in again.text

    undo = organiser.get(f"{looked.address}/undo")
    assert "1 名流入党员的登记删除" in undo.text
    organiser.submit(undo, "undo")
    assert sql("select count(*) from activities.care") == [(0,)]


def test_whoever_was_met_or_has_left_again_holds_the_import_and_his_branch_is_named(visit, settle, sql):
    organiser = visit("organiser")
    looked = hand_in(organiser, came(XIHE))
    organiser.submit(looked, "bring-in")
    settle()
    sql("update activities.care set ends_on = starts_on + 1")

    undo = organiser.get(f"{looked.address}/undo")
    assert f"以后又结束或者联系过的流入党员：{XIHE}" in undo.text
    assert sql("select count(*) from activities.care") == [(1,)]


def test_the_table_to_fill_in_is_read_and_its_example_is_nobody(visit):
    blank = visit("organiser").client.get("/activities/blanks/mobile_in").content
    assert BytesIO(blank).read(2) == b"PK"
    roster = read(blank, "流入党员台账（空白）.xlsx")
    assert (roster.guests, roster.errors) == ([], [])
