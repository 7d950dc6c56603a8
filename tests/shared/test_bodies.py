"""What is sent cannot fill the memory: little from a stranger, the rest on the disk, and of all together so much."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from shared.web import bodies
from shared.web.bodies import CROWDED_BYTES_MAX, STRANGER_BYTES_MAX
from tests.browsing import Visitor
from tests.shared.trial import bearer

NEW = "/activities/records/new"
LONG = b'{"words": "' + b"x" * (2 * STRANGER_BYTES_MAX) + b'"}'


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    assert bodies.bodies == bodies.Bodies()


def in_parts(sent: bytes) -> Iterator[bytes]:
    """Without a Content-Length."""
    for start in range(0, len(sent), 10_000):
        yield sent[start : start + 10_000]


@pytest.mark.parametrize("token", ["", "made-up"])
@pytest.mark.parametrize("how", [bytes, in_parts])
@pytest.mark.parametrize("path", ["/notes", "/sittings", "/notes/files", "/nowhere"])
def test_a_stranger_who_sends_much_is_asked_who_he_is_before_it_is_read(
    client, path: str, how: Any, token: str
) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    refused = client.post(path, content=how(LONG), headers=headers)

    assert (refused.status_code, refused.json()["title"]) == (401, "NotSignedIn")


def test_a_stranger_who_sends_little_is_read(client: TestClient) -> None:
    login = {"login": "x" * (STRANGER_BYTES_MAX - 1000), "password": "x"}

    assert client.post("/sittings", json=login).status_code == 422


def test_where_many_are_sending_a_stranger_may_sign_in_and_no_more(client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "CROWDED_BYTES", 0)
    short, long = ({"login": "x" * size, "password": "x"} for size in (100, CROWDED_BYTES_MAX))

    assert client.post("/sittings", json=short).json()["title"] == "NotSignedIn"
    assert client.post("/sittings", json=long).status_code == 401


def test_whoever_has_only_given_his_first_password_is_a_stranger_still(client, secretary, office) -> None:
    with psycopg.connect(office.owner_url) as connection:
        connection.execute("update office.sitting set awaits = 'code'")

    answer = client.post("/notes", content=LONG, headers=bearer(secretary, **{"Idempotency-Key": "k"}))

    assert (answer.status_code, answer.json()["title"]) == (403, "Incomplete")


@pytest.mark.parametrize("how", [bytes, in_parts])
def test_what_somebody_signed_in_sends_comes_whole(client, secretary, kept, how: Any) -> None:
    headers = bearer(secretary, **{"Idempotency-Key": "k", "Content-Type": "application/json"})

    assert client.post("/notes", content=how(LONG), headers=headers).status_code == 201
    assert [len(words) for words in kept()] == [2 * STRANGER_BYTES_MAX]


def test_one_account_sends_so_many_large_ones_at_once_and_small_ones_beside(client, secretary, office, kept) -> None:
    headers = bearer(secretary, **{"Content-Type": "application/json"})
    with psycopg.connect(office.owner_url) as connection:
        (account_id,) = connection.execute("select account_id from office.sitting").fetchone() or (0,)
    others = bodies.bodies.senders
    others[account_id] = bodies.AT_ONCE_EACH

    large = client.post("/notes", content=LONG, headers={**headers, "Idempotency-Key": "large"})
    small = client.post("/notes", json={"words": "a"}, headers={**headers, "Idempotency-Key": "small"})
    del others[account_id]

    assert (large.status_code, large.json()["title"], small.status_code) == (429, "TooMany", 201)
    assert client.post("/notes", content=LONG, headers={**headers, "Idempotency-Key": "large"}).status_code == 201


def test_where_the_memory_is_taken_a_large_one_waits_its_turn_and_is_told_so(client, secretary, monkeypatch) -> None:
    monkeypatch.setattr(bodies, "ROOM_SECONDS", 0.1)
    headers = bearer(secretary, **{"Idempotency-Key": "k", "Content-Type": "application/json"})

    with monkeypatch.context() as full:
        full.setattr(bodies.bodies, "whole", bodies.ROOM_BYTES)
        told = client.post("/notes", content=LONG, headers=headers)

    assert (told.status_code, told.json()["title"]) == (503, "Away")
    assert client.post("/notes", content=LONG, headers=headers).status_code == 201


@pytest.mark.parametrize("limit", ["DISK_BYTES_MAX", "full"])
def test_where_the_disk_is_taken_it_says_so(client, secretary, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    def full(**_: Any) -> Any:
        return open("/dev/full", "w+b", buffering=0)  # noqa: PTH123

    if limit == "full":
        monkeypatch.setattr(bodies, "TemporaryFile", full)
    else:
        monkeypatch.setattr(bodies, limit, 0)
    headers = bearer(secretary, **{"Idempotency-Key": "k", "Content-Type": "application/json"})

    assert client.post("/notes", content=LONG, headers=headers).status_code == 503


def test_a_stranger_at_a_page_is_led_to_the_door(visit) -> None:
    stranger = visit()
    stranger.client.headers["Referer"] = f"https://testserver{NEW}"

    led = stranger.client.post(NEW, files={"photos": ("会场.jpg", LONG)}, follow_redirects=False)

    assert led.status_code == 303
    assert led.headers["location"].startswith("/sign-in")


def test_a_form_with_photos_whose_sitting_is_over_comes_back(visit, move_to) -> None:
    leader: Visitor = visit("diligent")
    page = leader.get(NEW)
    move_to(date(2025, 3, 4))

    door = leader.submit(
        page, "write", files=[("photos", ("会场.jpg", b"\xff\xd8" + LONG))], topic="植树", place="后山"
    )
    again = leader.submit(door, "sign-in", 409, login="diligent", password="long enough, and one's own")

    assert again.form("write").fields["topic"] == "植树"
