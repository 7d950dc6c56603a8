"""The flanks of every door: who asks, from which page, how much, and what the refusals and the log do not say."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from shared import access
from shared.db import unit
from shared.web import Door, Unit, service_app
from shared.web.bodies import BODY_BYTES_MAX
from tests.shared.place import PASSWORD, make_account
from tests.shared.trial import SECRET, bearer

# --- who asks ---


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer made-up"}, {"Authorization": "Basic eDp5"}, {"Cookie": "__Host-sid=x"}]
)
def test_nobody_gets_in_without_a_sitting(client, headers):
    assert client.get("/notes", headers=headers).status_code == 401
    assert client.get("/sittings/me", headers=headers).status_code == 401


def test_whoever_has_only_a_first_password_may_do_nothing_but_choose_one(client, place):
    with unit("activities") as session:
        _, first = access.make_account(session, place.leader, "leader")
    token = client.post("/sittings", json={"login": "leader", "password": first}).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}

    before = client.get("/notes", headers=headers)
    chosen = client.post("/passwords", json={"password": PASSWORD}, headers=headers).json()["token"]
    after = client.get("/notes", headers={"Authorization": f"Bearer {chosen}"})

    assert (before.status_code, after.status_code) == (403, 200)
    assert client.get("/notes", headers=headers).status_code == 401


def test_an_unknown_login_a_wrong_password_and_one_that_waits_get_the_same_answer_no_sooner(client, secretary):
    def attempt(login: str) -> tuple[int, dict[str, Any], bool]:
        started = time.monotonic()
        answer = client.post("/sittings", json={"login": login, "password": "wrong"})
        said = {name: value for name, value in answer.json().items() if name != "request"}
        return answer.status_code, said, time.monotonic() - started >= 0.3

    answers = [attempt("nobody"), *(attempt("east") for _ in range(6))]

    assert answers == [answers[0]] * 7
    assert answers[0][0] == 401
    assert answers[0][2]


def test_signing_out_ends_the_sitting(client, secretary):
    assert client.delete("/sittings", headers=bearer(secretary)).status_code == 204

    assert client.get("/sittings/me", headers=bearer(secretary)).status_code == 401


def test_a_request_reaches_only_what_its_person_reaches(client, secretary, place):
    stranger = make_account(place.stranger, "stranger")

    assert client.get("/notes/whole-branches", headers=bearer(secretary)).json() == ["书记甲", "组长乙"]
    assert client.get("/notes/whole-branches", headers=bearer(stranger)).json() == ["干事丁"]


OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (OURS, 201),
        ({"Origin": "http://testserver"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Origin": "http://elsewhere"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_a_cookie_changes_something_only_from_our_own_pages(client, secretary, kept, said, status):
    headers = {"Cookie": f"__Host-sid={secretary.token}", "Idempotency-Key": "k", **said}

    answer = client.post("/notes", json={"words": "a"}, headers=headers)

    assert answer.status_code == status
    assert kept() == (["a"] if status == 201 else [])


def test_a_cookie_signs_out_only_from_our_own_pages_and_reads_from_anywhere(client, secretary):
    cookie = {"Cookie": f"__Host-sid={secretary.token}"}

    assert client.delete("/sittings", headers={**cookie, "Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get("/sittings/me", headers={**cookie, "Sec-Fetch-Site": "cross-site"}).status_code == 200
    assert client.delete("/sittings", headers={**cookie, **OURS}).status_code == 204


# --- what is refused, and what is not said ---


TYPED = "typed-by-somebody"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"words": ["typed-by-somebody"]}, 422),
        ({"words": "a", "typed-by-somebody": 1}, 422),
        ({"words": "a", "number": "typed-by-somebody"}, 422),
        ({}, 422),
        ({"words": "refuse"}, 409),
        ({"words": "break"}, 500),
        ({"words": "late refusal"}, 409),
        ({"words": "late failure"}, 500),
        ({"words": "typed-by-somebody", "number": -1}, 422),
    ],
)
def test_whatever_goes_wrong_has_one_shape_without_echo_or_text_of_an_exception(client, secretary, body, status):
    with capture_logs() as logs:
        answer = client.post("/notes", json=body, headers=bearer(secretary, **{"Idempotency-Key": "k"}))

    said = answer.json()
    assert (answer.status_code, said["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(said) == {"type", "title", "status", "detail", "fields", "request"}
    assert said["request"] == answer.headers["X-Request-Id"]
    for leak in (TYPED, SECRET, "secret words", secretary.token):
        assert leak not in answer.text
        assert leak not in str(logs)
    for leak in ("Traceback", "Error", "psycopg", ".py"):
        assert leak not in answer.text


@pytest.mark.parametrize(
    "sent", [b'{"words": "typed-by-somebody', b"\xff\xfe", b'{"words": "\\ud800"}', b"[1]", b'"typed-by-somebody"', b""]
)
def test_a_body_that_cannot_be_read_is_refused_without_echo(client, secretary, sent):
    headers = bearer(secretary, **{"Idempotency-Key": "k", "Content-Type": "application/json"})

    answer = client.post("/notes", content=sent, headers=headers)

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert TYPED not in answer.text


def test_what_the_second_wall_stops_looks_as_if_it_were_not_there(office, place, secretary):
    trespassing = Door()

    def trespass(session: Unit) -> None:
        session.execute(
            text("insert into office.person (unit_id, name, pinyin) values (:id, 'x', '')"), {"id": place.west}
        )

    trespassing.add_api_route("/trespass", trespass, methods=["POST"], status_code=204)
    client = TestClient(service_app("activities", "试验", [trespassing]))

    assert client.post("/trespass", headers=bearer(secretary, **{"Idempotency-Key": "k"})).status_code == 404


@pytest.mark.parametrize("path", ["/nowhere", "/notes/1"])
def test_an_address_that_is_not_there_has_the_same_shape(client, path):
    answer = client.get(path)

    assert answer.status_code in (404, 405)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_not_read(client, secretary, kept):
    headers = bearer(secretary, **{"Idempotency-Key": "k", "Content-Type": "application/json"})

    def endless() -> Iterator[bytes]:  # without a Content-Length
        for _ in range(8):
            yield b"x" * (BODY_BYTES_MAX // 4)

    announced = client.post("/notes", content=b"x" * (BODY_BYTES_MAX + 1), headers=headers)
    in_parts = client.post("/notes", content=endless(), headers=headers)

    assert (announced.status_code, in_parts.status_code) == (413, 413)
    assert announced.headers["content-type"] == "application/problem+json"
    assert kept() == []


def test_no_answer_is_cached_sniffed_framed_or_without_its_number(client, secretary):
    for answer in (client.get("/notes", headers=bearer(secretary)), client.get("/notes"), client.get("/docs")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Strict-Transport-Security"]
        assert answer.headers["X-Request-Id"]


@pytest.fixture
def every_line() -> Iterator[None]:
    """The log of the most talkative installation."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    yield
    structlog.configure(**before)


def test_the_log_has_neither_tokens_nor_passwords_nor_queries(client, secretary, every_line):
    with capture_logs() as logs:
        client.get("/notes?after=987654", headers=bearer(secretary))
        client.post("/sittings", json={"login": "east", "password": PASSWORD})
        client.post("/notes", json={"words": "break"}, headers=bearer(secretary, **{"Idempotency-Key": "k"}))

    assert len(logs) == 4  # one for each request, and the one that broke
    for leak in (secretary.token, PASSWORD, "987654", SECRET):
        assert leak not in str(logs)
