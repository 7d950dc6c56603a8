"""The frame of the pages: the door, forms that come back as they were typed, double clicks, and the way out."""

import re
from collections.abc import Callable
from urllib.parse import quote, unquote

import pytest
from fastapi import Request

from shared import db
from shared.access import Actor
from shared.rolls import presence
from shared.web import pages
from shared.web.forms import Form, ours
from shared.web.templates import unit
from tests.browsing import PHONE, Desk, Visitor
from tests.conftest import forget
from tests.servers import Database
from tests.town import PASSWORD
from tests.wire import wired

Visit = Callable[..., Visitor]


def test_whoever_is_not_signed_in_is_led_to_the_door_and_then_to_what_he_wanted(visit: Visit):
    stranger = visit()

    door = stranger.get("/password")
    assert door.title == "登录"

    inside = stranger.submit(door, "sign-in", login="organiser", password=PASSWORD)
    assert inside.title == "修改密码"


def test_a_wrong_password_keeps_the_login_that_was_typed_and_says_what_to_do(visit: Visit):
    stranger = visit()

    again = stranger.submit(stranger.get("/sign-in"), "sign-in", 401, login="organiser", password="wrong wrong wrong")

    assert "账号或密码不正确" in again.text
    assert again.form("sign-in").fields["login"] == "organiser"
    assert "wrong wrong wrong" not in again.answer.text


def test_the_door_never_leads_to_another_place(visit: Visit):
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        stranger = visit()
        door = stranger.get(f"/sign-in?next={elsewhere}")

        assert door.form("sign-in").fields["next"] == ""


def test_what_is_no_address_at_all_leads_home(visit: Visit):
    for nowhere in ("//[", "http://["):
        stranger = visit()
        assert stranger.get(f"/sign-in?next={nowhere}").form("sign-in").fields["next"] == ""

        organiser = visit("organiser")
        page = organiser.get("/password")
        refused = organiser.submit(
            page, "password", 422, back=nowhere, current=PASSWORD, password="short", again="short"
        )
        assert "密码至少10位" in refused.text


