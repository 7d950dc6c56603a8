"""A like view of recent weeks is shown before another is saved; it is merged where that is asked for, never stopped."""

from collections.abc import Callable
from datetime import timedelta

from services.activities.concerns import actions, queries
from services.activities.concerns.schemas import Said
from tests.activities.concerns.conftest import MONDAY, People
from tests.browsing import Visitor
from tests.town import XIHE


def shown(people: People, actor, *units: int, kind: str | None = "road") -> list[int]:
    return [each.id for each in people.does(actor, lambda s, a: queries.alike(s, a, units, kind))]


def test_open_ones_of_the_kind_and_the_place_in_recent_weeks_are_shown_and_no_others(people: People, move_to):
    old = people.note()
    move_to(MONDAY + timedelta(days=29))
    first, other = people.note(), people.note(kind="farming")
    people.note(people.secretary, past="leader")  # what goes past somebody is never shown beside another
    over = people.note(passes=False)
    people.does(people.leader, actions.settle, over, Said(said="换了灯泡。"))

    assert shown(people, people.leader, people.group) == [first]
    assert shown(people, people.leader, people.group, kind=None) == [other, first]
    assert shown(people, people.secretary, people.group, people.branch) == [first]
    assert shown(people, people.neighbour, people.group) == shown(people, people.member, people.group) == []
    assert old not in shown(people, people.secretary, people.group)


def test_it_is_a_voice_to_the_other_and_silent(people: People):
    first = people.note()
    again = people.note(into=first)
    assert people.row(first).voices == 2
    assert (people.row(again).stage, people.row(again).merged_into) == ("merged", first)
    assert people.desk(people.leader) == []
    third = people.note(people.secretary, into=first)
    assert (people.row(third).stage, people.row(first).voices) == ("merged", 3)


def test_what_fits_no_more_when_it_arrives_is_noted_by_itself(people: People):
    first = people.note(passes=False)
    people.does(people.leader, actions.settle, first, Said(said="换了灯泡。"))
    elsewhere = people.note(people.neighbour, unit_id=people.town.units[XIHE])
    for into in (first, elsewhere, 2**40):
        assert people.row(people.note(into=into)).stage == "passed"
    passed_by = people.note(people.secretary, past="leader", into=people.note())
    assert people.row(passed_by).merged_into is None


def test_the_form_shows_them_and_one_tap_adds_the_voice(people: People, visit: Callable[..., Visitor]):
    first = people.note()
    leader = visit("diligent")
    page = leader.get("/activities/concerns/new")
    assert "是同一件事吗" in page.text
    assert people.row(first).number in page.text
    leader.submit(page, "concern", kind="road", said="路灯还是不亮。", into=first, past="", button=("then", "pass"))
    assert people.row(first).voices == 2
