"""Ways in which a clerk's file differs from the next one's: none moves anybody, ends a post or makes somebody up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.activities.register.rules.changes import RegisterNow
from shared.errors import Invalid
from shared.tables.units import DITTO, NO_UNIT
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
    written,
)
from tests.activities.imports.test_forms_of_the_office import A_MEETING, ledger
from tests.activities.register.registers import after, planned

ROWS = (GAO, LUO, LIANG)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def now() -> RegisterNow:
    return after(planned(read(file_of(HEADING, *ROWS))))


def unchanged(content: bytes, name: str = "花名册.xlsx") -> None:
    """Everybody is read, and the register is already as the file says."""
    roster = read(content, name)
    plan = planned(roster, now())
    assert names(roster) == ["高大山", "罗长河", "梁金花"]
    assert (roster.errors, plan.moves, plan.endings, plan.new_people, plan.updates) == ([], [], [], [], {})
    assert plan.units == []


@pytest.mark.parametrize("mark", sorted(DITTO))
def test_the_same_as_above_is_what_stands_above(mark: str):
    unchanged(file_of(HEADING, GAO, *([mark, mark, *row[2:]] for row in (LUO, LIANG))))


@pytest.mark.parametrize("word", sorted(NO_UNIT))
def test_a_word_for_no_group_is_no_group_and_moves_nobody(word: str):
    unchanged(file_of(HEADING, *(written(row, group=word) for row in ROWS)))


@pytest.mark.parametrize("word", ["请选择", "待定", "不详"])
def test_a_word_for_no_branch_founds_none_and_whoever_stands_there_is_refused(word: str):
    roster = read(file_of(HEADING, written(GAO, branch=word), LUO, LIANG))
    plan = planned(roster, now())

    assert [(each.cell, each.problem) for each in roster.errors] == [("A2", "没有写所在党支部")]
    assert (plan.units, plan.moves, plan.endings) == ([], [], [])


@pytest.mark.parametrize(
    "rows",
    [
        [[*GAO[:4], GAO[4].translate(WIDE), "１９７０年１月", *GAO[6:8], GAO[8].translate(WIDE), ""], LUO, LIANG],
        [["\u200b" + GAO[0], GAO[1] + "\xa0", "高\u3000大山", "男", GAO[4] + "\t", *GAO[5:]], LUO, LIANG],
        [[*GAO[:5], "1970年元月", *GAO[6:]], [*LUO[:5], "一九七八年二月", *LUO[6:]], [*LIANG[:5], 198603, *LIANG[6:]]],
        [written(GAO, name="高大山同志"), written(LUO, name="罗长河（书记）"), written(LIANG, name="梁金花*")],
        [written(GAO, group=1), written(LUO, group="一组"), written(LIANG, group="第1党小组")],
        [written(GAO, branch="东岭村"), written(LUO, branch="东岭支部"), written(LIANG, branch="中共柳河乡东岭村支部")],
    ],
    ids=["full width", "blanks that are not seen", "days in words", "more than a name", "groups", "branches"],
)
def test_the_same_people_written_otherwise_are_the_same(rows: list[list[Any]]):
    unchanged(file_of(HEADING, *rows))


def test_headings_that_run_downwards_are_the_same_headings():
    unchanged(file_of(["\n".join(word) for word in HEADING], *ROWS))


@pytest.mark.parametrize("between", ["\t", ";", "，"])
@pytest.mark.parametrize("code", ["utf-16", "utf-8-sig", "gb18030"])
def test_a_file_of_text_in_any_code_with_anything_between(between: str, code: str):
    text = "\n".join(between.join(map(str, row)) for row in (HEADING, *ROWS))

    unchanged(text.encode(code), "导出.csv")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<html><table><tr><td>姓名</td></tr></table></html>".encode(), "这个文件其实是网页"),
        (b'<?xml version="1.0"?><Workbook></Workbook>', "这个文件其实是网页"),
        ("姓名\t党支部\n高大山\t东岭村党支部".encode("gb18030"), "这个文件其实是文本"),
    ],
    ids=["a page", "XML", "text"],
)
def test_what_is_only_called_a_workbook_is_refused_with_what_to_do(content: bytes, said: str):
    with pytest.raises(Invalid, match=said) as refused:
        read(content, "导出.xls")
    assert "另存为 .xlsx" in refused.value.detail


def test_a_table_that_stands_on_its_side_makes_nobody_of_its_headings():
    side = [list(row) for row in zip(HEADING, GAO, LUO, strict=True)]
    roster = read(file_of(*side))

    assert roster.people == []
    assert all("不像一个人的姓名" in each.problem for each in roster.errors)
    assert planned(roster, now()).is_empty


def test_a_kind_in_codes_is_refused_by_its_cell_and_nobody_is_taken_for_probationary():
    roster = read(file_of(HEADING, written(GAO, kind="1"), written(LUO, kind="02"), LIANG))

    assert [(each.cell, "看不懂" in each.problem) for each in roster.errors] == [("G2", True), ("G3", True)]
    assert planned(roster, now()).is_empty


def test_last_years_roster_pasted_below_is_refused_row_by_row():
    roster = read(
        file_of(HEADING, *ROWS, ["附：去年花名册"], HEADING, *(written(row, group="第二党小组") for row in ROWS))
    )

    assert [each.cell for each in roster.errors] == ["E7", "E8", "E9"]
    assert planned(roster, now()).is_empty


def test_the_same_as_above_in_a_ledger_is_the_group_above():
    again = [2, "二月学习", "2025-02-12", *A_MEETING[3:5], "同上", *A_MEETING[6:]]

    found = ledger(A_MEETING, again)

    assert [(row.branch_text, row.group_text, row.held_on) for row in found.rows] == [
        (EAST, ONE, date(2025, 1, 8)),
        (EAST, ONE, date(2025, 2, 12)),
    ]
