"""What two do with a view at the same moment has its effect once."""

from tests.activities.concerns.conftest import People
from tests.town import Doors
from tests.walking import at_once


def test_accepted_and_returned_at_once_it_is_one_of_the_two(people: People, doors: Doors):
    doors.dongling.get("activities/sittings/me")
    for _ in range(3):
        here = f"activities/concerns/{people.note()}"
        answers = at_once(
            lambda here=here: doors.dongling.ask("POST", f"{here}/acceptances"),
            lambda here=here: doors.dongling.ask("POST", f"{here}/returns", json={"said": "请写清楚是哪一盏灯。"}),
        )
        assert sorted(answer.status_code for answer in answers) in ([201, 403], [201, 409])


def test_two_that_are_merged_into_each_other_at_once_are_one(people: People, doors: Doors):
    doors.diligent.get("activities/sittings/me")
    one, other = people.note(passes=False), people.note(passes=False)
    answers = at_once(
        lambda: doors.diligent.ask("POST", f"activities/concerns/{one}/mergers", json={"into": other}),
        lambda: doors.diligent.ask("POST", f"activities/concerns/{other}/mergers", json={"into": one}),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert sorted((people.row(each).stage, people.row(each).voices) for each in (one, other)) == [
        ("merged", 1),
        ("noted", 2),
    ]


def test_the_same_note_sent_twice_is_one(people: People, doors: Doors):
    asked = {"unit_id": people.group, "kind": "road", "said": "村口路灯坏了三天。", "passes": True}
    first, again = (doors.diligent.post("activities/concerns", asked, key="field:1") for _ in range(2))
    assert first == again
