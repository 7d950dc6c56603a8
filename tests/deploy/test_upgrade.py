"""F17: other code takes over a box while people work, and goes back; of what is asked meanwhile nothing fails."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest

from deploy.box import Box
from deploy.box.code import ORDER, Code, order, ordered, withdraw
from deploy.install import machine
from deploy.install.answers import COMMAND, SCRIPT
from tests.deploy.started import ROOT, SECONDS, Office, eventually
from tests.deploy.test_install import answers
from tests.installed import copied

PARTS = ("services", "shared", "deploy")
HEALTH = 'lambda: {"status": "ok"}'
MIGRATION = '''"""A column that only later code knows."""

from alembic import op

revision = "notify_9999"
down_revision = "{head}"


def upgrade() -> None:
    op.execute("alter table notify.message add column later text")
'''


@pytest.fixture(scope="module")
def office(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with closing(Office(copied(installed, tmp_path_factory.mktemp("office") / "data"))) as begun:
        begun.up()
        yield begun


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it will be: it says so when it is asked how it fares, and brings a migration."""
    root = tmp_path_factory.mktemp("later") / "xiaozu"
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    web = root / "deploy" / "web.py"
    assert HEALTH in web.read_text()
    web.write_text(web.read_text().replace(HEALTH, 'lambda: {"status": "later"}'))
    steps = ROOT / "services" / "notify" / "migrations" / "versions"
    said = [file.read_text() for file in steps.glob("*.py")]
    revisions = {line.split('"')[1] for text in said for line in text.splitlines() if line.startswith("revision")}
    text = MIGRATION.format(head=max(revisions))
    (root / "services" / "notify" / "migrations" / "versions" / "2099-01-01_later.py").write_text(text)
    return root


