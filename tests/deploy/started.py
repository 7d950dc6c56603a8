"""A small box in a process of its own, and what can be seen of it from outside."""

import os
import pwd
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
import pytest

from deploy.box import Box

SMALL_BOX = Path(__file__).parent / "small_box.py"
SECONDS = 60  # an upper bound for a machine under load


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


class Started:
    """A box in a process of its own."""

    def __init__(self, data: Path, *options: str, python: str = sys.executable, user: str | None = None) -> None:
        self.data = data
        env = {name: value for name, value in os.environ.items() if not name.startswith("XIAOZU_")}
        self.process = subprocess.Popen(
            [python, str(SMALL_BOX), str(data), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env=env | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
            **as_user(user),
        )

    def up(self) -> Box:
        """The box, once its web answers."""
        eventually(lambda: self.process.poll() is not None or self.is_up())
        assert self.process.poll() is None, self.said()
        assert fetch(self.box().url) == "here"
        return self.box()

    def is_up(self) -> bool:
        found = self.box()
        return found.pid == self.process.pid and "sweep" in found.pids

    def box(self) -> Box:
        return Box.read(self.data) or Box(self.data, 0, "", "", "", "")

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def said(self) -> str:
        return self.process.communicate(timeout=SECONDS)[1]


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
