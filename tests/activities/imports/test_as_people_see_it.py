"""What a person sees in his own program is what is read of his file; what is not certain is named before anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from services.activities.ledger.rules import read_ledger
from services.activities.ledger.rules.absences import read_absences
from services.activities.register.rules import Roster, read_roster
from services.activities.register.rules.changes import Place
from shared.sheets import read_workbook
from shared.sheets.marks import Marks, marks_of
from shared.sheets.marks_xls import marks_of_old
from shared.tables import Workbook
from shared.tables.dates import date_in
from tests.activities.conftest import SAMPLES
from tests.activities.register.registers import after, planned

TODAY = date(2026, 1, 15)
HEADING = ["党支部", "党小组", "姓名", "性别", "身份证号码", "入党时间", "党员类别", "党内职务", "联系电话", "备注"]
EAST, ONE = "东岭村党支部", "第一党小组"
GAO = [EAST, ONE, "高大山", "男", "990177195001010034", "1970.01", "正式党员", "党小组长", "19999000000", ""]
LUO = [EAST, ONE, "罗长河", "女", "990177195706120049", "1978.02", "正式党员", "支部书记", "19999000001", ""]
LIANG = [EAST, ONE, "梁金花", "男", "990177196411230077", "1986.03", "正式党员", "", "19999000002", ""]


def written(row: list[Any], **cells: Any) -> list[Any]:
    """A row with cells written otherwise."""
    at = {"branch": 0, "group": 1, "name": 2, "kind": 6, "post": 7, "phone": 8, "remark": 9}
    new = list(row)
    for key, value in cells.items():
        new[at[key]] = value
    return new


def file_of(*rows: list[Any], sheet: str = "花名册", **options: Any) -> bytes:
    """A workbook of these rows; a value (formula, result) is a formula."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, options)
    page, days = book.add_worksheet(sheet), book.add_format({"num_format": "yyyy/m/d"})
    struck = book.add_format({"font_strikeout": True})
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(r, c, value, days)
            elif isinstance(value, tuple):
                page.write_formula(r, c, value[0], None, value[1])
            elif isinstance(value, str) and value.startswith("~"):
                page.write_string(r, c, value[1:], struck)
            else:
                page.write(r, c, value)
    book.close()
    return target.getvalue()


def read(content: bytes, name: str = "花名册.xlsx") -> Roster:
    return read_roster(read_workbook(content, name=name), today=TODAY, township="柳河乡")


def marks_in(source: bytes) -> dict[str, Marks] | None:
    return marks_of(source) if source.startswith(b"PK") else marks_of_old(source)


def names(roster: Roster) -> list[str]:
    return [each.name for each in roster.people]


def said(roster: Roster) -> str:
    return "\n".join(each.problem for each in roster.problems)


def test_a_value_struck_out_is_not_read_and_a_name_struck_out_is_nobody():
    roster = read(file_of(HEADING, written(GAO, post="~党小组长"), written(LUO, name="~罗长河"), LIANG))

    assert names(roster) == ["高大山", "梁金花"]
    assert roster.people[0].posts == ()
    assert "“党内职务”一列有 1 格画了删除线" in said(roster)
    assert [(each.cell, "删除线" in each.problem) for each in roster.errors] == [("C3", True)]


def test_a_formula_that_nobody_calculated_is_not_an_empty_cell():
    content = file_of(HEADING, written(GAO, group=("=A9", "?")), LUO)
    target = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>?</v>", b"").replace(b' t="str"', b""))

    roster = read(target.getvalue())

    assert names(roster) == ["罗长河"]
    assert "还没有计算出结果，不是空的" in roster.errors[0].problem


def test_what_failed_in_a_column_that_can_be_done_without_is_one_line_and_nobody_is_lost():
    rows = [written(GAO, name=f"高大{chr(0x5C71 + at)}", post="", phone=("=1/0", "#DIV/0!")) for at in range(9)]

    roster = read(file_of(HEADING, *([*row[:4], "", *row[5:]] for row in rows)))

    assert len(roster.people) == len(rows)
    assert sum("公式出错" in each.problem for each in roster.warnings) == 1


