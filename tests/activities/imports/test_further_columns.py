"""What an ordinary roster says in further columns leads to the acts of the register: out, in need, out of contact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from http.client import OK
from typing import Any

import pytest

from services.activities.register.rules.care import Sort
from services.activities.register.rules.changes import RegisterNow, RosterPlan
from shared.sheets import read_workbook
from tests.activities.imports.test_as_people_see_it import GAO, HEADING, LIANG, LUO, file_of, read
from tests.activities.imports.test_import_pages import HERE, a_book, errors_of
from tests.activities.register.registers import after, planned
from tests.town import DONGLING, FIRST, Doors, Town

ALL_OF_IT = {
    "是否失联": "",
    "失联时间": "",
    "失联情形": "",
    "查找情况": "",
    "是否困难党员": "是",
    "困难类型": "因病",
    "帮扶人": "高大山（13900000000）",
    "帮扶措施": "按季走访",
    "认定时间": "2025-02-01",
    "外出流向": "广东省深圳市",
    "外出类型": "打工",
    "外出时间": "2025-03-01",
    "支部联系人": "梁金花 13900000002",
    "最近联系时间": "2025-06-01",
}


def full_register() -> RegisterNow:
    return after(planned(read(file_of(HEADING, GAO, LUO, LIANG))))


def saying(columns: dict[str, Any]) -> RosterPlan:
    """The register's own roster again, where the row of 罗长河 says more in further columns."""
    blank = [""] * len(columns)
    rows = [[*GAO, *blank], [*LUO, *columns.values()], [*LIANG, *blank]]
    return planned(read(file_of([*HEADING, *columns], *rows)), full_register())


def test_an_ordinary_roster_with_all_of_these_columns_proposes_both_lists_and_changes_nothing_by_itself():
    plan = saying(ALL_OF_IT)

    out, need = plan.cares
    assert [each.name for each in plan.cares] == ["罗长河", "罗长河"]
    assert (out.row.sort, out.row.on, out.row.told) == (
        Sort.OUT,
        date(2025, 3, 1),
        {"kind": "务工", "place": "广东省深圳市"},
    )
    assert (out.row.contact, out.row.last_on) == ("梁金花", date(2025, 6, 1))
    assert (need.row.sort, need.row.on, need.row.told) == (
        Sort.NEED,
        date(2025, 2, 1),
        {"kind": "病", "help": "按季走访"},
    )
    assert (need.row.contact, need.row.last_on) == ("高大山", date(2025, 6, 1))
    assert plan.is_empty
    assert [plan.lost, plan.missing, plan.leaving] == [[], [], []]


def test_each_list_has_its_own_person_and_its_own_last_day():
    columns = {"困难情况": "住院", "帮扶责任人": "高大山", "最近走访时间": "2025-05-01", "流入地": "某市"}
    out, need = saying({**columns, "支部联系人": "", "最近联系时间": "2025-06-01"}).cares

    assert (out.row.sort, out.row.contact, out.row.last_on) == (Sort.OUT, "", date(2025, 6, 1))
    assert (need.row.sort, need.row.contact, need.row.last_on) == (Sort.NEED, "高大山", date(2025, 5, 1))


@pytest.mark.parametrize(
    ("columns", "kinds"),
    [
        ({"是否困难党员": "是"}, [(Sort.NEED, "其他")]),
        ({"困难党员": "残疾"}, [(Sort.NEED, "残")]),
        ({"困难情况": "孤身一人，无劳动能力"}, [(Sort.NEED, "无劳力")]),
        ({"目前是否困难": "否", "困难情况": "曾住院"}, []),
        ({"是否困难党员": "否"}, []),
        ({"外出流向": "某省某市"}, [(Sort.OUT, "其他")]),
        ({"外出情况": "外出经商", "外出流向": "某省某市"}, [(Sort.OUT, "经商")]),
        ({"是否外出": "否", "外出流向": "某省某市"}, []),
        ({"外出流向": "在村"}, []),
        ({"外出流向": "无", "外出类型": "—"}, []),
    ],
)
def test_what_a_cell_says_is_taken_at_its_word_and_a_no_is_a_no(columns: dict[str, str], kinds: list[tuple[Sort, str]]):
    assert [(each.row.sort, each.row.told["kind"]) for each in saying(columns).cares] == kinds


@pytest.mark.parametrize(
    ("columns", "on", "told"),
    [
        (
            {"是否失联": "是", "失联时间": "2024-05-06", "失联情形": "去向不明", "查找情况": "走访亲属三次"},
            date(2024, 5, 6),
            {"kind": "下落不明", "tried": "走访亲属三次"},
        ),
        ({"失联时间": "2024-05-06"}, date(2024, 5, 6), {}),
        ({"失联情形": "电话无法联系"}, None, {"kind": "联系不上"}),
        ({"失联情况": "2024年5月6日起失联"}, date(2024, 5, 6), {}),
        ({"是否失联": "是", "如何得知": "家属告知"}, None, {"tried": "家属告知"}),
    ],
)
def test_since_when_and_how_somebody_is_lost_stands_beside_his_name(
    columns: dict[str, str], on: date | None, told: dict[str, str]
):
    plan = saying(columns)

    assert [(each.name, each.on, each.told) for each in plan.lost] == [("罗长河", on, told)]
    assert all(word in plan.lost[0].said for word in told.values() if word in columns.values())
    assert plan.is_empty
    assert plan.cares == []


