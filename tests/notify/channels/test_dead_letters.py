"""What a person does about letters and work that failed: sent again, confirmed, dropped, each on the audit."""

import pytest

from shared import work
from shared.db import unit
from shared.events import NoticeOpened

WHY = {"reason": "打电话问过了"}


def key(name: str) -> dict[str, str]:
    return {"Idempotency-Key": name}


@pytest.fixture
def notified(town, say, rest, server):
    """A formal message to the first branch; the server does with it as told."""

    def tell(**behaviour: list[str]) -> None:
        server.rcpt, server.data = behaviour.get("rcpt", []), behaviour.get("data", [])
        figures = [[town.units["东村"], 4]]
        say(NoticeOpened(unit_id=town.units["清河镇"], cycle_id=7, year=2025, ends_on="2025-12-31", branches=figures))
        rest()

    return tell


def dead_letter(client) -> int:
    [row] = client.get("/dead-letters").json()["rows"]
    return row["id"]


def test_a_failed_letter_is_sent_again_by_a_person(notified, client, rest, letters, rows):
    notified(rcpt=["550 no"])
    organiser = client("organiser")

    answer = organiser.post(f"/deliveries/{dead_letter(organiser)}/resendings", json=WHY, headers=key("a"))
    rest()

    assert answer.json()["state"] == "ready"
    assert letters() == {"first": "sent"}
    assert organiser.get("/dead-letters").json()["rows"] == []
    [happening] = rows("select * from office.happening where fact = 'WorkRedriven'")
    assert (happening.step, happening.stage_before, happening.reason) == ("resend", "failed", WHY["reason"])


def test_a_letter_of_unknown_fate_is_confirmed_or_dropped_by_a_person(notified, client, letters):
    notified(data=["drop"])
    organiser = client("organiser")
    letter = dead_letter(organiser)

    assert organiser.post(f"/deliveries/{letter}/confirmations", json=WHY, headers=key("a")).status_code == 201
    assert letters() == {"first": "sent"}
    assert organiser.post(f"/deliveries/{letter}/discards", json=WHY, headers=key("b")).status_code == 409


def test_nobody_else_touches_it(notified, client):
    notified(data=["drop"])
    letter = dead_letter(client("organiser"))

    assert client("outsider").post(f"/deliveries/{letter}/resendings", json=WHY, headers=key("a")).status_code == 404
    assert client("first").post(f"/deliveries/{letter}/resendings", json=WHY, headers=key("b")).status_code == 403
    assert client("committee").post(f"/deliveries/{letter}/discards", json=WHY, headers=key("c")).status_code == 403


def test_a_reason_is_wanted(notified, client):
    notified(data=["drop"])
    organiser = client("organiser")

    answer = organiser.post(f"/deliveries/{dead_letter(organiser)}/discards", json={"reason": " "}, headers=key("a"))

    assert answer.status_code == 422


def test_the_channel_says_plainly_where_letters_go(client, town):
    status = client("organiser").get("/channels/mail").json()

    assert status["by"] == "folder"
    assert "没有设置邮件服务器" in status["says"]


def test_what_is_in_the_way_of_letters_is_told_to_the_office_alone(client, execute):
    execute("update notify.channel set trouble = '邮件服务器拒绝了账号' where name = 'mail'")
    told = {name: client(name).get("/channels/mail").json()["trouble"] for name in ("keeper", "first", "leader")}

    assert told == {"keeper": "邮件服务器拒绝了账号", "first": None, "leader": None}


@pytest.fixture
def dead(town, execute, rows) -> int:
    with unit("notify") as session:
        work.post(session, "notify.transmit", key="dead", payload={"deliveries": []})
    execute("update notify.job set state = 'dead', attempts = 12, last_error = 'KeyError: x' where key = 'dead'")
    return rows("select id from notify.job")[0].id


def test_dead_work_is_listed_and_redriven_by_the_keeper(dead, client, rows, rest):
    keeper = client("keeper")
    assert [(row["id"], row["last_error"]) for row in keeper.get("/dead-jobs").json()["rows"]] == [
        (dead, "KeyError: x")
    ]

    assert keeper.post(f"/dead-jobs/{dead}/redrives", json=WHY, headers=key("a")).status_code == 201
    rest()

    assert rows("select state, attempts from notify.job")[0].state == "done"
    assert rows("select attempts from notify.job")[0].attempts == 2  # never taken for a first try again
    assert len(rows("select from office.happening where fact = 'WorkRedriven'")) == 1
    assert keeper.post(f"/dead-jobs/{dead}/redrives", json=WHY, headers=key("b")).status_code == 404


def test_dead_work_is_discarded_with_a_reason(dead, client, rows):
    keeper = client("keeper")

    assert keeper.post(f"/dead-jobs/{dead}/discards", json=WHY, headers=key("a")).status_code == 201

    [job] = rows("select * from notify.job")
    assert (job.state, job.discarded_why) == ("cancelled", WHY["reason"])


@pytest.mark.parametrize(("before", "after"), [("sending", "unknown"), ("ready", "suppressed")])
def test_letters_of_discarded_work_are_not_left_on_their_way(notified, client, here, before, after):
    notified()
    here.execute("update notify.delivery set state = %s where channel = 'mail'", before)
    here.execute("update notify.job set state = 'dead' where task = 'notify.transmit'")
    [job] = here.rows("select id from notify.job where state = 'dead'")

    client("keeper").post(f"/dead-jobs/{job.id}/discards", json=WHY, headers=key("a"))

    assert here.letters() == {"first": after}


def test_dead_work_is_the_keepers_business(dead, client):
    assert client("organiser").get("/dead-jobs").status_code == 403
    assert client("first").post(f"/dead-jobs/{dead}/discards", json=WHY, headers=key("a")).status_code == 403
