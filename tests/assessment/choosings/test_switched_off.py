"""Where leaders are chosen no more, what goes on is named and ends with the reason; what is filed goes on to its day."""

from datetime import date

from deploy import doctor
from shared.db import unit
from tests.town import DONGLING, FIRST, SECOND

OPEN = "select stage from assessment.choosing order by id"
TODO = "select kind from office.todo where closed_at is null and kind like 'assessment.%%' order by kind"


def switch(walk, *systems, status=201, **more):
    asked = {"key": "systems", "value": list(systems), "reason": "先从考核做起。", **more}
    said = walk.doors.organiser.post(f"activities/townships/{walk.town.id}/settings", asked, status)
    walk.settle()
    return said


def test_what_goes_on_is_named_and_ends_and_what_is_filed_begins_on_its_day(walk, opened, sql):
    group = {"group_id": walk.town.groups[DONGLING, SECOND], "reason": "term"}
    walk.doors.dongling.post("assessment/choosings", group)
    walk.nominate(opened, "许安")
    walk.file(opened)
    refused = switch(walk, "group_life", "assessment", status=409)
    assert "还有1项选配没有办结" in refused["detail"]
    assert sql(OPEN) == [("filed",), ("draft",)]

    switch(walk, "group_life", "assessment", ends_open=True)
    assert sql(OPEN) == [("filed",), ("ended",)]
    assert sql(TODO) == []
    with unit("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK

    walk.day(date(2025, 3, 10))
    assert sql(OPEN) == [("in_post",), ("ended",)]


def test_what_is_vacant_when_it_is_switched_on_is_chosen_at_once(walk, sql):
    switch(walk, "group_life", "assessment")
    sql("delete from office.post where unit_id = %s", walk.town.groups[DONGLING, FIRST])
    switch(walk, "group_life", "assessment", "choosings")
    assert sql("select group_id, stage from assessment.choosing") == [(walk.town.groups[DONGLING, FIRST], "draft")]
