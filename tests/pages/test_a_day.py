"""A day in five posts: each finds on one desk what waits for him, does it there, and goes home from an empty desk."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import text

from deploy import doctor
from deploy.backup.telling import tell_taken
from services.activities.register import actions as register
from shared import clock
from shared.access import SYSTEM
from shared.db import unit
from shared.roles import Role
from tests.browsing import DESK, PHONE, Desk, Visitor
from tests.conftest import browsers, it_is
from tests.conftest import town as town_world
from tests.pages.looks import flaws_at
from tests.town import DONGLING, FIRST, MEMBERS, MONTHLY, Town, ledger_file, meeting_of
from tests.worlds import grown

TODAY = date(2025, 3, 20)
LAST = (DONGLING, FIRST)
"""The one group that has something left to do this month."""
CLICKS_MAX = {"diligent": 2, "dongling": 2, "member": 2, "organiser": 7, "committee": 3, "keeper": 3}
"""From the sign-in on, words typed apart: a leader, the secretary, who follows him at noon, and three officers."""
EMPTY = re.compile("现在没有要办的|都办完了|都做完了")


@grown(town_world)
def march(town: Town) -> Town:
    """清溪镇 on a day in March: all was held and confirmed, but for the last thing of one group."""
    it_is(TODAY, 8)
    held = [
        meeting_of(group, kind, date(2025, month, day))
        for group in MEMBERS
        for month in (1, 2, 3)
        for kind, day in MONTHLY
        if (group, month, kind) != (LAST, 3, "主题党日")
    ]
    with browsers() as doors:
        where = f"activities/townships/{town.id}/ledgers?year=2025"
        doors.organiser.upload(where, "活动台账2025.xlsx", ledger_file(2025, held))
    with unit("activities") as session:
        whom, group = town.people["许安"], town.groups[LAST]
        register.appoint(session, SYSTEM, whom, group, Role.DEPUTY, starts_on=date(2025, 1, 1))
    tell_taken("xiaozu.backup", 1, clock.moment(TODAY, 4).isoformat())
    return town


class Someone:
    """Somebody at a desk, every click counted; what is typed is not."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, name: str | re.Pattern[str], role: str = "button") -> None:
        self.clicks += 1
        self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    def unfold(self, words: str) -> None:
        self.clicks += 1
        self.page.locator("summary", has_text=re.compile(f"^{words}$")).first.click()

    def type(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).first.fill(words)

    def tick(self, words: str) -> None:
        self.clicks += 1
        self.page.get_by_role("checkbox", name=words).check()

    def choose(self, label: str, words: str) -> None:
        self.clicks += 2
        option = self.page.get_by_label(label, exact=True).locator("option", has_text=words).first
        self.page.get_by_label(label, exact=True).first.select_option(str(option.get_attribute("value")))

    def agree(self) -> None:
        """To what one officer asks of another."""
        self.click(re.compile("决定.*工作人员事项"), role="link")
        self.unfold("同意")
        self.click("同意")
        expect(self.page.get_by_text("已同意。")).to_be_visible()


@contextmanager
def at_work(desk: Desk, login: str, **more: Any) -> Iterator[Someone]:
    """From the desk on; he needed no more clicks than it may take."""
    with desk.window(login, **more) as page:
        page.goto("/")
        someone = Someone(page)
        yield someone
        assert someone.clicks <= CLICKS_MAX[login], f"{login}: {someone.clicks}"


@pytest.fixture
def morning(
    visit: Callable[..., Visitor], march: Town, move_to: Callable[..., None], settle: Callable[[], None]
) -> Town:
    """What has come over night: a record, and three questions of officers."""
    move_to(TODAY)
    settle()
    negligent = visit("negligent")
    page = negligent.get("/activities/records/new?kind=study")
    negligent.submit(page, "write", topic="补课", button=("submitted", "1"))
    for asks, name, role in (
        ("keeper", "夏禾", Role.INSPECTOR),  # the organiser agrees
        ("keeper", "毛竹", Role.ORGANISER),  # the committee
        ("organiser", "常青", Role.INSPECTOR),  # the keeper
    ):
        visitor, person = visit(asks), march.people[name]
        page = visitor.get(f"/activities/register/officers?person_id={person}")
        visitor.submit(page, "ask-appoint", person_id=person, kind=role, reason="工作需要")
    return march


@pytest.mark.parametrize(
    ("size", "script"), [(DESK, True), (PHONE, True), (PHONE, False)], ids=["desk", "phone", "phone without script"]
)
def test_five_posts_end_a_day_with_an_empty_desk(morning: Town, desk: Desk, size: ViewportSize, script: bool):
    how = {"size": size, "script": script}

    with at_work(desk, "dongling", **how) as secretary:
        secretary.tick("集中学习")
        secretary.click("确认所选")
        expect(secretary.page.get_by_text("已确认1条记录")).to_be_visible()
    with at_work(desk, "organiser", **how) as organiser:
        organiser.agree()
        organiser.page.goto(f"/activities/register/units/{morning.units[DONGLING]}")
        organiser.unfold("换人")
        organiser.choose("接任的人", "许安")
        organiser.type("依据", "支部大会选举")
        organiser.click("登记接任")
        expect(organiser.page.get_by_text("许安").first).to_be_visible()
    with at_work(desk, "diligent", **how) as leader:
        leader.click(re.compile("写记录.*主题党日"), role="link")
        leader.type("主题", "植树")
        leader.click("提交")
        expect(leader.page.get_by_text("已提交，等待支部书记确认")).to_be_visible()
    with at_work(desk, "member", **how) as successor:
        successor.tick("主题党日")
        successor.click("确认所选")
        expect(successor.page.get_by_text("已确认1条记录")).to_be_visible()
    for login in ("committee", "keeper"):
        with at_work(desk, login, **how) as officer:
            officer.agree()

    for login in ("diligent", "member", "organiser", "committee", "keeper"):
        with desk.window(login, **how) as page:
            assert not script or flaws_at(page, "/") == [], login
            page.goto("/")
            expect(page.locator("main")).to_contain_text(EMPTY)
    with unit("keeper") as session:
        assert session.scalar(text("select count(*) from office.todo where closed_at is null")) == 0
        assert doctor.waiting_is_what_stands(session) == doctor.OK
