"""F27: a box's watcher outlives every error, and replaces whoever has died or has fallen silent."""

import os
import signal
import threading
from pathlib import Path

import psutil
import pytest

from deploy.box.probe import Silence
from deploy.box.watch import Ear, Watcher
from tests.deploy.started import Start, Started, eventually, fetch


class Sham:
    """Something to watch that needs no process; what it is to do is told by the test."""

    def __init__(self) -> None:
        self.pid: int | None = 1
        self.alive = True
        self.starts = 0

    def start(self) -> None:
        self.starts += 1
        self.pid, self.alive = self.starts + 1, True

    def kill(self) -> None:
        self.alive = False


class Broken(Sham):
    """One of which not even the state can be seen."""

    @property
    def alive(self) -> bool:
        raise OSError(28, "No space left on device")

    @alive.setter
    def alive(self, _value: bool) -> None: ...


def watching(watched: dict[str, Sham], said: list[str]) -> Watcher:
    return Watcher(lambda: watched, asks={}, say=said.append, log=Path("log"), replaced=said.append)


def test_an_error_at_one_does_not_keep_it_from_the_others() -> None:
    said: list[str] = []
    good = Sham()
    watcher = watching({"broken": Broken(), "good": good}, said)
    watcher.start()

    good.kill()

    eventually(lambda: good.starts)
    watcher.stop(5)
    assert len([line for line in said if line.startswith("照看 broken 没有成功")]) == 1


@pytest.mark.parametrize("error", [OSError(28, "full"), ValueError("odd"), MemoryError(), KeyError("x")])
def test_a_duty_that_fails_is_tried_again_said_once_and_counted(error: Exception) -> None:
    said: list[str] = []
    tries: list[int] = []

    def duty() -> None:
        tries.append(1)
        if len(tries) <= 3:
            raise error

    watcher = watching({}, said)
    watcher.also("写入 box.json", duty)
    watcher.start()

    eventually(lambda: len(said) == 2)
    watcher.stop(5)
    assert "没有成功" in said[0]
    assert said[1] == "写入 box.json 已恢复正常（此前失败 3 次）。"


def test_nobody_there_to_hear_it_does_not_end_it() -> None:
    def deaf(_text: str) -> None:
        raise OSError(28, "No space left on device")

    dead = Sham()
    dead.kill()
    watcher = Watcher(lambda: {"dead": dead}, asks={}, say=deaf, log=Path("log"), replaced=deaf)
    watcher.start()

    eventually(lambda: dead.starts)
    watcher.stop(5)


def test_who_was_never_heard_has_longer_than_who_has_fallen_silent() -> None:
    ending = threading.Event()
    given: list[int] = []

    def ask(seconds: int) -> None:
        given.append(seconds)
        if len(given) > 2:
            raise Silence

    one = Sham()
    ear = Ear(one, ask, ending)
    listening = threading.Thread(target=ear.listen)
    listening.start()

    eventually(lambda: ear.hung == one.pid)
    ending.set()
    listening.join()
    assert given == [60, 10, 10]


@pytest.mark.parametrize("name", ["web", "worker", "sweep", "valkey", "postgres"])
def test_a_stopped_one_is_replaced(lasting: Started, name: str) -> None:
    before = lasting.up()
    eventually(lambda: int(fetch(f"{before.url}asked")) > 1)  # so they have begun to listen to one another

    os.kill(before.pids[name], signal.SIGSTOP)

    eventually(lambda: lasting.pid(name) not in {None, before.pids[name]})
    assert fetch(before.url) == "here"
    assert f"{name}（进程 {before.pids[name]}）3 秒没有回答" in lasting.told()


def test_a_state_that_cannot_be_written_does_not_keep_it_from_its_work(data: Path, start: Start) -> None:
    box = start(data)
    before = box.up()
    in_the_way = data / f"box.{before.pid}"
    in_the_way.mkdir()

    os.kill(before.pids["worker"], signal.SIGKILL)
    os.kill(before.pids["web"], signal.SIGKILL)

    assert fetch(before.url) == "here"
    in_the_way.rmdir()
    eventually(lambda: not set(before.pids.items()) & {(name, box.pid(name)) for name in ("web", "worker")})
    box.process.terminate()
    said = box.said()
    assert said.count("写入 box.json 没有成功") == 1
    assert "写入 box.json 已恢复正常" in said


def test_a_stopped_child_of_a_worker_takes_the_worker_with_it(lasting: Started) -> None:
    worker = psutil.Process(lasting.up().pids["worker"])
    eventually(worker.children)

    worker.children()[0].suspend()

    eventually(lambda: lasting.pid("worker") not in {None, worker.pid})
