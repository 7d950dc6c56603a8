"""What of a year waits for whom: the branch's secretary, whoever stands in for him, and a reviewer who may review."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from deploy import doctor
from shared.db import unit
from tests.town import DONGLING, NANPING, XIHE, Doors, Person, Town

NOMINATION = {"self_statement": "全年按月组织学习。", "grade": "competent", "reasons": "工作认真负责。"}


@pytest.fixture
def cycle(doors: Doors, town: Town, move_to: Any) -> int:
    move_to(date(2025, 12, 1))
    return int(doors.organiser.post("assessment/cycles", {"township_id": town.id, "year": 2025})["id"])


def waits(person: Person, kind: str) -> dict[int, int]:
    lines = person.get("activities/todos")["lines"]
    return {line["unit_id"]: line["count"] for line in lines if line["kind"] == f"assessment.{kind}"}


def put_forward(person: Person, cycle: int, branch: str) -> list[int]:
    found = person.pages("assessment/cases", cycle_id=cycle, stage="nomination")
    ids = [row["id"] for row in found if row["branch"] == branch]
    person.post("assessment/nominations", {"rows": [{"case_id": each, **NOMINATION} for each in ids]})
    return ids


def otherwise() -> str:
    with unit("keeper") as session:
        return doctor.waiting_is_what_stands(session)


def test_an_opened_year_waits_for_each_secretary_and_for_the_organiser_where_there_is_none(
    doors: Doors, town: Town, cycle: int
):
    assert waits(doors.dongling, "nominate") == {town.units[DONGLING]: 2}
    assert waits(doors.xihe, "nominate") == {town.units[XIHE]: 2}
    assert waits(doors.organiser, "nominate") == {town.units[NANPING]: 2}
    assert waits(doors.outsider, "nominate") == waits(doors.diligent, "nominate") == {}
    due = {line["due_on"] for line in doors.dongling.get("activities/todos")["lines"]}
    assert due == {doors.organiser.get(f"assessment/cycles/{cycle}")["nomination_due"]}
    assert otherwise() == doctor.OK


def test_a_nomination_waits_for_a_review_but_not_by_a_member_of_the_branch(doors: Doors, town: Town, cycle: int):
    ids = put_forward(doors.dongling, cycle, DONGLING)

    assert waits(doors.dongling, "nominate") == {}
    assert waits(doors.organiser, "review") == {town.id: 2}
    assert waits(doors.villager, "review") == {}, "he is a member of the branch, and would be refused"

    doors.organiser.post(f"assessment/cases/{ids[0]}/returns", {"reason": "请补充。"})
    doors.organiser.post(f"assessment/cases/{ids[1]}/filings", {})
    assert waits(doors.dongling, "nominate") == {town.units[DONGLING]: 1}
    assert waits(doors.organiser, "review") == {}
    assert waits(doors.committee, "rate") == {}, "there is nothing to decide on before the run"
    assert otherwise() == doctor.OK


def test_whoever_stood_in_for_the_branch_is_not_asked_to_review_it(doors: Doors, town: Town, cycle: int):
    put_forward(doors.organiser, cycle, NANPING)

    assert waits(doors.organiser, "review") == {}
    assert waits(doors.villager, "review") == {town.id: 2}
    assert otherwise() == doctor.OK


def test_where_the_only_organiser_is_of_the_branch_the_committee_reviews_it(doors: Doors, town: Town, cycle: int):
    ids = put_forward(doors.dongling, cycle, DONGLING)
    doors.committee.post(f"assessment/cases/{ids[0]}/filings", {}, 403)
    with unit("activities") as session:
        left = "update office.post set ends_on = '2025-11-30' where kind = 'organiser' and person_id = :id"
        session.execute(text(left), {"id": town.people["周岚"]})

    assert waits(doors.villager, "review") == {}
    assert waits(doors.committee, "review") == {town.id: 2}
    doors.villager.post(f"assessment/cases/{ids[0]}/filings", {}, 403)
    doors.committee.post(f"assessment/cases/{ids[0]}/filings", {})

    assert waits(doors.committee, "review") == {town.id: 1}
    assert otherwise() == doctor.OK
