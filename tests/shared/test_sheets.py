"""Any office workbook becomes a plain table with addresses; what is none is refused with what to do."""

import zipfile
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.sheets import read_workbook, reading, write_errors
from shared.tables import (
    Precision,
    Unreadable,
    address,
    group_key,
    match_branch,
    match_group,
    read_date,
    settle_names,
    tidy,
)
from shared.tables.cells import Problem, RefusedRow, RefusedTable, cell_of
from shared.tables.dates import SERIAL_ZERO, date_in

TODAY = date(2026, 11, 23)


def workbook(write, **options) -> bytes:
    file = BytesIO()
    book = xlsxwriter.Workbook(file, options)
    write(book)
    book.close()
    return file.getvalue()


def refusal(source: bytes | Path, name: str = "") -> str:
    with pytest.raises(Invalid) as refused:
        read_workbook(source, name=name)
    return refused.value.detail


def test_merged_ranges_are_filled_and_every_cell_has_its_address():
    def write(book):
        sheet = book.add_worksheet("甲")
        sheet.merge_range("A1:C1", "标题")
        sheet.merge_range("A2:A4", "第一党小组")
        sheet.write("C4", "１９９２．０８　")

    rows = read_workbook(workbook(write)).sheets[0].rows

    assert [(cell.text, cell.spread) for cell in rows[0]] == [("标题", False), ("标题", True), ("标题", True)]
    assert [(row[0].text, row[0].spread) for row in rows[1:]] == [
        ("第一党小组", False),
        ("第一党小组", True),
        ("第一党小组", True),
    ]
    assert (rows[3][2].address, rows[3][2].text) == ("C4", "1992.08")


def test_a_sheet_that_does_not_begin_at_the_corner_keeps_its_addresses():
    cells = read_workbook(workbook(lambda book: book.add_worksheet().write("D7", "x"))).sheets[0].rows[6]

    assert [cell.address for cell in cells if cell.text] == ["D7"]


def test_a_sheet_of_one_row_and_an_empty_one_are_read():
    def write(book):
        book.add_worksheet("一").write("A1", "x")
        book.add_worksheet("空")

    assert [len(sheet.rows) for sheet in read_workbook(workbook(write)).sheets] == [1, 0]


def test_hidden_sheets_are_marked():
    def write(book):
        book.add_worksheet("一").write("A1", "x")
        book.add_worksheet("二").hide()

    assert [sheet.visible for sheet in read_workbook(workbook(write)).sheets] == [True, False]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_that_offices_use(encoding: str, tmp_path: Path):
    file = tmp_path / "名册.csv"
    file.write_bytes("姓名,身份证号\n李䶮,1\n".encode(encoding))

    sheet = read_workbook(file).sheets[0]

    assert (sheet.name, [[cell.text for cell in row] for row in sheet.rows]) == (
        "名册",
        [["姓名", "身份证号"], ["李䶮", "1"]],
    )


