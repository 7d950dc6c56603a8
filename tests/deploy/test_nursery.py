"""The programs of a real box are forked from one process that has loaded them, and fall and rise one by one."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import psutil
import pytest

from deploy.box import Box

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = ("web", "worker", "sweep")
SECONDS = 120  # an upper bound for a machine under load


class Office:
    """`xiaozu up`, and what can be seen of it."""

    def __init__(self, data: Path, **more: str) -> None:
        self.data = data
        env = {name: value for name, value in os.environ.items() if not name.startswith("XIAOZU_")} | more
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", "up", "--data", str(data)],
            cwd=ROOT,
            env=env,
            stderr=subprocess.PIPE,
            text=True,
        )

    def up(self) -> Box:
        eventually(self.is_up)
        return self.box()

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.process.communicate()[1]
        found = Box.read(self.data)
        return bool(found and found.pid == self.process.pid and set(PROGRAMS) <= set(found.pids) and healthy(found))

    def box(self) -> Box:
        found = Box.read(self.data)
        assert found
        return found

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def said(self) -> str:
        return self.process.communicate(timeout=SECONDS)[1]


def healthy(found: Box) -> bool:
    with suppress(OSError), urlopen(f"{found.url}health", timeout=5) as answer:
        return bool(json.load(answer) == {"status": "ok"})
    return False


def eventually(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def gone(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.status() == psutil.STATUS_ZOMBIE
    return True


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One installation for all tests here: each starts it, and leaves it stopped."""
    return tmp_path_factory.mktemp("installation")


@pytest.fixture
def office(data: Path) -> Iterator[Office]:
    begun = Office(data)
    begun.up()
    yield begun
    begun.process.terminate()
    if begun.process.stderr and not begun.process.stderr.closed:
        begun.said()


def listens(process: psutil.Process, port: int) -> bool:
    """Whether it has the port; what a sweep forks for a moment may have gone meanwhile, and has none."""
    with suppress(psutil.NoSuchProcess):
        kept = process.net_connections()
        return any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in kept)
    return False


def test_every_program_is_born_there_and_stands_alone(office: Office) -> None:
    pids = office.box().pids

    nursery = psutil.Process(pids["nursery"])
    assert {child.pid for child in nursery.children()} == {pids[name] for name in PROGRAMS}
    assert all(os.getsid(pids[name]) == pids[name] for name in PROGRAMS)
    port = office.box().ports["web"]
    assert {process.pid for process in office.family() if listens(process, port)} == {pids["nursery"], pids["web"]}
    eventually(lambda: "Started server process" in (office.data / "log" / "web.log").read_text())


def test_no_program_knows_the_owners_login(office: Office) -> None:
    found = office.box()
    secret = urlsplit(found.migrate_database_url).password or ""

    known = [psutil.Process(pid) for name, pid in found.pids.items() if name not in {"postgres", "valkey"}]
    known += [child for process in known for child in process.children(recursive=True)]

    assert len(secret) > 20
    assert [each for each in known if secret in " ".join([*each.environ().values(), *each.cmdline()])] == []
    assert (found.data / "box.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", PROGRAMS)
def test_one_that_dies_is_born_again_and_the_others_do_not_notice(office: Office, name: str) -> None:
    before = office.box().pids
    below = psutil.Process(before[name]).children(recursive=True)

    os.kill(before[name], signal.SIGKILL)

    eventually(lambda: office.box().pids[name] != before[name] and office.is_up())
    after = office.box().pids
    assert {other: pid for other, pid in after.items() if other != name} == {
        other: pid for other, pid in before.items() if other != name
    }
    assert psutil.Process(after[name]).ppid() == after["nursery"]
    eventually(lambda: all(gone(process) for process in below))