@pytest.mark.parametrize(
    "columns",
    [
        {"是否失联": "否", "失联时间": "2024-05-06"},
        {"是否失联": "已恢复联系", "失联情形": "联系不上"},
        {"失联时间": "无", "失联情形": "—"},
        {"查找情况": "已找到"},
    ],
)
def test_whoever_is_said_to_be_found_or_of_whom_nothing_is_said_is_not_proposed(columns: dict[str, str]):
    assert saying(columns).lost == []


def test_whoever_is_on_the_lists_already_is_proposed_for_none_of_them():
    now = full_register()
    lists = frozenset({"mobile_out", "in_need", "lost"})
    there = replace(now, people=tuple(replace(each, cared=lists) for each in now.people))
    columns = {**ALL_OF_IT, "是否失联": "是"}

    plan = planned(read(file_of([*HEADING, *columns], [*LUO, *columns.values()])), there)

    assert [plan.cares, plan.lost] == [[], []]


LISTED = (
    "select p.name, c.sort, c.starts_on, k.name from activities.care c join office.person p on p.id = c.person_id"
    " left join office.person k on k.id = c.contact_id where c.ends_on is null order by p.name, c.sort"
)


def test_all_three_are_done_from_one_roster_where_they_are_ticked_and_as_the_file_says(visit, town, sql):
    columns = {**ALL_OF_IT, "帮扶人": "陆明（13900000000）", "支部联系人": "陆明", "最近联系时间": "2025-02-20"}
    columns |= {"外出时间": "2025-02-01", "是否失联": ""}
    lost = dict.fromkeys(columns, "") | {"失联时间": "2025-01-05", "失联情形": "去向不明", "查找情况": "问过家属"}
    rows = [[DONGLING, FIRST, name, "正式党员", *more.values()] for name, more in (("白梅", columns), ("许安", lost))]
    organiser = visit("organiser")
    file = a_book(("党支部", "党小组", "姓名", "党员类别", *columns), *map(tuple, rows))
    page = organiser.submit(organiser.get(HERE), "hand-in", files={"file": ("名册.xlsx", file)}, kind="roster")
    ids = dict(sql("select name, id from office.person where name in ('白梅', '许安')"))
    assert sql(LISTED) == []

    organiser.submit(page, "look-after", mobile_out=[ids["白梅"]], in_need=[ids["白梅"]])
    done = organiser.submit(organiser.get(page.address), "lost", lost=[ids["许安"]])

    assert sql(LISTED) == [
        ("白梅", "in_need", date(2025, 2, 1), "陆明"),
        ("白梅", "mobile_out", date(2025, 2, 1), "陆明"),
        ("许安", "lost", date(2025, 1, 5), None),
    ]
    assert not {"look-after", "lost"} & {form.get("id") for form in done.root.forms}
    listed = visit("dongling").get(f"/activities/register/units/{town.units[DONGLING]}/care").text
    assert all(words in listed for words in ("广东省深圳市", "按季走访", "下落不明", "问过家属", "2025年2月20日"))


@pytest.mark.parametrize("listing", ["mobile", "in_need"])
def test_a_list_that_was_taken_out_puts_back_what_was_on_it_where_it_stands_no_more(
    visit, town, doors, sql, listing: str
):
    asked = {
        "mobile": {"sort": "mobile_out", "on": "2025-01-06", "kind": "经商", "place": "某省某市", "card": "D0001"},
        "in_need": {"sort": "in_need", "on": "2025-01-06", "kind": "病", "help": "按季走访"},
    }[listing]
    to = f"activities/people/{town.people['白梅']}/care"
    doors.dongling.post(to, {**asked, "contact_id": town.people["陆明"]})
    before = taken_out(doors, town, listing)
    assert "白梅" in names_in(before)
    sql("update activities.care set ends_on = '2025-02-01'")
    assert "白梅" not in names_in(taken_out(doors, town, listing))

    organiser = visit("organiser")
    page = organiser.submit(organiser.get(HERE), "hand-in", files={"file": ("台账.xlsx", before)}, kind="roster")
    organiser.submit(page, "look-after", **{asked["sort"]: [town.people["白梅"]]})

    assert rows_of(taken_out(doors, town, listing)) == rows_of(before)


def test_a_row_that_the_register_refuses_comes_back_as_it_stands_in_the_offices_own_file(visit, town):
    rows = [("白梅", "困难", "特困"), ("何有田", "住院", "按季")]
    title = ("清溪镇困难党员台账", "", "", "")
    file = a_book(title, ("党支部", "姓名", "困难情况", "当地的叫法"), *((DONGLING, *row) for row in rows))
    organiser = visit("organiser")
    page = organiser.submit(organiser.get(HERE), "hand-in", files={"file": ("台账.xlsx", file)}, kind="roster")
    assert "这张表只登记名册里已有的党员" in page.text

    texts = errors_of(organiser, page)

    assert {"当地的叫法", "何有田", "按季"} <= set(texts)
    assert not {"白梅", "特困"} & set(texts)


def taken_out(doors: Doors, town: Town, listing: str) -> bytes:
    where = f"activities/units/{town.id}/prints/{listing}"
    answer = doors.organiser.ask("GET", where, params={"year": 2025})
    assert answer.status_code == OK, answer.text
    return bytes(answer.content)


def rows_of(book: bytes) -> list[list[str]]:
    return [[cell.text for cell in row] for row in read_workbook(book).sheets[0].rows]


def names_in(book: bytes) -> set[str]:
    return {text for row in rows_of(book) for text in row}