def test_what_is_no_workbook_is_refused_with_what_to_do(tmp_path: Path):
    good = workbook(lambda book: book.add_worksheet().write("A1", "x" * 2000))

    assert "网页" in refusal(b"<html><table><tr><td>1</td></tr></table></html>", "a.xls")
    assert "网页" in refusal(b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "a.xls")
    assert "CSV" in refusal("姓名,电话\n李强,1\n".encode("gb18030"), "a.xls")
    assert "没有传完整" in refusal(good[: len(good) // 2], "a.xlsx")
    assert "没有传完整" in refusal(reading.OLE + b"\x00" * 600, "a.xls")
    assert "空的" in refusal(b"", "a.xlsx")
    assert "空的" in refusal(b"\n\n,,\n", "a.csv")
    assert "打开密码" in refusal(reading.OLE + b"\x00" * 600 + reading.LOCKED_PART, "a.xlsx")
    assert "没有传完整" in refusal(b"\x00\xff\xfe\x00" * 9, "a.csv")
    assert "没有找到文件" in refusal(tmp_path / "nowhere.xlsx")
    assert all("另存为 .xlsx" in reading.SENTENCES[why] for why in reading.SENTENCES if why != "empty")


def test_a_cell_in_the_last_corner_harms_nobody():
    def write(book):
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "b")

    assert "已经停下" in refusal(workbook(write))


def test_too_many_rows_are_refused():
    assert "50,000 行" in refusal(workbook(lambda book: book.add_worksheet().write(60_000, 0, "x")))


def test_an_archive_that_unpacks_to_something_enormous_is_refused():
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as part:
        for _ in range(reading.LARGEST_UNPACKED // (1 << 20) + 1):
            part.write(b" " * (1 << 20))

    assert "不合常理" in refusal(file.getvalue())


def test_a_file_beyond_the_size_is_refused(tmp_path: Path):
    file = tmp_path / "a.xlsx"
    with file.open("wb") as large:
        large.truncate(reading.LARGEST_FILE + 1)

    assert "20 MB" in refusal(file)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")', "http://x"])
def test_nothing_that_is_written_back_becomes_a_formula_or_a_link(text: str):
    file = BytesIO()

    write_errors(file, [RefusedTable("=甲", ("=姓名",), [RefusedRow(3, (text,), (Problem("甲", "A3", text, 3),))])])

    with zipfile.ZipFile(BytesIO(file.getvalue())) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert read_workbook(file.getvalue()).sheets[0].rows[1][0].value == text


def test_refused_rows_come_back_under_their_heading_with_cell_and_problem():
    file = BytesIO()
    problems = (Problem("甲", "B3", "身份证号应为 18 位", 3), Problem("甲", "C3", "没有填姓名", 3))

    write_errors(
        file,
        [RefusedTable("甲/乙", ("姓名", "身份证号"), [RefusedRow(3, ("李强", 12345.0, date(1992, 8, 5)), problems)])],
    )

    sheet = read_workbook(file.getvalue()).sheets[0]
    assert sheet.name == "甲 乙"
    assert [cell.text for cell in sheet.rows[0]] == ["姓名", "身份证号", "", "单元格", "问题"]
    assert [cell.value for cell in sheet.rows[1]] == [
        "李强",
        "12345",
        "1992-08-05",
        "B3、C3",
        "身份证号应为 18 位；没有填姓名",
    ]


def test_addresses_are_those_that_people_type():
    assert [address(12, column) for column in (1, 3, 26, 27, 52, 53, 702, 703)] == [
        "A12", "C12", "Z12", "AA12", "AZ12", "BA12", "ZZ12", "AAA12",
    ]  # fmt: skip


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str):
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    ("value", "on", "precision"),
    [
        ("1992年8月", date(1992, 8, 1), "month"),
        ("1992.08", date(1992, 8, 1), "month"),
        ("199208", date(1992, 8, 1), "month"),
        (199208.0, date(1992, 8, 1), "month"),
        ("19920805", date(1992, 8, 5), "day"),
        ("1992/8/5", date(1992, 8, 5), "day"),
        ("1992-08-05 00:00:00", date(1992, 8, 5), "day"),
        ("九二年八月", date(1992, 8, 1), "month"),
        ("一九九二年八月二十三日", date(1992, 8, 23), "day"),
        ("二〇〇一年十二月", date(2001, 12, 1), "month"),
        ("二零零一年十月", date(2001, 10, 1), "month"),
        ("1980年十月三十一日", date(1980, 10, 31), "day"),
        ("92.08", date(1992, 8, 1), "month"),
        ("25.08", date(2025, 8, 1), "month"),
        ("920805", date(1992, 8, 5), "day"),
        ("1992", date(1992, 1, 1), "year"),
        (1992.0, date(1992, 1, 1), "year"),
        (33817.0, date(1992, 8, 1), "day"),
        ("33817", date(1992, 8, 1), "day"),
        (1992.08, date(1992, 8, 1), "month"),
        ("1992.08入党", date(1992, 8, 1), "month"),
        ("1992年8月（预备）", date(1992, 8, 1), "month"),
        ("1992.8.", date(1992, 8, 1), "month"),
        (" 1992 年 8 月 5 日 ", date(1992, 8, 5), "day"),
        ("1992 8 5", date(1992, 8, 5), "day"),
        ("1992.08.00", date(1992, 8, 1), "month"),
        (date(1992, 8, 5), date(1992, 8, 5), "day"),
    ],
)
def test_dates_are_read_in_every_form(value: object, on: date, precision: str):
    found = read_date(cell_of(value, 1, 1), latest=TODAY)

    assert (found.on, found.precision) == (on, Precision(precision))