@pytest.mark.parametrize("name", PROGRAMS)
def test_one_that_stands_still_is_replaced_and_the_others_do_not_notice(office: Office, name: str) -> None:
    before = office.box().pids

    os.kill(before[name], signal.SIGSTOP)

    eventually(lambda: office.box().pids[name] != before[name] and office.is_up())
    after = office.box().pids
    assert {other for other in before if after[other] != before[other]} == {name}


# Loaded by every Python of a box: whoever is sent SIGUSR2 waits from then on for a lock that nobody gives back.
SNARE = """
import signal, threading
lock = threading.Lock()
lock.acquire()
signal.signal(signal.SIGUSR2, lambda *_: lock.acquire())
"""


@pytest.fixture(scope="module")
def ensnared(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Iterator[Office]:
    """A box each of whose programs can be brought to a standstill while it runs."""
    snare = tmp_path_factory.mktemp("snare")
    (snare / "sitecustomize.py").write_text(SNARE)
    begun = Office(data, PYTHONPATH=os.pathsep.join([str(snare), str(ROOT)]))
    begun.up()
    yield begun
    begun.process.terminate()
    begun.said()


@pytest.mark.parametrize(("name", "below"), [("sweep", False), ("worker", False), ("worker", True)])
def test_one_that_runs_but_gets_on_with_nothing_is_replaced_and_the_others_do_not_notice(
    ensnared: Office, name: str, below: bool
) -> None:
    before = ensnared.box().pids
    process = psutil.Process(before[name])
    eventually(lambda: name == "sweep" or [each for each in process.children() if each.status() == "sleeping"])
    time.sleep(3)  # so that it has been heard once

    (process.children()[0] if below else process).send_signal(signal.SIGUSR2)

    eventually(lambda: ensnared.box().pids[name] != before[name] and ensnared.is_up())
    after = ensnared.box().pids
    assert {other for other in before if after[other] != before[other]} == {name}


def test_who_is_silent_only_because_the_broker_is_away_is_left_alone(ensnared: Office) -> None:
    before = ensnared.box().pids

    os.kill(before["valkey"], signal.SIGSTOP)

    eventually(lambda: ensnared.box().pids["valkey"] != before["valkey"] and ensnared.is_up())
    time.sleep(13)  # the worker's own patience and a little more
    after = ensnared.box().pids
    assert {other for other in before if after[other] != before[other]} == {"valkey"}


def test_a_child_of_the_pool_that_dies_is_replaced(office: Office) -> None:
    worker, postgres = psutil.Process(office.box().pids["worker"]), office.box().ports["postgres"]
    eventually(worker.children)
    (child,) = worker.children()
    eventually(lambda: any(each.raddr and each.raddr.port == postgres for each in child.net_connections()))  # at work

    child.kill()

    eventually(lambda: [other for other in worker.children() if other.pid != child.pid and not gone(other)])
    assert office.box().pids["worker"] == worker.pid


def test_the_death_of_the_nursery_is_followed_by_a_whole_box(office: Office) -> None:
    before = office.box().pids
    old = [psutil.Process(before[name]) for name in (*PROGRAMS, "nursery")]

    os.kill(before["nursery"], signal.SIGKILL)

    eventually(lambda: {*office.box().pids.values()}.isdisjoint({process.pid for process in old}) and office.is_up())
    eventually(lambda: all(gone(process) for process in old))
    office.process.terminate()
    assert f"nursery（进程 {before['nursery']}）意外结束" in office.said()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_them_all_in_order(office: Office, number: int) -> None:
    family = office.family()

    office.process.send_signal(number)

    assert "已停止" in office.said()
    assert office.process.returncode == 0
    assert all(gone(process) for process in family)


@pytest.mark.parametrize("pause", [0.0, 0.3, 0.6])
def test_a_signal_while_they_are_being_born_leaves_nobody(data: Path, pause: float) -> None:
    office = Office(data)
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


def test_nobody_outlives_a_killed_box(office: Office) -> None:
    family = office.family()

    office.process.kill()

    eventually(lambda: all(gone(process) for process in family))
