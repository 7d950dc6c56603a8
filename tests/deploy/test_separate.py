"""The three services as processes of their own: one app and one worker each, by settings alone, as the README has it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import httpx2
import pytest

from deploy import alive
from deploy.embedded.valkey import Valkey
from shared.settings import SERVICES
from tests.conftest import SECRET_KEY
from tests.servers import Database
from tests.town import FIRST, XIHE, Person, Town

PATIENCE_SECONDS = 180


class Apart:
    """An address for each service; behind it an app, and beside that a worker, which serve this service only.

    One beat rings for all of them. Whoever has no address leaves signs of life in a file of its own.
    """

    def __init__(self, settings: dict[str, str], log: IO[bytes]) -> None:
        self.settings = settings
        self.log = log
        self.ports = {service: free_port() for service in SERVICES}
        self.processes: list[subprocess.Popen[bytes]] = []
        self.clients: list[httpx2.Client] = []

    def start(self) -> None:
        for service in SERVICES:
            self._run(service, "deploy.web", "--port", str(self.ports[service]))
            self._run(service, "deploy.worker", "--no-beat", signs=f"worker-{service}")
        self._run(",".join(SERVICES), "deploy.beat", signs="beat")

    @property
    def signs(self) -> list[Path]:
        return [Path(self.settings["XIAOZU_DATA"]) / name for name in ("beat", *(f"worker-{one}" for one in SERVICES))]

    def _run(self, services: str, *command: str, signs: str = "") -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("XIAOZU_")}
        env = kept | self.settings | {"XIAOZU_SERVICES": services}
        if signs:
            env["XIAOZU_SIGNS"] = str(Path(self.settings["XIAOZU_DATA"]) / signs)
        self.processes.append(
            subprocess.Popen([sys.executable, "-m", *command], env=env, stdout=self.log, stderr=self.log)
        )

    def stop(self) -> list[int]:
        """End all of them as a supervisor does; their exit codes."""
        for process in self.processes:
            process.terminate()
        return [process.wait(PATIENCE_SECONDS) for process in self.processes]

    def kill(self) -> None:
        for client in self.clients:
            client.close()
        for process in self.processes:
            process.kill()
            process.wait()

    def at(self, service: str) -> httpx2.Client:
        """A client at a service's own address, once it answers."""
        client = httpx2.Client(base_url=f"http://127.0.0.1:{self.ports[service]}", timeout=PATIENCE_SECONDS)
        self.clients.append(client)
        until(lambda: answers(client))
        return client


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(client: httpx2.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx2.TransportError:
        return False


def until(true: Any) -> Any:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not (found := true()):
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.2)
    return found


@pytest.fixture
def apart(office: Database, town: Town, tmp_path: Path) -> Iterator[Apart]:
    with ExitStack() as stack:
        valkey = Valkey(tmp_path / "valkey")
        stack.callback(valkey.kill)
        valkey.start()
        more = {"XIAOZU_REDIS_URL": valkey.url(), "XIAOZU_DATA": str(tmp_path), "XIAOZU_SECRET_KEY": SECRET_KEY}
        made = Apart(office.environment() | more, stack.enter_context((tmp_path / "log").open("wb")))
        stack.callback(made.kill)
        made.start()
        yield made


def test_a_record_written_at_one_service_is_told_by_another_and_one_sitting_opens_all(apart: Apart, town: Town) -> None:
    activities, assessment, notify = (apart.at(service) for service in SERVICES)
    leader, secretary = Person(activities, "steady"), Person(activities, "xihe")
    leader.sign_in()
    secretary.sign_in()
    held = {"group_id": town.groups[XIHE, FIRST], "kind": "study", "held_on": "2025-03-02", "place": "村部"}
    people = {"chair_id": town.people["冯实"], "recorder_id": town.people["江海"], "topic": "学习"}

    made = leader.post("activities/activities", held | people | {"submitted": True})["id"]
    secretary.post(f"activities/activities/{made}/returns", {"reason": "缺主要内容"})
    leader.client = notify
    told = until(lambda: [row for row in leader.get("notify/inbox")["rows"] if row["fact"] == "ActivityReturned"])

    assert len(told) == 1
    leader.client = assessment
    assert leader.get("assessment/cycles")["rows"] == []
    assert leader.ask("GET", "notify/inbox").status_code == 404
    until(lambda: all(alive.getting_on(str(file), now=time.monotonic()) for file in apart.signs))
    assert set(apart.stop()) == {0}


@pytest.mark.parametrize("program", ["web", "worker", "sweep", "beat"])
def test_a_program_that_is_asked_to_end_while_it_loads_ends_in_order(tmp_path: Path, program: str) -> None:
    loading, slow = tmp_path / "loading", tmp_path / "sqlalchemy.py"
    slow.write_text(f"import pathlib, time\npathlib.Path({str(loading)!r}).touch()\ntime.sleep(1000)\n")
    paths = os.pathsep.join([str(tmp_path), *sys.path])
    with subprocess.Popen([sys.executable, "-m", f"deploy.{program}"], env=os.environ | {"PYTHONPATH": paths}) as begun:
        until(loading.exists)

        begun.terminate()

        assert begun.wait(PATIENCE_SECONDS) == 0
