"""What was ticked of a file's proposals goes with its import that is taken back; what cannot go is named, and stays."""

from __future__ import annotations

from datetime import date
from urllib.parse import unquote

import pytest

from services.activities.imports import queries as imports
from services.activities.imports.actions import before_taking_back
from services.activities.register import actions as register
from services.activities.register import queries
from services.activities.register.rules.membership import Asked, Turn
from shared.access import SYSTEM, actor_behind
from shared.db import unit
from tests.activities.conftest import dump
from tests.activities.imports.test_import_pages import a_book, hand_in
from tests.browsing import Visitor
from tests.town import DONGLING, FIRST

HEADING = (
    "党支部",
    "党小组",
    "姓名",
    "身份证号码",
    "党员类别",
    "是否失联",
    "外出时间",
    "流入地",
    "外出类型",
    "支部联系人",
)
OUT = ("2025-02-01", "广东省深圳市", "务工", "陆明")
FILE = a_book(
    HEADING,
    (DONGLING, FIRST, "单晓", "990177195001010034", "正式党员", "", "", "", "", ""),
    (DONGLING, FIRST, "许安（已故）", "", "正式党员", "", "", "", "", ""),
    (DONGLING, FIRST, "白梅", "", "正式党员", "", *OUT),
    (DONGLING, FIRST, "田野", "", "正式党员", "是", "", "", "", ""),
)
OF_TICKED = ("office.membership", "office.post", "office.circumstance", "activities.care", "activities.care_entry")


@pytest.fixture
def visit(doors):
    return lambda login: Visitor(doors.client.app, login)


@pytest.fixture
def before(town, office) -> dict[str, list[str]]:
    """What stands before the file comes."""
    return dump(office, *OF_TICKED)


@pytest.fixture
def ticked(before, visit, settle, sql):
    """The file is in, and one of each kind of its proposals was ticked; its page."""
    organiser = visit("organiser")
    page = hand_in(organiser, "名册.xlsx", FILE, kind="roster")
    organiser.submit(page, "bring-in")
    settle()
    ids = dict(sql("select name, id from office.person"))
    dead, lost = ids["许安"], ids["田野"]
    day = {f"on.{dead}": "2025-02-01", f"basis.{dead}": "死亡证明"}
    organiser.submit(organiser.get(page.address), "let-leave", people=[dead], **day)
    organiser.submit(organiser.get(page.address), "lost", lost=[lost], **{f"on.{lost}": "2025-02-01"})
    organiser.submit(organiser.get(page.address), "look-after", mobile_out=[ids["白梅"]])
    return page


def test_all_of_it_is_named_before_and_goes_with_the_import(visit, ticked, before, office, sql):
    organiser = visit("organiser")
    asked = organiser.get(f"{ticked.address}/undo")
    named = [line.text for line in asked.root.xpath("//h2[text()='一并撤销的']/following-sibling::ul[1]/li")]
    assert sorted(named) == ["田野登记为失联党员", "白梅登记为流动党员（流出）", "许安的去世"]
    assert sql("select stage from activities.member_act") == [("done",)]

    done = organiser.submit(asked, "undo")

    assert "一并撤销了 3 项勾选办理的" in done.answer.text
    assert dump(office, *OF_TICKED) == before
    assert sql("select stage from activities.member_act") == [("undone",)]
    told = sql("select body->>'change' from office.happening where fact = 'CareChanged' order by id")
    assert [each for (each,) in told] == ["begun", "begun", "undone", "undone"]
    assert sql("select count(*) from office.todo where kind = 'activities.contact' and closed_at is null") == [(0,)]


def test_what_is_only_found_out_leaves_nothing_to_be_done_when_all_is_written(ticked, sql):
    [(handed_id, account)] = sql("select id, handed_by from activities.handed_in")
    with unit("activities") as session:
        actor = actor_behind(session, account)
    with unit("activities", actor) as session:
        found = imports.handed(session, actor, handed_id)
        left = set(session.info)
        assert len(before_taking_back(session, actor, found).ticked.back) == 3
        assert set(session.info) == left


def met(town, sql):
    [(care,)] = sql("select id from activities.care where sort = 'mobile_out'")
    with unit("activities") as session:
        register.meet(session, SYSTEM, care, note="通了电话")


def back_again(town, sql):
    [(care,)] = sql("select id from activities.care where sort = 'mobile_out'")
    with unit("activities") as session:
        register.end_care(session, SYSTEM, care, why="回来了")


def returned(town, sql):
    asked = Asked(turn=Turn.RETURNED, on=date(2025, 3, 1), to_unit_id=town.groups[DONGLING, FIRST], basis="弄错了")
    with unit("activities") as session:
        register.turn(session, SYSTEM, town.people["许安"], asked)


def by_another(town, sql):
    sql("update activities.member_act set asked_by = 0")


def a_week_ago(town, sql):
    sql("update activities.member_act set done_at = done_at - interval '8 days'")


@pytest.mark.parametrize(
    ("later", "named", "why"),
    [
        (met, "白梅登记为流动党员（流出）", "以后又联系或走访过"),
        (back_again, "白梅登记为流动党员（流出）", "已经结束"),
        (returned, "许安的去世", "以后又办理了重新编入"),
        (by_another, "许安的去世", "由当时办理的人"),
        (a_week_ago, "许安的去世", "超过七天"),
    ],
    ids=["met since", "back since", "on the roll again", "done by another", "a week ago"],
)
def test_what_cannot_go_is_named_with_the_reason_and_stays_while_the_rest_goes(request, ticked, later, named, why):
    visit, town, sql = (request.getfixturevalue(name) for name in ("visit", "town", "sql"))
    later(town, sql)
    organiser = visit("organiser")

    asked = organiser.get(f"{ticked.address}/undo")
    [said] = [line.text for line in asked.root.xpath("//h2[text()='不能一并撤销的']/following-sibling::ul[1]/li")]
    done = organiser.submit(asked, "undo")

    assert said.startswith(f"{named}：")
    assert why in said
    assert "一并撤销了 2 项" in done.answer.text
    assert "另有 1 项不能一并撤销" in done.answer.text
    carried = [unquote(each.headers.get("set-cookie", "")) for each in done.answer.history]
    assert any("不能一并撤销" in each for each in carried)
    assert not any(named[:2] in each for each in carried), "who it is travels in a cookie"
    assert sql("select count(*) from office.person where name = '单晓'") == [(0,)]


def test_what_was_registered_by_hand_stays_though_the_file_says_the_same(visit, town, settle, sql):
    organiser = visit("organiser")
    page = hand_in(organiser, "名册.xlsx", FILE, kind="roster")
    organiser.submit(page, "bring-in")
    settle()
    with unit("activities") as session:
        asked = Asked(turn=Turn.DIED, on=date(2025, 2, 1), basis="死亡证明")
        register.turn(session, SYSTEM, town.people["许安"], asked)

    organiser.submit(organiser.get(f"{page.address}/undo"), "undo")

    assert sql("select stage from activities.member_act") == [("done",)]
    with unit("activities") as session:
        assert queries.open_membership(session, town.people["许安"]) is None
