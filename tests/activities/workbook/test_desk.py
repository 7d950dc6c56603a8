"""What lies before a leader: what is to be done this month, what came back, and a record that is half written already."""

from datetime import date

import pytest

from services.activities.workbook import queries
from services.activities.workbook.rules.desk import MOST_LINES
from shared.access import Actor
from shared.db import unit
from shared.errors import NotYours, OutOfReach
from shared.roles import Role
from tests.town import DONGLING, FIRST, SECOND, Doors, Town


@pytest.fixture
def group(town: Town) -> int:
    return town.groups[DONGLING, FIRST]


@pytest.fixture
def leader(town: Town, group: int) -> Actor:
    return Actor(1, town.people["孙勤"], "孙勤", ((Role.LEADER, group),))


def look(actor: Actor, group: int) -> queries.Desk:
    with unit("activities", actor) as session:
        return queries.desk(session, actor, group)


def begin(actor: Actor, group: int, day: date | None = None) -> queries.Start:
    with unit("activities", actor) as session:
        return queries.start(session, actor, group, day)


def write(doors: Doors, group: int, kind: str = "study", day: str = "2025-03-02", **more) -> int:
    asked = {"group_id": group, "kind": kind, "held_on": day, "submitted": True, **more}
    return doors.diligent.post("activities/activities", asked)["id"]


def test_what_is_due_this_month_comes_first_and_then_what_was_missed(doors: Doors, leader: Actor, group: int):
    todo = look(leader, group).todo

    this_month = [each for each in todo if not each.overdue]
    assert {each.kind for each in this_month} >= {"group_meeting", "theme_day"}
    assert all(each.due_on == date(2025, 3, 31) for each in this_month)
    assert [each.overdue for each in todo] == sorted(each.overdue for each in todo)
    assert "life_meeting" not in {each.kind for each in todo}


def test_what_waits_for_the_secretary_is_not_to_be_done_again(doors: Doors, leader: Actor, group: int):
    write(doors, group, "group_meeting")

    desk = look(leader, group)

    assert "group_meeting" not in {each.kind for each in desk.todo if not each.overdue}
    assert [record.stage for record in desk.records] == ["submitted"]
    assert desk.unconfirmed == 1
    assert desk.year[2].kept == 0


def test_what_came_back_lies_on_the_desk_with_its_reason(doors: Doors, leader: Actor, group: int):
    draft = write(doors, group, submitted=False)
    returned = write(doors, group, "group_meeting")
    doors.dongling.post(f"activities/activities/{returned}/returns", {"reason": "请核对到会人员。"})

    desk = look(leader, group)

    found = [(record.id, record.returned_why) for record in desk.unfinished]
    assert found == [(returned, "请核对到会人员。"), (draft, None)]
    assert not {"study", "group_meeting"} & {each.kind for each in desk.todo if not each.overdue}  # not written twice


def test_the_year_is_twelve_squares(doors: Doors, leader: Actor, group: int, move_to):
    ids = [
        write(doors, group, kind, f"2025-0{month}-02") for month in (1, 2) for kind in ("group_meeting", "theme_day")
    ]
    doors.dongling.post("activities/confirmations", {"activity_ids": ids})

    year = look(leader, group).year

    assert [square.month for square in year] == list(range(1, 13))
    assert (year[0].held, year[0].state) == (2, "done" if year[0].kept == year[0].owed else "missing")
    assert {square.state for square in year[3:11]} <= {"future", "not_owed"}


def test_a_new_record_is_half_written(doors: Doors, town: Town, leader: Actor, group: int):
    write(doors, group, place="老王家院坝", chair_id=town.people["白梅"])

    found = begin(leader, group)

    assert (found.day, found.place, found.chair_id) == (date(2025, 3, 3), "老王家院坝", town.people["白梅"])
    assert [member.name for member in found.roster.members] == ["白梅", "陆明", "钱老根", "宋平", "孙勤", "许安"]
    assert found.roster.apart == {town.people["钱老根"]: "aged"}
    owed = [kind for kind in found.kinds if kind.due_on]
    assert found.kinds[: len(owed)] == owed
    assert {kind.kind for kind in found.kinds} == {
        "study",
        "group_meeting",
        "life_meeting",
        "theme_day",
        "service",
        "lecture",
    }


def test_where_nothing_was_written_before_the_leader_chairs(doors: Doors, town: Town, leader: Actor, group: int):
    found = begin(leader, group)

    assert (found.place, found.chair_id) == ("", town.people["孙勤"])


def test_who_writes_for_which_groups(doors: Doors, town: Town, leader: Actor, group: int):
    def names(actor: Actor) -> list[int]:
        with unit("activities", actor) as session:
            return [each.id for each in queries.writes_for(session, actor)]

    branch = town.units[DONGLING]
    secretary = Actor(2, town.people["陆明"], "陆明", ((Role.SECRETARY, branch),))
    organiser = Actor(3, town.people["周岚"], "周岚", ((Role.ORGANISER, town.id),))
    assert names(leader) == [group]
    assert names(secretary) == [town.groups[DONGLING, FIRST], town.groups[DONGLING, SECOND], branch]
    assert names(organiser) == []
    with pytest.raises(NotYours):
        begin(organiser, group)


def test_the_desk_of_a_group_is_nobody_elses(doors: Doors, town: Town, group: int):
    strangers = (
        Actor(4, town.people["何闲"], "何闲", ((Role.LEADER, town.groups[DONGLING, SECOND]),)),
        Actor(5, town.people["马静"], "马静", ((Role.KEEPER, town.id),)),
        Actor(6, town.people["许安"], "许安", ()),
    )
    for stranger in strangers:
        with pytest.raises(OutOfReach):
            look(stranger, group)
        with pytest.raises(OutOfReach):
            begin(stranger, group)


def test_a_desk_shows_few_lines():
    assert MOST_LINES == 5
