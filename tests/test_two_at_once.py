"""What two do at the same moment has its effect once: a double click, two secretaries, two organisers (F18)."""

from datetime import date
from typing import Any

import psycopg
import pytest

from tests.conftest import Doors
from tests.servers import Database
from tests.town import DONGLING, FIRST, Person, Town
from tests.walking import NOMINATION, at_once

ROUNDS = 3


@pytest.fixture
def sql(office: Database):
    def ask(question: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(office.owner_url) as connection:
            return connection.execute(question, values or None).fetchall()

    return ask


def twice(person: Person, path: str, body: Any, *keys: str) -> list[tuple[int, Any]]:
    """The same asked at the same moment, once for each key."""
    person.get("activities/sittings/me")  # signed in before the race begins
    asked = [lambda key=key: person.ask("POST", path, json=body, key=key) for key in keys]
    return [(answer.status_code, answer.json()) for answer in at_once(*asked)]


def has_one_effect(answers: list[tuple[int, Any]], *, same_key: bool) -> None:
    """A second click gets the same answer; a second secretary a clear one."""
    statuses = sorted(status for status, _ in answers)
    if same_key:
        assert statuses == [201, 201], answers
        assert answers[0] == answers[1]
    else:
        assert statuses == [201, 409], answers
        refusal = next(body for status, body in answers if status == 409)
        assert "请刷新" in refusal["detail"]


def keys_of(name: str, number: int, *, same_key: bool) -> tuple[str, str]:
    return (f"{name}:{number}", f"{name}:{number}" if same_key else f"{name}:{number}:again")


@pytest.mark.parametrize("same_key", [True, False], ids=["a double click", "two secretaries at once"])
def test_f18_a_record_is_confirmed_once(doors: Doors, town: Town, move_to, sql, same_key: bool):
    move_to(date(2025, 3, 10))
    where = town.groups[DONGLING, FIRST]
    for number in range(ROUNDS):
        held = {"group_id": where, "kind": "study", "held_on": f"2025-03-0{number + 1}", "submitted": True}
        record = doors.diligent.post("activities/activities", held)["id"]

        keys = keys_of("confirm", number, same_key=same_key)
        answers = twice(doors.dongling, "activities/confirmations", {"activity_ids": [record]}, *keys)

        has_one_effect(answers, same_key=same_key)
        assert sql("select done[3], cardinality(ids) from activities.tally") == [(number + 1, number + 1)]
    assert sql("select count(*) from office.happening where fact = 'ActivityConfirmed'") == [(ROUNDS,)]


@pytest.fixture
def cycle(doors: Doors, town, move_to, settle) -> int:
    move_to(date(2025, 12, 1))
    settle()
    return doors.organiser.post("assessment/cycles", {"township_id": town.id, "year": 2025})["id"]


@pytest.mark.parametrize("same_key", [True, False], ids=["a double click", "two at once"])
def test_f18_a_leader_is_nominated_filed_and_decided_once(doors: Doors, cycle: int, settle, sql, same_key: bool):
    cases = [row["id"] for row in doors.dongling.pages("assessment/cases", cycle_id=cycle)]

    for case in cases:
        keys = keys_of("nominate", case, same_key=same_key)
        has_one_effect(
            twice(doors.dongling, f"assessment/cases/{case}/nominations", NOMINATION, *keys), same_key=same_key
        )
        keys = keys_of("file", case, same_key=same_key)
        has_one_effect(twice(doors.organiser, f"assessment/cases/{case}/filings", {}, *keys), same_key=same_key)
    assert sql("select count(*), count(distinct filing_number) from assessment.leader_case where stage = 'rating'") == [
        (2, 2)
    ]

    keys = keys_of("run", cycle, same_key=same_key)
    has_one_effect(twice(doors.organiser, f"assessment/cycles/{cycle}/runs", None, *keys), same_key=same_key)
    settle()
    assert sql("select run, stage from assessment.cycle where id = %s", cycle) == [(1, "rating")]
    for case in cases:
        decision = {"grade": "incompetent", "reason": "没有开展活动。"}
        keys = keys_of("decide", case, same_key=same_key)
        has_one_effect(twice(doors.committee, f"assessment/cases/{case}/decisions", decision, *keys), same_key=same_key)

    steps = sql(
        "select step, count(*) from office.happening where subject like 'case:%%' and step is not null group by 1 order by 1"
    )
    assert steps == [("accept", 2), ("decide", 2), ("nominate", 2)]


def test_f18_a_year_is_opened_once_by_two_at_once(doors: Doors, town, move_to, settle, sql):
    move_to(date(2025, 11, 28))
    settle()
    asked = {"township_id": town.id, "year": 2025}
    doors.organiser.get("activities/sittings/me")
    doors.committee.get("activities/sittings/me")

    answers = at_once(
        lambda: doors.organiser.ask("POST", "assessment/cycles", json=asked, key="o"),
        lambda: doors.committee.ask("POST", "assessment/cycles", json=asked, key="c"),
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert sql("select year, cases from assessment.cycle where township_id = %s", town.id) == [(2025, 6)]
