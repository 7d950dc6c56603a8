"""One's own inbox: read, acknowledged once; an outsider sees nothing."""

import pytest

from shared.db import unit
from shared.events import CycleOpened, CycleScored
from shared.roles import Role

KEY = {"Idempotency-Key": "1"}


@pytest.fixture
def opened(town, say, rest):
    """All branches have been told that the year begins, formally."""
    say(CycleOpened(unit_id=town.units["清河镇"], cycle_id=7, year=2025, due_on="2025-03-20"))
    rest()


def test_an_inbox_holds_ones_own_messages_only(opened, client):
    first, outsider, organiser = client("first"), client("outsider"), client("organiser")

    assert [row["title"] for row in first.get("/inbox").json()["rows"]] == ["2025年度党小组长考核已启动"]
    assert first.get("/inbox/unread").json() == {"unread": 1}
    assert outsider.get("/inbox").json()["rows"] == []
    assert [row["stands_in"] for row in organiser.get("/inbox").json()["rows"]] == [True]


def test_pages_follow_each_other(town, say, rest, client):
    for run in range(5):
        branches = [[town.units["东村"], 4]]
        say(CycleScored(unit_id=town.units["清河镇"], cycle_id=7, year=2025, run=run, branches=branches))
    rest()
    first = client("first")

    seen, after = [], ""
    while after is not None:
        page = first.get(f"/inbox?limit=2{after}").json()
        seen += [row["id"] for row in page["rows"]]
        after = f"&after={page['next']}" if page["next"] else None

    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5


def test_read_and_acknowledged_once(opened, client, rows):
    first = client("first")
    [message] = first.get("/inbox").json()["rows"]

    once = first.post(f"/messages/{message['id']}/acknowledgements", headers=KEY).json()
    again = first.post(f"/messages/{message['id']}/acknowledgements", headers={"Idempotency-Key": "2"}).json()

    assert once["acknowledged_at"] == again["acknowledged_at"]
    assert once["read_at"] is not None
    assert len(rows("select from office.happening where fact = 'MessageRead'")) == 1
    assert first.get("/inbox?unread=true").json()["rows"] == []


def test_only_the_recipient_acknowledges(opened, client, town, rows):
    [message] = rows("select id from notify.message where person_id = %s", town.people["first"])

    assert client("organiser").get(f"/messages/{message.id}").status_code == 200
    assert client("second").get(f"/messages/{message.id}").status_code == 404
    assert client("outsider").post(f"/messages/{message.id}/readings", headers=KEY).status_code == 404
    answer = client("committee").post(f"/messages/{message.id}/acknowledgements", headers=KEY)
    assert answer.status_code == 403


def test_what_wants_no_acknowledgement_gets_none(town, say, rest, client):
    branches = [[town.units["东村"], 4]]
    say(CycleScored(unit_id=town.units["清河镇"], cycle_id=7, year=2025, run=1, branches=branches))
    rest()
    first = client("first")
    [message] = first.get("/inbox").json()["rows"]

    assert first.post(f"/messages/{message['id']}/acknowledgements", headers=KEY).status_code == 409
    assert first.post(f"/messages/{message['id']}/readings", headers={"Idempotency-Key": "2"}).status_code == 201


def test_the_office_sees_what_was_sent_to_whom_and_what_came_of_it(opened, client, town):
    organiser, outsider = client("organiser"), client("outsider")

    found = organiser.get("/deliveries?channel=mail").json()["rows"]

    assert [(row["unit"], row["person"], row["state"]) for row in found] == [
        ("南村", "organiser", "sent"),
        ("西村", "second", "suppressed"),
        ("东村", "first", "sent"),
    ]
    assert outsider.get("/deliveries").json()["rows"] == []
    assert outsider.get(f"/deliveries/{found[0]['id']}/attempts").status_code == 404
    assert [row["outcome"] for row in organiser.get(f"/deliveries/{found[0]['id']}/attempts").json()] == ["sent"]
    assert len(organiser.get(f"/messages?unit_id={town.units['西村']}").json()["rows"]) == 1


def test_the_second_wall_hides_messages_of_others_from_a_forgotten_condition(opened, town):
    from sqlalchemy import text

    outsider = town.actor("outsider", (Role.ORGANISER, "别的镇"))
    secretary = town.actor("second", (Role.SECRETARY, "西村"))
    counts = []
    for actor in (outsider, secretary):
        with unit("notify", actor) as session:
            counts.append(
                (
                    session.scalar(text("select count(*) from notify.message")),
                    session.scalar(text("select count(*) from notify.delivery")),
                )
            )

    assert counts == [(0, 0), (1, 2)]


@pytest.mark.parametrize("service", ["activities", "assessment", "notify", "keeper"])
def test_every_service_may_ask_how_many_are_unread_and_nothing_more(opened, town, service):
    from sqlalchemy import text
    from sqlalchemy.exc import ProgrammingError

    with unit(service) as session:
        counts = [
            session.scalar(text("select notify.unread_of(:person)"), {"person": town.people[name]})
            for name in ("first", "outsider")
        ]
    assert counts == [1, 0]

    if service in ("activities", "assessment"):
        with pytest.raises(ProgrammingError, match="permission denied"), unit(service) as session:
            session.execute(text("select from notify.message"))
