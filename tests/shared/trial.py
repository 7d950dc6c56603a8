"""A door for trials: it keeps notes, and some words make trouble."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import psycopg
import pytest
from fastapi import UploadFile
from pydantic import Field
from sqlalchemy import text
from starlette.testclient import TestClient

from shared.errors import Conflict
from shared.web import Door, Once, Page, Paged, Shape, Signed, Unit, service_app
from tests.servers import Database
from tests.shared.place import Account, Place

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


@door.post("/secrets")
def keep_secret(session: Unit) -> Once[Kept]:
    """Answer with what is shown once."""
    session.execute(text("insert into activities.note (words) values ('secret')"))
    return Kept(id=1, words=SECRET)


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
    app = service_app("activities", "试验", [door])
    with TestClient(app, base_url="https://testserver", raise_server_exceptions=True) as made:
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
