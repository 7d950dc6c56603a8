"""The frame of the pages: the door, forms that come back as they were typed, double clicks, and the way out."""

from collections.abc import Callable

import pytest

from tests.browsing import PHONE, Desk, Visitor
from tests.servers import Database
from tests.town import PASSWORD

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


def test_signing_out_ends_the_sitting(visit: Visit):
    organiser = visit("organiser")

    door = organiser.submit(organiser.get("/password"), "sign-out")

    assert door.title == "登录"
    assert "已退出登录" in door.text
    assert organiser.get("/password").title == "登录"


def test_an_address_that_leads_nowhere_says_so_in_a_page(visit: Visit):
    for address in ("/nowhere", "/activities/nowhere/at/all", "/static/none.css"):
        assert visit("organiser").client.get(address).status_code == 404


def test_while_the_database_is_away_a_page_says_so(visit: Visit, office: Database, monkeypatch: pytest.MonkeyPatch):
    organiser = visit("organiser")
    from tests.conftest import forget

    monkeypatch.setenv("XIAOZU_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    forget()
    page = organiser.get("/password", 503)

    assert page.title == "系统正在维护"
    assert page.answer.headers["Retry-After"]


def test_the_door_opens_in_a_real_browser_on_a_phone(desk: Desk):
    with desk.window("organiser", size=PHONE) as page:
        page.goto("/password")

        assert page.get_by_role("heading", name="修改密码").is_visible()
        assert any(cookie["name"] == "__Host-sid" and cookie["httpOnly"] for cookie in page.context.cookies())
