"""A leader without signal: the pages he saw open from a copy, each meeting is one record, and nothing stays behind."""

import psycopg
from playwright.sync_api import BrowserContext, Page, expect

from tests.browsing import DESK, PHONE, Desk, sign_in

BAR = "没有信号：这是"
COPIES = "caches.open('pages').then(each => each.keys()).then(all => all.map(one => new URL(one.url).pathname).sort())"

A_DAY_OLDER = """async () => {
  const cache = await caches.open("pages");
  for (const name of await cache.keys()) {
    const copy = await cache.match(name), headers = new Headers(copy.headers);
    headers.set("x-kept-at", headers.get("x-kept-at") - 86400000);
    await cache.put(name, new Response(await copy.text(), { headers }));
  }
}"""
NEWER = """caches.open("pages").then(async (cache) => {
  const copies = await Promise.all((await cache.keys()).map((name) => cache.match(name)));
  return copies.every((copy) => Number(copy.headers.get("x-kept-at")) > %s);
})"""
KEPT = ["/activities/desk", "/activities/records/new"]


def topics(office) -> list[tuple[str, str, str]]:
    with psycopg.connect(office.owner_url) as connection:
        return connection.execute("select topic, kind, stage from activities.activity order by topic").fetchall()


def until(page: Page, true: str) -> None:
    """Wait for what the worker does in the background."""
    for _ in range(100):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    raise AssertionError(true)


def look_once(page: Page) -> str:
    """The desk, seen once with signal: it is kept, and the form of a record with it. Returns the form's address."""
    page.goto("/activities/desk")
    until(page, f"{COPIES}.then(all => all.join() === '{','.join(KEPT)}')")
    return str(page.get_by_role("link", name="写其他记录").get_attribute("href"))


def write_offline(page: Page, address: str, topic: str) -> None:
    page.goto(address)
    expect(page.get_by_text(BAR)).to_be_visible()
    page.get_by_role("textbox", name="主题").fill(topic)
    page.get_by_role("button", name="提交").tap()
    expect(page.get_by_text("有信号时自动发送")).to_be_visible()


def back_on_the_line(context: BrowserContext, page: Page) -> None:
    context.set_offline(False)
    expect(page.get_by_text("刚才没有发出的内容已经发送")).to_be_visible()
    expect(page.get_by_text("没有信号")).to_have_count(0)


def test_the_form_opens_without_signal_and_what_is_written_is_one_record(desk: Desk, office):
    with desk.window("diligent", size=PHONE) as page:
        address = look_once(page)
        page.context.set_offline(True)
        page.goto("/")
        expect(page.get_by_role("heading", name="本月要做")).to_be_visible()
        expect(page.get_by_text(BAR)).to_be_visible()

        write_offline(page, f"{address}&kind=theme_day", "植树")
        assert topics(office) == []
        back_on_the_line(page.context, page)
        expect(page.get_by_text(BAR)).to_be_hidden()
        page.goto("/activities/desk")
        expect(page.get_by_text(BAR)).to_be_hidden()

    assert topics(office) == [("植树", "theme_day", "submitted")]


def lines(page: Page) -> list[str]:
    """What the desk says is to be done this month."""
    return [line for line in page.locator(".todo li").all_inner_texts() if "应做" in line]


def test_what_was_sent_late_is_not_to_be_done_any_more_on_the_copy_either(desk: Desk):
    with desk.window("diligent", size=PHONE) as page:
        address = look_once(page)
        assert any("集中学习" in line for line in lines(page))
        page.context.set_offline(True)
        write_offline(page, f"{address}&kind=study", "读文件")
        back_on_the_line(page.context, page)
        until(
            page, "caches.match('/activities/desk?group_id=').then(it => it.text()).then(it => it.includes('读文件'))"
        )

        page.context.set_offline(True)
        page.goto("/activities/desk")
        expect(page.get_by_text(BAR)).to_be_visible()
        assert not any("集中学习" in line for line in lines(page))
        expect(page.get_by_text("待确认").first).to_be_visible()


def test_the_desk_in_view_changes_when_what_was_written_before_is_sent(desk: Desk):
    with desk.window("diligent", size=PHONE) as page:
        address = look_once(page)
        page.context.set_offline(True)
        write_offline(page, f"{address}&kind=study", "读文件")
        page.goto("/activities/desk")
        assert any("集中学习" in line for line in lines(page))

        back_on_the_line(page.context, page)

        expect(page.get_by_text("读文件")).to_be_visible()
        assert not any("集中学习" in line for line in lines(page))


def test_two_meetings_written_from_one_copy_are_two_records(desk: Desk, office):
    with desk.window("diligent", size=PHONE) as page:
        address = look_once(page)
        page.context.set_offline(True)
        write_offline(page, address, "上午学习")
        write_offline(page, address, "下午植树")
        now = page.evaluate("Date.now()")
        back_on_the_line(page.context, page)
        until(page, NEWER % now)

        page.evaluate(A_DAY_OLDER)
        page.context.set_offline(True)
        page.goto(address)
        expect(page.get_by_label("日期")).to_have_value("2025-03-04")

    assert [row[0] for row in topics(office)] == ["上午学习", "下午植树"]


def test_nothing_of_it_stays_after_signing_out_or_for_somebody_else(desk: Desk):
    with desk.window("diligent", size=PHONE) as page:
        look_once(page)
        page.locator("details.me summary").tap()
        page.get_by_role("button", name="退出登录").tap()
        expect(page.get_by_label("账号")).to_be_visible()
        assert page.evaluate(COPIES) == []

        sign_in(page, "diligent")
        look_once(page)
        page.context.clear_cookies()
        sign_in(page, "dongling")
        assert page.evaluate(COPIES) == []


def test_only_pages_of_a_leaders_own_month_are_kept(desk: Desk):
    with desk.window("dongling", size=DESK) as page:
        page.goto("/activities/desk")
        page.goto("/activities/records")
        page.goto("/activities/desk")
        page.wait_for_load_state("networkidle")

        assert page.evaluate(COPIES) == []


def test_what_the_server_stumbles_over_is_offered_for_correction_but_not_while_it_is_away(desk: Desk):
    answers = [500, 503, 500, 502, 500, 500]
    with desk.window("diligent", size=PHONE) as page:
        page.goto("/activities/records/new")
        refused = page.get_by_text("系统处理时出错")
        page.context.route(
            "**/activities/records",
            lambda route: route.fulfill(status=answers.pop(0), content_type="text/html", body=""),
        )
        page.get_by_role("textbox", name="主题").fill("植树")
        page.get_by_role("button", name="提交").tap()
        expect(page.get_by_text("有信号时自动发送")).to_be_visible()
        while answers:
            expect(refused).to_have_count(0)
            left = len(answers)
            page.evaluate("dispatchEvent(new Event('online'))")
            for _ in range(50):
                if len(answers) < left:
                    break
                page.wait_for_timeout(20)
        expect(refused).to_be_visible()

        page.get_by_role("button", name="修改").tap()

        expect(page.get_by_role("textbox", name="主题")).to_have_value("植树")