@pytest.mark.parametrize(
    "value",
    [
        "1992.02.30",
        "1992年13月",
        "199213",
        "不详",
        "12",
        "1792.08",
        "0",
        "1992.8-1992.9",
        1992.13,
        -5.0,
        True,
        "1" * 400,
    ],
)
def test_impossible_dates_are_said_to_be(value: object):
    with pytest.raises(Unreadable):
        read_date(cell_of(value, 1, 1), latest=TODAY)


def test_october_typed_as_a_number_is_read_with_a_doubt():
    found = read_date(cell_of(1992.1, 1, 1), latest=TODAY)

    assert found.on == date(1992, 10, 1)
    assert "可能是 1 月，也可能是 10 月" in found.doubt


@given(on=st.dates(date(1930, 1, 1), date(2025, 12, 31)), form=st.integers(0, 6))
def test_a_day_comes_back_from_every_way_of_writing_it(on: date, form: int):
    chinese = "".join("〇一二三四五六七八九"[int(c)] for c in str(on.year))
    texts = [
        f"{on:%Y-%m-%d}",
        f"{on:%Y%m%d}",
        f"{on.year}.{on.month}.{on.day}",
        f"{on.year}年{on.month}月{on.day}日",
        f"{on.year}/{on.month:02d}/{on.day:02d}",
        f"{chinese}年{chinese_number(on.month)}月{chinese_number(on.day)}日",
        str((on - SERIAL_ZERO).days),
    ]

    assert date_in(texts[form], latest=TODAY).on == on


def chinese_number(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = ("", *"一二三四五六七八九")
    return digits[ones] if not tens else f"{digits[tens] if tens > 1 else ''}十{digits[ones]}"


@given(st.text(max_size=30) | st.floats() | st.integers())
def test_no_value_is_too_strange_for_a_date(value: object):
    found = None
    with suppress(Unreadable):
        found = read_date(cell_of(value, 1, 1), latest=TODAY)

    assert found is None or 1900 <= found.on.year <= 2100


def test_groups_are_the_same_whatever_way_their_number_is_written():
    same = {
        group_key(name, "柳河村党支部") for name in ["第一党小组", "一组", "1组", "第1小组", "1", "柳河村第一党小组"]
    }

    assert same == {"#1"}
    assert group_key("种植业党小组") == group_key("种植业组")
    assert group_key("第十二党小组") == "#12"
    assert match_group("2组", ["第一党小组", "第二党小组"]) == "第二党小组"
    assert match_group("9组", ["第一党小组"]) is None


def test_branches_match_where_only_one_can_be_meant():
    names = ["柳河村党支部", "东庄村党支部", "东庄社区党支部"]

    assert (
        match_branch("柳河村支部", names)
        == match_branch("柳河支部", names)
        == match_branch("中共某某乡柳河村支部委员会", names)
        == "柳河村党支部"
    )
    assert match_branch("东庄支部", names) is None
    assert match_branch("南岭村党支部", names) is None


def test_spellings_are_settled_on_the_most_frequent():
    settled = settle_names(["柳河村党支部", "柳河村党支部", "柳河支部", "中共柳河村支部委员会", "东庄村支部"])

    assert set(settled.values()) == {"柳河村党支部", "东庄村支部"}
