"""`make run`: an empty folder gets a demo, half a demo is begun again, and what is whole or somebody's own is served."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest

from deploy.box import Box
from deploy.demo import mark
from deploy.demo.mark import Mark

ROOT = Path(__file__).parent.parent.parent
GROUPS = 6
SECONDS = 150
# Who signs in as 支部书记 leads a group too.
TWO_POSTS = (
    "office.account a join office.post s on s.person_id = a.person_id join office.post l on l.person_id = a.person_id"
    " where a.login = 'secretary' and s.kind = 'secretary' and l.kind = 'leader'"
    " and s.ends_on is null and l.ends_on is null"
)


class Run:
    """`xiaozu run`, in a process of its own."""

    def __init__(self, data: Path, *words: str) -> None:
        self.data = data
        env = {name: value for name, value in os.environ.items() if not name.startswith("XIAOZU_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", *(words or ("run", "--groups", str(GROUPS))), "--data", str(data)],
            cwd=ROOT,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def serving(self) -> Box:
        self.until(lambda: answers(Box.read(self.data)))
        found = Box.read(self.data)
        assert found
        assert found.pid == self.process.pid
        return found

    def until(self, holds: Callable[[], object]) -> None:
        deadline = time.monotonic() + SECONDS
        while not holds():
            assert self.process.poll() is None, self.process.communicate()[1]
            assert time.monotonic() < deadline, "it did not come to pass"
            time.sleep(0.05)

    def said(self) -> str:
        return self.process.communicate(timeout=60)[1]


def answers(found: Box | None) -> bool:
    if found and found.url:
        with suppress(OSError), urlopen(f"{found.url}health", timeout=5) as answer:
            return bool(answer.status == 200)
    return False


def count(data: Path, table: str) -> int:
    found = Box.read(data)
    with suppress(psycopg.Error):
        if found:
            with psycopg.connect(found.migrate_database_url, connect_timeout=2) as connection:
                row = connection.execute(f"select count(*) from {table}").fetchone()
                return int(row[0]) if row else 0
    return 0


@pytest.fixture
def run() -> Iterator[Callable[..., Run]]:
    begun: list[Run] = []

    def begin(data: Path, *words: str) -> Run:
        begun.append(Run(data, *words))
        return begun[-1]

    yield begin
    for one in begun:
        one.process.terminate()
        if one.process.stderr and not one.process.stderr.closed:
            one.said()


@pytest.mark.timeout(400)
def test_a_demo_killed_midway_is_begun_again_and_a_whole_one_is_served(tmp_path: Path, run: Callable[..., Run]) -> None:
    data = tmp_path / "data"
    cut_off = run(data)
    cut_off.until(lambda: count(data, "activities.activity") > 0)
    cut_off.process.kill()
    cut_off.said()
    assert mark.read(data) is Mark.BEGUN

    again = run(data)
    again.serving()

    assert mark.read(data) is Mark.COMPLETE
    assert count(data, "office.unit where kind = 'township'") == 1
    assert count(data, "office.unit where kind = 'group'") == GROUPS
    assert count(data, "assessment.leader_case where stage = 'closed'") > GROUPS
    assert count(data, TWO_POSTS) == 1
    happened = count(data, "office.happening")
    again.process.terminate()
    assert "重新开始" in again.said()

    third = run(data)
    third.serving()

    assert count(data, "office.happening") == happened
    third.process.send_signal(signal.SIGINT)
    last = third.said()
    assert not re.search("演示|重新开始", last)
    assert third.process.returncode == 0, last


def test_half_a_demo_that_somebody_goes_on_with_is_his_own(tmp_path: Path, run: Callable[..., Run]) -> None:
    data = tmp_path / "data"
    first = run(data, "up")
    owner = first.serving().migrate_database_url
    with psycopg.connect(owner) as connection:
        connection.execute("create table kept as select 42 as answer")
    first.process.terminate()
    first.said()
    mark.write(data, Mark.BEGUN)
    second = run(data, "up")
    second.serving()
    second.process.terminate()
    second.said()

    run(data).serving()

    assert mark.read(data) is None
    assert count(data, "kept") == 1


def test_half_a_demo_is_not_cleared_away_under_somebody_who_works_in_it(
    tmp_path: Path, run: Callable[..., Run]
) -> None:
    data = tmp_path / "data"
    first = run(data, "up")
    first.serving()
    mark.write(data, Mark.BEGUN)

    second = run(data)

    assert "正在使用" in second.said()
    assert second.process.returncode == 3
    assert answers(Box.read(data))


def test_only_half_a_demo_is_ever_cleared_away(tmp_path: Path) -> None:
    cluster = tmp_path / "postgres" / "cluster"
    cluster.mkdir(parents=True)

    for said in (None, Mark.COMPLETE):
        if said:
            mark.write(tmp_path, said)
        with pytest.raises(ValueError, match="half a demo"):
            mark.clear_away(tmp_path)

    assert cluster.exists()
