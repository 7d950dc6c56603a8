"""The whole way in a browser at 390 px: noted in the field without signal in five taps, back and forth, told, closed."""

import psycopg
from playwright.sync_api import Page, expect

from tests.activities.concerns.conftest import MONDAY
from tests.activities.workbook.test_without_signal import COPIES, back_on_the_line, until
from tests.browsing import PHONE, Desk
from tests.servers import Database
from tests.town import Town

TAPS_MOST = 5
LAST = "select id, stage from activities.concern order by id desc limit 1"
COUNTED = """
    addEventListener('pointerdown', (event) => {
      if (event.isTrusted) localStorage.setItem('taps', Number(localStorage.getItem('taps') || 0) + 1);
    }, true)"""


def note_in_the_field(page: Page) -> int:
    """From the desk to a note that waits for the line; returns the taps that it took."""
    page.goto("/activities/todos")
    until(page, f"{COPIES}.then(all => all.includes('/activities/concerns/new'))")
    page.context.set_offline(True)
    page.evaluate("localStorage.removeItem('taps')")
    page.get_by_role("link", name="记群众意见").tap()
    page.get_by_text("道路水电", exact=True).tap()
    page.get_by_role("textbox", name="什么事").tap()
    page.keyboard.insert_text("村口路灯坏了三天。")
    page.get_by_text("紧急（有危险").tap()
    page.get_by_role("button", name="记下并上交").tap()
    expect(page.get_by_text("有信号时自动发送")).to_be_visible()
    taps = int(page.evaluate("localStorage.getItem('taps')"))
    back_on_the_line(page.context, page)
    return taps


def press(page: Page, view: int, button: str, **typed: str) -> None:
    """Open an act of a view where it is folded, fill it in, and send it."""
    page.goto(f"/activities/concerns/{view}")
    if typed.get("said") and button != "答复":
        page.locator("summary", has_text=button).first.tap()
    form = page.locator("form", has=page.get_by_role("button", name=button, exact=True)).last
    for name, value in typed.items():
        field = form.locator(f"[name={name}]")
        if field.first.get_attribute("type") == "radio":
            form.locator(f"[name={name}][value={value}]").check()
        else:
            field.fill(value)
    form.get_by_role("button", name=button, exact=True).tap()
    expect(page.locator("#trouble")).to_have_count(0)


def test_noted_without_signal_returned_passed_again_answered_told_and_closed(town: Town, desk: Desk, office: Database):
    def stands() -> tuple[int, str]:
        with psycopg.connect(office.owner_url) as connection:
            return connection.execute(LAST).fetchone()

    with desk.window("diligent", size=PHONE) as leader, desk.window("dongling", size=PHONE) as secretary:
        leader.context.add_init_script(COUNTED)
        assert note_in_the_field(leader) <= TAPS_MOST
        view, stage = stands()
        assert stage == "passed"
        for page, button, typed, after in (
            (secretary, "退回", {"said": "请写清楚是哪一盏灯。"}, "returned"),
            (leader, "上交", {}, "passed"),
            (secretary, "受理", {}, "accepted"),
            (secretary, "答复", {"result": "solved", "said": "已经修好。"}, "answered"),
            (leader, "登记反馈", {"way": "visit"}, "told"),
            (leader, "了结", {"satisfied": "yes"}, "closed"),
        ):
            press(page, view, button, **typed)
            for _ in range(100):  # the script sends it, and leads on
                if stands() == (view, after):
                    break
                page.wait_for_timeout(50)
            assert stands() == (view, after)
    with desk.window("organiser") as organiser:
        organiser.goto(f"/activities/concerns/year?year={MONDAY.year}")
        expect(organiser.get_by_role("heading", name="各类多少")).to_be_visible()
