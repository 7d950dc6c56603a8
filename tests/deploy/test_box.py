"""One box starts, is watched and stops as a whole, whatever happens to it: real processes, real signals."""

import json
import os
import pwd
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from deploy.box import running
from deploy.box.programs import PATIENCE
from tests.deploy.started import Start, Started, eventually, fetch, gone, python_of


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything_together(data: Path, start: Start, number: int) -> None:
    box = start(data)
    box.up()
    family = box.family()

    box.process.send_signal(number)

    assert "已停止" in box.said()
    assert box.process.returncode == 0
    assert len(family) > 5
    assert all(gone(process) for process in family)
    assert running(data) is None
    assert not (data / "box.json").exists()


def test_a_second_signal_does_not_wait_for_a_stubborn_worker(data: Path, start: Start) -> None:
    box = start(data, "--stubborn")
    web = psutil.Process(box.up().pids["web"])
    family = box.family()
    began = time.monotonic()
    box.process.terminate()
    eventually(lambda: gone(web))

    box.process.terminate()

    assert "已停止" in box.said()
    assert time.monotonic() - began < PATIENCE["worker"] - 5
    assert all(gone(process) for process in family)


def test_a_signal_while_it_starts_leaves_nothing(tmp_path: Path, start: Start) -> None:
    box = start(tmp_path / "data")
    eventually((tmp_path / "data" / "postgres" / "cluster" / "postmaster.pid").exists)
    family = box.family()

    box.process.send_signal(signal.SIGTERM)

    box.said()
    assert box.process.returncode == 0
    assert all(gone(process) for process in family)


def test_no_child_outlives_a_killed_box_and_the_next_one_has_its_data(data: Path, start: Start) -> None:
    box = start(data)
    with psycopg.connect(box.up().migrate_database_url) as connection:
        connection.execute("create table kept as select 42 as answer")
    family = box.family()

    box.process.kill()

    eventually(lambda: all(gone(process) for process in family))
    again = start(data).up()
    with psycopg.connect(again.migrate_database_url) as connection:
        assert connection.execute("table kept").fetchone() == (42,)


def test_a_box_killed_while_its_servers_hang_is_followed_by_a_sound_one(data: Path, start: Start) -> None:
    box = start(data)
    pids = box.up().pids
    family = box.family()
    frozen = [psutil.Process(pids[name]) for name in ("postgres", "valkey", "worker")]
    for process in frozen:
        process.suspend()  # deaf to every polite signal
    box.process.kill()

    try:
        again = start(data).up()

        assert all(gone(process) for process in family)
    finally:
        for process in frozen:
            with suppress(psutil.NoSuchProcess):
                process.kill()
    assert set(again.pids.values()).isdisjoint(pids.values())


@pytest.mark.parametrize("name", ["web", "worker", "sweep", "valkey", "postgres"])
def test_a_dead_child_is_started_again(lasting: Started, name: str) -> None:
    before = lasting.up()

    os.kill(before.pids[name], signal.SIGKILL)

    eventually(lambda: lasting.pid(name) not in {None, before.pids[name]})
    after = lasting.box()
    assert (after.database_url, after.redis_url, after.url) == (before.database_url, before.redis_url, before.url)
    assert fetch(after.url) == "here"
    psycopg.connect(after.database_url).close()
    assert f"{name}（进程 {before.pids[name]}）意外结束" in lasting.told()


def test_callers_wait_unrefused_while_the_web_is_started_again(lasting: Started) -> None:
    before = lasting.up()

    os.kill(before.pids["web"], signal.SIGKILL)

    assert fetch(before.url) == "here"


def test_a_port_that_was_asked_for_and_is_taken_is_refused(tmp_path: Path, start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        box = start(tmp_path / "data", "--port", str(port))

        assert f"{port} 端口" in box.said()
    assert box.process.returncode == 4
    assert not (tmp_path / "data" / "postgres" / "cluster").exists()


def test_the_usual_port_gives_way_to_the_next_free_one(data: Path, start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        box = start(data, "--first-port", str(port)).up()

    assert port < box.ports["web"]


def test_a_second_start_says_where_the_first_one_is(lasting: Started, start: Start) -> None:
    first = lasting.up()

    second = start(lasting.data)

    assert first.url in second.said()
    assert second.process.returncode == 3
    assert fetch(first.url) == "here"


def test_stale_state_is_harmless(data: Path, start: Start) -> None:
    first = start(data)
    first.up()
    first.process.terminate()
    first.said()
    stranger = os.getpid()  # a live process that has the number of a dead one
    (data / "postgres" / "cluster" / "postmaster.pid").write_text(f"{stranger}\n/nowhere\n1\n5432\n\n\n\nready\n")
    (data / "box.json").write_text(json.dumps({"pid": stranger, "data": str(data)}))

    second = start(data)

    assert second.up().pid == second.process.pid


def test_a_lost_file_of_secrets_is_refused_and_not_made_anew(data: Path, start: Start) -> None:
    first = start(data)
    first.up()
    first.process.terminate()
    first.said()
    (data / "secrets.json").unlink()

    second = start(data)

    assert "secrets.json" in second.said()
    assert second.process.returncode == 5


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests show it already")
def test_it_runs_for_a_user_without_rights(start: Start) -> None:
    python = python_of("daemon")
    data = Path(f"/var/tmp/xiaozu-{os.getpid()}")
    data.mkdir()
    os.chown(data, pwd.getpwnam("daemon").pw_uid, -1)
    try:
        box = start(data, python=python, user="daemon")
        pids = box.up().pids

        users = {psutil.Process(pid).username() for pid in pids.values()}
        box.process.terminate()

        assert "已停止" in box.said()
        assert users == {"daemon"}
    finally:
        subprocess.run(["rm", "-rf", str(data)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_the_programs_of_a_root_have_no_rights_of_root_and_cannot_read_its_secrets(start: Start) -> None:
    data = Path(f"/var/tmp/xiaozu-{os.getpid()}")
    data.mkdir()
    try:
        for _ in range(2):  # the second finds what the first one has handed over
            box = start(data, python=python_of("daemon"))
            found = box.up()
            family = {name: psutil.Process(pid) for name, pid in found.pids.items()}
            family |= {f"child {child.pid}": child for child in family["worker"].children()}
            uids = {name: each.uids() for name, each in family.items()}
            box.process.terminate()
            box.said()

            assert [name for name, each in uids.items() if 0 in each] == []
            assert len({each.real for each in uids.values()}) == 3  # programs, broker, database: none is another's
            assert [each for each in data.rglob("*") if each.stat().st_mode & 0o007 and each.parent == data] == []
            for name in ("secrets.json", "files"):
                kept = (data / name).stat()
                assert (kept.st_uid, kept.st_mode & 0o077) == (0 if name == "secrets.json" else uids["web"].real, 0)
    finally:
        subprocess.run(["rm", "-rf", str(data)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_where_programs_cannot_be_without_rights_the_box_says_why(tmp_path: Path, start: Start) -> None:
    tmp_path.chmod(0o700)
    box = start(tmp_path / "data")
    box.up()
    box.process.terminate()

    assert "程序只能以 root 运行" in box.said()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_the_database_of_a_root_has_no_rights_of_root(data: Path, start: Start) -> None:
    box = start(data)

    pids = box.up().pids

    assert psutil.Process(pids["postgres"]).uids().effective != 0
