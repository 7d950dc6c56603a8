"""The frame of every door: one effect a key, committed before the answer, pages, papers, and 503 when all else fails."""

import inspect
import re
import threading
import time
from importlib import import_module
from typing import Any

import psycopg
import pytest
from fastapi.routing import iter_route_contexts
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from deploy.houses import load
from shared.settings import SERVICES
from shared.web import Door, service_app
from shared.web.door import is_shown_once
from tests.conftest import START, forget
from tests.shared.place import Account, make_account
from tests.shared.trial import SECRET, Kept, Note, bearer, door

# --- one effect a key ---


@pytest.mark.parametrize("key", [None, "", "x" * 101])
def test_a_post_without_a_proper_key_is_refused_and_changes_nothing(post, kept, key):
    answer = post("a", key)

    assert answer.status_code == 422
    assert kept() == []


def test_a_post_cannot_be_declared_without_the_transaction_that_keeps_its_answer():
    def forgetful(asked: Note) -> Kept:
        return Kept(id=1, words=asked.words)

    with pytest.raises(TypeError, match="forgetful"):
        Door().add_api_route("/", forgetful, methods=["POST"])


def test_the_same_key_again_has_no_second_effect_and_the_same_answer(post, kept):
    first, second = post("a"), post("a")

    assert kept() == ["a"]
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, {"id": 1, "words": "a"})
    assert "Idempotent-Replay" not in first.headers
    assert second.headers["Idempotent-Replay"] == "true"


