"""The year in a real browser: the officer's clicks counted, a secretary on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.assessment.cases.pages.steps import NANPING_SECRETARY, Visit, opened, put_forward
from tests.browsing import PHONE, Desk
from tests.pages.looks import flaws_at

OFFICER_CLICKS_MAX = 10


class Officer:
    """The organiser at her browser, every click counted."""

    def __init__(self, page: Page, *, clicks: int = 0) -> None:
        self.page = page
        self.clicks = clicks

    def click(self, role: str, name: str) -> None:
        self.clicks += 1
        self.page.get_by_role(role, name=name, exact=True).click()


def decide_one_by_one(table: Page) -> None:
    """Whoever is over the quota or at its line is decided by himself, with a reason."""
    while table.get_by_role("link", name="另评").count():
        table.get_by_role("link", name="另评").first.click()
        card = table.locator("#decision")
        card.get_by_label("称职", exact=True).check()
        card.get_by_label("理由").fill("名额有限，会议研究决定。")
        card.get_by_role("button", name="评定", exact=True).click()
        table.get_by_text("已评定为称职").wait_for()


@pytest.mark.usefixtures("december")
def test_the_officer_needs_ten_clicks_from_the_opening_to_the_notice(
    visit: Visit, desk: Desk, settle: Callable[[], None]
):
    with desk.window("organiser") as page:
        officer = Officer(page, clicks=1)  # 考核, from wherever she is
        page.goto("/assessment/")
        officer.click("link", "启动年度考核")
        officer.click("button", "已核对，启动2025年度考核")
        page.get_by_text("年度考核已启动").wait_for()
        cycle = page.url.removeprefix(desk.address)
        for login, more in (("dongling", {}), ("xihe", {}), ("nanping", {"password": NANPING_SECRETARY})):
            put_forward(visit(login, **more))
        officer.click("link", "考核")
        officer.click("link", "去审查")
        assert flaws_at(page, f"{cycle}/review") == []
        officer.clicks += 1
        page.get_by_label("全选").check()
        officer.click("button", "审查备案")
        officer.click("button", "汇总计分")
        page.get_by_text("已计分 0 / 6 个党小组").wait_for()
        settle()
        page.get_by_role("link", name="打开评定表").wait_for()  # by itself, as the run ends

        with desk.window("committee") as table:
            assert flaws_at(table, f"{cycle}/board") == []
            table.get_by_role("link", name="另评").first.click()
            table.get_by_role("heading", name="单独评定").wait_for()
            assert flaws_at(table, table.url.removeprefix(desk.address)) == []
            table.goto(f"{cycle}/board")
            table.get_by_role("button", name="按计分等次评定全部").click()
            table.get_by_text("已评定").first.wait_for()
            decide_one_by_one(table)

        officer.click("link", "考核")
        officer.click("button", "开始公示")
        page.get_by_role("heading", name="关于2025年度党小组长考核结果的公示").wait_for()
        page.emulate_media(media="print")  # the poster alone
        assert page.get_by_text("中共清溪镇委员会").is_visible()
        for name in ("公示已开始", "没有收到异议", "回到年度考核"):
            assert page.get_by_text(name).is_hidden()

    assert officer.clicks <= OFFICER_CLICKS_MAX


@pytest.mark.usefixtures("december")
def test_a_secretary_on_a_phone_puts_one_leader_after_the_other_forward(visit: Visit, desk: Desk):
    opened(visit("organiser"))
    with desk.window("dongling", size=PHONE) as page:
        page.goto("/assessment/")
        page.get_by_role("link", name="开始提名").click()
        assert flaws_at(page, page.url.removeprefix(desk.address)) == []
        for name in ("孙勤", "何闲"):
            page.get_by_role("heading", name=f"{name}：2025年度考核提名").wait_for()
            page.get_by_label("本人总结").fill("全年按月开展活动。")
            page.get_by_label("称职", exact=True).check()
            page.get_by_label("建议理由").fill("认真负责。")
            page.get_by_role("button", name="提交审查").click()
        page.get_by_text("本支部的党小组长已全部提名").wait_for()
