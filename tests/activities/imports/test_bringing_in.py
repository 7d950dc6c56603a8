"""A file is brought in behind the page: all of it or nothing, once, by whoever wanted it; stopped, and gone on with."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import psycopg
import pytest

from services.activities.imports.rules import BRING_IN, DOING, TRIES
from services.activities.register import actions as register
from services.activities.register import queries
from shared import privacy, work
from shared.access import SYSTEM
from shared.db import forget_connections, unit
from shared.roles import Role
from tests.activities.conftest import SAMPLES, dump
from tests.activities.imports.test_import_pages import errors_of, hand_in
from tests.browsing import DESK, PHONE, Visitor
from tests.servers import Database
from tests.walking import at_once

ROSTER = (SAMPLES / "花名册.xlsx").read_bytes()
STANDS = "select stage, run, step, done, whole from activities.handed_in"
WRITTEN = [f"office.{name}" for name in ("unit", "person", "membership", "post", "circumstance")]
PATIENCE = 30


@pytest.fixture
def handed(visit) -> tuple[Visitor, str]:
    """An organiser with a roster of hundreds, and where its page stands."""
    organiser = visit("organiser")
    return organiser, hand_in(organiser, "花名册.xlsx", ROSTER, kind="roster").address


def wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "never"
        time.sleep(0.02)


@contextmanager
def in_the_middle(office: Database, sql, begin: Callable[[], None]) -> Iterator[None]:
    """The people of the roster are written; who belongs where may not be written before this ends."""
    with psycopg.connect(office.owner_url) as connection:
        connection.execute("lock table office.membership in share mode")
        begin()
        wait_for(lambda: sql(STANDS)[0][2] == "memberships")
        yield


@contextmanager
def beside(run: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Something to be begun in a thread, and waited for at the end."""
    thread = threading.Thread(target=run)
    yield thread.start
    thread.join()


def test_it_says_how_far_it_is_and_a_stop_leaves_everything_as_it_was(handed, office, sql, settle, truth):
    organiser, address = handed
    before = dump(office, *WRITTEN)
    waiting = organiser.submit(organiser.get(address), "bring-in")
    assert "等待后台开始" in waiting.text

    with beside(settle) as begin, in_the_middle(office, sql, begin):
        page = organiser.get(address)
        ((_, _, _, done, whole),) = sql(STANDS)
        assert truth["members"] == done < whole
        assert f"{DOING['memberships']}，已写入 {done} / {whole} 条（{done * 100 // whole}%）" in page.text
        assert "每秒约" in page.text
        assert page.root.find(".//progress").get("value") == str(done)
        stopped = organiser.submit(page, "stop")
        assert "导入已停止，什么也没有改动" in stopped.text

    assert dump(office, *WRITTEN) == before
    assert sql("select state from activities.job where task = %s", BRING_IN) == [("done",)]

    organiser.submit(organiser.get(address), "bring-in")
    settle()
    assert "这个文件已于" in organiser.get(address).text
    assert len(dump(office, "office.person")["office.person"]) == len(before["office.person"]) + truth["members"]
    steps = "select step, actor_id is null from office.happening where fact = 'FileMoved' order by id"
    assert sql(steps) == [(step, False) for step in ("begin", "stop", "begin", "finish")]