def test_a_double_click_has_one_effect_and_both_get_the_same_answer(post, kept):
    for round_ in range(5):
        start, answers = threading.Barrier(4), []

        def click(start=start, answers=answers, key=f"click-{round_}") -> None:
            start.wait()
            answers.append(post("a", key))

        threads = [threading.Thread(target=click) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == 1
        assert len(kept()) == round_ + 1


def test_a_key_used_for_something_else_is_a_conflict(post, kept):
    post("a")

    assert post("b").status_code == 409
    assert post("a", path="/notes?also=this").status_code == 409
    assert kept() == ["a"]


def test_a_key_belongs_to_whoever_used_it(post, client, kept, place):
    post("a")
    leader = make_account(place.leader, "leader")

    answer = client.post("/notes", json={"words": "b"}, headers=bearer(leader, **{"Idempotency-Key": "key-1"}))

    assert answer.json() == {"id": 2, "words": "b"}
    assert kept() == ["a", "b"]


@pytest.mark.parametrize(
    ("words", "status"), [("refuse", 409), ("break", 500), ("late refusal", 409), ("late failure", 500)]
)
def test_what_was_refused_may_be_tried_again_under_the_same_key(post, kept, words, status):
    refused = post(words)

    again = post("better")

    assert refused.status_code == status
    assert again.status_code == 201
    assert kept() == ["better"]


def test_what_did_not_fit_its_shape_may_be_sent_again_under_the_same_key(post, kept):
    wrong = post("a", number=-1)
    again = post("a", number=-1)

    assert (wrong.status_code, again.status_code) == (422, 422)
    assert post("a", number=1).status_code == 201
    assert kept() == ["a"]


def test_rows_and_silence_are_answered_alike_the_second_time(client, secretary, kept):
    headers = bearer(secretary)

    rows = [client.post("/notes/rows", headers={**headers, "Idempotency-Key": "r"}) for _ in range(2)]
    silences = [client.post("/notes/silences", headers={**headers, "Idempotency-Key": "s"}) for _ in range(2)]

    assert [(answer.status_code, answer.json()) for answer in rows] == [(200, {"id": 1, "words": "row"})] * 2
    assert [(answer.status_code, answer.content) for answer in silences] == [(204, b"")] * 2
    assert kept() == ["row", "silence"]


def test_a_file_sent_again_by_a_browser_is_the_same_file_and_another_file_is_not(client, secretary, kept):
    headers = bearer(secretary, **{"Idempotency-Key": "f"})

    first, again = (client.post("/notes/files", files={"file": ("名册.csv", b"a")}, headers=headers) for _ in range(2))
    other = client.post("/notes/files", files={"file": ("名册.csv", b"b")}, headers=headers)

    assert first.request.headers["content-type"] != again.request.headers["content-type"]  # its boundary is random
    assert (first.json(), other.status_code) == (again.json(), 409)
    assert kept() == ["a"]


def test_a_kept_answer_is_sealed_in_the_database(post, office):
    post(SECRET)

    with psycopg.connect(office.owner_url) as connection:
        dump = str(connection.execute("select * from office.reply").fetchall())
    assert "sealed" in dump
    assert SECRET not in dump
    assert post(SECRET).json()["words"] == SECRET


ENDED = "update office.post set ends_on = %s where person_id = (select person_id from office.account where id = %s)"


def test_the_same_answer_again_is_for_whoever_still_holds_the_post(post, kept, office, secretary):
    assert post("a").json() == post("a").json()
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute(ENDED, [START, secretary.id])

    again = post("a")

    assert (again.status_code, kept()) == (403, ["a"])
    assert "Idempotent-Replay" not in again.headers
    assert '"a"' not in again.text


def test_an_answer_for_showing_once_is_kept_nowhere_and_says_so(client, secretary, kept, office):
    headers = bearer(secretary, **{"Idempotency-Key": "once"})

    first, again = (client.post("/notes/secrets", headers=headers) for _ in range(2))

    assert first.json()["words"] == SECRET
    assert (again.status_code, kept()) == (409, ["secret"])
    assert "已办理，请重新生成" in again.json()["detail"]
    with psycopg.connect(office.owner_url) as connection:
        assert connection.execute("select body from office.reply where key = 'once'").fetchone() == (None,)


SAID_ONCE = re.compile(r"password|secret|token|id_number|phone|^(number|code)$")


@pytest.mark.parametrize("service", SERVICES)
def test_no_answer_with_a_number_or_a_password_is_kept(service):
    """Of every door that keeps its answer, each field of text in it, however deep."""
    load(SERVICES)
    app = service_app(service, service, import_module(f"services.{service}.app").doors)
    kept_ones = [
        route
        for route in iter_route_contexts(app.routes)
        if "POST" in (getattr(route, "methods", None) or ()) and hasattr(route.endpoint, "__wrapped__")
    ]

    assert kept_ones
    assert [route.path for route in kept_ones if says_it(route) != is_shown_once(answer_of(route))] == []


def answer_of(route) -> Any:
    return inspect.get_annotations(inspect.unwrap(route.endpoint), eval_str=True)["return"]


def says_it(route) -> bool:
    shape = TypeAdapter(answer_of(route)).json_schema()
    shapes = [shape, *shape.get("$defs", {}).values()]
    fields = [(name, said) for each in shapes for name, said in each.get("properties", {}).items()]
    return any(SAID_ONCE.search(name) and said.get("type") == "string" for name, said in fields)


# --- committed before the answer ---


@pytest.mark.parametrize("words", ["late refusal", "late failure"])
def test_what_fails_in_the_commit_is_never_answered_with_success(post, kept, words):
    answer = post(words)

    assert answer.status_code >= 400
    assert kept() == []


def test_what_is_answered_is_committed(client, secretary, kept):
    seen_at_answer = []

    async def watching(scope, receive, send):
        async def watched(message):
            if message["type"] == "http.response.start" and scope["path"] == "/notes":
                seen_at_answer.append(kept())
            await send(message)

        await client.app(scope, receive, watched)

    TestClient(watching).post("/notes", json={"words": "a"}, headers=bearer(secretary, **{"Idempotency-Key": "k"}))

    assert seen_at_answer == [["a"]]


# --- when the database is away ---


def answered_away(address: str, settled_environment: pytest.MonkeyPatch, secretary: Account) -> float:
    """How many seconds it takes to say that the database is away."""
    settled_environment.setenv("XIAOZU_DATABASE_URL", address)
    forget()
    client, started = TestClient(service_app("activities", "试验", [door])), time.monotonic()
    answer = client.post("/notes", json={"words": "a"}, headers=bearer(secretary, **{"Idempotency-Key": "k"}))
    seconds = time.monotonic() - started
    assert (answer.status_code, answer.json()["title"]) == (503, "Away")
    assert client.get("/health").status_code == 503
    return seconds


def test_a_database_that_is_not_there_is_answered_with_503_at_once(
    client, secretary, settled_environment, own_patience
):
    assert answered_away("postgresql://nobody:secret@127.0.0.1:1/nothing", settled_environment, secretary) < 3


def test_a_database_that_accepts_and_says_nothing_is_answered_with_503_soon(
    client, secretary, settled_environment, own_patience
):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql://nobody:secret@127.0.0.1:{silent.getsockname()[1]}/nothing"
        assert answered_away(address, settled_environment, secretary) < 6  # it is patient for 3, on a busy machine


def test_connections_that_the_server_cut_are_not_noticed_by_anybody(post, office, kept):
    assert post("a", "1").status_code == 201
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = 'xiaozu_app' and datname = current_database()"  # others test beside us
        )

    assert post("b", "2").status_code == 201
    assert kept() == ["a", "b"]


# --- pages and papers ---


def test_pages_follow_one_another_and_miss_nothing(post, client, secretary):
    for number in range(5):
        post(f"note {number}", f"key-{number}")

    seen, after = [], ""
    while True:
        page = client.get(f"/notes?limit=2{after}", headers=bearer(secretary)).json()
        seen += [row["words"] for row in page["rows"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    assert seen == [f"note {number}" for number in range(5)]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "after=-1", f"after={2**63}", "limit=x"])
def test_a_page_is_neither_endless_nor_out_of_range(client, secretary, query):
    assert client.get(f"/notes?{query}", headers=bearer(secretary)).status_code == 422


def test_the_papers_need_no_internet(client):
    answer = client.get("/docs")

    assert answer.status_code == 200
    assert "//" not in answer.text.replace("// ", "").replace(client.base_url.host, "")
    scripts = [part.split('"')[0] for part in answer.text.split('src="')[1:]]
    assert scripts
    for script in scripts:
        assert client.get(script).status_code == 200


def test_the_papers_can_be_made_for_every_service(office):
    for service in SERVICES:
        assert TestClient(service_app(service, service, [door])).get("/openapi.json").json()["paths"]
