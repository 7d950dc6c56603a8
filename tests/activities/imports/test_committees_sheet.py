"""A 换届 of many branches from one sheet: looked at first, entered whole a branch, taken back; what cannot be is said."""

from __future__ import annotations

from datetime import date

import pytest

from services.activities.register.rules.committees import read_committees
from shared.tables import Workbook
from shared.tables.cells import sheet_from
from tests.activities.conftest import dump
from tests.activities.imports.test_import_pages import a_book, errors_of, figures, hand_in
from tests.browsing import Visitor
from tests.town import DONGLING, FIRST, NANPING, SECOND, XIHE

TODAY = date(2025, 3, 3)
NAME, KIND = "换届.xlsx", "committees"
HEADING = ("党支部", "职务", "分工", "姓名", "党小组", "本届从哪天起", "届满日期", "支部类别", "依据")
DAY, LAST, PAPER = "2025-02-01", "2030-01-31", "支部党员大会选举，镇党委批复。"
WRITTEN = ("office.post", "office.term")
SEATS = """
    select b.name, p.name, t.kind, t.duties from office.post t join office.unit b on b.id = t.unit_id
    join office.person p on p.id = t.person_id
    where b.kind = 'branch' and t.starts_on <= %s and (t.ends_on is null or t.ends_on > %s)
      and t.kind in ('secretary', 'committee_member') and b.name <> '新桥村党支部' order by 1, 3 desc, 2"""
TERMS = """
    select b.name, t.starts_on, t.due_on from office.term t join office.unit b on b.id = t.unit_id
    where t.ends_on is null order by b.name"""
DONGLING_ANEW = (
    (DONGLING, "支部书记", "", "陆明", "", DAY, LAST, "", PAPER),
    (DONGLING, "支部副书记", "组织", "许安", "", "", "", "", ""),
    (DONGLING, "纪检委员", "", "何闲", SECOND, "", "", "", ""),
)
XIHE_ANEW = (
    (XIHE, "书记", "", "于洋", "", "2025年2月1日", "", "村、社区党支部", PAPER),
    (XIHE, "党小组长", "", "冯实", "", "", "", "", ""),
)


@pytest.fixture
def visit(doors):
    return lambda login: Visitor(doors.client.app, login)


def seats(sql, day: date) -> list[tuple[str, str, str, list[str]]]:
    return sql(SEATS, day, day)


def brought_in(visitor: Visitor, settle, *rows: tuple[str, ...]):
    page = hand_in(visitor, NAME, a_book(HEADING, *rows), kind=KIND)
    visitor.submit(page, "bring-in")
    settle()
    return visitor.get(page.address)


def test_several_branches_come_from_one_sheet_and_go_with_it_again(visit, town, settle, sql, office):
    organiser, before = visit("organiser"), seats(sql, TODAY)
    posts = dump(office, "office.post")
    page = hand_in(organiser, NAME, a_book(HEADING, *DONGLING_ANEW, *XIHE_ANEW), kind=KIND)

    assert "现在还没有改动任何内容" in page.text
    assert (figures(page)["个支部换届"], figures(page)["行没有识别"]) == (2, 0)
    assert (
        f"{DONGLING}（任期2025年2月1日到2030年1月31日）：支部书记陆明（连任）、支部委员（副书记、组织）许安"
        in page.text
    )
    assert f"江海：不再担任{XIHE}的职务" in page.text
    assert "党小组长、副组长不在支部委员会里" in page.text
    assert (seats(sql, TODAY), sql(TERMS)) == (before, [])  # a look changes nothing

    organiser.submit(page, "bring-in")
    settle()

    assert "个支部换届" in organiser.get(page.address).text
    assert seats(sql, TODAY) == [
        (DONGLING, "陆明", "secretary", []),
        (DONGLING, "何闲", "committee_member", ["discipline"]),
        (DONGLING, "许安", "committee_member", ["deputy_secretary", "organisation"]),
        (XIHE, "于洋", "secretary", []),
    ]
    assert [(name, secretary) for name, secretary, _, _ in seats(sql, date(2025, 1, 31))] == [
        (DONGLING, "陆明"),
        (XIHE, "江海"),
    ]
    assert sql(TERMS) == [
        (DONGLING, date(2025, 2, 1), date(2030, 1, 31)),
        (XIHE, date(2025, 2, 1), date(2030, 1, 31)),
    ]
    again = hand_in(organiser, NAME, a_book(HEADING, *DONGLING_ANEW, *XIHE_ANEW), kind=KIND)
    assert (figures(again)["个支部换届"], figures(again)["个支部已经登记过"]) == (0, 2)
    assert "系统里已经和文件一样，不用导入" in again.text

    back = organiser.get(f"{page.address}/undo")
    assert "2 个支部的这一届任期撤销，上一届恢复" in back.text
    organiser.submit(back, "undo")
    assert (dump(office, "office.post"), sql(TERMS)) == (posts, [])
    assert sql("select count(*) from activities.job where state = 'dead'") == [(0,)]


