"""What nobody sees in his own program is not read, and is named: hidden columns, white on white; what is grey is asked.

The same workbook as the three kinds of programs write it.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter

from services.activities.register.rules import read_roster
from shared.sheets import read_workbook
from shared.sheets.marks import marks_of
from shared.tables.cells import STRUCK, UNSEEN
from tests.activities.conftest import SAMPLES
from tests.activities.imports.test_as_people_see_it import GAO, HEADING, LIANG, LUO, TODAY, names, read, said
from tests.activities.register.registers import planned

FILES = [SAMPLES / f"看不见的.{kind}" for kind in ("xlsx", "xls", "ods")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.suffix)
def test_a_hidden_column_white_letters_and_grey_rows_are_told_in_every_kind_of_file(path: Path):
    roster = read_roster(read_workbook(path), today=TODAY)

    assert names(roster) == ["高大山", "梁金花", "何有田", "许来福"]
    assert [(each.cell, each.problem) for each in roster.errors] == [
        ("C3", "这一行的字和底色一样，看不见，没有读入；要导入请改成看得见的颜色")
    ]
    assert {each.phone for each in roster.people} == {None}
    assert roster.people[0].posts == ()
    told = {each.cell: each.problem for each in roster.warnings}
    assert told["I1"] == "I 列“联系电话”是隐藏的，没有读入，系统里已有的不变；要导入请先取消隐藏"
    assert told["H2"] == "“党内职务”一列有 1 格的字和底色一样、看不见，这些格没有读入，系统里已有的不变"
    assert told["A6"].startswith("第 6 行的字或底色是灰色的（共 1 行），都照读了")


def coloured(*looks: dict[str, object], hide: str = "") -> bytes:
    """A roster whose rows, the heading first, are written so."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target)
    page = book.add_worksheet("花名册")
    for r, (row, look) in enumerate(zip((HEADING, GAO, LUO, LIANG), looks, strict=True)):
        page.write_row(r, 0, row, book.add_format(look))
    if hide:
        page.set_column(hide, None, None, {"hidden": True})
    book.close()
    return target.getvalue()


def test_a_heading_in_white_on_a_dark_ground_and_a_tint_of_each_second_row_say_nothing():
    tint = {"bg_color": "#F2F2F2"}

    roster = read(coloured({"font_color": "#FFFFFF", "bg_color": "#1F4E79"}, {}, tint, {"font_color": "#C00000"}))

    assert names(roster) == ["高大山", "罗长河", "梁金花"]
    assert "色" not in said(roster)


@pytest.mark.parametrize(
    "look",
    [
        {"font_color": "#FFFFFF"},
        {"font_color": "#FEFEFE"},
        {"font_color": "#C00000", "bg_color": "#C00000"},
        {"num_format": ";;;"},
    ],
    ids=["white", "nearly white", "red on red", "a format that shows nothing"],
)
def test_a_row_that_nobody_sees_is_refused_and_named(look: dict[str, object]):
    roster = read(coloured({}, {}, look, {}))

    assert names(roster) == ["高大山", "梁金花"]
    assert [(each.row, "看不见" in each.problem) for each in roster.errors] == [(3, True)]


def test_a_hidden_column_by_which_everybody_is_placed_refuses_the_rows_and_says_why():
    roster = read(coloured({}, {}, {}, {}, hide="A:B"))
    plan = planned(roster)

    assert "A 列“党支部”、B 列“党小组”是隐藏的" in said(roster)
    assert plan.people == []
    assert ["文件里没有党支部一列" in each.problem for each in plan.problems if each.fatal] == [True] * 3


def test_a_hidden_column_of_names_is_said_to_be_what_is_lacking():
    roster = read(coloured({}, {}, {}, {}, hide="C:C"))

    assert names(roster) == []
    [why] = [each.why for each in roster.skipped]
    assert "C 列“姓名”是隐藏的" in why


ODS = """<office:document-content>
<style:style style:name="white"><style:text-properties fo:color="#ffffff"/></style:style>
<style:style style:name="struck"><style:text-properties style:text-line-through-style="solid"/></style:style>
<table:table table:name="一">
<table:table-column table:number-columns-repeated="2"/><table:table-column table:default-cell-style-name="white"/>
<table:table-row><table:table-cell><text:p>A</text:p></table:table-cell><table:table-cell/>
<table:table-cell><text:p>C</text:p></table:table-cell></table:table-row>
<table:table-row table:default-cell-style-name="struck"><table:table-cell><text:p>A</text:p></table:table-cell>
</table:table-row></table:table></office:document-content>"""


def test_a_cell_that_says_nothing_of_its_look_has_that_of_its_row_or_its_column():
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        archive.writestr("content.xml", ODS)

    found = marks_of(target.getvalue())

    assert found is not None
    assert found["一"].cells == [(0, 2, UNSEEN), (1, 0, STRUCK)]


def test_a_table_that_is_grey_all_over_is_only_of_that_look():
    grey = {"font_color": "#808080"}

    roster = read(coloured(grey, grey, grey, grey))

    assert names(roster) == ["高大山", "罗长河", "梁金花"]
    assert "色" not in said(roster)
