"""One happening for each fact, in the transaction of its cause, never changed by anybody."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from shared import access, audit, work
from shared.access import SYSTEM
from shared.db import Session, unit
from shared.events import SchemeStored
from shared.moves import Moved
from shared.settings import settings
from tests.servers import Database
from tests.shared.place import make_account


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two services hear of schemes, for once."""
    monkeypatch.setattr(SchemeStored, "heard_by", ("activities", "assessment"))


def tell(session: Session, scheme: int = 1, **more: Any) -> int:
    return audit.announce(session, SchemeStored(unit_id=1, scheme_id=scheme), by=SYSTEM, **more)


def happen(*schemes: int) -> list[int]:
    """One transaction each."""
    told = []
    for scheme in schemes:
        with unit("assessment") as session:
            told.append(tell(session, scheme))
    return told


def seal() -> int:
    with unit("keeper") as session:
        return audit.seal(session)


def broken_links() -> list[int]:
    with unit("keeper") as session:
        return audit.broken_links(session)


def owner(office: Database, *statements: str) -> None:
    """What somebody does who owns the database."""
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def jobs(office: Database) -> list[tuple[str, str, dict[str, Any]]]:
    with psycopg.connect(office.owner_url) as connection:
        rows = [
            connection.execute(f"select task, key, payload from {each}.job") for each in ("activities", "assessment")
        ]
        return sorted(row for found in rows for row in found.fetchall())


def happenings(office: Database) -> int:
    with psycopg.connect(office.owner_url) as connection:
        return connection.execute("select count(*) from office.happening").fetchone()[0]


# --- announcing ---


def test_a_fact_is_one_happening_and_one_job_for_each_service_that_hears_it(office, heard):
    (happening,) = happen(7)

    body = {"unit_id": 1, "scheme_id": 7}
    payload = {"fact": "SchemeStored", "version": 1, "body": body, "happening": happening}
    key = f"happening:{happening}"
    assert happenings(office) == 1
    assert jobs(office) == [("activities.hear", key, payload), ("assessment.hear", key, payload)]


def test_a_fact_whose_transaction_fails_never_happened_and_is_heard_by_nobody(office, heard):
    with pytest.raises(ZeroDivisionError), unit("assessment") as session:
        tell(session)
        raise ZeroDivisionError

    assert happenings(office) == 0
    assert jobs(office) == []


def test_a_happening_says_who_when_where_what_which_step_and_why(place, office):
    account = make_account(place.secretary, "east")
    with unit("activities") as session:
        actor = access.actor_of(session, account.token)
    moved = Moved(step="return", before="waiting", after="draft")

    with unit("activities", actor) as session:
        fact = SchemeStored(unit_id=place.east, scheme_id=9)
        identity = audit.announce(session, fact, by=actor, moved=moved, reason="日期不对")

    with unit("keeper") as session:
        row = session.get_one(audit.Happening, identity)
        assert (row.actor_id, row.unit_id, row.subject) == (account.id, place.east, "scheme:9")
        assert (row.service, row.fact, row.version) == ("activities", "SchemeStored", 1)
        assert (row.step, row.stage_before, row.stage_after, row.reason) == ("return", "waiting", "draft", "日期不对")
        assert row.at == session.info["now"].replace(microsecond=row.at.microsecond, second=row.at.second)
        assert row.body == {"unit_id": place.east, "scheme_id": 9}


def test_nobody_tells_of_a_unit_that_he_does_not_reach(place):
    account = make_account(place.secretary, "east")
    with unit("activities") as session:
        actor = access.actor_of(session, account.token)

    with pytest.raises(ProgrammingError), unit("activities", actor) as session:
        audit.announce(session, SchemeStored(unit_id=place.west, scheme_id=1), by=actor)


@pytest.fixture
def former(place, office):
    """Who was the secretary of the east branch, and holds no post any more."""
    account = make_account(place.secretary, "east")
    owner(office, f"update office.post set ends_on = office.today() where person_id = {place.secretary}")
    with unit("notify") as session:
        return access.actor_of(session, account.token)