def test_a_later_term_stands_on_the_sheet_and_is_named(visit, town, settle, sql):
    organiser = visit("organiser")
    page = brought_in(organiser, settle, *DONGLING_ANEW)
    form = organiser.get(f"/activities/register/units/{town.units[DONGLING]}/committee")
    organiser.submit(form, "term", starts_on="2025-03-01", length="village", basis="重新选举。")

    told = organiser.get(f"{page.address}/undo")

    assert f"以后又登记或者更正过任期的：{DONGLING}" in told.text
    assert "undo" not in [form.get("id") for form in told.root.forms]


WRONG = {
    "no such branch": ((("北坡村党支部", *DONGLING_ANEW[0][1:]),), "名册里没有“北坡村党支部”"),
    "nobody of that name": ((_with := (DONGLING, "书记", "", "查无此", "", DAY, LAST, "", PAPER),), "没有“查无此”"),
    "two secretaries": ((DONGLING_ANEW[0], (DONGLING, "书记", "", "许安", *[""] * 5)), "写了两位书记"),
    "two for one duty": ((*DONGLING_ANEW, (DONGLING, "组织委员", "", "孙勤", *[""] * 5)), "“组织”写了两个人"),
    "no day": (((DONGLING, "书记", "", "陆明", "", "", LAST, "", PAPER),), "没有写本届从哪天起"),
    "a month only": (((DONGLING, "书记", "", "陆明", "", "2025年2月", LAST, "", PAPER),), "没有写到哪一天"),
    "no last day": (((DONGLING, "书记", "", "陆明", "", DAY, "", "", PAPER),), "没有写届满日期"),
    "no paper": (((DONGLING, "书记", "", "陆明", "", DAY, LAST, "", ""),), "没有写依据"),
    "two days": ((DONGLING_ANEW[0], (DONGLING, "委员", "", "许安", "", "2025-02-02", "", "", "")), "写的不一样"),
    "before the branch": (((DONGLING, "书记", "", "陆明", "", "2020-02-01", "2023-01-31", "", PAPER),), "成立"),
    "far ahead": (((DONGLING, "书记", "", "陆明", "", "2027-02-01", LAST, "", PAPER),), "最多提前一年"),
    "too long": (((DONGLING, "书记", "", "陆明", "", DAY, "2040-01-31", "", PAPER),), "请核对届满的日子"),
    "an officer": (((DONGLING, "书记", "", "宋平", "", DAY, LAST, "", PAPER),), f"{DONGLING}："),
    "no post": (((DONGLING, "村主任", "", "陆明", "", DAY, LAST, "", PAPER),), "没有写职务"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_branch_with_one_row_amiss_is_left_as_it_is_and_comes_back_whole_in_a_file(visit, town, settle, sql, case):
    rows, why = WRONG[case]
    organiser, before = visit("organiser"), seats(sql, TODAY)

    page = hand_in(organiser, NAME, a_book(HEADING, *rows, *XIHE_ANEW[:1]), kind=KIND)

    assert why in page.text
    assert (figures(page)["个支部换届"], figures(page)["行没有识别"]) == (1, len(rows))
    assert sum(row[3] in errors_of(organiser, page) for row in rows) == len(rows)
    organiser.submit(page, "bring-in")
    settle()
    of_dongling = [each for each in before if each[0] == DONGLING]
    assert [each for each in seats(sql, TODAY) if each[0] == DONGLING] == of_dongling
    assert [(branch, day) for branch, day, _ in sql(TERMS)] == [(XIHE, date(2025, 2, 1))]


@pytest.mark.parametrize("case", [("江海", 0), ("江 海（连任）", 0), ("江海涛", 1)], ids=lambda case: case[0])
def test_nobodys_post_ends_because_his_row_says_another_branch(visit, town, sql, case):
    organiser, before = visit("organiser"), seats(sql, TODAY)
    named, entered = case
    elsewhere = ("西禾村党支部", "纪检委员", "", named, "", DAY, "", "", PAPER)
    page = hand_in(organiser, NAME, a_book(HEADING, *XIHE_ANEW, elsewhere), kind=KIND)

    assert figures(page)["个支部换届"] == entered
    assert ("江海的职务可能写在那一行" in page.text) is not bool(entered)
    if not entered:
        assert organiser.get(page.address).text.count("不再担任") == 0
        assert seats(sql, TODAY) == before


def test_a_name_that_fits_two_is_asked_for_and_its_group_answers(visit, town, doors, settle, sql):
    doors.organiser.post(f"activities/units/{town.groups[NANPING, SECOND]}/people", {"name": "贾真"})
    organiser = visit("organiser")
    row = (NANPING, "书记", "", "贾真", "", DAY, LAST, "", PAPER)

    page = hand_in(organiser, NAME, a_book(HEADING, row), kind=KIND)
    assert f"有 2 位“贾真”（{FIRST}、{SECOND}），请填“党小组”一列" in page.text

    brought_in(organiser, settle, (*row[:4], FIRST, *row[5:]))
    assert sql("select person_id from office.post where kind = 'secretary' and unit_id = %s", town.units[NANPING]) == [
        (town.people["贾真"],)
    ]


def test_an_offices_own_table_is_understood_by_its_headings():
    title = "单位：东岭村党支部"
    heading = ("序号", "姓名", "职务", "分工内容", "当选时间", "任期届满日期", "批复文号")
    rows = [
        ("1", "陆明", "书记", "主持全面工作", "2025.2.1", "2030.1.31", "某党〔2025〕3号"),
        ("2", "许安", "委员", "纪检", *[""] * 3),
    ]

    read = read_committees(Workbook([sheet_from("一", [[title], heading, *rows])]), today=TODAY)

    assert [(each.branch, each.name, each.secretary, each.duties) for each in read.seats] == [
        (DONGLING, "陆明", True, ()),
        (DONGLING, "许安", False, ("discipline",)),
    ]
    assert (read.seats[0].starts_on, read.seats[0].last_day) == (date(2025, 2, 1), date(2030, 1, 31))


def test_nobody_else_hands_one_in(visit, town):
    sheet = a_book(HEADING, *DONGLING_ANEW)
    page = hand_in(visit("organiser"), NAME, sheet, kind=KIND)
    for login in ("dongling", "outsider", "committee"):
        visit(login).get("/activities/imports", status=403)
        visit(login).get(page.address, status=404)


def test_work_that_nobody_answers_for_here_is_named_and_his_seat_stands():
    seat = (DONGLING, "支部委员", "妇女工作", "许安", "", DAY, LAST, "", PAPER)
    read = read_committees(Workbook([sheet_from("换届", [HEADING, seat])]), today=TODAY)

    assert [(each.name, each.duties) for each in read.seats] == [("许安", ())]
    assert [(each.cell, each.fatal) for each in read.problems if "妇女工作" in each.problem] == [("C2", False)]
