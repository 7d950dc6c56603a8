"""`make run`: an empty folder gets a demo, half a demo is begun again, and what is whole or somebody's own is served."""

import re
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest

from deploy.box import Box
from deploy.demo import mark
from deploy.demo.mark import Mark
from tests.deploy.started import Office

GROUPS = 3
# Who signs in as 支部书记 leads a group too.
TWO_POSTS = (
    "office.account a join office.post s on s.person_id = a.person_id join office.post l on l.person_id = a.person_id"
    " where a.login = 'secretary' and s.kind = 'secretary' and l.kind = 'leader'"
    " and s.ends_on is null and l.ends_on is null"
)


Begin = Callable[..., Office]


def serving(begun: Office) -> Box:
    """The box of that process, once its web answers."""
    begun.until(lambda: answers(Box.read(begun.data)))
    assert begun.box().pid == begun.process.pid
    return begun.box()


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
def play(run: Begin) -> Begin:
    return lambda data: run(data, "run", "--groups", str(GROUPS))


@pytest.mark.timeout(400)
def test_a_demo_killed_midway_is_begun_again_and_a_whole_one_is_served(tmp_path: Path, play: Begin) -> None:
    data = tmp_path / "data"
    cut_off = play(data)
    cut_off.until(lambda: count(data, "office.account") > 0)
    cut_off.process.kill()
    cut_off.said()
    assert mark.read(data) is Mark.BEGUN

    again = play(data)
    serving(again)

    assert mark.read(data) is Mark.COMPLETE
    assert count(data, "office.unit where kind = 'township'") == 2  # the second one is where a member goes to
    assert count(data, "office.unit where kind = 'group'") == GROUPS
    assert count(data, "assessment.leader_case where stage = 'closed'") > GROUPS
    assert count(data, TWO_POSTS) == 1
    happened = count(data, "office.happening")
    again.process.terminate()
    assert "重新开始" in again.said()

    third = play(data)
    serving(third)

    assert count(data, "office.happening") == happened
    third.process.send_signal(signal.SIGINT)
    last = third.said()
    assert not re.search("演示|重新开始", last)
    assert third.process.returncode == 0, last


def test_half_a_demo_that_somebody_goes_on_with_is_his_own(data: Path, run: Begin, play: Begin) -> None:
    mark.write(data, Mark.BEGUN)
    somebody = run(data, "up")
    with psycopg.connect(serving(somebody).migrate_database_url) as connection:
        connection.execute("create table kept as select 42 as answer")
    somebody.until(lambda: "xiaozu setup" in somebody.told())  # nobody can sign in yet: the next step is said
    somebody.process.terminate()
    somebody.said()

    serving(play(data))

    assert mark.read(data) is None
    assert count(data, "kept") == 1


def test_half_a_demo_is_not_cleared_away_under_somebody_who_works_in_it(data: Path, run: Begin, play: Begin) -> None:
    serving(run(data, "up"))
    mark.write(data, Mark.BEGUN)

    second = play(data)

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
