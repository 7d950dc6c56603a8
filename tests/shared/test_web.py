"""The frame of every door: one effect a key, committed before the answer, refusals without an echo, no open flank."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import psycopg
import pytest
from fastapi import UploadFile
from pydantic import Field
from sqlalchemy import text
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from shared import access
from shared.db import unit
from shared.errors import Conflict
from shared.settings import SERVICES
from shared.web import Door, Page, Paged, Shape, Signed, Unit, service_app
from shared.web.frame import BODY_BYTES_MAX
from tests.conftest import forget
from tests.servers import Database
from tests.shared.conftest import PASSWORD, Account, Place, make_account

SECRET = "身份证号 110101194910010011"


class Note(Shape):
    """What the trial door takes and gives."""

    words: str
    number: Annotated[int, Field(ge=0)] = 0


class Kept(Shape):
    """What became of it."""

    id: int
    words: str


door = Door(prefix="/notes", tags=["trial"])


@door.post("")
def keep_note(asked: Note, session: Unit, actor: Signed) -> Kept:
    """Keep a note; some words make trouble."""
    made = session.execute(
        text("insert into activities.note (words, by_whom) values (:words, :by) returning id"),
        {"words": asked.words, "by": actor.name},
    ).scalar_one()
    if asked.words == "refuse":
        raise Conflict("不行。")
    if asked.words == "break":
        raise RuntimeError(SECRET)
    return Kept(id=made, words=asked.words)


@door.post("/files")
def keep_file(file: UploadFile, session: Unit) -> Kept:
    """Keep a file."""
    words = file.file.read().decode()
    made = session.scalar(text("insert into activities.note (words) values (:words) returning id"), {"words": words})
    return Kept(id=made or 0, words=words)


@door.post("/rows", status_code=200)
def keep_row(session: Unit) -> Kept:
    """Answer with a row of the database instead of a shape."""
    row: Any = session.execute(text("insert into activities.note (words) values ('row') returning id, words")).one()
    return row


@door.post("/silences", status_code=204)
def keep_silence(session: Unit) -> None:
    """Answer nothing."""
    session.execute(text("insert into activities.note (words) values ('silence')"))


@door.get("")
def notes(session: Unit, paging: Paged) -> Page[Kept]:
    """A page of them."""
    found = session.execute(
        text("select id, words from activities.note where id > :after order by id limit :limit"),
        {"after": paging.after or 0, "limit": paging.limit},
    )
    rows = [Kept.model_validate(row) for row in found]
    return Page(rows=rows, next=rows[-1].id if len(rows) == paging.limit else None)


@door.get("/whole-branches")
def branch_names(session: Unit) -> list[str]:
    """Everybody whom the second wall lets be seen."""
    return list(session.scalars(text("select name from office.person order by id")))


NOTES = """
create table activities.note (id bigint generated always as identity primary key, words text, by_whom text);
grant select, insert on activities.note to xiaozu_activities;
-- As every transition of ours, this can only fail at the very end.
create function activities.judge() returns trigger language plpgsql as $$
begin
  if new.words = 'late refusal' then raise unique_violation using message = 'secret words of the database'; end if;
  if new.words = 'late failure' then raise check_violation using message = 'secret words of the database'; end if;
  return null;
end $$;
create constraint trigger judged after insert on activities.note deferrable initially deferred
  for each row execute function activities.judge();
"""


@pytest.fixture
def client(office: Database, place: Place) -> Iterator[TestClient]:
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute(NOTES)
    with TestClient(service_app("activities", "试验", [door]), raise_server_exceptions=True) as made:
        yield made


@pytest.fixture
def kept(office: Database) -> Callable[[], list[str]]:
    """The words in the table, as nobody but the database tells them."""

    def read() -> list[str]:
        with psycopg.connect(office.owner_url) as connection:
            return [words for (words,) in connection.execute("select words from activities.note order by id")]

    return read


@pytest.fixture
def post(client: TestClient, secretary: Account) -> Callable[..., Any]:
    """POST a note as the secretary, under a key."""

    def send(words: str, key: str | None = "key-1", path: str = "/notes", **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {secretary.token}"} | ({"Idempotency-Key": key} if key else {})
        return client.post(path, json={"words": words, **more}, headers=headers)

    return send


def bearer(account: Account, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.token}", **more}


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


@pytest.mark.parametrize(("words", "status"), [("refuse", 409), ("break", 500), ("late refusal", 409), ("late failure", 500)])
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


# --- who asks ---


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer made-up"}, {"Authorization": "Basic eDp5"}, {"Cookie": "__Host-sid=x"}])
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
        ({"words": "typed-by-somebody\0"}, 422),
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
    for leak in (TYPED, SECRET, "secret words", "Traceback", "Error", "psycopg", secretary.token):
        assert leak not in answer.text
        assert leak not in str([{name: value for name, value in line.items() if name != "error"} for line in logs])


@pytest.mark.parametrize("sent", [b'{"words": "typed-by-somebody', b"\xff\xfe", b'{"words": "\\ud800"}', b"[1]", b'"typed-by-somebody"', b""])
def test_a_body_that_cannot_be_read_is_refused_without_echo(client, secretary, sent):
    headers = bearer(secretary, **{"Idempotency-Key": "k", "Content-Type": "application/json"})

    answer = client.post("/notes", content=sent, headers=headers)

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert TYPED not in answer.text


def test_what_the_second_wall_stops_looks_as_if_it_were_not_there(office, place, secretary):
    trespassing = Door()

    def trespass(session: Unit) -> None:
        session.execute(text("insert into office.person (unit_id, name, pinyin) values (:id, 'x', '')"), {"id": place.west})

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


def test_the_log_has_neither_tokens_nor_passwords_nor_queries(client, secretary):
    with capture_logs() as logs:
        client.get("/notes?after=987654", headers=bearer(secretary))
        client.post("/sittings", json={"login": "east", "password": PASSWORD})
        client.post("/notes", json={"words": "break"}, headers=bearer(secretary, **{"Idempotency-Key": "k"}))

    assert len(logs) == 4  # one for each request, and the one that broke
    for leak in (secretary.token, PASSWORD, "987654", SECRET):
        assert leak not in str(logs)


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


def test_a_database_that_is_not_there_is_answered_with_503_at_once(client, secretary, settled_environment):
    assert answered_away("postgresql://nobody:secret@127.0.0.1:1/nothing", settled_environment, secretary) < 3


def test_a_database_that_accepts_and_says_nothing_is_answered_with_503_soon(client, secretary, settled_environment):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql://nobody:secret@127.0.0.1:{silent.getsockname()[1]}/nothing"
        assert answered_away(address, settled_environment, secretary) < 6  # it is patient for 3, on a busy machine


def test_connections_that_the_server_cut_are_not_noticed_by_anybody(post, office, kept):
    assert post("a", "1").status_code == 201
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'xiaozu_app'")

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
