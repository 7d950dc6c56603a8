"""Members who came in from elsewhere by a file: put on the list of their branch, members of nothing, taken back whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from services.activities.register.rules import Roster
from services.activities.register.rules.changes import Place, RegisterNow
from services.activities.register.rules.guests import Guest
from shared.sheets import read_workbook
from tests.activities.imports.test_as_people_see_it import EAST, GAO, HEADING, LIANG, LUO, ONE, file_of, read, written
from tests.activities.register.registers import after, planned
from tests.town import DONGLING, XIHE

TITLE = ["柳河乡流入党员台账"]
CAME = ["序号", "姓名", "流出地党组织", "流入时间", "编入党支部", "编入党小组", "流动党员活动证号", "联系方式"]
HOME = "某省某县石桥村党支部"
BAI = [1, "白来客", HOME, "2025-03-01", EAST, "第一党小组", "D0009", "19999000009"]


def hiding(content: bytes, *, row: int) -> bytes:
    """The workbook with one row of its only sheet hidden."""
    target = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(target, "w") as made:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b'<row r="%d"' % row, b'<row hidden="1" r="%d"' % row)
            made.writestr(name, part)
    return target.getvalue()


def register() -> RegisterNow:
    return after(planned(read(file_of(HEADING, GAO, LUO))))


def guests(*rows: list[Any]) -> Roster:
    return read(file_of(TITLE, CAME, *rows, sheet="流入"))


def test_whoever_came_in_is_put_on_the_list_of_his_branch_and_is_no_member():
    roster = guests(BAI)
    plan = planned(roster, register())

    [(row, branch)] = plan.guests
    assert (row.name, branch, row.on) == ("白来客", EAST, date(2025, 3, 1))
    told = {"name": "白来客", "kind": "其他", "home": HOME, "card": "D0009", "phone": "19999000009"}
    assert row.told == told | {"group": ONE}
    assert (plan.new_people, plan.memberships, plan.moves, plan.endings, plan.missing) == ([], [], [], [], [])
    assert (roster.rows_total, roster.rows_refused, plan.counts["read"]) == (1, 0, 1)
    assert plan.changes == [f"白来客：登记为{EAST}的流入党员，编入{ONE}，来自{HOME}"]


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


# --- no row is passed over without a word ---


@pytest.mark.parametrize(
    ("rows", "cell", "said"),
    [
        ([[1, "~白来客", *BAI[2:]]], "B3", "画了删除线"),
        ([[1, ("=A9", "#REF!"), *BAI[2:]]], "B3", "计算出错"),
        ([[*BAI[:4], ("=A9", ""), *BAI[5:]]], "E3", "还没有计算出结果"),
        ([["已转出的流入党员"], BAI], "B4", "列在“已转出的流入党员”之下"),
    ],
    ids=["struck out", "a name that failed", "a branch never calculated", "below those who left"],
)
def test_a_row_set_aside_is_said_and_given_back(rows: list[list[Any]], cell: str, said: str):
    roster = guests(*rows)

    assert (roster.guests, roster.rows_total, roster.rows_refused) == ([], 1, 1)
    assert [(each.cell, said in each.problem) for each in roster.errors] == [(cell, True)]
    assert len(roster.refused_with(()).pop().rows) == 1


def test_a_hidden_row_is_said_and_what_says_nothing_in_another_once_a_column():
    roster = read(hiding(file_of(TITLE, CAME, BAI, [2, "何远客", *BAI[2:7], "~19999000010"], sheet="流入"), row=3))

    assert [each.name for each in roster.guests] == ["何远客"]
    assert (roster.rows_total, roster.rows_refused) == (2, 1)
    assert [each.cell for each in roster.errors if "隐藏" in each.problem] == ["B3"]
    assert any("“联系方式”一列有 1 格画了删除线" in each.problem for each in roster.warnings)


def test_those_below_a_line_that_names_them_are_no_members_and_those_after_it_are():
    line, back = ["以下为流入党员"], ["以下为在册党员"]
    for rows in ((GAO, line, LUO), (GAO, line, LUO, back, LIANG)):
        roster = read(file_of(HEADING, *rows))
        [wrong] = [each for each in roster.errors if "列在“以下为流入党员”之下" in each.problem]

        assert wrong.row == 4
        assert [each.name for each in roster.people] == [row[2] for row in rows if row in (GAO, LIANG)]
        assert (roster.rows_refused, roster.guests, roster.leaving) == (1, [], [])


def test_whoever_is_said_to_be_from_elsewhere_in_his_row_is_no_member_or_is_asked():
    by_kind = read(file_of(HEADING, GAO, written(LUO, kind="流入党员")))
    by_remark = read(file_of(HEADING, GAO, written(LUO, remark="流入党员")))

    assert [each.name for each in by_kind.people] == ["高大山"]
    assert ["组织关系不在这里" in each.problem for each in by_kind.errors] == [True]
    assert any("备注写着“流入党员”" in each.problem for each in by_remark.warnings)


# --- the group in which he takes part ---


def test_his_group_is_told_as_the_register_calls_it_and_makes_him_no_member_of_it():
    plan = planned(guests([*BAI[:5], "一组", *BAI[6:]]), register())

    assert [row.told["group"] for row, _ in plan.guests] == [ONE]
    assert plan.changes == [f"白来客：登记为{EAST}的流入党员，编入{ONE}，来自{HOME}"]
    assert (plan.memberships, plan.units) == ([], [])


def test_a_group_that_is_not_there_is_named_and_he_is_on_the_list_without_it():
    plan = planned(guests([*BAI[:5], "第九党小组", *BAI[6:]]), register())

    assert ["group" in row.told for row, _ in plan.guests] == [False]
    assert [(each.cell, each.fatal) for each in plan.problems if "没有“第九党小组”" in each.problem] == [("F3", False)]


def test_another_group_than_the_one_he_is_told_of_changes_nothing_and_is_named():
    there = replace(register(), guests=(Guest(EAST, "白来客", HOME, "第二党小组"),))
    plan = planned(guests(BAI), there)

    assert plan.is_empty
    assert ["没有改动" in each.problem for each in plan.problems] == [True]


# --- on its page, out again, and taken back ---


def hand_in(visitor, content: bytes, name: str = "流入党员.xlsx"):
    return visitor.submit(visitor.get("/activities/imports"), "hand-in", files={"file": (name, content)}, kind="roster")


def came(branch: str, name: str = "白来客", group: str = "") -> bytes:
    return file_of(TITLE, CAME, [1, name, HOME, "2025-01-01", branch, group, "D0009", "19999000009"], sheet="流入")


def test_it_is_brought_in_taken_out_the_same_and_taken_back(visit, town, settle, sql):
    organiser = visit("organiser")
    looked = hand_in(organiser, came(DONGLING, group="一组"))
    assert f"白来客：登记为{DONGLING}的流入党员，编入第一党小组" in looked.text
    assert "19999000009" not in looked.text
    before = sql("select count(*) from office.membership")
    organiser.submit(looked, "bring-in")
    settle()

    assert sql("select sort, starts_on from activities.care") == [("mobile_in", date(2025, 1, 1))]
    assert sql("select count(*) from office.membership") == before
    branch = town.units[DONGLING]
    listed = visit("dongling").get(f"/activities/register/units/{branch}/care").text
    assert "白来客" in listed
    assert "编入党小组：第一党小组" in listed

    taken = organiser.client.get(f"/activities/units/{town.id}/prints/mobile_in?file=xlsx")
    rows = [[cell.text for cell in row] for row in read_workbook(taken.content, name="x.xlsx").sheets[0].rows]
    assert "白来客" in str(rows)
    assert "第一党小组" in str(rows)
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
