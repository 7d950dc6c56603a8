"""The programs of a real box are forked from one process that has loaded them, and fall and rise one by one."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from deploy.box.code import Code
from deploy.box.nursery import Nursery
from deploy.box.watch import ASK_SECONDS
from deploy.embedded.children import DoesNotStart
from tests.deploy.started import Office, eventually, gone
from tests.installed import copied

PROGRAMS = ("web", "worker", "sweep")


Run = Callable[..., Office]
# Loaded by every Python of a box: whoever is sent SIGUSR2 waits from then on for a lock that nobody gives back; and the
# watcher waits half as long for somebody's first word, for a test may stop whoever has not said it yet.
SNARE = """
import signal, sys, threading
if {"deploy.cli", "deploy.box"} & {*sys.orig_argv}:
    from deploy.box import watch
    watch.FIRST_WORD_SECONDS = 30
lock = threading.Lock()
lock.acquire()
signal.signal(signal.SIGUSR2, lambda *_: lock.acquire())
"""


@pytest.fixture(scope="module")
def office(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One for all tests that leave it whole, though its programs may be others."""
    snare = tmp_path_factory.mktemp("snare")
    (snare / "sitecustomize.py").write_text(SNARE)
    with closing(Office(copied(installed, tmp_path_factory.mktemp("office") / "data"), knowing=[snare])) as begun:
        begun.up()
        yield begun


def listens(process: psutil.Process, port: int) -> bool:
    """Whether it has the port; what a sweep forks for a moment may have gone meanwhile, and has none."""
    with suppress(psutil.NoSuchProcess):
        kept = process.net_connections()
        return any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in kept)
    return False


@pytest.mark.parametrize("there", [False, True])
def test_code_that_cannot_be_run_does_not_start_and_ends_nothing_else(tmp_path: Path, there: bool) -> None:
    code = Code(tmp_path if there else tmp_path / "gone", str(tmp_path / "python"))
    other = Nursery(["web"], env={}, log=tmp_path / "nursery.log", listener=None, code=code)

    with pytest.raises(DoesNotStart, match="cannot be run"):
        other.bear("web", tmp_path / "web.log")
    assert not other.alive


def test_every_program_is_born_there_and_stands_alone(office: Office) -> None:
    pids = office.up().pids

    nursery = psutil.Process(pids["nursery"])
    assert {child.pid for child in nursery.children()} == {pids[name] for name in PROGRAMS}
    assert all(os.getsid(pids[name]) == pids[name] for name in PROGRAMS)
    port = office.box().ports["web"]
    assert {process.pid for process in office.family() if listens(process, port)} == {pids["nursery"], pids["web"]}
    eventually(lambda: "Started server process" in (office.data / "log" / "web.log").read_text())


def test_no_program_knows_the_owners_login(office: Office) -> None:
    found = office.up()
    secret = urlsplit(found.migrate_database_url).password or ""

    known = [psutil.Process(pid) for name, pid in found.pids.items() if name not in {"postgres", "valkey"}]
    known += [child for process in known for child in process.children(recursive=True)]

    assert len(secret) > 20
    assert [each for each in known if secret in " ".join([*each.environ().values(), *each.cmdline()])] == []
    assert (found.data / "box.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", PROGRAMS)
def test_one_that_dies_is_born_again_and_the_others_do_not_notice(office: Office, name: str) -> None:
    before = office.up().pids
    below = psutil.Process(before[name]).children(recursive=True)

    os.kill(before[name], signal.SIGKILL)

    eventually(lambda: office.pid(name) != before[name] and office.is_up())
    after = office.box().pids
    assert {other: pid for other, pid in after.items() if other != name} == {
        other: pid for other, pid in before.items() if other != name
    }
    assert psutil.Process(after[name]).ppid() == after["nursery"]
    eventually(lambda: all(gone(process) for process in below))


def test_who_stands_still_is_replaced_and_the_others_do_not_notice(office: Office) -> None:
    before = office.up().pids
    time.sleep(8 * ASK_SECONDS)  # whoever was never heard has longer

    for name in PROGRAMS:
        os.kill(before[name], signal.SIGSTOP)

    eventually(lambda: all(office.pid(name) != before[name] for name in PROGRAMS) and office.is_up())
    after = office.box().pids
    assert {other for other in before if after[other] != before[other]} == {*PROGRAMS}


@pytest.mark.parametrize(("name", "below"), [("sweep", False), ("worker", False), ("worker", True)])
def test_one_that_runs_but_gets_on_with_nothing_is_replaced_and_the_others_do_not_notice(
    office: Office, name: str, below: bool
) -> None:
    before = office.up().pids
    process = psutil.Process(before[name])
    eventually(lambda: name == "sweep" or [each for each in process.children() if each.status() == "sleeping"])
    time.sleep(6 * ASK_SECONDS)  # so that it has been heard once

    (process.children()[0] if below else process).send_signal(signal.SIGUSR2)

    eventually(lambda: office.pid(name) != before[name] and office.is_up())
    after = office.box().pids
    assert {other for other in before if after[other] != before[other]} == {name}


def test_who_is_silent_only_because_the_broker_is_away_is_left_alone(office: Office) -> None:
    before = office.up().pids

    os.kill(before["valkey"], signal.SIGSTOP)

    eventually(lambda: office.box().pids["valkey"] != before["valkey"] and office.is_up())
    time.sleep(13)  # the worker's own patience and a little more
    after = office.box().pids
    assert {other for other in before if after[other] != before[other]} == {"valkey"}


def test_a_child_of_the_pool_that_dies_is_replaced(office: Office) -> None:
    worker, postgres = psutil.Process(office.up().pids["worker"]), office.box().ports["postgres"]
    eventually(worker.children)
    (child,) = worker.children()
    eventually(lambda: any(each.raddr and each.raddr.port == postgres for each in child.net_connections()))  # at work

    child.kill()

    eventually(lambda: [other for other in worker.children() if other.pid != child.pid and not gone(other)])
    assert office.box().pids["worker"] == worker.pid


def test_the_death_of_the_nursery_is_followed_by_a_whole_box(office: Office) -> None:
    before = office.up().pids
    old = [psutil.Process(before[name]) for name in (*PROGRAMS, "nursery")]

    os.kill(before["nursery"], signal.SIGKILL)

    eventually(lambda: {*office.box().pids.values()}.isdisjoint({process.pid for process in old}) and office.is_up())
    eventually(lambda: all(gone(process) for process in old))
    assert f"nursery（进程 {before['nursery']}）意外结束" in office.told()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_them_all_in_order(data: Path, run: Run, number: int) -> None:
    office = run(data)
    office.up()
    family = office.family()

    office.process.send_signal(number)

    assert "已停止" in office.said()
    assert office.process.returncode == 0
    assert all(gone(process) for process in family)


@pytest.mark.parametrize("pause", [0.0, 0.3, 0.6])
def test_a_signal_while_they_are_being_born_leaves_nobody(data: Path, run: Run, pause: float) -> None:
    office = run(data)
    eventually(lambda: any("deploy.nursery" in " ".join(cmdline(each)) for each in office.family()))
    time.sleep(pause)
    family = office.family()

    office.process.terminate()

    office.said()
    eventually(lambda: all(gone(process) for process in family))
    assert office.process.returncode == 0


def cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_nobody_outlives_a_killed_box(data: Path, run: Run) -> None:
    office = run(data)
    office.up()
    family = office.family()

    office.process.kill()

    eventually(lambda: all(gone(process) for process in family))