def test_no_form_leads_to_another_place_or_counts_beyond_ids():
    for wanted in ("//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "//[", ""):
        assert ours(wanted) == ""
    assert ours("/activities/?year=2025") == "/activities/?year=2025"
    assert Form([("id", "7"), ("id", "9" * 5000), ("id", "-1")]).numbers("id") == [7]
    named = Form([("link_7", " 1 "), ("link_" + "9" * 5000, "1"), ("link_x", "1"), ("cell_7", "1")])
    assert named.numbered("link_") == [(7, "1")]
    rolled = Form([("roll-7", "ill"), ("roll-" + "9" * 5000, "ill")])
    assert presence(rolled).away == {7: "ill"}


def test_the_sentence_that_a_page_left_waits_for_the_next_that_is_looked_at(visit: Visit):
    """Whatever the script or the worker fetches meanwhile takes it from nobody."""
    keeper = visit("keeper")
    keeper.client.cookies.set("said", quote("已修改。"), domain="testserver.local")

    fetched = keeper.client.get("/office/settings", headers={"Sec-Fetch-Mode": "cors"})

    assert "已修改。" not in fetched.text
    assert "已修改。" in keeper.get("/office/settings").text
    assert "已修改。" not in keeper.get("/office/settings").text


def test_a_sentence_too_long_for_a_cookie_is_cut_and_not_lost():
    request = Request({"type": "http", "headers": [], "scheme": "http", "server": ("localhost", 80), "path": "/"})

    cookie = pages.View(request).to("/", said="没有办的8条：" + "东岭村党支部第一党小组，" * 60).headers["set-cookie"]

    assert len(cookie.partition(";")[0]) < 4096
    assert unquote(cookie.partition(";")[0]).endswith("…")


def test_a_form_sent_again_with_other_words_says_so_and_keeps_them(visit: Visit):
    keeper = visit("keeper")
    page = keeper.get("/office/settings")
    keeper.submit(page, "set-quiet_from", value="19", reason="农忙")

    again = keeper.submit(page, "set-quiet_from", 409, value="20", reason="秋收")

    assert "已经提交过" in again.text
    assert "Idempotency" not in again.text
    assert again.form("set-quiet_from").fields["reason"].strip() == "秋收"
    assert keeper.submit(again, "set-quiet_from").title.endswith("设置")


def test_a_form_from_another_site_or_without_its_token_is_refused(visit: Visit):
    organiser = visit("organiser")
    page = organiser.get("/password")

    organiser.submit(page, "password", 403, key="forged.token", password="x" * 12, again="x" * 12, current=PASSWORD)
    organiser.client.headers["Origin"] = "https://evil.example"
    organiser.submit(page, "password", 403, password="x" * 12, again="x" * 12, current=PASSWORD)

    assert organiser.get("/password").title == "修改密码"


def test_fields_that_are_wrong_are_named_and_linked_at_the_top(visit: Visit):
    organiser = visit("organiser")

    again = organiser.submit(
        organiser.get("/password"), "password", 422, current=PASSWORD, password="short", again="short"
    )

    summary = again.root.get_element_by_id("trouble")
    assert "新密码：密码至少10位" in " ".join(summary.text_content().split())
    assert [link.get("href") for link in summary.iter("a")] == ["#password-password"]


@pytest.mark.parametrize("typed", ["2025年3月3日", "2025.3.3", "20250303", "２０２５－０３－０３"])
def test_a_day_and_a_number_are_read_as_the_office_writes_them(visit: Visit, typed: str):
    keeper = visit("keeper")
    page = keeper.get("/office/settings")

    stored = keeper.submit(page, "set-quiet_from", value="１９", reason="农忙", effective_from=typed)

    assert "免打扰开始：19 点" in stored.text


@pytest.mark.parametrize("typed", ["0", "45999", "0.5", "1e9", "1899-12-31", "25.12.8", "2025年12月"])
def test_a_bare_number_and_a_day_of_another_age_are_no_dates(visit: Visit, typed: str):
    keeper = visit("keeper")

    again = keeper.submit(
        keeper.get("/office/settings"), "set-quiet_from", 422, value="19", reason="农忙", effective_from=typed
    )

    assert "#set-quiet_from-effective_from" in again.links()
    assert "例如2026年2月1日" in again.text
    assert again.form("set-quiet_from").fields["effective_from"] == typed


def test_one_person_leaves_room_for_others_who_watch(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pages, "_watchers", {})
    one, other = (
        pages.View(Request({"type": "http", "headers": []}), actor=Actor(each, None, "", ())) for each in (1, 2)
    )

    answers = [pages.live(view, lambda _: ("", True)) for view in (one, one, one, other)]

    assert [answer.status_code for answer in answers] == [200, 200, 204, 200]


def test_however_many_ask_at_once_no_more_watch_than_threads_were_set_aside(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pages, "WATCHERS_MAX", 2)
    monkeypatch.setattr(pages, "_watchers", {})
    view = pages.View(Request({"type": "http", "headers": []}))

    answers = [pages.live(view, lambda _: ("", True)) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 204]


def test_signing_out_ends_this_sitting_and_every_other_one_where_that_is_chosen(visit: Visit):
    here, telephone, third = visit("organiser"), visit("organiser"), visit("organiser")

    door = here.submit(here.get("/password"), "sign-out")

    assert door.title == "登录"
    assert "已退出登录" in door.text
    assert here.get("/password").title == "登录"
    assert telephone.get("/password").title == "修改密码"

    assert "所有设备都已退出登录" in telephone.submit(telephone.get("/password"), "sign-out", everywhere="true").text
    assert third.get("/password").title == "登录"


def test_an_address_that_leads_nowhere_says_so_in_a_page(visit: Visit):
    for address in ("/nowhere", "/activities/nowhere/at/all", "/static/none.css"):
        assert visit("organiser").client.get(address).status_code == 404


def test_while_the_database_is_away_a_page_says_so(visit: Visit, office: Database, monkeypatch: pytest.MonkeyPatch):
    organiser = visit("organiser")
    monkeypatch.setenv("XIAOZU_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    forget()
    page = organiser.get("/password", 503)

    assert page.title == "系统正在维护"
    assert page.answer.headers["Retry-After"]


def test_a_form_sent_while_the_database_is_away_is_told_so_and_what_becomes_of_it(
    visit: Visit, office: Database, monkeypatch: pytest.MonkeyPatch
):
    organiser = visit("organiser")
    page = organiser.get("/password?seen=1")
    monkeypatch.setenv("XIAOZU_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    forget()
    told = organiser.submit(page, "password", 503, current=PASSWORD, password="a b c d e f", again="a b c d e f")

    assert told.title == "系统正在维护"
    assert "重新提交" in told.text
    assert "/password?seen=1" in told.links()


def test_while_the_database_stands_still_a_page_says_so_and_then_goes_on(
    visit: Visit, office: Database, own_patience: None, monkeypatch: pytest.MonkeyPatch
):
    with wired(office.app_url) as (wire, address):
        monkeypatch.setenv("XIAOZU_DATABASE_URL", address)
        forget()
        organiser = visit("organiser")
        wire.freeze_what_is_connected()
        # Each of its connections stands still; a new one would do, so the page is there.
        assert organiser.get("/password").title == "修改密码"
        wire.freeze()
        db.engine().dispose()
        assert organiser.get("/password", 503).title == "系统正在维护"
        wire.thaw()
        assert organiser.get("/password").title == "修改密码"
        forget()


def test_the_door_opens_in_a_real_browser_on_a_phone(desk: Desk):
    with desk.window("organiser", size=PHONE) as page:
        page.goto("/password")

        assert page.get_by_role("heading", name="修改密码").is_visible()
        assert any(cookie["name"] == "__Host-sid" and cookie["httpOnly"] for cookie in page.context.cookies())


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("东岭村党支部第一党小组", ["东岭村党支部", "第一党小组"]),
        ("<东岭>联合支部委员会机关小组", ["&lt;东岭&gt;联合支部委员会", "机关小组"]),
        ("东岭村党支部", []),
        ("清溪镇", []),
    ],
)
def test_a_whole_name_breaks_between_branch_and_group_alone(name, parts):
    assert re.findall('<span class="unit">(.*?)</span>', unit(name)) == parts
    assert parts or unit(name) == name