def test_two_tables_side_by_side_are_two():
    head = ["序号", "姓名", "身份证号码", "联系电话"]
    rows = [[1, GAO[2], GAO[4], GAO[8], 2, LUO[2], LUO[4], LUO[8]], [3, LIANG[2], LIANG[4], LIANG[8]]]

    roster = read(file_of([f"{EAST}党员名册"], [*head, *head], *rows))

    assert sorted(names(roster)) == ["梁金花", "罗长河", "高大山"]
    assert {each.branch for each in roster.people} == {EAST}
    assert {each.name: each.phone for each in roster.people}["罗长河"] == "19999000001"


@pytest.mark.parametrize(
    "row",
    [[*LUO[:3], *LUO[4:]], [*LUO[:2], "", *LUO[2:9]], [EAST, *LIANG[2:]]],
    ids=["left from the sex on", "right from the name on", "left from the group on"],
)
def test_a_row_one_column_off_is_refused_with_that_sentence(row: list[str]):
    roster = read(file_of(HEADING, GAO, row, LIANG))

    assert names(roster) == ["高大山", "梁金花"]
    assert ["错了一列" in each.problem for each in roster.errors] == [True]


@pytest.mark.parametrize(
    "cells",
    [
        {"name": "罗长河（已故）"},
        {"name": "罗长河（亡）"},
        {"kind": "正式党员（已转出）"},
        {"remark": "2025年6月去世"},
        {"remark": "组织关系转往东山县"},
        {"name": "罗长河（女，已故）"},
    ],
)
def test_whoever_is_on_the_roll_no_more_is_named_and_not_read(cells: dict[str, str]):
    roster = read(file_of(HEADING, GAO, written(LUO, **cells), LIANG))

    assert names(roster) == ["高大山", "梁金花"]
    assert "已不在册" in roster.errors[0].problem


@pytest.mark.parametrize("remark", ["父亲去世", "拟转出", "2019年由外地转入（原支部转出）", "照顾家人"])
def test_whoever_only_has_such_a_word_in_his_remark_is_read(remark: str):
    assert names(read(file_of(HEADING, written(LUO, remark=remark)))) == ["罗长河"]


def test_those_below_a_line_of_former_members_are_not_read_until_another_line_says_so():
    rows = [HEADING, GAO, ["以下为2025年转出党员"], LUO, ["以下为在册党员"], LIANG]

    assert names(read(file_of(*rows))) == ["高大山", "梁金花"]
    assert names(read(file_of(HEADING, GAO, sheet="去世党员"))) == []


def test_the_official_long_name_is_the_branch_and_a_town_inside_a_name_is_none():
    long = "中国共产党青山县柳河乡东岭村支部委员会"
    assert {each.branch for each in read(file_of(HEADING, GAO, written(LUO, branch=long), LIANG)).people} == {EAST}

    two = read(file_of(HEADING, written(GAO, branch="古镇湾村党支部"), written(LUO, branch="湾村党支部")))
    assert {each.branch for each in two.people} == {"古镇湾村党支部", "湾村党支部"}


def test_a_former_name_is_the_unit_that_bore_it_and_is_said():
    now = after(planned(read(file_of(HEADING, GAO, LUO))))
    now.former[Place("老岭村党支部", None)] = Place(EAST, None)
    now.former[Place(EAST, "东头党小组")] = Place(EAST, ONE)

    plan = planned(
        read(file_of(HEADING, *(written(row, branch="老岭村党支部", group="东头党小组") for row in (GAO, LUO)))), now
    )

    assert plan.is_empty
    assert any("“老岭村党支部”是“东岭村党支部”的原名" in each.problem for each in plan.problems)


def test_a_group_that_differs_by_a_bracket_from_one_that_is_there_is_named():
    now = after(planned(read(file_of(HEADING, GAO, LUO))))

    plan = planned(read(file_of(HEADING, written(LIANG, group="第一党小组（河东）"))), now)

    assert any("名称相近" in each.problem for each in plan.problems)


def test_a_ledger_handed_in_as_a_roster_says_so_and_the_other_way_about():
    ledger = file_of(
        ["党支部", "党小组", "活动时间", "活动类型", "主持人"], [EAST, ONE, "2025年1月8日", "集中学习", "高大山"]
    )

    assert "是活动台账，不是党员花名册" in said(read(ledger))
    as_ledger = read_ledger(read_workbook(file_of(HEADING, GAO)), 2025)
    assert "是党员花名册，不是活动台账" in as_ledger.warnings[0].problem


