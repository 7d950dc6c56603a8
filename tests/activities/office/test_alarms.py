"""Alarms: who guesses at passwords and who alters the history is told to keeper and auditor, once and not in a flood."""

from collections.abc import Callable

import psycopg
import pytest

from services.activities.office import actions
from shared import access, audit
from shared.access import Whence, guesses
from shared.db import unit
from tests.servers import Database
from tests.town import Doors, Town

Settle = Callable[[], object]


def guess(login: str, number: int) -> None:
    with unit("activities") as session:
        access.sign_in(session, login, "wrong", whence=Whence(f"198.51.{number // 250}.{number % 250 + 1}"), look=False)


def titles(person) -> list[str]:
    return [row["title"] for row in person.get("notify/inbox")["rows"]]


def verify() -> None:
    with unit("activities") as session:
        actions.verify_seal(session)


@pytest.mark.parametrize("login", ["dongling", "nobody.at.all"])
def test_many_failures_from_everywhere_are_told_once_to_keeper_and_auditor(
    doors: Doors, settle: Settle, login: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(guesses, "ALARM", 6)
    for number in range(5):
        guess(login, number)
    settle()
    assert titles(doors.keeper) == []

    for number in range(5, 20):
        guess(login, number)
    settle()

    assert titles(doors.keeper) == titles(doors.auditor) == ["可能有人在猜密码"]
    [message] = doors.keeper.get("notify/inbox")["rows"]
    assert "登录失败已有 6 次" in message["body"]
    assert login not in message["body"]
    assert "可能有人在猜密码" not in titles(doors.organiser)


def test_a_history_that_was_altered_is_told_once_and_again_when_there_is_more_of_it(
    doors: Doors, office: Database, settle: Settle, town: Town
):
    with unit("keeper") as session:
        while audit.seal(session):
            pass
    verify()
    settle()
    assert titles(doors.auditor) == []

    for times, row in ((1, 0), (1, 0), (2, 1)):
        with psycopg.connect(office.owner_url) as owner:
            owner.execute("alter table office.happening disable trigger all")
            altered = "update office.happening set reason = 'x' where id = (select id from office.happening order by id offset %s limit 1)"
            owner.execute(altered, [row])
            owner.execute("alter table office.happening enable trigger all")
        verify()
        verify()
        settle()
        assert titles(doors.keeper) == titles(doors.auditor) == ["审计记录和封印对不上"] * times