@pytest.mark.parametrize("where", ["east", "east_first"])
def test_whoever_has_left_a_post_tells_of_himself_there_and_reads_nothing(place, office, former, heard, where):
    with unit("notify", former) as session:
        told = audit.announce(session, SchemeStored(unit_id=getattr(place, where), scheme_id=1), by=former)
        assert session.scalars(text("select id from office.happening")).all() == []

    with unit("keeper") as session:
        assert session.get_one(audit.Happening, told).actor_id == former.account_id
    assert {key for _, key, _ in jobs(office)} == {f"happening:{told}"}


@pytest.mark.parametrize("where", ["township", "west", "west_first", "elsewhere"])
def test_whoever_has_left_a_post_tells_of_nothing_where_he_had_none(place, former, where):
    with pytest.raises(ProgrammingError, match="row-level security"), unit("notify", former) as session:
        audit.announce(session, SchemeStored(unit_id=getattr(place, where), scheme_id=1), by=former)


def test_whoever_has_left_a_post_tells_of_nothing_in_the_name_of_another(place, former):
    other = make_account(place.organiser, "organiser")

    for name in (other.id, None):
        with pytest.raises(ProgrammingError, match="row-level security"), unit("notify", former) as session:
            audit.announce(session, SchemeStored(unit_id=place.east, scheme_id=1), by=replace(former, account_id=name))


def test_only_a_service_that_the_catalogue_names_may_listen():
    with pytest.raises(LookupError, match="notify"):
        audit.hears("notify", SchemeStored)(lambda session, fact: None)


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch, heard) -> list[tuple[Any, int]]:
    """What activities hears."""
    told: list[tuple[Any, int]] = []
    monkeypatch.setattr(audit, "EARS", {})
    monkeypatch.setattr(work, "TASKS", {})
    audit.hear("activities")
    audit.hears("activities", SchemeStored)(lambda session, fact: told.append((fact, session.info["happening"])))
    return told


def test_what_is_heard_is_the_fact_itself_once(office, ears):
    (happening,) = happen(7)

    work.drain("activities.hear")
    work.drain("activities.hear")

    assert ears == [(SchemeStored(unit_id=1, scheme_id=7), happening)]


@pytest.mark.parametrize("change", ['{"fact": "FactOfTomorrow"}', '{"version": 2}'])
def test_a_fact_of_newer_code_waits_for_a_newer_worker(office, ears, change):
    happen(7)
    owner(office, f"update activities.job set payload = payload || '{change}'")

    work.drain("activities.hear")

    assert ears == []
    with psycopg.connect(office.owner_url) as connection:
        assert connection.execute("select state, attempts from activities.job").fetchone() == ("ready", 1)


# --- nobody changes the past ---


def test_a_chain_whose_digest_changed_verifies_and_what_is_altered_is_found(office, settled_environment):
    happen(1, 2)
    assert seal() == 2
    settled_environment.setenv("XIAOZU_DIGEST", "sm3")
    settings.cache_clear()
    later = happen(3)
    assert seal() == 1
    assert broken_links() == []

    owner(office, f"update office.happening set reason = 'x' where id = {later[0]}")

    assert broken_links() == later


@pytest.mark.parametrize("service", ["activities", "assessment", "notify", "keeper"])
@pytest.mark.parametrize(
    "deed",
    [
        "update office.happening set reason = 'other'",
        "delete from office.happening",
        "truncate office.happening",
        "update office.seal set seq = seq + 1",
        "delete from office.seal",
        "alter table office.happening disable row level security",
        "drop table office.happening",
    ],
)
def test_no_service_changes_or_deletes_what_happened(office, service, deed):
    happen(1)
    seal()

    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), unit(service) as session:
        session.execute(text(deed))


@pytest.mark.parametrize("service", ["activities", "assessment", "notify"])
def test_only_the_keeper_seals(office, service):
    happen(1)

    with pytest.raises(ProgrammingError, match="permission denied"), unit(service) as session:
        audit.seal(session)
