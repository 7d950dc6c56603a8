"""An office's own Excel for its ledger, on its pages: handed in, tried with what is real, used, printed as it was then."""

from io import BytesIO

import psycopg
import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.servers import Database

PAGE = "/activities/papers/ledger"


def own_of(title: str) -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", f"{title}：{{{{标题}}}}")
        sheet.write_row("A2", ["{{#台账}}{{序号}}", "{{会议日期}}", "{{会议议题}}{{/台账}}"])
    return target.getvalue()


def first_of(data: bytes) -> str:
    return str(CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()[0][0])


def asked(office: Database, question: str) -> list:
    with psycopg.connect(office.owner_url) as connection:
        return [value for (value,) in connection.execute(question).fetchall()]


def upload(visitor, title: str):
    return visitor.submit(visitor.get(PAGE), "template", files={"file": (f"{title}.xlsx", own_of(title))})


def test_a_paper_printed_by_a_former_version_is_printed_so_again(visit, office, town):
    organiser = visit("organiser")
    listed = organiser.get("/office/papers")
    assert {PAGE, "/assessment/papers/opinion"} <= set(listed.links())
    upload(organiser, "甲式")
    (one,) = asked(office, "select id from office.paper_template")
    where = f"/activities/units/{town.id}/prints/ledger?file=own"
    assert "还没有启用" in organiser.client.get(where).text

    tried = organiser.client.get(f"{PAGE}/trial?template_id={one}&thing={town.id}")
    assert first_of(tried.content).startswith("甲式：清溪镇")
    organiser.submit(organiser.get(PAGE), f"use-{one}")
    assert first_of(organiser.client.get(where).content).startswith("甲式")
    upload(organiser, "乙式")
    two = max(asked(office, "select id from office.paper_template"))
    organiser.submit(organiser.get(PAGE), f"use-{two}")

    assert first_of(organiser.client.get(where).content).startswith("乙式")
    assert first_of(organiser.client.get(f"{where}&version=1").content).startswith("甲式")
    told = "select (body->>'of_version')::int from office.happening where fact = 'PaperTaken' order by id"
    assert asked(office, told) == [1, 1, 2, 1]
    assert "第2版" in organiser.get("/office/papers").text
    for login in ("dongling", "diligent", "auditor", "outsider"):
        other = visit(login)
        other.get(PAGE, 403)
        other.get("/office/papers", 403)
        other.get(f"{PAGE}/trial?template_id={two}", 404)
    assert visit("outsider").client.get(where).status_code == 404


def test_a_table_to_be_filled_in_is_read_as_it_says_and_its_example_is_not(visit, doors, town):
    where = {"roster": "roster-previews", "ledger": "ledger-previews?year=2025"}
    for key, door in where.items():
        blank = visit("organiser").client.get(f"/activities/blanks/{key}")
        assert blank.status_code == 200
        book = filled_in(blank.content, key)
        preview = doors.organiser.upload(f"activities/townships/{town.id}/{door}", f"{key}.xlsx", book)

        assert (preview["rows"], preview["errors"]) == (1, []), key


ROWS = {
    "roster": {
        "党支部": "东岭村党支部",
        "党小组": "第一党小组",
        "姓名": "新来人",
        "入党时间": "2020-07-01",
        "党员类别": "正式党员",
    },
    "ledger": {
        "党支部": "东岭村党支部",
        "党小组": "第一党小组",
        "会议日期": "2025-01-05",
        "会议类型": "学习",
        "会议议题": "学文件",
        "缺席人员及原因": "许安（请假）",
    },
}


def filled_in(blank: bytes, key: str) -> bytes:
    """The table with one row under its example, as somebody fills it in."""
    rows = CalamineWorkbook.from_filelike(BytesIO(blank)).get_sheet_by_index(0).to_python()
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet(key)
        for at, row in enumerate([*rows, [ROWS[key].get(str(word), "") for word in rows[1]]]):
            sheet.write_row(at, 0, row)
    return target.getvalue()
