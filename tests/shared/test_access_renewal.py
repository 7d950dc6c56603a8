"""What was good once is not for ever: first passwords, those of before an office, a device's last sitting."""

from base64 import urlsafe_b64encode
from datetime import timedelta

import psycopg
import pytest

from shared import access, clock
from shared.access import Awaits, Whence, passkeys
from shared.access.rows import Passkey
from shared.db import unit
from shared.errors import Invalid
from shared.settings import settings
from tests.shared.at_the_door import OTHER_PASSWORD, choose, sign_in, sits, whoever
from tests.shared.place import PASSWORD, Place
from tests.shared.trial import bearer
from tests.town import PASSWORD as IN_TOWN

A_WHILE = timedelta(minutes=11)


# --- first passwords ---


def test_a_first_password_opens_nothing_once_its_time_is_over(place: Place, pass_time):
    with unit("activities") as session:
        first = access.make_account(session, place.leader, "leader")[1]
    pass_time(timedelta(hours=settings().first_password_hours, minutes=5))

    assert sign_in("leader", first) is None

    with unit("activities") as session:
        another = access.renew_password(session, whose(session, "leader"))
    pass_time(timedelta(hours=settings().first_password_hours - 1))
    assert sign_in("leader", another)


def whose(session, login: str) -> int:
    from sqlalchemy import text

    return session.scalar(text("select id from office.account where login = :login"), {"login": login})


def test_one_that_was_chosen_does_not_end(secretary, pass_time):
    pass_time(timedelta(days=400))

    assert sign_in("east", PASSWORD)


# --- who becomes an officer ---


def become_an_officer(place: Place) -> None:
    with unit("activities") as session:
        access.ask_for_another(session, place.secretary)


def test_who_becomes_an_officer_chooses_another_password_before_anything_else(secretary, place: Place):
    become_an_officer(place)

    again = sign_in("east", PASSWORD)

    assert [whoever(token).awaits for token in (secretary.token, again)] == [Awaits.RENEWAL, Awaits.RENEWAL]
    with pytest.raises(Invalid, match="当前密码不正确"):
        choose(again, OTHER_PASSWORD)
    with pytest.raises(Invalid, match="不能和原密码相同"):
        choose(again, PASSWORD, PASSWORD)
    renewed = choose(again, OTHER_PASSWORD, PASSWORD)
    assert whoever(renewed).awaits is None
    assert not sits(secretary.token)
    assert sign_in("east", PASSWORD) is None
    assert whoever(sign_in("east", OTHER_PASSWORD)).awaits is None


def test_a_sitting_of_before_the_office_does_nothing_but_choose(client, secretary, place: Place):
    become_an_officer(place)

    refused = client.get("/sittings", headers=bearer(secretary))

    assert refused.status_code in {401, 403}
    chosen = {"password": OTHER_PASSWORD, "current": PASSWORD}
    assert client.post("/passwords", json=chosen, headers=bearer(secretary)).status_code == 201


# --- sittings ---


def test_who_signs_in_again_at_a_device_leaves_no_sitting_behind_there(visit, office):
    visitor = visit("dongling")
    before = visitor.client.cookies["__Host-sid"]

    visitor.submit(visitor.get("/sign-in"), "sign-in", login="dongling", password=IN_TOWN)

    assert not sits(before)
    assert visitor.client.cookies["__Host-sid"] != before


@pytest.mark.parametrize("form", ["others", "seat"])
def test_whoever_ends_other_sittings_has_just_given_his_password(visit, pass_time, form: str):
    here, there = visit("dongling"), visit("dongling")
    pass_time(A_WHILE)
    page = here.get("/account")
    name = next(each for each in (found.get("id") or "" for found in page.root.forms) if each.startswith(form))
    page = here.submit(page, name, 422, current="")
    assert access.UNPROVED in page.text
    page = here.submit(page, name, 422, current="wrong")
    assert there.get("/account").title == "我的账号"

    here.submit(page, name, current=IN_TOWN)

    assert there.get("/account").title == "登录"


def test_nor_does_a_program(client, secretary, pass_time):
    other = sign_in("east", PASSWORD)
    pass_time(A_WHILE)
    for path in ("/sittings/others", "/sittings/1"):
        assert client.delete(path, headers=bearer(secretary)).json()["fields"] == {"current": access.UNPROVED}
    assert sits(other)

    with_it = {"json": {"current": PASSWORD}, "headers": bearer(secretary)}

    assert client.request("DELETE", "/sittings/others", **with_it).status_code == 204
    assert not sits(other)


# --- passkeys ---


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XIAOZU_PUBLIC_URL", "https://xiaozu.example")
    settings.cache_clear()
    yield
    settings.cache_clear()


def answer_of(key: bytes) -> dict:
    said = urlsafe_b64encode(key).decode().rstrip("=")
    return {"id": said, "rawId": said, "type": "public-key", "response": {}}


def enter(key: bytes, address: str = "198.51.100.7") -> str | None:
    with unit("activities") as session:
        return passkeys.enter(session, answer_of(key), whence=Whence(address))


def logins_told(office) -> list[str]:
    with psycopg.connect(office.owner_url) as connection:
        told = connection.execute("select body ->> 'login' from office.happening where fact = 'SignedIn' order by id")
        return [login for (login,) in told if login]


def test_a_passkey_that_fails_is_counted_and_told_like_a_wrong_password(secretary, office, at_home):
    with unit("activities") as session:
        row = {"credential_id": b"key", "public_key": b"none", "sign_count": 0, "name": "电脑"}
        session.add(Passkey(account_id=secretary.id, made_at=clock.now(session), **row))

    for _ in range(settings().lock_tries):
        assert enter(b"key") is None

    assert logins_told(office) == ["east"] * settings().lock_tries
    assert sign_in("east", PASSWORD, address="198.51.100.7") is None
    assert enter(b"key") is None  # nor is it looked at any more
    assert len(logins_told(office)) == settings().lock_tries
    assert sign_in("east", PASSWORD, address="203.0.113.9")


def test_a_passkey_that_nobody_has_is_told_too(secretary, office, at_home):
    assert enter(b"stranger") is None

    assert logins_told(office) == ["（没有登记过的通行密钥）"]
