"""A notice in a real Chromium: written on a desk, read and receipted on a phone without script, told on a desk."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import applications
from tests.browsing import DESK, PHONE, Desk, served

Window = Callable[..., AbstractContextManager[Page]]
PICTURES = os.environ.get("XIAOZU_PICTURES", "")


@pytest.fixture
def window(client, chromium: Browser) -> Iterator[Window]:
    """A window of one of the people of the town."""
    with served(applications.whole()) as address:

        @contextmanager
        def open_(name: str, **more: object) -> Iterator[Page]:
            client(name)
            with Desk(chromium, address).window(**more) as page:
                safe = address.replace("http:", "https:")  # as a browser sees an address of its own machine
                page.context.add_cookies([{"name": "__Host-sid", "value": name, "url": safe}])
                yield page

        yield open_


def looked_at(page: Page, name: str) -> None:
    """Nowhere wider than the screen, and a picture where one is wanted; the rest is looked at with every page."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name


def write(page: Page) -> None:
    page.goto("/notify/circulars")
    page.get_by_role("link", name="写通知").click()
    looked_at(page, "sheet-desk")
    page.get_by_label("标题").fill("关于召开党小组学习会的通知")
    page.get_by_label("正文").fill("请各党小组按时召开学习会，带好笔记本。\n联系人：镇党建办。")
    page.get_by_label("截止日期").fill("2100-01-08")
    page.get_by_label("会议", exact=False).and_(page.locator("select")).select_option("group_study")
    page.get_by_label("会议日期").fill("2100-01-10")
    page.get_by_label("几点").fill("19：30")
    page.get_by_label("党小组长", exact=True).check()
    page.get_by_label("全部勾选").check()
    page.get_by_role("button", name="存草稿").click()


def test_written_on_a_desk_receipted_on_a_phone_without_script_and_told_who_has_not(window: Window, rest):
    with window("organiser", size=DESK) as page:
        write(page)
        expect(page.get_by_role("heading", name="发给谁（6个职务）")).to_be_visible()
        looked_at(page, "preview-desk")
        page.get_by_role("button", name="发出").click()
        expect(page.get_by_text("已发出")).not_to_have_count(0)
        address = page.url
    rest()
    with window("leader", size=PHONE, script=False) as page:
        page.goto("/notify/")
        page.get_by_role("link", name="关于召开党小组学习会的通知").tap()
        page.get_by_role("button", name="去办理").tap()
        expect(page.get_by_role("button", name="回执：已收到")).to_be_visible()
        looked_at(page, "notice-phone")
        page.get_by_role("button", name="回执：已收到").tap()
        expect(page.get_by_text("您已回执")).to_be_visible()
        page.goto("/notify/circulars")
        looked_at(page, "list-phone")
        page.goto("/notify/reaching")
        looked_at(page, "reaching-phone")
    with window("first", size=PHONE, script=False) as page:
        page.goto(address)
        looked_at(page, "secretary-phone")
    with window("organiser", size=DESK) as page:
        page.goto(address)
        expect(page.get_by_text("没有回执的有5个")).to_be_visible()
        looked_at(page, "receipts-desk")
        page.goto("/notify/wordings/ActivityReturned/returned")
        looked_at(page, "switch-desk")
    with window("organiser", size=PHONE) as page:
        page.goto("/notify/circulars/new")
        looked_at(page, "sheet-phone")
