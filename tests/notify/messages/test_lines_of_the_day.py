"""Several facts of a branch and a day are one line in the inbox, which keeps each of them with its page."""

from datetime import date
from threading import Barrier, Thread

import pytest

from services.notify.messages import actions
from shared.db import unit
from shared.events import CaseNominated

KEY = {"Idempotency-Key": "1"}


@pytest.fixture
def nominated(town, say, rest):
    """Leaders are put forward: by the group's name and the case's number."""

    def nominate(*cases: tuple[str, int]) -> None:
        for group, case in cases:
            say(CaseNominated(unit_id=town.units[group], case_id=case, year=2025))
        rest()

    return nominate


def lines(client) -> list[tuple[str, int]]:
    return [(row["title"], row["gathers"]) for row in client.get("/inbox").json()["rows"]]


def test_a_branch_and_a_day_is_one_line(nominated, client):
    nominated(("东村一组", 1), ("东村一组", 2), ("西村一组", 3))

    assert lines(client("organiser")) == [("西村提交了1份考核提名", 1), ("东村提交了2份考核提名", 2)]


def test_no_fact_of_a_line_is_lost(nominated, client):
    nominated(("东村一组", 1), ("东村一组", 2))
    organiser = client("organiser")
    [line] = organiser.get("/inbox").json()["rows"]

    facts = organiser.get(f"/messages/{line['id']}/facts").json()

    assert [(fact["what"], fact["link"]) for fact in facts] == [
        ("东村一组", "/assessment/cases/1"),
        ("东村一组", "/assessment/cases/2"),
    ]
    assert client("outsider").get(f"/messages/{line['id']}/facts").status_code == 404


def test_the_next_day_begins_a_line_of_its_own(nominated, client, move_to):
    nominated(("东村一组", 1))
    move_to(date(2025, 3, 5))
    nominated(("东村一组", 2))

    assert lines(client("organiser")) == [("东村提交了1份考核提名", 1), ("东村提交了1份考核提名", 1)]


def test_a_line_that_was_read_is_unread_again_when_something_comes_in(nominated, client):
    nominated(("东村一组", 1))
    organiser = client("organiser")
    [line] = organiser.get("/inbox").json()["rows"]
    organiser.post(f"/messages/{line['id']}/readings", headers=KEY)
    assert organiser.get("/inbox/unread").json() == {"unread": 0}

    nominated(("东村一组", 2))

    assert organiser.get("/inbox/unread").json() == {"unread": 1}
    assert lines(organiser) == [("东村提交了2份考核提名", 2)]


def test_a_fact_that_is_heard_twice_is_counted_once(nominated, client, execute, rest, rows):
    nominated(("东村一组", 1), ("东村一组", 2))
    execute("update notify.job set state = 'ready' where task = 'notify.hear'")

    rest()

    assert lines(client("organiser")) == [("东村提交了2份考核提名", 2)]
    assert len(rows("select from notify.gathered")) == 2
    assert not rows("select from notify.job where state = 'dead'")


def test_several_at_once_are_all_in_the_line(town, client):
    start = Barrier(6)

    def hear(case: int) -> None:
        start.wait()
        with unit("notify") as session:
            session.info["happening"] = 1000 + case
            actions.tell(session, CaseNominated(unit_id=town.units["东村一组"], case_id=case, year=2025))

    threads = [Thread(target=hear, args=(case,)) for case in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert lines(client("organiser")) == [("东村提交了6份考核提名", 6)]
    [line] = client("committee").get("/messages").json()["rows"]
    assert line["gathers"] == 6
