"""Durable work: done exactly once whatever dies, never early, and poison harms nobody else."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy import text

from shared import clock, daily, queue, work
from shared.db import Session, forget_connections, unit
from shared.errors import Permanent, Transient
from tests.servers import Database

TRIAL = "activities.trial"


@pytest.fixture
def effects(office: Database) -> Iterator[Callable[[], list[str]]]:
    """A table without any constraint, so that a doubled effect would be seen."""
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute("create table activities.effect (note text)")
        connection.execute("grant select, insert on activities.effect to xiaozu_activities")
    yield lambda: notes(office)
    work.TASKS.pop(TRIAL, None)


def notes(office: Database) -> list[str]:
    with psycopg.connect(office.owner_url) as connection:
        return sorted(note for (note,) in connection.execute("select note from activities.effect"))


def note(session: Session, payload: dict[str, str]) -> None:
    session.execute(text("insert into activities.effect values (:note)"), payload)


def post(*names: str, run_at=None) -> None:
    with unit("activities") as session:
        for name in names:
            work.post(session, TRIAL, key=name, payload={"note": name}, run_at=run_at)


def hurry(office: Database) -> None:
    """Let the leases and pauses run out, as time would."""
    with psycopg.connect(office.owner_url, autocommit=True) as connection:
        connection.execute("update activities.job set run_at = office.now() where state = 'ready' and attempts > 0")


def states(office: Database) -> dict[str, str]:
    with psycopg.connect(office.owner_url) as connection:
        return dict(connection.execute("select key, state from activities.job where task = %s", [TRIAL]).fetchall())


def troubles(office: Database) -> dict[str, str | None]:
    with psycopg.connect(office.owner_url) as connection:
        return dict(connection.execute("select key, trouble from activities.job where task = %s", [TRIAL]).fetchall())


def dies(point: str) -> None:
    """Drain in a forked child that dies at a named place, as a kill -9 would have it."""
    assert drained_in_a_child(point) == 137


def drained_in_a_child(point: str = "") -> int:
    """The exit code of a process that drains; negative where a signal ended it."""
    child = os.fork()
    if child == 0:
        forget_connections()
        os.environ["XIAOZU_FAIL"] = point
        try:
            work.drain(TRIAL)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def test_work_is_done_once_for_each_key(effects):
    work.task(TRIAL)(note)

    post("a", "b")
    post("a")
    work.drain(TRIAL)
    work.drain(TRIAL)

    assert effects() == ["a", "b"]


def test_work_of_a_transaction_that_fails_was_never_posted(effects, office):
    work.task(TRIAL)(note)

    with pytest.raises(ZeroDivisionError), unit("activities") as session:
        work.post(session, TRIAL, key="a", payload={"note": "a"})
        raise ZeroDivisionError

    assert states(office) == {}


@pytest.mark.parametrize("point", ["after_claim", "before_effect", "after_effect", "before_commit", "after_commit"])
def test_death_at_any_point_loses_nothing_and_doubles_nothing(effects, office, point):
    work.task(TRIAL, batch=4)(note)
    post("a", "b", "c")

    dies(point)
    hurry(office)
    work.drain(TRIAL)

    assert effects() == ["a", "b", "c"]


def test_a_deadline_never_fires_early_and_fires_when_its_day_has_come(effects, office, move_to):
    work.task(TRIAL)(note)
    post("due", run_at=clock.moment(date(2025, 4, 1)))

    move_to(date(2025, 3, 31), 23)
    work.drain(TRIAL)
    before = effects()
    move_to(date(2025, 4, 1), 0)
    work.drain(TRIAL)

    assert before == []
    assert effects() == ["due"]


def test_a_cancelled_deadline_never_fires(effects, office, move_to):
    work.task(TRIAL)(note)
    post("due", run_at=clock.moment(date(2025, 4, 1)))

    with unit("activities") as session:
        work.cancel(session, TRIAL, key="due")
    move_to(date(2025, 4, 2))
    work.drain(TRIAL)

    assert effects() == []
    assert states(office) == {"due": "cancelled"}


def test_a_transient_failure_is_tried_again_and_a_permanent_one_waits_for_a_person(effects, office):
    def refuse(session: Session, payload: dict[str, str]) -> None:
        note(session, payload)
        if payload["note"] == "never":
            raise Permanent("the outside will not have it")
        if work.attempt() < 3:
            raise Transient("not now")

    work.task(TRIAL)(refuse)
    post("later", "never")

    for _ in range(3):
        work.drain(TRIAL)
        hurry(office)

    assert effects() == ["later"]
    assert states(office) == {"later": "done", "never": "dead"}
    assert troubles(office) == {"later": None, "never": "declined"}


def test_poison_that_kills_its_process_ends_dead_and_takes_no_other_work_with_it(effects, office):
    def poisoned(session: Session, payload: dict[str, str]) -> None:
        if payload["note"] == "poison":
            os._exit(137)
        note(session, payload)

    work.task(TRIAL, batch=8, attempts_max=3)(poisoned)
    post("a", "poison", "b", "c")

    for _ in range(3):
        dies("none")
        hurry(office)
    work.drain(TRIAL)

    assert effects() == ["a", "b", "c"]
    assert states(office) == {"a": "done", "b": "done", "c": "done", "poison": "dead"}
    assert troubles(office)["poison"] == "killed"


def test_poison_that_never_ends_is_ended_and_ends_dead(effects, office):
    def endless(session: Session, payload: dict[str, str]) -> None:
        while payload["note"] == "endless":
            pass
        note(session, payload)

    work.task(TRIAL, seconds_max=1, attempts_max=1)(endless)
    post("endless", "z")

    ended = drained_in_a_child()
    hurry(office)
    work.drain(TRIAL)

    assert ended == -signal.SIGALRM
    assert states(office)["endless"] == "dead"
    assert effects() == ["z"]


def test_workers_side_by_side_do_each_piece_once(effects):
    work.task(TRIAL, batch=4)(note)
    wanted = [f"{number:03}" for number in range(120)]
    post(*wanted)
    start = threading.Barrier(6)

    def worker() -> None:
        start.wait()
        while work.drain(TRIAL):  # its time may be up before all is done
            pass

    threads = [threading.Thread(target=worker) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert effects() == wanted


def test_a_deadline_by_the_clock_of_the_database_survives_a_wrong_clock_of_the_process(effects, office):
    import time_machine

    work.task(TRIAL)(note)
    with unit("activities") as session:
        due = clock.now(session) + timedelta(hours=1)
    post("due", run_at=due)

    with time_machine.travel(due + timedelta(hours=2)):
        work.drain(TRIAL)

    assert effects() == []


def test_what_fails_in_the_work_of_the_day_stops_neither_the_sweep_nor_the_sign_of_life(effects, office, monkeypatch):
    def broken(_service: str) -> None:
        raise RuntimeError("no day")

    work.task(TRIAL)(note)
    post("ready")
    monkeypatch.setattr(daily, "post", broken)
    for known in (daily._looked, queue._signed):
        known.clear()

    with suppress(RuntimeError):
        queue._sweep("activities")()

    assert effects() == ["ready"]
    assert "activities" in queue._signed
