"""A command finds the running box of its folder, or has one for as long as it needs it."""

import fcntl
import os
import threading
from pathlib import Path

import psycopg
import pytest

from deploy.box import AlreadyRunning, box, running
from deploy.box.stack import Stack
from deploy.box.state import Box, locked
from deploy.embedded.logs import keeper
from deploy.embedded.postgres import Postgres


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No migrations: those have tests of their own."""
    monkeypatch.setattr(Stack, "_upgrade", lambda _self: None)


def silent(_text: str) -> None: ...


def test_it_lasts_as_long_as_the_block(data: Path) -> None:
    with box(data, say=silent) as found:
        seen = running(data)
        assert seen is not None
        assert seen.database_url == found.database_url
        psycopg.connect(found.database_url).close()
        assert os.environ["XIAOZU_DATABASE_URL"] == found.database_url

    assert running(data) is None
    assert "XIAOZU_DATABASE_URL" not in os.environ


def test_all_that_a_cluster_holds_is_the_servers_so_that_a_backup_can_take_it_along(data: Path) -> None:
    with box(data, say=silent):
        cluster = data / "postgres" / "cluster"
        ours = cluster / "xiaozu_migrated"
        os.chown(ours, os.geteuid(), os.getegid())  # as an earlier version left it
    with box(data, say=silent):
        assert ours.read_text()
        assert {path.lstat().st_uid for path in cluster.rglob("*")} == {cluster.stat().st_uid}


def test_a_running_one_is_used_and_left_running(data: Path) -> None:
    with box(data, say=silent) as first:
        del os.environ["XIAOZU_DATABASE_URL"]  # as in another process

        with box(data, say=silent) as second:
            assert second.database_url == first.database_url

        assert running(data) is not None


def test_it_does_not_end_under_another_command(data: Path) -> None:
    ended = threading.Event()
    with box(data, say=silent) as found:
        busy = locked(data / "box.users", fcntl.LOCK_SH)
        busy.__enter__()

        def finish() -> None:
            with psycopg.connect(found.database_url):
                assert not ended.wait(0.5)
            busy.__exit__(None, None, None)

        other = threading.Thread(target=finish)
        other.start()
    ended.set()

    other.join()
    assert running(data) is None


def test_a_block_within_a_block_has_the_same_box(data: Path) -> None:
    with box(data, say=silent) as outer, box(data, say=silent) as inner:
        assert inner.database_url == outer.database_url


def test_a_database_named_by_the_settings_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOZU_DATABASE_URL", "postgresql://somewhere/else")

    with box(tmp_path / "data", say=silent) as found:
        assert found.database_url == "postgresql://somewhere/else"

    assert not (tmp_path / "data").exists()


def test_state_and_secrets_are_for_their_owner_only(tmp_path: Path) -> None:
    with box(tmp_path, say=silent):
        for name in ("box.json", "secrets.json"):
            assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_a_folder_that_was_open_is_closed_and_that_is_said_once(data: Path, tmp_path: Path) -> None:
    for path, mode in ((data, 0o755), (data / "secrets.json", 0o644), (data / "files", 0o777), (data / "mail", 0o750)):
        path.chmod(mode)
    (tmp_path / "elsewhere").touch(mode=0o644)
    (data / "files" / "link").symlink_to(tmp_path / "elsewhere")

    said: list[str] = []
    for _ in range(2):
        with box(data, say=said.append):
            (data / "files" / "new").mkdir(exist_ok=True)

    assert len([line for line in said if "现在已经关上" in line]) == 1
    open_to_others = [path for path in (data, *data.iterdir()) if path.stat().st_mode & 0o067]
    assert open_to_others == []
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o644


def test_a_failure_in_the_block_ends_it_too(data: Path) -> None:
    with pytest.raises(ZeroDivisionError), box(data, say=silent):
        _ = 1 / 0

    assert running(data) is None


def test_the_log_of_the_database_has_no_personal_data(tmp_path: Path) -> None:
    server = Postgres(tmp_path, durable=False)
    server.start()
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("create table person (name text primary key)")
            for _ in range(2):
                try:
                    connection.execute("insert into person values (%s)", ["某人某某"])
                except psycopg.errors.UniqueViolation:
                    connection.execute("select pg_sleep(0.6), %s", ["某人某某"])
    finally:
        server.stop()

    keeper().settle()
    said = server.log.read_text()
    assert "person_pkey" in said
    assert "某人" not in said


def test_a_half_made_database_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "cluster.new" / "base").mkdir(parents=True)
    server = Postgres(tmp_path, durable=False)

    server.start()

    psycopg.connect(server.url()).close()
    server.kill()


def test_who_is_refused_is_told_the_way(tmp_path: Path) -> None:
    refusal = AlreadyRunning("…")

    assert refusal.code == 3
    assert Box.read(tmp_path) is None