def test_what_was_stopped_before_a_worker_came_is_passed_over(handed, office, sql, settle):
    organiser, address = handed
    organiser.submit(organiser.get(address), "bring-in")
    organiser.submit(organiser.get(address), "stop")
    before = dump(office, *WRITTEN)

    settle()

    assert dump(office, *WRITTEN) == before
    assert "重新导入" in organiser.get(address).text
    assert sql(STANDS)[0][:2] == ("stopped", 1)


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_one_begins_again(handed, office, sql, settle, truth):
    organiser, address = handed
    people = sql("select count(*) from office.person")[0][0]
    organiser.submit(organiser.get(address), "bring-in")
    child: list[int] = []

    def begin() -> None:
        child.append(os.fork())
        if child[0] == 0:
            forget_connections()
            work.drain(BRING_IN)
            os._exit(0)

    with in_the_middle(office, sql, begin):
        os.kill(child[0], signal.SIGKILL)
        os.waitpid(child[0], 0)
    assert sql("select count(*) from office.person") == [(people,)]

    def again() -> bool:
        """Its lease runs out, and somebody takes it as soon as the dead one's transaction has gone."""
        sql("update activities.job set run_at = office.now() where task = %s and state = 'ready'", BRING_IN)
        settle()
        return sql(STANDS)[0][0] == "imported"

    wait_for(again)
    assert sql("select count(*) from office.person") == [(people + truth["members"],)]
    assert sql("select state, attempts from activities.job where task = %s", BRING_IN) == [("done", 2)]
    assert sql("select count(*) from office.happening where fact = 'RosterImported'") == [(1,)]
    assert sql("select count(*) from office.happening where step = 'finish'") == [(1,)]


@pytest.mark.parametrize("others", ["organiser", "villager"], ids=["a second click", "two organisers"])
def test_f18_two_who_want_it_at_the_same_moment_get_it_once(visit, handed, sql, settle, others):
    first, address = handed
    second = first if others == "organiser" else visit("villager")
    pages = [first.get(address)]
    pages.append(pages[0] if others == "organiser" else second.get(address))

    def press(visitor: Visitor, page) -> int:
        form = page.form("bring-in")
        return visitor.client.post(form.action, data=dict(form.form_values()), follow_redirects=False).status_code

    answers = at_once(lambda: press(first, pages[0]), lambda: press(second, pages[1]))
    assert sorted(answers) == ([303, 303] if others == "organiser" else [303, 409])
    settle()

    assert sql("select count(*) from activities.job where task = %s", BRING_IN) == [(1,)]
    assert sql("select count(*) from office.happening where fact = 'RosterImported'") == [(1,)]
    again = [press(first, pages[0]), press(second, pages[1])]
    assert again == answers
    assert "这个文件已于" in second.get(address).text
    assert sql("select count(*) from activities.job where task = %s", BRING_IN) == [(1,)]


def test_it_is_brought_in_as_whoever_wanted_it_and_only_while_he_may(visit, town, handed, sql, settle):
    organiser, address = handed
    organiser.submit(organiser.get(address), "bring-in")
    with unit("activities") as session:
        held = queries.holders(session, SYSTEM, town.id, on=date(2025, 3, 3))
        post = next(each for each in held if each.name == "周岚" and each.kind == Role.ORGANISER)
        register.end_post(session, SYSTEM, post.post_id, reason="调离")
    people = sql("select count(*) from office.person")

    settle()

    assert sql("select count(*) from office.person") == people
    other = visit("villager")
    page = other.get(address)
    assert "没有导入，什么也没有改动" in page.text
    assert "确认导入的人现在不是组织委员" in page.text
    assert sql("select state from activities.job where task = %s", BRING_IN) == [("done",)]

    other.submit(page, "bring-in")
    settle()
    assert "这个文件已于" in other.get(address).text
    told = (
        "select p.name from office.happening h join office.account a on a.id = h.actor_id"
        " join office.person p on p.id = a.person_id where h.fact = 'RosterImported'"
    )
    assert sql(told) == [("宋平",)]


def test_whoever_is_registered_elsewhere_at_that_very_moment_makes_it_try_again(handed, sql, settle, office):
    organiser, address = handed
    organiser.submit(organiser.get(address), "bring-in")
    number = next(row.id_number for row in roster_people() if row.id_number)
    elsewhere = "insert into office.person (unit_id, name, pinyin, id_number_index) values (%s, '同号', '', %s)"
    (branch,) = sql("select id from office.unit where name = '新桥村党支部'")[0]

    with beside(settle) as begin, psycopg.connect(office.owner_url) as connection:
        connection.execute(elsewhere, [branch, privacy.index(number)])
        begin()
        wait_for(lambda: sql("select count(*) from pg_locks where not granted") != [(0,)])
    tried = "select attempts, state, split_part(last_error, ':', 1) from activities.job where task = %s"
    assert sql(tried, BRING_IN) == [(1, "ready", "Transient")]

    sql("update activities.job set run_at = office.now() where task = %s", BRING_IN)
    settle()
    page = organiser.get(address)
    assert "没有识别的（1 行）" in page.text
    assert any("身份证号码已登记在别的乡镇" in text for text in errors_of(organiser, page))


