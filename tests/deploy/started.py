"""A box in a process of its own, and what can be seen of it from outside."""

import json
import os
import pwd
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
import pytest

from deploy.box import Box

ROOT = Path(__file__).parent.parent.parent
SMALL_BOX = Path(__file__).parent / "small_box.py"
SECONDS = 240  # an upper bound for a machine under load
SAID_BYTES = 10_000_000


def as_user(name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    found = pwd.getpwnam(name)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def python_of(user: str) -> str:
    """A Python of our version that this user can run with our packages; ours may lie in a folder that is closed to him."""
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}", "/usr/bin/python3"):
        with suppress(OSError):
            env = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
            tried = [python, "-c", "import psycopg, psutil, deploy.box"]
            if not subprocess.run(
                tried, env=env, cwd="/", capture_output=True, check=False, **as_user(user)
            ).returncode:
                return python
    pytest.fail(f"No Python that {user} can run with these packages, so nothing shows that no rights are needed.")


class Running:
    """A process that runs the box of a folder; what it says to people is kept, and can be read at any time."""

    def __init__(
        self, data: Path, command: Sequence[str], *, user: str | None = None, knowing: Sequence[Path] = (), **how: Any
    ) -> None:
        self.data = data
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  closed with the process
        env = {name: value for name, value in os.environ.items() if not name.startswith("XIAOZU_")}
        more = {"PYTHONPATH": os.pathsep.join([*map(str, knowing), *sys.path])} | (
            {"PYTHONDONTWRITEBYTECODE": "1"} if user else {}
        )
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=self._output, env=env | more, **how, **as_user(user)
        )

    def until(self, holds: Callable[[], object]) -> None:
        """Wait for it, as long as the process runs."""
        eventually(lambda: self.process.poll() is not None or holds())
        assert self.process.poll() is None, self.told()

    def box(self) -> Box:
        return Box.read(self.data) or Box(self.data, 0, "", "", "", "")

    def pid(self, name: str) -> int | None:
        return self.box().pids.get(name)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def told(self) -> str:
        """What it has said up to now."""
        return os.pread(self._output.fileno(), SAID_BYTES, 0).decode()

    def said(self) -> str:
        """All that it says, once it has ended."""
        self.process.wait(SECONDS)
        return self.told()

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(SECONDS)
        self._output.close()


class Started(Running):
    """A small box."""

    def __init__(self, data: Path, *options: str, python: str = sys.executable, user: str | None = None) -> None:
        super().__init__(data, [python, str(SMALL_BOX), str(data), *options], cwd="/", user=user)

    def up(self) -> Box:
        """The box, once its web answers."""
        self.until(lambda: self.box().pid == self.process.pid and self.pid("sweep"))
        assert fetch(self.box().url) == "here"
        return self.box()


class Office(Running):
    """`xiaozu`, by its words: `up` where none are named."""

    def __init__(self, data: Path, *words: str, knowing: Sequence[Path] = ()) -> None:
        command = [sys.executable, "-m", "deploy.cli", *(words or ("up",)), "--data", str(data)]
        super().__init__(data, command, knowing=knowing, cwd=ROOT)

    def up(self) -> Box:
        """The box, once it serves."""
        self.until(self.is_up)
        return self.box()

    def is_up(self) -> bool:
        found = self.box()
        return found.pid == self.process.pid and {"web", "worker", "sweep"} <= set(found.pids) and healthy(found)


def healthy(found: Box) -> bool:
    with suppress(OSError), urlopen(f"{found.url}health", timeout=5) as answer:
        return bool(json.load(answer) == {"status": "ok"})
    return False


def eventually(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def fetch(url: str) -> str:
    with urlopen(url, timeout=SECONDS) as answer:
        return answer.read().decode()


def gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


Start = Callable[..., Started]