def test_days_of_a_calendar_from_1904_are_the_days_that_one_sees():
    head = ["党支部", "姓名", "出生日期", "入党时间"]
    row = [EAST, "高大山", date(1950, 1, 1), date(1970, 1, 2)]

    [person] = read(file_of(head, row, date_1904=True)).people

    assert (person.born_on, person.joined_on) == (date(1950, 1, 1), date(1970, 1, 2))


def test_a_title_line_over_a_file_of_text_is_a_title():
    text = "\n".join([f"{EAST}党员名册", ",".join(HEADING), ",".join(GAO)])

    assert names(read(text.encode("gb18030"), "花名册.csv")) == ["高大山"]


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("除张三、李四外全到", ["张三", "李四"]),
        ("除张三（请假）外，全部到会", ["张三"]),
        ("缺席：张三、李四", ["张三", "李四"]),
        ("（事假）张三、李四", ["张三", "李四"]),
        ("张三、李四未到，其他人全部参加", ["张三", "李四"]),
        ("王五外出务工，除此之外全部到会", ["王五"]),
        ("次仁多吉旺堆外出、买买提⸱艾力（病假）", ["次仁多吉旺堆", "买买提·艾力"]),
    ],
)
def test_absentees_in_the_usual_turns(text: str, absent: list[str]):
    found = read_absences(text)

    assert [each.name for each in found.absences] == absent
    assert found.unread == ()


@pytest.mark.parametrize(
    "hours",
    ["上午9:00", "下午3点30分", "9时至11时", " 星期三 下午2:30", "晚7时", " 14:30-16:00", "全天", "上午8：30—11：00"],
)
def test_hours_beside_a_day_leave_it_the_day(hours: str):
    assert date_in(f"2025年6月18日{hours}", latest=TODAY, year=2025).on == date(2025, 6, 18)


@pytest.mark.parametrize("name", ["隐藏和删除线.ods", "隐藏和删除线.xls"])
def test_rows_hidden_and_struck_out_are_none_in_an_open_document_and_in_an_old_workbook_too(name: str):
    as_excel, as_open = (
        read(path.read_bytes(), path.name) for path in (SAMPLES / "cases" / "隐藏和删除线.xlsx", SAMPLES / name)
    )

    assert names(as_open) == names(as_excel)
    assert [(each.cell, each.problem) for each in as_open.problems] == [
        (each.cell, each.problem) for each in as_excel.problems
    ]
    assert len(as_open.errors) == 5


def test_of_a_workbook_that_does_not_tell_it_is_said_that_nobody_knows_what_is_hidden_in_it():
    (sheet,) = read_workbook(file_of(HEADING, GAO)).sheets
    roster = read_roster(Workbook([replace(sheet, blind=True)]), today=TODAY)

    assert [each.cell for each in roster.warnings if "看不出哪些行是隐藏的" in each.problem] == ["A1"]
    assert "看不出" not in said(read(file_of(HEADING, GAO)))


def test_whatever_a_library_stumbles_over_in_a_file_its_marks_are_only_not_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("xlrd.open_workbook", lambda **_: 1 // 0)
    monkeypatch.setattr("shared.sheets.marks.looks_of", lambda _: 1 // 0)

    for name in ("隐藏和删除线.xls", "花名册.xlsx"):
        assert marks_in((SAMPLES / name).read_bytes()) is None


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_workbook_that_does_not_hold_together_tells_nothing_and_breaks_nothing(data: st.DataObject):
    name = data.draw(st.sampled_from(["隐藏和删除线.xls", "看不见的.xlsx", "隐藏和删除线.ods"]))
    source = bytearray((SAMPLES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        source[data.draw(st.integers(8, len(source) - 1))] = data.draw(st.sampled_from([0, 1, 2, 8, 0x7F, 0xFE, 0xFF]))
    cut = data.draw(st.integers(0, len(source)))

    for spoilt in (bytes(source), bytes(source[:cut])):
        told = marks_in(spoilt)
        assert told is None or all(isinstance(each, Marks) for each in told.values())
