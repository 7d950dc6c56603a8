"""The papers that a township keeps, as they are handed in: leaders of groups, a leader's own blank, lists of others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.activities.ledger.rules import Ledger, read_ledger
from services.activities.ledger.rules.kinds import Kind
from services.activities.register.rules.care import Sort
from services.activities.register.rules.changes import Place, RegisterNow
from services.activities.register.rules.membership import Turn
from services.activities.register.rules.posts import Held
from shared.sheets import read_workbook
from tests.activities.imports.test_as_people_see_it import (
    EAST,
    GAO,
    HEADING,
    LIANG,
    LUO,
    ONE,
    file_of,
    names,
    read,
    said,
    written,
)
from tests.activities.register.registers import after, planned

TWO = "第二党小组"

# forms.md A2 (d)
LEADERS = [
    "序号",
    "党支部",
    "党小组名称",
    "划分依据",
    "党员数",
    "其中预备",
    "组长姓名",
    "性别",
    "出生年月",
    "学历",
    "入党时间",
]
LEADERS += ["兼任职务", "联系电话", "副组长", "产生方式", "任职时间", "备案编号", "备注"]
OF_ONE = [1, EAST, ONE, "自然村", 12, 1, "高大山", "男", "1950.01", "高中", "1970.01", "支部书记", "19999000000"]
OF_ONE += ["罗长河", "推选", "2024.05", "备〔2024〕1号", ""]
OF_TWO = [2, EAST, TWO, "自然村", 9, 0, "梁金花", "女", "1964.11", "初中", "1986.03", "", "19999000002"]
OF_TWO += ["", "推选", "2024.05", "备〔2024〕2号", ""]
TOTALS = ["", "支部1个，党小组2个，党员21名", "", "", 21]

# forms.md A5 (a)
BLANK = [
    "序号",
    "会议名称",
    "会议日期",
    "会议时间",
    "会议类型",
    "所属党小组",
    "会议地点",
    "主持人",
    "记录人",
    "会议议题",
]
BLANK += ["会议决议/结论", "应到人数", "实到人数", "请假人数", "缺席人数", "出勤率", "参会人员名单"]
A_MEETING = [1, "一月学习", "2025-01-08", "上午9:00", "集中学习", ONE, "村部", "高大山", "罗长河", "春耕"]
A_MEETING += ["按期播种", 3, 2, 1, 0, "67%", "高大山、罗长河"]
SUM = ["", "合计", *[""] * 9, 3, 2, 1, 0, "", ""]


def leaders(*rows: list[Any]) -> Any:
    return read(file_of(["柳河乡党小组设置情况汇总表"], LEADERS, *rows, TOTALS, sheet="党小组"))


def test_a_list_of_groups_and_leaders_founds_the_groups_and_gives_the_posts_in_one_pass():
    roster = leaders(OF_ONE, OF_TWO)

    plan = planned(roster)

    assert set(plan.units) == {Place(EAST, None), Place(EAST, ONE), Place(EAST, TWO)}
    assert names(roster) == ["高大山", "梁金花"]
    held = {(plan.people[each.row].name, each.place, each.kind) for each in plan.posts}
    assert held == {
        ("高大山", Place(EAST, ONE), Held.LEADER),
        ("高大山", Place(EAST, None), Held.SECRETARY),
        ("梁金花", Place(EAST, TWO), Held.LEADER),
    }


def test_over_our_register_it_changes_leaders_alone_and_names_deputies_whom_it_leaves_to_a_person():
    rows = (GAO, LUO, written(LIANG, group=TWO))
    now = after(planned(read(file_of(HEADING, *rows))))

    plan = planned(leaders(OF_ONE, OF_TWO), now)

    assert (plan.moves, plan.new_people, plan.units) == ([], [], [])
    assert [(plan.people[each.row].name, each.place, each.kind) for each in plan.posts] == [
        ("高大山", Place(EAST, None), Held.SECRETARY),
        ("梁金花", Place(EAST, TWO), Held.LEADER),
    ]
    assert [(each.name, each.kind) for each in plan.endings] == [("罗长河", Held.SECRETARY)]
    assert any("高大山（副组长罗长河）" in each.problem for each in plan.problems)


def ledger(*rows: list[Any], sheet: str = "台账") -> Ledger:
    return read_ledger(read_workbook(file_of([f"{EAST}活动台账"], BLANK, *rows, sheet=sheet), name="台账.xlsx"), 2025)


def test_a_leaders_own_blank_filled_in_is_a_record_with_its_day_and_its_list():
    found = ledger(A_MEETING, SUM)

    [row] = found.rows
    assert (row.branch_text, row.group_text, row.held_on, row.kind) == (EAST, ONE, date(2025, 1, 8), Kind.STUDY)
    assert (row.topic, row.content, row.attendees) == ("春耕", "按期播种", ("高大山", "罗长河"))
    assert (row.expected_typed, row.present_typed) == (3, 2)
    assert found.errors == []
    assert [each.why for each in found.skipped] == ["合计行"]


@pytest.mark.parametrize(
    ("cells", "turn", "on"),
    [
        ({"name": "罗长河（已故）"}, Turn.DIED, None),
        ({"remark": "2025年6月12日去世"}, Turn.DIED, date(2025, 6, 12)),
        ({"remark": "2025年6月去世"}, Turn.DIED, None),
        ({"kind": "正式党员（已转出）"}, Turn.TRANSFERRED, None),
        ({"remark": "2025.3.1组织关系转往东山县青石镇"}, Turn.TRANSFERRED, date(2025, 3, 1)),
        ({"remark": "2025年9月除名"}, Turn.STRUCK_OFF, None),
        ({"remark": "开除党籍"}, Turn.EXPELLED, None),
    ],
)
def test_whoever_left_by_the_file_and_is_a_member_is_proposed_with_what_it_says(
    cells: Any, turn: Turn, on: date | None
):
    now = after(planned(read(file_of(HEADING, GAO, LUO))))

    plan = planned(read(file_of(HEADING, GAO, written(LUO, **cells))), now)

    assert [(each.name, each.turn, each.on) for each in plan.leaving] == [("罗长河", turn, on)]
    assert plan.is_empty
    assert plan.missing == []


def test_a_standing_in_its_own_column_is_proposed_and_changes_nothing_by_itself():
    now = after(planned(read(file_of(HEADING, GAO, LUO))))
    heading = [*HEADING, "党籍状态"]

    plan = planned(read(file_of(heading, [*GAO, "正常"], [*LUO, "停止党籍"])), now)

    assert [(each.name, each.turn) for each in plan.leaving] == [("罗长河", Turn.SUSPENDED)]
    assert plan.is_empty


def test_nobody_is_proposed_who_is_no_member_who_stands_in_the_file_twice_or_who_looks_himself():
    full = after(planned(read(file_of(HEADING, GAO, LUO))))
    gone = file_of(HEADING, GAO, written(LUO, name="罗长河（已故）"))
    luo = next(each for each in full.people if each.name == "罗长河")

    assert planned(read(gone), after(planned(read(file_of(HEADING, GAO))))).leaving == []
    assert planned(read(gone), replace(full, by=luo.id)).leaving == []
    both = file_of(HEADING, GAO, LUO, ["以下为去世党员"], written(LUO))
    assert planned(read(both), full).leaving == []


def test_former_members_on_a_sheet_of_their_own_are_proposed_and_not_called_missing():
    now = after(planned(read(file_of(HEADING, GAO, LUO, LIANG))))

    plan = planned(read(file_of(HEADING, LUO, LIANG, sheet="转出党员")), now)

    assert {each.name: each.turn for each in plan.leaving} == {"罗长河": Turn.TRANSFERRED, "梁金花": Turn.TRANSFERRED}
    assert plan.moves == plan.endings == plan.new_people == []
    assert plan.missing == [f"{EAST}{ONE}：高大山"]


def test_a_members_corrections_over_our_register_change_his_fields_alone():
    now = after(planned(read(file_of(HEADING, GAO, LUO))))

    corrections = file_of(["党支部", "姓名", "身份证号码", "联系电话"], [EAST, LUO[2], LUO[4], "19988887777"])

    plan = planned(read(corrections), now)

    assert list(plan.updates.values()) == [{"phone": "19988887777"}]
    assert (plan.moves, plan.endings, plan.new_people, plan.memberships) == ([], [], [], [])


# forms.md A20, A21
OUT = ["序号", "姓名", "身份证号码", "流出党支部", "外出时间", "外出类型", "流入地", "从业单位", "流入地党组织"]
OUT += ["其联系人及电话", "本人联系方式", "流动党员活动证号", "支部联系人", "最近联系时间", "预计返回时间", "是否失联"]
IS_OUT = [1, "梁金花", LIANG[4], EAST, "2025-03-01", "外出务工", "广东省深圳市", "某厂", "某街道", "某人 19911110000"]
IS_OUT += ["19999000002", "D0001", "高大山", "2025-10-01", "2026年春节", "否"]
NEED = ["序号", "党支部", "姓名", "性别", "出生年月", "健康状况", "联系电话", "困难情况", "困难类型", "帮扶措施"]
NEED += ["结对党员姓名", "联系电话", "组织认定时间"]
IN_NEED = [1, EAST, "罗长河", "女", "1957.06", "一般", "19999000001", "住院花费大", "因病", "按季走访"]
IN_NEED += ["高大山", "19999000000", "2025.01"]


def full_register() -> RegisterNow:
    return after(planned(read(file_of(HEADING, GAO, LUO, LIANG))))


def test_a_list_of_those_out_proposes_each_with_what_it_tells_and_neither_moves_nor_misses_anybody():
    plan = planned(read(file_of(["柳河乡流动党员台账"], OUT, IS_OUT)), full_register())

    [one] = plan.cares
    assert (one.name, one.row.sort, one.row.on, one.row.contact) == ("梁金花", Sort.OUT, date(2025, 3, 1), "高大山")
    told = {"kind": "务工", "place": "广东省深圳市", "card": "D0001", "returns": "2026年春节"}
    assert (one.row.told, one.row.last_on) == (told, date(2025, 10, 1))
    assert plan.is_empty
    assert plan.missing == []


def test_a_list_of_those_in_need_proposes_each_and_asks_for_the_day_that_it_does_not_say():
    plan = planned(read(file_of(["柳河乡困难党员台账"], NEED, IN_NEED)), full_register())

    [one] = plan.cares
    assert (one.name, one.row.sort, one.row.on, one.row.contact) == ("罗长河", Sort.NEED, None, "高大山")
    assert one.row.told == {"kind": "病", "help": "按季走访"}
    assert "住院花费大" in one.said
    assert plan.is_empty
    assert plan.missing == []


def test_nobody_is_proposed_who_is_on_that_list_already_or_looks_himself():
    now = full_register()
    there = replace(now, people=tuple(replace(each, cared=frozenset({"mobile_out"})) for each in now.people))
    himself = replace(now, by=next(each.id for each in now.people if each.name == "梁金花"))

    roster = read(file_of(["柳河乡流动党员台账"], OUT, IS_OUT))
    assert planned(roster, there).cares == planned(roster, himself).cares == []


def test_a_list_of_some_members_makes_nobody_a_member():
    stranger = [*IS_OUT]
    stranger[1], stranger[2] = "何有田", ""

    plan = planned(read(file_of(["柳河乡流动党员台账"], OUT, stranger)), full_register())

    assert (plan.new_people, plan.memberships) == ([], [])
    assert ["这张表只登记名册里已有的党员" in each.problem for each in plan.problems if each.fatal] == [True]


def test_a_roster_of_a_branch_for_mobile_members_is_a_roster():
    title = ["流动党员党支部党员花名册"]

    assert len(planned(read(file_of(title, HEADING, GAO, LUO))).new_people) == 2


def test_corrections_without_a_column_of_branches_are_of_whomever_the_number_says():
    heading = ["姓名", "身份证号码", "联系电话"]
    right, wrong = ["罗长河", LUO[4], "19988887777"], ["梁银花", LIANG[4], "19988886666"]
    unknown = ["高大山", "990177195001010050", "19988885555"]

    plan = planned(read(file_of(["党员信息更正表"], heading, right, wrong, unknown)), full_register())

    assert list(plan.updates.values()) == [{"phone": "19988887777"}]
    assert (plan.moves, plan.endings, plan.new_people, plan.units, plan.missing) == ([], [], [], [], [])
    why = [each.problem for each in plan.problems if each.fatal]
    assert ["在名册里是“梁金花”，不是“梁银花”" in why[0], "没有党支部一列" in why[1]] == [True, True]


def test_the_only_row_below_a_heading_is_a_row_and_no_second_line_of_it():
    roster = read(file_of(["党支部", "姓名", "身份证号码"], [EAST, LUO[2], LUO[4]]))

    assert names(roster) == ["罗长河"]


def test_a_column_of_what_people_do_is_not_taken_for_that_of_full_and_probationary():
    heading = ["党支部", "党小组", "姓名", "人员类别", "入党时间"]

    roster = read(file_of(heading, [EAST, ONE, "罗长河", "农民", "1978.02"]))

    assert names(roster) == ["罗长河"]
    assert "看不懂" not in said(roster)


# --- words of the text, one by one ---


def test_a_dash_says_none_and_moves_nobody():
    now = after(planned(read(file_of(HEADING, GAO, LUO))))

    plan = planned(read(file_of(HEADING, GAO, written(LUO, group="—", post="/", remark="无"))), now)

    assert (plan.moves, plan.endings, plan.updates) == ([], [], {})


def test_a_month_stays_a_month_and_no_day_is_invented_over_one_that_is_known():
    plain = ["党支部", "党小组", "姓名", "出生年月", "入党时间"]
    now = after(planned(read(file_of(plain, [EAST, ONE, "高大山", "1950-01-17", "1970-01-09"]))))

    plan = planned(read(file_of(plain, [EAST, ONE, "高大山", "1950.01", "1970年1月"])), now)

    assert plan.is_empty


def test_an_id_number_kept_as_a_number_is_refused_at_its_cell_and_one_of_15_digits_is_worked_out():
    floated = read(file_of(HEADING, [*GAO[:4], 990177195001010034.0, *GAO[5:]]))
    old = read(file_of(HEADING, [*GAO[:4], "990177500101003", *GAO[5:]]))

    assert (names(floated), floated.errors[0].cell) == ([], "E2")
    assert old.people[0].id_number == "990177195001010034"
    assert "15 位的旧身份证号" in said(old)


def test_a_heading_of_two_rows_and_one_that_stands_twice_are_understood_by_their_place():
    over = ["党支部", "党小组", "姓名", "基本情况", "", "联系电话", "帮扶联系人", ""]
    under = ["", "", "", "性别", "身份证号码", "", "姓名", "联系电话"]
    row = [EAST, ONE, "高大山", "男", GAO[4], "19999000000", "某某", "19911110000"]

    [person] = read(file_of(over, under, row)).people

    assert (person.name, person.phone, person.id_number) == ("高大山", "19999000000", GAO[4])


def test_a_total_that_is_not_the_number_of_rows_is_said_and_the_rows_stay():
    roster = read(file_of(HEADING, GAO, LUO, ["合计", "5人"]))

    assert names(roster) == ["高大山", "罗长河"]
    assert "表里写的人数是 5，实际有 2 人" in said(roster)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("⾼⼤⼭", "高大山"),
        ("阿卜杜热合曼•艾山", "阿卜杜热合曼·艾山"),
        ("古丽‧买买提", "古丽·买买提"),
        ("𠮷丽丽", "𠮷丽丽"),
        ("阿卜杜热合曼艾山江库尔班阿吉买买提吐尔逊", "阿卜杜热合曼艾山江库尔班阿吉买买提吐尔逊"),
    ],
)
def test_names_in_every_spelling_are_kept_and_found_in_a_ledger(typed: str, name: str):
    [person] = read(file_of(HEADING, written(GAO, name=typed))).people
    [row] = ledger([*A_MEETING[:16], f"{typed}、罗长河"]).rows

    assert person.name == name
    assert row.attendees == (name, "罗长河")


def test_one_line_speaks_for_a_thousand_like_rows():
    rows = [[EAST, ONE, f"高{chr(0x4E00 + at)}山", "男", "", "1970.01", "正式党员", "", "", ""] for at in range(1000)]

    roster = read(file_of(HEADING, *rows))

    assert len(roster.people) == 1000
    assert len(roster.problems) < 5


@pytest.mark.parametrize(
    ("columns", "cells", "on"),
    [
        (["是否失联"], ["是"], None),
        (["是否失联", "失联日期"], ["是", "2025-01-05"], date(2025, 1, 5)),
        (["是否失联", "失联日期"], ["是", "2025.01"], None),
        (["备注"], ["2025年1月5日起失联"], date(2025, 1, 5)),
    ],
)
def test_whoever_is_out_of_contact_by_the_file_is_proposed_and_stays_where_he_is(
    columns: list[str], cells: list[str], on: date | None
):
    full = after(planned(read(file_of(HEADING, GAO, LUO))))
    heading = [*(each for each in HEADING if each not in columns), *columns]
    blank = [""] * len(cells)
    kept = [at for at, each in enumerate(HEADING) if each not in columns]
    rows = [[*(row[at] for at in kept), *more] for row, more in ((GAO, blank), (LUO, cells))]

    plan = planned(read(file_of(heading, *rows)), full)

    assert [(each.name, each.on) for each in plan.lost] == [("罗长河", on)]
    assert plan.is_empty
    assert plan.leaving == []
    known = replace(full, people=tuple(replace(each, cared=frozenset({"lost"})) for each in full.people))
    assert planned(read(file_of(heading, *rows)), known).lost == []


@pytest.mark.parametrize("words", ["否", "未失联", "没有失联", ""])
def test_whoever_is_not_out_of_contact_is_not_proposed(words: str):
    full = after(planned(read(file_of(HEADING, GAO, LUO))))
    rows = [[*GAO, ""], [*LUO, words]]

    assert planned(read(file_of([*HEADING, "是否失联"], *rows)), full).lost == []
