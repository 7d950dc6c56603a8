"""A leader without signal: the pages he saw open from a copy, each meeting is one record, and nothing stays behind."""

import re

import psycopg
from playwright.sync_api import BrowserContext, Page, expect

from tests.browsing import DESK, PHONE, Desk, sign_in
from tests.conftest import START

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
LETTERS = """new Promise((resolve, reject) => {
  const opened = indexedDB.open("xiaozu");
  opened.onerror = reject;
  opened.onsuccess = () => {
    const asked = opened.result.transaction("outbox").objectStore("outbox").getAll();
    asked.onsuccess = () => { opened.result.close(); resolve(asked.result); };
  };
})"""
LEFT = f"Promise.all([Object.keys(localStorage), {LETTERS}, {COPIES}])"
KEPT = ["/activities/records/new", "/activities/todos"]


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
    page.goto("/activities/todos")
    until(page, f"{COPIES}.then(all => all.join() === '{','.join(KEPT)}')")
    return str(page.get_by_role("link", name="写其他记录").get_attribute("href"))


def write_offline(page: Page, address: str, topic: str, kind: str = "") -> None:
    page.goto(address)
    expect(page.get_by_text(BAR)).to_be_visible()
    if kind:
        page.get_by_text(kind, exact=True).tap()
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
        expect(page.get_by_role("heading", name="待办")).to_be_visible()
        expect(page.get_by_text(BAR)).to_be_visible()

        write_offline(page, f"{address}&kind=theme_day", "植树")
        assert topics(office) == []
        back_on_the_line(page.context, page)
        expect(page.get_by_text(BAR)).to_be_hidden()
        page.goto("/activities/todos")
        expect(page.get_by_text(BAR)).to_be_hidden()

    assert topics(office) == [("植树", "theme_day", "submitted")]


def lines(page: Page) -> list[str]:
    """What the desk says is to be done this month."""
    return [line for line in page.locator(".todo li").all_inner_texts() if "写记录" in line]


def test_what_was_sent_late_is_not_to_be_done_any_more_on_the_copy_either(desk: Desk):
    with desk.window("diligent", size=PHONE) as page:
        address = look_once(page)
        assert any("集中学习" in line for line in lines(page))
        page.context.set_offline(True)
        write_offline(page, f"{address}&kind=study", "读文件")
        back_on_the_line(page.context, page)
        until(
            page, "caches.match('/activities/todos?group_id=').then(it => it.text()).then(it => it.includes('读文件'))"
        )

        page.context.set_offline(True)
        page.goto("/activities/todos")
        expect(page.get_by_text(BAR)).to_be_visible()
        assert not any("集中学习" in line for line in lines(page))
        expect(page.get_by_text("待确认").first).to_be_visible()


def test_the_desk_in_view_changes_when_what_was_written_before_is_sent(desk: Desk):
    with desk.window("diligent", size=PHONE) as page:
        address = look_once(page)
        page.context.set_offline(True)
        write_offline(page, f"{address}&kind=study", "读文件")
        page.goto("/activities/todos")
        assert any("集中学习" in line for line in lines(page))

        back_on_the_line(page.context, page)

        expect(page.get_by_text("读文件")).to_be_visible()
        assert not any("集中学习" in line for line in lines(page))


def test_two_meetings_written_from_one_copy_are_two_records(desk: Desk, office):
    with desk.window("diligent", size=PHONE) as page:
        address = look_once(page)
        page.context.set_offline(True)
        write_offline(page, address, "上午学习")
        write_offline(page, address, "下午植树", "志愿服务")
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


def write_unsent(page: Page, topic: str) -> None:
    """A record that does not get through, though the rest of the line is there."""
    page.context.route("**/activities/records", lambda route: route.abort())
    page.goto("/activities/records/new")
    page.get_by_role("textbox", name="主题").fill(topic)
    page.get_by_role("button", name="提交").tap()
    expect(page.get_by_text("有信号时自动发送")).to_be_visible()


def begin(page: Page, topic: str) -> None:
    """A record half written."""
    page.goto("/activities/records/new")
    page.get_by_role("textbox", name="主题").fill(topic)


