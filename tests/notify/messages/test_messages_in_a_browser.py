"""The inbox in a real Chromium: by thumb on a phone, by keyboard alone, and without script."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from shared.events import CycleOpened, CycleScored
from tests import applications
from tests.browsing import PHONE, Desk, served
from tests.pages.looks import flaws_at

OPENED, SCORED = "2025年度党小组长考核已启动", "2025年度党小组长考核已完成计分"
Window = Callable[..., AbstractContextManager[Page]]


@pytest.fixture
def window(town, say, rest, client, chromium: Browser) -> Iterator[Window]:
    """A window of the first branch's secretary, who has two messages."""
    say(CycleOpened(unit_id=town.units["清河镇"], cycle_id=7, year=2025, due_on="2025-03-20"))
    figures = [[town.units["东村"], 4]]
    say(CycleScored(unit_id=town.units["清河镇"], cycle_id=7, year=2025, run=1, branches=figures))
    rest()
    client("first")
    with served(applications.whole()) as address:

        @contextmanager
        def open_(**more: object) -> Iterator[Page]:
            with Desk(chromium, address).window(**more) as page:
                safe = address.replace("http:", "https:")  # as a browser sees an address of its own machine
                page.context.add_cookies([{"name": "__Host-sid", "value": "first", "url": safe}])
                yield page

        yield open_


def test_one_tap_acknowledges_on_a_phone(window: Window):
    with window(size=PHONE) as page:
        page.goto("/notify/")
        expect(page.get_by_role("link", name=re.compile("2 ?条未读"))).to_be_visible()
        page.get_by_role("button", name=re.compile(f"确认收到.*{OPENED}")).tap()

        expect(page.get_by_text("已确认收到1条通知")).to_be_visible()
        expect(page.get_by_role("link", name=re.compile("1 ?条未读"))).to_be_visible()
        assert flaws_at(page, "/notify/") == []


def test_all_are_ticked_and_cleared_in_two_taps(window: Window):
    with window(size=PHONE) as page:
        page.goto("/notify/")
        page.get_by_label("全部勾选").tap()
        page.get_by_role("button", name="勾选的确认收到").tap()

        expect(page.get_by_role("heading", name="已经读过")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("标为已读"))).to_have_count(0)


def test_a_filter_swaps_the_rows_alone(window: Window):
    with window() as page:
        page.goto("/notify/")
        page.evaluate("window.stayed = true")
        page.get_by_label("状态").select_option("waiting")

        expect(page.get_by_role("link", name=SCORED)).to_have_count(0)
        expect(page.locator("#rows").get_by_role("link", name=OPENED)).to_be_visible()
        assert page.evaluate("window.stayed")
        assert page.url.endswith("?show=waiting")


def test_by_keyboard_alone(window: Window):
    with window() as page:
        page.goto("/notify/")
        button = page.get_by_role("button", name=re.compile(f"标为已读.*{SCORED}"))
        for _ in range(60):
            page.keyboard.press("Tab")
            if button.evaluate("button => button === document.activeElement"):
                break
        page.keyboard.press("Enter")

        expect(page.get_by_text("已把1条通知标为已读")).to_be_visible()


def test_its_main_act_without_script(window: Window):
    with window(size=PHONE, script=False) as page:
        page.goto("/notify/?show=waiting")
        page.get_by_role("link", name=OPENED).click()
        page.get_by_role("button", name="确认收到").click()

        expect(page.get_by_text("已确认收到1条通知")).to_be_visible()
        expect(page.locator(".tag.done")).to_have_text("已确认")
