"""The servers from wheels: killed, emptied, frozen, damaged, and out of the reach of the user that they run as."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from redis import Redis
from redis.exceptions import AuthenticationError, ResponseError

from deploy.embedded import postgres_programs
from deploy.embedded.children import Login, as_login
from deploy.embedded.postgres import OWNER, Postgres
from deploy.embedded.valkey import Valkey


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path / "postgres", durable=False)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "valkey")
    server.start()
    yield server
    server.kill()


def put(server: Postgres, statement: str) -> None:
    with psycopg.connect(server.url(OWNER), autocommit=True) as connection:
        connection.execute(statement)


def test_what_was_committed_is_there_after_a_kill_and_an_immediate_restart(postgres: Postgres) -> None:
    address = postgres.url(OWNER)
    put(postgres, "create table kept as select 1 as one")

    postgres.kill()
    assert not postgres.alive
    postgres.start()
    postgres.restart_immediate()

    assert postgres.url(OWNER) == address
    with psycopg.connect(address) as connection:
        assert connection.execute("table kept").fetchone() == (1,)


def test_a_kill_ends_the_sessions_too(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url()) as connection:
        postgres.kill()

        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")


def test_the_login_of_the_services_owns_nothing(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url()) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("create table public.mine ()")


def test_a_wrong_password_is_refused(postgres: Postgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url(OWNER, "wrong", "postgres"))


def test_text_sorts_and_folds_alike_on_every_machine(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url()) as connection:
        row = connection.execute(
            "select 'Ä' ilike 'ä', datcollate, datlocale from pg_database where datname = 'xiaozu'"
        )
        assert row.fetchone() == (True, "C", "C.UTF-8")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its programs to another user")
def test_programs_in_a_closed_folder_are_copied_once_to_where_everybody_may_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    wheel = postgres_programs._wheel()
    shutil.copytree(wheel / postgres_programs.WHEEL / postgres_programs.INSTALL / "bin", closed / "bin")
    login = Login(1, 1)
    assert not postgres_programs._can_run(closed / "bin" / "initdb", login)
    place = Path(f"/var/tmp/xiaozu-programs-{os.getpid()}")

    try:
        copied = postgres_programs._copy(wheel / postgres_programs.WHEEL, place)

        initdb = copied / postgres_programs.WHEEL / postgres_programs.INSTALL / "bin" / "initdb"
        said = subprocess.run(
            [str(initdb), "--version"], capture_output=True, text=True, cwd="/", check=True, **as_login(login)
        )
        assert "PostgreSQL" in said.stdout
        assert postgres_programs._is_ours(place)
    finally:
        shutil.rmtree(place)


def test_a_copy_that_others_could_have_changed_is_not_used(tmp_path: Path) -> None:
    place = tmp_path / "postgres"
    place.mkdir()
    place.chmod(0o777)

    assert not postgres_programs._is_ours(place)


def test_bells_can_be_emptied_frozen_and_killed(valkey: Valkey) -> None:
    valkey.flush()
    valkey.freeze()
    assert not valkey.answers()
    valkey.thaw()
    assert valkey.answers()

    address = valkey.url()
    valkey.kill()
    valkey.start()

    assert valkey.answers()
    assert valkey.url() == address


def test_nobody_is_answered_without_the_password(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Valkey, "_password", lambda _valkey, _user: "wrong")

    assert not valkey.answers()


def client(url: str) -> Redis:
    return Redis.from_url(url, socket_timeout=5)


FORBIDDEN = (
    ("LPUSH", "xiaozu:notify.bell", "forged"),
    ("BRPOP", "xiaozu:notify.bell", "1"),
    ("LLEN", "xiaozu:notify.ctl"),
    ("HSET", "xiaozu:notify.unacked", "tag", "forged"),
    ("EVAL", "return redis.call('LPUSH', 'xiaozu:notify.bell', 'forged')", "0"),
    ("LPUSH", "elsewhere", "x"),
    ("KEYS", "*"),
    ("FLUSHALL",),
    ("CONFIG", "GET", "*"),
    ("ACL", "LIST"),
    ("MONITOR",),
)


def test_a_service_neither_hears_nor_forges_anothers_bells(valkey: Valkey) -> None:
    own = "xiaozu:activities.bell"
    with client(valkey.url(user="activities")) as activities:
        activities.lpush(own, "own")
        assert activities.brpop(["xiaozu:activities.ctl", own]) == (own.encode(), b"own")

        for said in FORBIDDEN:
            with pytest.raises(ResponseError, match=r"(?i)permission"):
                activities.execute_command(*said)


@pytest.mark.parametrize("who", ["", "default:@", "default:guessed@", "activities:@", "nobody:guessed@"])
def test_nobody_comes_in_without_a_name_and_its_password(valkey: Valkey, who: str) -> None:
    with (
        client(f"redis://{who}127.0.0.1:{valkey.port}/0") as stranger,
        pytest.raises((AuthenticationError, ResponseError)),
    ):
        stranger.ping()


def test_no_password_of_the_broker_stands_in_its_settings(valkey: Valkey) -> None:
    settings = (valkey.folder / "valkey.conf").read_text()

    assert [url for url in (valkey.url(), valkey.url(user="notify")) if urlsplit(url).password in settings] == []


def test_a_damaged_log_of_bells_is_thrown_away(valkey: Valkey) -> None:
    valkey.stop()
    for file in (valkey.folder / "appendonlydir").iterdir():
        file.write_bytes(b"\xff" * 100)

    valkey.start()

    assert valkey.answers()
