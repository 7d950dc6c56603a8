"""A real township begins: from an empty installation to its first confirmed record, by pages alone, clicks counted."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import text

from deploy.demo import township as invented
from deploy.demo.files import write_roster
from shared import access, work
from shared.db import unit
from shared.roles import Role
from shared.settings import SERVICES
from tests import applications
from tests.browsing import DESK, PHONE, Desk, served
from tests.servers import Database

CLICKS_MAX, ACCOUNTS_CLICKS_MAX, ACCOUNTS, GROUPS = 60, 10, 240, 202
OWN = "a river of paper boats {}"


@dataclass
class Hand:
    """Somebody's hand at a browser: what it clicks is counted over all windows, and each field into which it types."""

    clicks: list[str] = field(default_factory=list)

    def click(self, place: Locator) -> None:
        """One click, named by what is written there."""
        self.clicks.append((place.first.inner_text() or place.first.get_attribute("value") or "□").strip()[:20])
        place.first.click()

    def fill(self, place: Locator, words: str) -> None:
        """One click into a field, and what is typed there."""
        self.clicks.append(place.first.get_attribute("name") or "□")
        place.first.fill(words)

    def press(self, page: Page, words: str) -> None:
        """A button, and the page that it leads to."""
        with page.expect_navigation(wait_until="domcontentloaded"):
            self.click(page.locator("main button:visible", has_text=words))
        assert not page.locator("#trouble").count(), page.locator("#trouble").inner_text()

    def go(self, page: Page, address: str, by: str = "/activities/register") -> None:
        """A link; where the page has none, by the part of the house that has it."""
        link = page.locator(f'a[href="{address}"]:visible')
        if not link.count():
            with page.expect_navigation(wait_until="domcontentloaded"):
                self.click(page.locator(f'a[href="{by}"]:visible'))
        with page.expect_navigation(wait_until="domcontentloaded"):
            self.click(page.locator(f'a[href="{address}"]:visible'))

    def sign_in(self, page: Page, login: str, password: str, number: int) -> None:
        """By the door, with what stands on the slip, and a password of one's own."""
        page.goto("/sign-in")
        self.fill(page.get_by_label("账号"), login)
        self.fill(page.get_by_label("密码"), password)
        self.press(page, "登录")
        for name in ("password", "again"):
            self.fill(page.locator(f"input[name={name}]"), OWN.format(number))
        self.press(page, "保存新密码")


def slips_of(page: Page) -> dict[tuple[str, str], tuple[str, str]]:
    """Login and password by post and place, as they stand on the slips."""
    found = {}
    for slip in page.locator(".slip").all():
        about, (login, password) = slip.locator("p").first.inner_text(), slip.locator("code").all_inner_texts()
        found[about.partition("\u3000")[2], about.partition("\u3000")[0]] = (login, password)
    return found


@pytest.mark.timeout(600)
def test_from_an_empty_installation_to_the_first_confirmed_record(office: Database, chromium: Browser, tmp_path: Path):
    hand = Hand()
    with served(applications.whole()) as address:
        desk = Desk(chromium, address)
        with desk.window(size=DESK) as page:
            first = set_up(hand, page)
            hand.sign_in(page, *first["柳河镇组织委员"], 1)
            bring_in(hand, page, tmp_path)
            assert "0 项逾期" in overdue(page)
            before = len(hand.clicks)
            slips = give_accounts(hand, page)
            assert len(hand.clicks) - before <= ACCOUNTS_CLICKS_MAX, hand.clicks[before:]
            assert ACCOUNTS <= len(slips) == accounts() - len(first)
        record_one(hand, desk, slips)

    assert len(hand.clicks) <= CLICKS_MAX, hand.clicks


def accounts() -> int:
    """How many people have one."""
    with unit("activities") as session:
        return session.scalar(text("select count(distinct person_id) from office.account")) or 0


def set_up(hand: Hand, page: Page) -> dict[str, tuple[str, str]]:
    """The set-up page, by the code of the command line; the first three slips, by post."""
    with unit("activities") as session:
        code = access.make_set_up_code(session)
    page.goto("/")
    hand.go(page, "/setup")
    hand.fill(page.get_by_label("设置码"), code)
    hand.press(page, "打开设置页")
    hand.fill(page.get_by_label("乡镇名称"), "柳河镇")
    hand.click(page.get_by_label("镇实施意见"))
    for post, name in (("组织委员", "王芳"), ("安全管理员", "马静"), ("审计员", "吴珊")):
        hand.fill(page.get_by_label(f"{post}的姓名"), name)
    hand.press(page, "完成设置")
    return {where: keys for (where, _), keys in slips_of(page).items()}


def bring_in(hand: Hand, page: Page, folder: Path) -> None:
    """The roster of all groups, by upload."""
    roster = folder / "花名册.xlsx"
    write_roster(roster, invented.invent(GROUPS, seed=7, year=2025), 2025)
    hand.go(page, "/activities/imports")
    hand.clicks.append("选择文件")
    page.locator("input[type=file]").set_input_files(roster)
    hand.press(page, "上传")
    hand.press(page, "确认导入")
    work.settle(SERVICES)
    page.get_by_text("这个文件已于").wait_for()  # it comes to its end by itself


def overdue(page: Page) -> str:
    """What the township is told to be overdue, the day after the roster came in."""
    page.goto("/activities/duties")
    return page.locator(".figures").inner_text().replace("\n", " ")


def give_accounts(hand: Hand, page: Page) -> dict[tuple[str, str], tuple[str, str]]:
    """An account for everybody with a post."""
    hand.go(page, "/activities/register/accounts")
    hand.go(page, "/activities/register/accounts/new")
    for post in (Role.SECRETARY, Role.LEADER, Role.DEPUTY):
        hand.click(page.get_by_label(post.chinese, exact=True))
    with page.expect_navigation(wait_until="domcontentloaded"):
        hand.click(page.locator("main button:visible", has_text="列出"))
    hand.press(page, "开通账号")
    return slips_of(page)


def record_one(hand: Hand, desk: Desk, slips: dict[tuple[str, str], tuple[str, str]]) -> None:
    """A leader writes up a meeting on his telephone, and his secretary confirms it."""
    (place, _), leader = next(found for found in slips.items() if found[0][0].endswith("党小组长"))
    branch = place.partition("党支部")[0] + "党支部"
    secretary = next(keys for (where, _), keys in slips.items() if where == f"{branch}支部书记")
    with desk.window(size=PHONE) as phone:
        hand.sign_in(phone, *leader, 2)
        hand.click(phone.locator('a[href*="/activities/records/new"]:visible'))
        phone.wait_for_url("**/records/new**")
        hand.fill(phone.locator("[name=topic]"), "学习中央一号文件")
        hand.press(phone, "提交")
    with desk.window(size=PHONE) as phone:
        hand.sign_in(phone, *secretary, 3)
        hand.click(phone.locator("main input[type=checkbox]:visible"))
        hand.press(phone, "确认")
    with unit("activities") as session:
        assert session.scalar(text("select count(*) from activities.activity where stage = 'confirmed'")) == 1