def upgrade(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`xiaozu upgrade` of the project in that folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XIAOZU_")}
    path = os.pathsep.join([str(root), *(each for each in sys.path if each and Path(each) != ROOT)])
    command = [sys.executable, "-m", "deploy.cli", "upgrade", *words]
    return subprocess.run(
        command, cwd=root, env=kept | {"PYTHONPATH": path}, capture_output=True, text=True, timeout=SECONDS, check=False
    )


class Asking:
    """Somebody who asks without a pause: what he was answered, and what went wrong."""

    def __init__(self, box: Box, *, path: str, keeps_the_line: bool) -> None:
        self.answers: Counter[str] = Counter()
        self.failed: list[str] = []
        self._address, self._path, self._keeps = urlsplit(box.url).netloc, path, keeps_the_line
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _ask(self) -> None:
        line = http.client.HTTPConnection(self._address, timeout=SECONDS)
        while not self._ending.is_set():
            try:
                line.request("GET", self._path, headers={} if self._keeps else {"Connection": "close"})
                with line.getresponse() as answer:
                    said = answer.read().decode()
                self.answers[f"{answer.status} {said[:40]}"] += 1
            except (OSError, http.client.HTTPException) as error:
                self.failed.append(repr(error))
                line.close()


@contextmanager
def people(office: Office) -> Iterator[list[Asking]]:
    """Some who come anew each time, as through a gateway, to two pages."""
    asking = [Asking(office.box(), path=path, keeps_the_line=False) for path in ("/health", "/health", "/sign-in")]
    with asking[0], asking[1], asking[2]:
        yield asking


def said(asking: list[Asking]) -> set[str]:
    return {answer for one in asking[:2] for answer in one.answers}


def of_nursery(office: Office, name: str) -> bool:
    """Whether it is a child of the nursery that stands in the box's own list."""
    pids = office.box().pids
    return psutil.Process(pids[name]).ppid() == pids["nursery"]


OK, LATER = '200 {"status":"ok"}', '200 {"status":"later"}'


def test_later_code_takes_over_while_people_work_and_the_earlier_comes_back(office: Office, later: Path) -> None:
    before = office.box().pids
    with people(office) as asking:
        eventually(lambda: all(one.answers for one in asking))
        told = upgrade(later, "--data", str(office.data), "--no-backup")
        assert (told.returncode, told.stderr) == (0, "")
        assert "数据库要改：notify: 2099-01-01_later" in told.stdout
        assert office.box().code == str(later)
        assert said(asking) == {OK, LATER}
        for one in asking:
            one.answers.clear()
        eventually(lambda: all(one.answers for one in asking))
        assert said(asking) == {LATER}
        killed = office.box().pids["sweep"]
        os.kill(killed, signal.SIGKILL)  # who dies afterwards is born of the code that runs
        eventually(lambda: office.pid("sweep") not in {killed, None})
        eventually(lambda: of_nursery(office, "sweep"))

        back = upgrade(ROOT, "--data", str(office.data))
        assert (back.returncode, back.stderr) == (0, "")
        assert "数据库比这个文件夹的程序新" in back.stdout
        for one in asking:
            one.answers.clear()
        eventually(lambda: all(one.answers for one in asking))

    assert [one.failed for one in asking] == [[], [], []]
    assert said(asking) == {OK}
    assert {answer.split()[0] for answer in asking[2].answers} == {"200"}
    after = office.box().pids
    assert all(of_nursery(office, name) for name in ("web", "worker", "sweep"))
    assert {name for name in before if before[name] == after[name]} == {"postgres", "valkey"}
    with psycopg.connect(office.box().migrate_database_url) as connection:
        assert connection.execute("select later from notify.message").fetchall() == []
    assert "已经是这个文件夹的程序" in upgrade(ROOT, "--data", str(office.data)).stdout


@pytest.mark.parametrize(
    ("file", "end"),
    [("deploy/web.py", "raise RuntimeError"), ("deploy/web.py", "prepare = None"), ("deploy/sweep.py", "main = None")],
    ids=["cannot be loaded", "does not serve", "one of them does not come up"],
)
def test_code_that_does_not_come_up_leaves_what_runs(
    office: Office, later: Path, tmp_path: Path, file: str, end: str
) -> None:
    broken = tmp_path / "xiaozu"
    shutil.copytree(later, broken)
    with (broken / file).open("a") as out:
        out.write(f"\n{end}\n")

    with people(office) as asking:
        eventually(lambda: all(one.answers for one in asking))
        told = upgrade(broken, "--data", str(office.data), "--no-backup")

    assert told.returncode == 1
    assert "新的程序没有启动，原来的照常运行" in told.stderr
    assert [one.failed for one in asking] == [[], [], []]
    eventually(office.is_up)
    assert office.box().code == str(ROOT)


def test_where_nothing_runs_it_is_said_what_to_do(tmp_path: Path) -> None:
    told = upgrade(ROOT, "--data", str(tmp_path / "nothing"))

    assert (told.returncode, told.stdout) == (1, "")
    assert "xiaozu up" in told.stderr
    assert not (tmp_path / "nothing").exists()


def test_an_order_is_taken_from_whoever_owns_the_box_alone(tmp_path: Path) -> None:
    code = Code(tmp_path, sys.executable)
    order(tmp_path, code)
    assert ordered(tmp_path) == code
    withdraw(tmp_path)
    assert ordered(tmp_path) is None

    order(tmp_path, code)
    (tmp_path / ORDER).chmod(0o666)
    assert ordered(tmp_path) is None

    (tmp_path / "elsewhere").write_text(json.dumps({"root": "/", "python": "/bin/sh"}))
    withdraw(tmp_path)
    (tmp_path / ORDER).symlink_to(tmp_path / "elsewhere")
    assert ordered(tmp_path) is None


def test_what_starts_with_the_machine_calls_the_later_code_once_that_has_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answers(systemd=False, user="", data=tmp_path / "data")
    machine.settle(asked, tmp_path, ())
    there = machine.installed(tmp_path)
    assert (there.program, there.data) == (asked.program, tmp_path / "data")

    after = Path("/opt/later/.venv/bin/xiaozu")
    assert machine.call(tmp_path, there.program, after) == [SCRIPT, COMMAND]
    assert machine.call(tmp_path, there.program, after) == []
    for path in (SCRIPT, COMMAND):
        file = tmp_path / path.relative_to("/")
        assert str(after) in file.read_text()
        assert str(asked.program) not in file.read_text()
        assert file.stat().st_mode & 0o777 == 0o755