def roster_people():
    from services.activities.register.rules import read_roster
    from shared.sheets import read_workbook

    return read_roster(read_workbook(ROSTER, name="花名册.xlsx"), today=date(2025, 3, 3)).people


def test_what_the_machine_gave_up_is_said_and_can_be_begun_again(handed, sql, settle):
    organiser, address = handed
    organiser.submit(organiser.get(address), "bring-in")
    sql("update activities.job set state = 'dead' where task = %s", BRING_IN)

    page = organiser.get(address)
    assert "后台没能完成这次导入" in page.text
    assert "导入会继续" not in page.text
    organiser.submit(page, "stop")
    assert sql("select 1 from activities.job where state = 'dead'") == [], "nobody has to decide on what is given up"
    assert sql("select 1 from office.todo where kind like '%%dead_work' and closed_at is null") == []
    organiser.submit(organiser.get(address), "bring-in")
    settle()
    assert "这个文件已于" in organiser.get(address).text


def test_what_fails_at_every_try_is_given_up_and_said_and_leaves_no_dead_work(handed, sql, settle, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("out of luck")

    organiser, address = handed
    monkeypatch.setattr(register, "commit_roster", broken)
    organiser.submit(organiser.get(address), "bring-in")
    for _ in range(TRIES + 1):
        settle()
        sql("update activities.job set run_at = office.now() where state = 'ready' and attempts > 0")

    assert sql(STANDS)[0][0] == "refused"
    assert "都没有导入成" in organiser.get(address).text
    assert sql("select 1 from activities.job where state = 'dead'") == []


def test_what_could_not_be_brought_in_waits_for_an_organiser_until_it_is_forgotten(handed, sql, settle, visit, move_to):
    organiser, address = handed
    organiser.submit(organiser.get(address), "bring-in")
    sql(
        "update office.post p set ends_on = '2025-03-01' from office.person n where n.id = p.person_id and name = '周岚'"
    )
    settle()
    assert sql(STANDS)[0][0] == "refused"
    assert "1个文件没有导入成" in visit("villager").get("/activities/todos").text

    move_to(date(2025, 3, 14))
    settle()

    assert "没有导入成" not in visit("villager").get("/activities/todos").text


def test_a_file_that_was_forgotten_meanwhile_is_not_brought_in(handed, move_to, visit, sql, settle):
    organiser, address = handed
    organiser.submit(organiser.get(address), "bring-in")
    sql("update activities.handed_in set content = null")

    settle()

    assert "已经按规定清除" in organiser.get(address).text
    assert sql(STANDS)[0][0] == "refused"


def test_progress_comes_as_it_happens_and_ends_when_it_is_in(handed, sql, settle, visit):
    organiser, address = handed
    visit("dongling").get(f"{address}/progress", status=404)
    organiser.submit(organiser.get(address), "bring-in")
    settle()

    told = organiser.client.get(f"{address}/progress")

    assert told.headers["content-type"].startswith("text/event-stream")
    assert told.text.endswith("event: end\ndata: \n\n")


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_bar_moves_in_a_browser_and_the_page_comes_to_its_end_by_itself(desk, handed, office, sql, size):
    _, address = handed
    with desk.window("organiser", size=size) as page:
        page.goto(address)
        press = page.get_by_role("button", name="确认导入").click
        with in_the_middle(office, sql, press):
            page.get_by_text(DOING["memberships"]).wait_for()
            bar = page.get_by_role("progressbar")
            assert 0 < bar.evaluate("bar => bar.value / bar.max") < 1
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_text("这个文件已于").wait_for()
        page.get_by_role("heading", name="导入了什么").wait_for()
