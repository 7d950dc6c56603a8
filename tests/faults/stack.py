"""A whole installation of processes that a test may kill, freeze, empty and restart; and what must hold afterwards."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from deploy.embedded.postgres import OWNER, Postgres
from deploy.embedded.valkey import Valkey
from tests.faults import trial

REST_SECONDS = 60
WAITING = """
    select (select count(*) from activities.job where state = 'ready')
         + (select count(*) from activities.fact f where not exists (
              select 1 from activities.effect e where e.fact_id = f.id))"""


@dataclass
class Stack:
    """Processes by name, each in a session of its own, on one PostgreSQL and one Valkey."""

    postgres: Postgres
    valkey: Valkey
    database: str
    folder: Path
    seed: int
    commands: dict[str, list[str]] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: int = 0
    extra: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        print(f"seed {self.seed}")

    @property
    def owner_url(self) -> str:
        return self.postgres.url(OWNER, database=self.database)

    def environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("XIAOZU_")},
            "XIAOZU_DATABASE_URL": self.postgres.url(database=self.database),
            "XIAOZU_REDIS_URL": self.valkey.url(user="activities"),
            "XIAOZU_SERVICES": "activities",
            "XIAOZU_DATA": str(self.folder),
            "PYTHONPATH": str(Path.cwd()),
            **self.extra,
        }

    def start(self, name: str, *arguments: str) -> None:
        """Start a process: `worker`, `sweep` or `producer`, perhaps with a number behind its name."""
        role = name.rstrip("0123456789")
        self.commands[name] = [sys.executable, "-m", "tests.faults.trial", role, *arguments]
        self.restart(name)

    def restart(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name], env=self.environment(), start_new_session=True, stdout=log, stderr=log
            )

    def kill(self, name: str) -> None:
        """kill -9 of the whole process group; then it is started again, as a supervisor would."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait()
        self.kills += 1
        self.restart(name)

    def kill_child(self, name: str) -> None:
        """kill -9 of one process of a worker's pool."""
        try:
            children = psutil.Process(self.processes[name].pid).children()
            if children:
                self.chance.choice(children).kill()
                self.kills += 1
        except psutil.NoSuchProcess:
            self.restart(name)

    def supervise(self) -> None:
        """Start again whatever fell by itself."""
        for name, process in list(self.processes.items()):
            if process.poll() not in (None, 0):
                self.restart(name)

    def kill_something(self) -> None:
        self.supervise()
        name = self.chance.choice([name for name in self.processes if self.processes[name].poll() is None])
        if name.startswith("worker") and self.chance.random() < 0.5:
            self.kill_child(name)
        else:
            self.kill(name)

    def while_producing(self, fault: Callable[[], None], *, every: float) -> None:
        """Cause a fault again and again until the last fact is written."""
        while self.processes["producer"].poll() is None:
            time.sleep(every * self.chance.uniform(0.5, 1.5))
            fault()

    def until(self, holds: Callable[[], object], seconds: float = REST_SECONDS) -> None:
        """Wait for something that must come to pass."""
        ends = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < ends, f"it did not come to pass, see {self.folder}"
            time.sleep(0.1)

    def wait_for_rest(self, seconds: float = REST_SECONDS) -> float:
        """Wait until nothing is open; returns how long it took, so that I8 can be judged."""
        started = time.monotonic()
        while time.monotonic() < started + seconds:
            if self.ask(WAITING) == 0:
                return time.monotonic() - started
            time.sleep(0.1)
        raise AssertionError(f"{self.ask(WAITING)} still open after {seconds} s, see {self.folder}")

    def ask(self, question: str) -> int:
        with psycopg.connect(self.owner_url) as connection:
            row = connection.execute(question).fetchone()
            return int(row[0]) if row else 0

    def close(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def check(self, facts: int, *, dead: int = 0) -> None:
        """I1 to I3 and I7, in SQL, at rest; a process that has come late may just have left the day's own work."""
        counted = {
            "lost": "select count(*) from activities.fact f left join activities.effect e on e.fact_id = f.id where e is null",
            "twice": "select count(*) from (select 1 from activities.effect group by fact_id having count(*) > 1) t",
            "without a fact": "select count(*) from activities.effect e left join activities.fact f on f.id = e.fact_id where f is null",
            "early": "select count(*) from activities.effect e join activities.fact f on f.id = e.fact_id where e.at < f.due_at",
            "ready": "select count(*) from activities.job where state = 'ready' and task like 'activities.trial%'",
            "dead": "select count(*) from activities.job where state = 'dead'",
        }
        found = {name: self.ask(question) for name, question in counted.items()}
        assert self.ask("select count(*) from activities.fact") == facts
        expected = {"lost": dead, "twice": 0, "without a fact": 0, "early": 0, "ready": 0, "dead": dead}
        assert found == expected, f"{found}, see {self.folder}"


def prepare(owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(trial.TABLES)
