"""Passkeys: made after the password, good for password and code, used once a challenge, offered where they can be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from shared import access, clock, office_settings
from shared.access import SYSTEM, passkeys
from shared.access.rows import Passkey
from shared.db import unit
from shared.office_settings import Key
from shared.settings import settings
from tests.browsing import Desk
from tests.shared.test_codes import begin, code_of, confirm
from tests.shared.trial import bearer
from tests.town import PASSWORD, Town

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def at_home(desk: Desk, chromium: Browser, settled_environment: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The named world at an address where browsers have passkeys."""
    address = desk.address.replace("127.0.0.1", "localhost")
    settled_environment.setenv("XIAOZU_PUBLIC_URL", address)
    settings.cache_clear()
    yield Desk(chromium, address)
    settings.cache_clear()


@contextmanager
def device(page: Page) -> Iterator[None]:
    """A device that makes passkeys and says who is there."""
    speak = page.context.new_cdp_session(page)
    speak.send("WebAuthn.enable")
    speak.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield
    speak.send("WebAuthn.disable")


def make_one(page: Page, name: str = "办公室电脑") -> None:
    page.goto("/account/passkeys")
    page.get_by_label("名称").fill(name)
    page.get_by_role("button", name="登记这台设备").click()
    expect(page.get_by_text("通行密钥已登记")).to_be_visible()


def leave(page: Page) -> None:
    page.locator("summary", has_text="沈清").first.click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in")


def test_an_officer_makes_one_signs_in_with_it_and_removes_it(at_home: Desk, office, town: Town):
    with at_home.window("auditor") as page, device(page):
        make_one(page)
        leave(page)
        with unit("activities") as session:  # it counts for the code, too
            office_settings.put(session, SYSTEM, town.id, Key.TOTP_ROLES, ["auditor"], reason="等保要求。")

        sent = []
        page.on("request", lambda request: sent.append(request) if request.url.endswith("/sign-in/passkey") else None)
        page.get_by_role("button", name="使用通行密钥").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.goto("/account/passkeys")
        expect(page.get_by_role("cell", name="办公室电脑").first).to_be_visible()
        expect(page.get_by_text("还没有用过")).to_have_count(0)
        expect(page.get_by_label("当前密码")).to_be_visible()  # whoever has the device alone makes no other

        again = page.request.post(f"{at_home.address}/sign-in/passkey", headers=sent[0].headers, data=sent[0].post_data)
        assert again.status == 401  # a challenge is good for once

        page.get_by_role("button", name="移除").click()
        expect(page.get_by_text("通行密钥已移除")).to_be_visible()
        leave(page)
        page.get_by_role("button", name="使用通行密钥").click()
        expect(page.get_by_text("没有登记过").first).to_be_visible()
    with psycopg.connect(office.owner_url) as connection:
        told = connection.execute("select body ->> 'change' from office.happening where fact = 'AccountChanged'")
        assert {"passkey_set", "passkey_removed"} <= {change for (change,) in told}


def test_after_a_while_the_password_is_asked_for_before_one_is_made(at_home: Desk, pass_time):
    with at_home.window("auditor") as page, device(page):
        pass_time(timedelta(minutes=11))
        page.goto("/account/passkeys")
        page.get_by_label("当前密码").fill("wrong")
        page.get_by_role("button", name="继续").click()
        expect(page.get_by_text(access.WRONG_PASSWORD).first).to_be_visible()

        page.get_by_label("当前密码").fill(PASSWORD)
        page.get_by_role("button", name="继续").click()

        make_one(page)


# --- where they are offered, and to whom ---


@pytest.fixture
def opened_at(settled_environment: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def open_at(url: str) -> None:
        settled_environment.setenv("XIAOZU_PUBLIC_URL", url)
        settings.cache_clear()

    yield open_at
    settings.cache_clear()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://xiaozu.example", "xiaozu.example"),
        ("https://xiaozu.example:8443/", "xiaozu.example"),
        ("http://localhost:8000", "localhost"),
        ("http://xiaozu.example", None),  # anybody can listen
        ("https://192.168.1.10", None),  # no name that a passkey could be bound to
        ("https://[fe80::1]", None),
        ("", None),
    ],
)
def test_they_are_offered_where_a_host_name_is_and_nobody_can_listen(opened_at, url: str, host: str | None):
    opened_at(url)

    assert getattr(passkeys.site(), "host", None) == host


def test_only_officers_are_offered_them_and_without_a_site_nobody(visit, opened_at):
    assert "通行密钥" not in visit("organiser").get("/account").text
    assert "这里不能用通行密钥" in visit("organiser").get("/account/passkeys").text
    assert "通行密钥" not in visit().get("/sign-in").text

    opened_at("https://xiaozu.example")
    assert "登记这台设备" in visit("organiser").get("/account/passkeys").text
    assert "通行密钥" not in visit("member").get("/account").text
    assert "这里不能用通行密钥" in visit("member").get("/account/passkeys").text


# --- the doors for programs ---


def test_the_doors_give_what_a_browser_needs_and_take_no_other_answer(client, secretary, opened_at):
    opened_at("https://xiaozu.example")
    asked = client.post("/sittings/passkeys/options").json()
    made = client.post("/passkeys/options", headers=bearer(secretary)).json()

    assert (asked["rpId"], made["rp"]["id"]) == ("xiaozu.example", "xiaozu.example")
    assert asked["userVerification"] == made["authenticatorSelection"]["userVerification"] == "required"
    assert made["authenticatorSelection"]["residentKey"] == "required"
    for nonsense in ({}, {"id": "AAAA"}, {"id": "AAAA", "response": {"clientDataJSON": "e30"}}, {"id": 7}):
        assert client.post("/sittings/passkeys", json={"credential": nonsense}).status_code == 401
        refused = client.post("/passkeys", json={"name": "x", "credential": nonsense}, headers=bearer(secretary))
        assert refused.status_code == 409
    assert client.get("/passkeys", headers=bearer(secretary)).json() == []
    assert client.delete("/passkeys/1", headers=bearer(secretary)).status_code == 404


def test_without_a_site_the_doors_are_shut(client, secretary):
    assert client.post("/sittings/passkeys/options").status_code == 404
    assert client.post("/passkeys/options", headers=bearer(secretary)).status_code == 404


@pytest.mark.parametrize("office_does", [access.reset_codes, access.renew_password])
def test_a_lost_telephone_takes_its_passkeys_with_it(secretary, office_does: Callable):
    made = begin(secretary.token)
    confirm(secretary.token, code_of(made, -1))
    with unit("activities") as session:
        row = {"credential_id": b"id", "public_key": b"key", "sign_count": 0, "name": "手机"}
        session.add(Passkey(account_id=secretary.id, made_at=clock.now(session), **row))

    with unit("activities") as session:
        office_does(session, secretary.id)
        assert session.scalars(select(Passkey)).all() == []