def press(page: Page, name: str) -> None:
    """One of the two buttons by which one signs out."""
    page.locator("details.me summary").tap()
    page.get_by_role("button", name=name).tap()


def on_the_door(page: Page, said: str) -> None:
    expect(page.get_by_text(said, exact=True)).to_be_visible()
    expect(page.get_by_label("账号")).to_be_visible()


def test_signing_out_asks_for_what_was_not_sent_and_sends_it_first(desk: Desk, office):
    with desk.window("diligent", size=PHONE) as page:
        look_once(page)
        write_unsent(page, "植树")
        press(page, "退出登录")
        asked = page.get_by_role("region", name="要退出登录吗？")
        expect(asked.get_by_text("1份没有发出。退出后这里不再保留")).to_be_visible()
        expect(asked).to_be_focused()
        asked.get_by_role("button", name="先不退出").press("Enter")
        expect(asked).to_be_hidden()
        expect(page.get_by_text("有1份内容存在这台设备上")).to_be_visible()

        press(page, "退出登录")
        asked.get_by_role("button", name="发送后退出").tap()
        expect(asked.get_by_text("没有发出：现在没有信号")).to_be_visible()
        assert len(page.evaluate(LETTERS)) == 1
        assert topics(office) == []

        page.context.unroute("**/activities/records")
        asked.get_by_role("button", name="发送后退出").tap()
        on_the_door(page, "✓ 已退出登录。")
        assert page.evaluate(LEFT) == [[], [], []]

    assert topics(office) == [("植树", "study", "submitted")]


def test_what_is_not_wanted_is_gone_with_the_sitting_but_not_without_signal(desk: Desk, office):
    with desk.window("diligent", size=PHONE) as page:
        write_unsent(page, "植树")
        begin(page, "没写完的")
        other = page.context.new_page()
        other.goto("/activities/todos")
        page.bring_to_front()
        press(page, "所有设备都退出")
        expect(page.get_by_text("1份没有发出，1份没有写完")).to_be_visible()
        page.context.set_offline(True)
        page.get_by_role("button", name="不要了，退出").tap()
        expect(page.get_by_text("没有退出：现在没有信号")).to_be_visible()
        assert len(page.evaluate(LETTERS)) == 1

        page.context.set_offline(False)
        page.get_by_role("button", name="不要了，退出").tap()
        on_the_door(page, "✓ 所有设备都已退出登录。")
        assert page.evaluate(LEFT) == [[], [], []]
        expect(other.get_by_label("账号")).to_be_visible()

        page.context.unroute("**/activities/records")
        sign_in(page, "diligent")
        page.goto("/activities/records/new")
        expect(page.get_by_role("textbox", name="主题")).to_have_value("")

    assert topics(office) == []


def test_what_a_sitting_left_when_it_ended_is_kept_for_its_account_alone(desk: Desk, office, move_to):
    with desk.window("diligent", size=PHONE) as page:
        write_unsent(page, "植树")
        begin(page, "没写完的")
        page.context.unroute("**/activities/records")
        move_to(START, 10)
        other = page.context.new_page()
        sign_in(other, "steady")
        with page.expect_response("**/activities/records") as answer:
            page.evaluate("dispatchEvent(new Event('online'))")
        assert answer.value.status == 401

        other.goto("/activities/records/new")
        expect(other.get_by_role("textbox", name="主题")).to_have_value("")
        expect(other.locator("#outbox")).to_be_hidden()
        press(other, "退出登录")
        on_the_door(other, "✓ 已退出登录。")
        assert topics(office) == []

        (letter,) = other.evaluate(LETTERS)
        assert re.fullmatch("[0-9a-f]{32}", letter["account"])
        assert "refused" not in letter
        sign_in(other, "diligent")
        expect(other.get_by_text("刚才没有发出的内容已经发送")).to_be_visible()
        other.goto("/activities/records/new")
        expect(other.get_by_role("textbox", name="主题")).to_have_value("没写完的")

    assert topics(office) == [("植树", "study", "submitted")]


def test_only_pages_of_a_leaders_own_month_are_kept(desk: Desk):
    with desk.window("dongling", size=DESK) as page:
        page.goto("/activities/todos")
        page.goto("/activities/records")
        page.goto("/activities/todos")
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
