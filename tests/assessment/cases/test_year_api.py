"""A year through the JSON API, with people of different branches and an outsider."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from typing import Any

import pytest
from fastapi.testclient import TestClient

from shared import access
from shared.access import Actor
from shared.db import unit
from tests import applications
from tests.assessment.conftest import StandIn, Town

KEYS = count(1)
PASSWORD = "a password of one's own"


class Person:
    """Somebody at a browser."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(path, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 201, key: str | None = None) -> Any:
        headers = self.headers | {"Idempotency-Key": key or f"key-{next(KEYS)}"}
        answer = self.client.post(path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def at_door(town: Town) -> Iterator[Callable[[Actor], Person]]:
    with TestClient(applications.of_service("assessment")) as client:

        def enter(actor: Actor) -> Person:
            assert actor.person_id is not None
            with unit("activities") as session:
                _, first = access.make_account(session, actor.person_id, actor.name)
            with unit("assessment") as session:
                token = access.sign_in(session, actor.name, first)
                assert token is not None
                token = access.choose_password(session, access.actor_of(session, token), PASSWORD)
            return Person(client, token)

        yield enter


def test_a_year_from_its_opening_to_its_end(
    town: Town, at_door: Callable[[Actor], Person], activities: StandIn, move_to: Callable[..., None]
):
    organiser, committee, outsider = at_door(town.organiser), at_door(town.committee), at_door(town.outsider)
    secretaries = {town.units[name]: at_door(town.secretary(name)) for name in ("东村", "西村", "南村")}

    asked = {"township_id": town.id, "year": 2025}
    secretaries[town.units["东村"]].post("/cycles", asked, 404)
    cycle = organiser.post("/cycles", asked, key="open")["id"]
    assert organiser.post("/cycles", asked, key="open")["id"] == cycle  # a second click
    organiser.post("/cycles", asked, 409)

    nomination = {"self_statement": "全年学习十二次。", "grade": "competent", "reasons": "认真负责。"}
    for branch, secretary in secretaries.items():
        rows = secretary.get(f"/cases?cycle_id={cycle}")["rows"]
        assert {row["branch_id"] for row in rows} == {branch}
        assert secretary.get(f"/cases/{rows[0]['id']}")["steps"] == ["nominate"]
        done = secretary.post("/nominations", {"rows": [{"case_id": row["id"], **nomination} for row in rows]})
        assert done["refused"] == 0
    cases = [row["id"] for row in organiser.get(f"/cases?cycle_id={cycle}&stage=review")["rows"]]
    assert len(cases) == 6
    organiser.post(f"/cases/{cases[0]}/returns", {"reason": "请补充。"})
    secretaries[town.units["东村"]].post(f"/cases/{cases[0]}/nominations", nomination)
    assert organiser.post("/filings", {"rows": [{"case_id": case} for case in cases]})["refused"] == 0

    organiser.post(f"/cycles/{cycle}/runs")
    activities.rest()
    whole = organiser.get(f"/cycles/{cycle}")
    assert (whole["stage"], whole["groups_done"], whole["groups"]) == ("rating", 6, 6)
    assert whole["steps"] == ["run", "publish"]
    checked = organiser.get(f"/cycles/{cycle}/verification")
    assert (checked["cases"], checked["equal"], checked["digest_equal"]) == (6, 6, True)
    secretaries[town.units["东村"]].get(f"/cycles/{cycle}/verification", 403)

    organiser.post(f"/cycles/{cycle}/notices", status=409)
    decisions = [{"case_id": case, "grade": "competent", "reason": "研究决定。"} for case in cases]
    assert organiser.post("/decisions", {"rows": decisions})["refused"] == 6
    assert committee.post("/decisions", {"rows": decisions})["refused"] == 0
    organiser.post(f"/cycles/{cycle}/notices")
    objected = secretaries[town.units["东村"]].post(
        f"/cases/{cases[0]}/objections", {"channel": "letter", "matter": "次数不实。"}
    )
    organiser.post(f"/objections/{objected['id']}/answers", {"upheld": True, "answer": "属实。"})
    committee.post(f"/cases/{cases[0]}/reopenings", {"reason": "重新核定。"})
    committee.post(f"/cases/{cases[0]}/decisions", {"grade": "incompetent", "reason": "核实后改评。"})
    move_to(date(2025, 12, 20))
    for actor, name in ((town.organiser, "organiser"), (town.outsider, "outsider")):
        person = Person(organiser.client, sign_in_again(actor))
        if name == "organiser":
            assert person.post(f"/cycles/{cycle}/closings")["stage"] == "closed"
            history = person.get(f"/cases/{cases[0]}/history")
            results = person.get(f"/cycles/{cycle}/results")
        else:
            outsider = person

    assert [step["step"] for step in history][-3:] == ["reopen", "decide", "close"]
    assert [row["grade"] for row in results].count("incompetent") == 1
    assert [row["place"] for row in results] == [1, 2, 3, 4, 5, 6]
    sees_nothing(outsider, cycle, cases[0])


def sign_in_again(actor: Actor) -> str:
    with unit("assessment") as session:
        token = access.sign_in(session, actor.name, PASSWORD)
    assert token is not None
    return token


def sees_nothing(outsider: Person, cycle: int, case: int) -> None:
    assert outsider.get(f"/cases?cycle_id={cycle}")["rows"] == []
    assert outsider.get("/cycles")["rows"] == []
    for path in (f"/cycles/{cycle}", f"/cycles/{cycle}/verification", f"/cases/{case}", f"/cases/{case}/history"):
        outsider.get(path, 404)
    assert outsider.get(f"/cycles/{cycle}/results") == []
    for path in (f"/cycles/{cycle}/runs", f"/cycles/{cycle}/closings"):
        outsider.post(path, status=404)
    outsider.post(f"/cases/{case}/decisions", {"grade": "excellent"}, 404)
    outsider.post(f"/cases/{case}/objections", {"channel": "letter", "matter": "不实。"}, 404)


def test_what_was_not_declared_is_refused(town: Town, at_door: Callable[[Actor], Person]):
    organiser = at_door(town.organiser)

    organiser.post("/cycles", {"township_id": town.id, "year": 2025, "stage": "closed"}, 422)
    organiser.post("/nominations", {"rows": []}, 422)
