"""Whoever uses no mouse and no finger gets in, past the bar, and does his work: by Tab, Space, Enter, arrows, typing."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import expect

from tests.browsing import DESK, Desk
from tests.keyboard import Keyboard
from tests.town import DONGLING, PASSWORD, SECOND
from tests.walking import NOMINATION


def focused(page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


def test_the_door_opens_by_keyboard_and_a_wrong_password_is_read_out_first(desk: Desk):
    with desk.window(size=DESK) as page:
        page.goto("/sign-in")

        page.keyboard.press("Tab")
        assert focused(page) == "跳到正文"
        Keyboard(page).reach(page.get_by_label("账号"))
        page.keyboard.type("committee")
        page.keyboard.press("Tab")
        page.keyboard.type("not the one that it is")
        page.keyboard.press("Enter")

        page.wait_for_selector("#trouble")
        assert focused(page) == "trouble"
        assert page.get_by_label("账号").input_value() == "committee"

        page.keyboard.press("Tab")  # the link to the field that was wrong
        page.keyboard.press("Enter")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/activities/todos")

        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert focused(page) == "main"


@pytest.fixture
def by_keyboard(desk: Desk) -> Callable[..., AbstractContextManager[Keyboard]]:
    """`with by_keyboard("diligent", "/activities/todos") as keys:` somebody's window at a page, the mouse gone."""

    @contextmanager
    def window(login: str, address: str) -> Iterator[Keyboard]:
        with desk.window(login) as page:
            page.goto(address)
            yield Keyboard(page)

    return window


@pytest.fixture
def many(doors, town) -> None:
    """So many records wait already that the list is longer than the screen."""
    for day in range(3, 13):
        asked = {"group_id": town.groups[DONGLING, SECOND], "kind": "study", "held_on": f"2025-02-{day:02}"}
        doors.negligent.post("activities/activities", asked | {"topic": "集中学习", "submitted": True})


@pytest.mark.usefixtures("many")
def test_a_meeting_is_written_up_returned_written_up_again_and_confirmed(by_keyboard):
    with by_keyboard("diligent", "/activities/todos") as keys:
        page = keys.page
        keys.follow(page.get_by_role("link", name="写其他记录"), re.compile("/records/new"))
        keys.choose(page.get_by_role("radio", name="党小组会"))
        keys.reach(page.get_by_role("textbox", name="主题"))
        keys.type("讨论春耕互助")
        keys.reach(page.locator(".roll summary"))
        keys.press("Enter")
        keys.reach(page.get_by_label("许安"))
        keys.press("ArrowDown")
        assert page.locator("[data-tally]").inner_text() == "1 人没到"
        keys.follow(page.get_by_role("button", name="提交"), "**/activities/todos")

    with by_keyboard("dongling", "/activities/records/waiting") as keys:
        page = keys.page
        keys.reach(page.get_by_role("checkbox", name="党小组会"))
        keys.press("Space")
        keys.reach(page.locator("summary", has_text="退回所选"))
        keys.press("Enter")
        keys.reach(page.get_by_label("退回的原因"))
        keys.type("请写明议题。")
        keys.send(page.get_by_role("button", name="退回所选"))
        expect(page.get_by_role("checkbox", name="党小组会")).to_have_count(0)

    with by_keyboard("diligent", "/activities/todos") as keys:
        page = keys.page
        keys.follow(page.get_by_role("link", name="修改"), re.compile("/correct"))
        keys.reach(page.get_by_role("textbox", name="内容"))
        keys.type("议题：春耕互助。")
        keys.follow(page.get_by_role("button", name="改好并提交"), re.compile("/activities/records/[0-9]+$"))

    with by_keyboard("dongling", "/activities/todos") as keys:
        page = keys.page
        assert "缺席：许安" in page.locator("main").inner_text()
        keys.reach(page.get_by_label("全选"))
        keys.press("Space")
        keys.send(page.get_by_role("button", name="确认所选"))
        expect(page.get_by_role("button", name="确认所选")).to_have_count(0)


@pytest.fixture
def waiting(doors, town) -> str:
    """A year whose four leaders of 东岭村 and 西河村 wait for the review; its address."""
    cycle = doors.organiser.post("assessment/cycles", {"township_id": town.id, "year": 2024})["id"]
    for secretary in (doors.dongling, doors.xihe):
        rows = secretary.pages("assessment/cases", cycle_id=cycle)
        nominated = [{"case_id": row["id"], **NOMINATION} for row in rows]
        secretary.post("assessment/nominations", {"rows": nominated})
    return f"/assessment/cycles/{cycle}"


def test_the_queue_is_reviewed_and_the_board_sorted_and_decided(by_keyboard, doors, settle, waiting: str):
    with by_keyboard("organiser", f"{waiting}/review") as keys:
        page = keys.page
        keys.reach(page.get_by_label("选择孙勤"))
        keys.press("Space")
        keys.reach(page.locator("summary", has_text="退回修改"))
        keys.press("Enter")
        keys.reach(page.get_by_label("退回原因"))
        keys.type("请补充联系群众的情况。")
        keys.send(page.get_by_role("button", name="退回勾选的"))
        expect(page.get_by_text("3 名等待审查")).to_be_visible()
        keys.reach(page.get_by_label("全选"))
        keys.press("Space")
        keys.send(page.get_by_role("button", name="审查备案", exact=True))
        expect(page.get_by_role("link", name="3 名待评定")).to_be_visible()

    doors.organiser.post(f"{waiting.removeprefix('/')}/runs")
    settle()

    with by_keyboard("committee", f"{waiting}/board") as keys:
        page = keys.page
        keys.follow(page.locator("thead").get_by_role("link", name="姓名"), re.compile("order=name"))
        expect(page.get_by_role("columnheader", name="姓名")).to_have_attribute("aria-sort", "ascending")
        for name in ("曹进", "冯实"):
            keys.reach(page.get_by_label(f"选择{name}"))
            keys.press("Space")
        keys.reach(page.get_by_role("textbox", name="理由"))
        keys.type("会议研究决定。")
        keys.send(page.get_by_role("button", name="只评定勾选的"))
        expect(page.get_by_text("已评定 2 名")).to_be_visible()
        keys.follow(page.get_by_role("link", name=re.compile("另评 ?何闲")), re.compile("#decision"))
        keys.choose(page.get_by_role("radio", name="称职", exact=True))
        keys.reach(page.locator("#decision").get_by_label("理由"))
        keys.type("任职不满半年，会议研究决定。")
        keys.send(page.get_by_role("button", name="评定", exact=True))
        row = page.get_by_role("row").filter(has=page.get_by_role("link", name="何闲", exact=True))
        expect(row).to_contain_text("任职不满半年")
