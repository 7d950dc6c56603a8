"""Nobody confirms alone what he wrote himself as a leader or deputy; whoever stood in for a leader may."""

from datetime import date

import pytest

from services.activities.register import actions as register
from shared.access import SYSTEM
from shared.db import unit
from shared.roles import Role
from tests.town import DONGLING, FIRST, LOGINS, SECOND, Doors, Group, Town

ASK_THE_OFFICE = "请由乡镇组织委员确认或退回"


def write(person, town: Town, group: Group) -> int:
    asked = {"group_id": town.groups[group], "kind": "study", "held_on": "2025-02-20", "submitted": True}
    return person.post("activities/activities", asked)["id"]


def lead(town: Town) -> None:
    """陆明, the secretary of 东岭村, is deputy leader of its first group too since this month."""
    with unit("activities") as session:
        person_id, group_id = town.people["陆明"], town.groups[DONGLING, FIRST]
        register.appoint(session, SYSTEM, person_id, group_id, Role.DEPUTY, starts_on=date(2025, 3, 1))


@pytest.fixture
def leads_himself(doors: Doors, town: Town) -> int:
    """A record that he wrote there."""
    lead(town)
    return write(doors.dongling, town, (DONGLING, FIRST))


def test_a_secretary_who_leads_a_group_does_not_confirm_what_he_wrote_as_its_leader(doors: Doors, leads_himself: int):
    confirm = {"activity_ids": [leads_himself]}
    refused = doors.dongling.post("activities/confirmations", confirm, 403)
    assert ASK_THE_OFFICE in refused["detail"]
    returning = f"activities/activities/{leads_himself}/returns"
    assert ASK_THE_OFFICE in doors.dongling.post(returning, {"reason": "看看"}, 403)["detail"]

    (confirmed,) = doors.organiser.post("activities/confirmations", confirm)

    assert confirmed["stage"] == "confirmed"


def test_correcting_it_is_writing_in_it(doors: Doors, town: Town):
    activity_id = write(doors.diligent, town, (DONGLING, FIRST))
    lead(town)
    corrected = {"kind": "study", "held_on": "2025-02-21"}
    doors.dongling.post(f"activities/activities/{activity_id}/corrections", corrected)

    doors.dongling.post("activities/confirmations", {"activity_ids": [activity_id]}, 403)


def test_a_secretary_who_stands_in_for_a_leader_may_confirm(doors: Doors, town: Town):
    activity_id = write(doors.dongling, town, (DONGLING, SECOND))

    doors.organiser.post("activities/confirmations", {"activity_ids": [activity_id]}, 403)
    (confirmed,) = doors.dongling.post("activities/confirmations", {"activity_ids": [activity_id]})

    assert confirmed["stage"] == "confirmed"


def test_what_another_wrote_in_the_group_that_he_leads_he_may_confirm(doors: Doors, town: Town):
    activity_id = write(doors.diligent, town, (DONGLING, FIRST))
    lead(town)

    (confirmed,) = doors.dongling.post("activities/confirmations", {"activity_ids": [activity_id]})

    assert confirmed["stage"] == "confirmed"


@pytest.mark.parametrize(
    ("who", "where", "kind"),
    [
        pytest.param("diligent", DONGLING, Role.SECRETARY, id="a leader stands in as secretary"),
        pytest.param("dongling", (DONGLING, FIRST), Role.LEADER, id="the secretary stands in as leader"),
    ],
)
def test_nor_does_whoever_sits_in_either_seat_only_for_a_span(doors: Doors, town: Town, who, where, kind):
    person, unit_id = getattr(doors, who), town.groups[where] if kind is Role.LEADER else town.units[where]
    with unit("activities") as session:
        person_id, until = town.people[LOGINS[who]], {"last_day": date(2025, 3, 31), "reason": "住院。"}
        register.stand_in(session, SYSTEM, person_id, unit_id, kind, **until)
    confirm = {"activity_ids": [write(person, town, (DONGLING, FIRST))]}

    assert ASK_THE_OFFICE in person.post("activities/confirmations", confirm, 403)["detail"]
    (confirmed,) = doors.organiser.post("activities/confirmations", confirm)

    assert confirmed["stage"] == "confirmed"
