"""换届 of forty branches with five groups each, in a real browser: besides what is decided it takes a few clicks.

The committees come from one sheet, with their term; then the leaders of all groups are chosen in bulk.
"""

from datetime import date

import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from services.assessment.choosings.rules import WAITS
from shared.db import unit
from shared.todos import Thing
from shared.waiting import wait
from tests.activities.imports.test_import_pages import a_book
from tests.assessment.choosings.conftest import town as where_leaders_are_chosen
from tests.town import Town
from tests.worlds import grown

BRANCHES, GROUPS, CLICKS_MAX = 40, 5, 15
BASE, NEXT = 1_000_000, 10_000  # the number of the first branch, and from a leader to whoever is to follow him
DIGITS, SIGNS = "0123456789", "甲乙丙丁戊己庚辛壬癸"  # a number is nobody's name
FOUND = text("""
    with branch as (
      insert into office.unit (id, kind, name, sort_key, township_id, founded_on)
      select :base + n * 10, 'branch', '第' || n || '村党支部', 'z' || lpad(n::text, 4, '0'), :township, date '2010-01-01'
      from generate_series(1, :branches) n returning id),
    grp as (
      insert into office.unit (id, kind, name, sort_key, township_id, branch_id, founded_on)
      select branch.id + n, 'group', '第' || n || '党小组', n::text, :township, branch.id, date '2010-01-01'
      from branch, generate_series(1, :groups) n returning id),
    people as (
      insert into office.person (id, unit_id, name, pinyin)
      select grp.id + place, grp.id, '某' || translate((grp.id + place)::text, :digits, :signs), 'mou' from grp, unnest(array[0, :next]) as place
      returning id, unit_id),
    members as (
      insert into office.membership (person_id, unit_id, kind, starts_on)
      select id, unit_id, 'full', date '2015-01-01' from people)
    insert into office.post (person_id, unit_id, kind, starts_on)
    select id, unit_id, 'leader', date '2020-01-01' from people where id = unit_id""")
PUT_FORWARD = text("""
    update assessment.choosing set stage = 'review', person_id = group_id + :next, from_on = date '2025-04-01',
      resolved_on = opened_on, expected = 5, present = 5, in_favour = 5, consent_on = opened_on,
      conduct = '群众信得过。' where group_id > :base returning id, group_id""")
COUNTED = """
    addEventListener("pointerdown", () => {
      sessionStorage.clicks = 1 + Number(sessionStorage.clicks || 0);
    }, true)"""


@grown(where_leaders_are_chosen)
def large(town: Town, *_: Town) -> Town:
    """The named world with forty branches more, each of five groups with a leader and one who may follow him."""
    sizes = {"branches": BRANCHES, "groups": GROUPS, "base": BASE, "next": NEXT, "digits": DIGITS, "signs": SIGNS}
    with unit("activities") as session:
        session.execute(FOUND, {"township": town.id, **sizes})
    return town


def committees() -> bytes:
    """The new committees of all branches on one sheet: of each the leader of its first group is secretary."""
    signs = str.maketrans(DIGITS, SIGNS)
    names = [f"某{BASE + number * 10 + 1}".translate(signs) for number in range(1, BRANCHES + 1)]
    paper = ("2025-03-01", "2030-02-28", "镇党委批复。")
    rows = [(f"第{number}村党支部", "书记", name, *paper) for number, name in enumerate(names, start=1)]
    return a_book(("党支部", "职务", "姓名", "当选日期", "届满日期", "依据"), *rows)


def put_all_forward() -> None:
    """Each of the branches has decided."""
    with unit("assessment") as session:
        rows = session.execute(PUT_FORWARD, {"base": BASE, "next": NEXT}).all()
        wait(session, WAITS, "review", [Thing(f"choosing:{each}", group) for each, group in rows], before="draft")


def clicks(page: Page) -> int:
    """How often somebody has pressed anything in this window."""
    return int(page.evaluate("Number(sessionStorage.clicks || 0)"))


@pytest.mark.usefixtures("large")
def test_two_hundred_groups_are_chosen_anew_in_a_few_clicks(walk, desk, sql):
    with desk.window("organiser") as page:
        page.context.add_init_script(COUNTED)
        page.goto("/activities/imports")
        page.get_by_label("支部委员会换届名册").check()
        sheet = {"name": "换届.xlsx", "mimeType": "application/octet-stream", "buffer": committees()}
        page.locator("input[type=file]").set_input_files(sheet)
        page.get_by_role("button", name="上传，先看看").click()
        page.get_by_role("button", name="确认导入").click()
        page.get_by_text("等待后台开始").wait_for()
        walk.settle()
        page.reload()
        page.get_by_role("link", name="启动这些支部的党小组长换届").click()
        page.get_by_label("全选").check()
        page.get_by_role("button", name="启动换届").click()
        page.get_by_text("已启动换届").wait_for()
        put_all_forward()
        page.reload()
        page.get_by_role("link", name="一起审查").click()
        page.get_by_label("全选").check()
        page.get_by_role("button", name="备案，合用一个编号").click()
        page.get_by_text(f"已备案{BRANCHES * GROUPS}名人选").wait_for()
        assert 0 < clicks(page) <= CLICKS_MAX
    terms = "select count(*), min(due_on) from office.term where unit_id > %s"
    assert sql(terms, BASE) == [(BRANCHES, date(2030, 2, 28))]
    one = "select distinct stage, filing_number from assessment.choosing where group_id > %s"
    assert sql(one, BASE) == [("filed", "选备〔2025〕1号")]
    due = "select count(distinct payload->>'choosing_id'), (min(run_at) at time zone 'Asia/Shanghai')::date from assessment.job where task = %s"
    assert sql(due, "assessment.begin_post") == [(BRANCHES * GROUPS, date(2025, 4, 1))]
    waits = "select kind, count(*) from office.todo where closed_at is null and unit_id > %s group by 1"
    assert sql(waits, BASE) == []


@pytest.mark.usefixtures("large")
def test_a_long_list_comes_page_by_page_and_nothing_is_left_out(walk, visit, sql):
    branches = [each for (each,) in sql("select id from office.unit where kind = 'branch' and id > %s", BASE)]
    asked = {"branch_ids": branches, "due_on": "2025-04-30"}
    walk.doors.organiser.post("assessment/choosing-renewals", asked)
    organiser, seen = visit("organiser"), []
    page = organiser.get("/assessment/choosings")
    assert f"{BRANCHES * GROUPS} 项待提出人选" in page.text
    while True:
        seen += [row.text_content().split(" · ") for row in page.root.iterfind(".//tbody/tr/th/a")]
        if not page.root.xpath("//a[@rel='next']"):
            break
        page = organiser.get(page.root.xpath("//a[@rel='next']/@href")[0])
    assert len({tuple(each) for each in seen}) == len(seen) == BRANCHES * GROUPS
