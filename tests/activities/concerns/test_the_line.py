"""A view from the village road to the secretary and back: noted, passed on, taken up, answered, told, closed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from services.activities.concerns import actions, queries
from services.activities.concerns.schemas import Answer, Closing, Outside, Said, Telling
from shared.errors import NotYours, OutOfOrder, OutOfReach
from tests.activities.concerns.conftest import LAMP, MONDAY, People
from tests.browsing import Visitor

ANSWERED = Answer(result="solved", said="路灯已经修好。")


def test_a_view_is_noted_passed_on_taken_up_answered_told_and_closed(people: People):
    view = people.note(passes=False)
    assert people.desk(people.leader) == [("pass", date(2025, 3, 6))]
    assert people.row(view).number == "民〔2025〕1号"

    people.does(people.leader, actions.pass_on, view)
    assert (people.desk(people.leader), people.desk(people.secretary)) == ([], [("accept", date(2025, 3, 6))])
    people.does(people.secretary, actions.accept, view)
    assert people.desk(people.secretary) == [("answer", date(2025, 3, 17))]
    with pytest.raises(OutOfOrder):
        people.does(people.leader, actions.close, view, Closing(satisfied="yes"))

    people.does(people.secretary, actions.answer, view, ANSWERED)
    assert (people.desk(people.secretary), people.desk(people.leader)) == ([], [("tell", date(2025, 3, 10))])
    people.does(people.leader, actions.tell, view, Telling(on=MONDAY, way="visit"))
    assert people.desk(people.leader) == [("close", date(2025, 3, 10))]
    people.does(people.leader, actions.close, view, Closing(satisfied="yes"))

    row = people.row(view)
    assert (row.stage, row.satisfied, row.outcome, row.ended_on) == ("closed", "yes", "已解决", MONDAY)
    assert people.desk(people.leader) == people.desk(people.secretary) == []
    said = [event.said for event in people.does(people.leader, lambda s, _: queries.history(s, s.merge(row)))]
    assert said == ["记下", "上交", "受理", "答复", "反馈", "了结"]


def test_what_is_settled_on_the_spot_goes_nowhere(people: People):
    view = people.note(passes=False)
    with pytest.raises(OutOfReach):
        people.does(people.sister, actions.settle, view, Said(said="换了灯泡。"))
    people.does(people.leader, actions.settle, view, Said(said="换了灯泡。"))

    assert (people.row(view).stage, people.row(view).how) == ("settled", "换了灯泡。")
    assert people.desk(people.leader) == people.desk(people.secretary) == []


def test_an_outsider_a_member_and_the_group_next_door_find_nothing(people: People):
    view = people.note()

    for actor in (people.sister, people.neighbour, people.member, people.organiser, people.committee):
        with pytest.raises(OutOfReach):
            people.does(actor, queries.concern, view)
    for actor in (people.leader, people.secretary, people.inspector):
        assert people.does(actor, queries.concern, view).said == LAMP
    with pytest.raises(NotYours):
        people.does(people.inspector, actions.remark, view, Said(said="看过了。"))
    people.move_to(MONDAY + timedelta(days=9))
    assert people.does(people.organiser, queries.concern, view).id == view  # by now it is late


def test_only_whoever_has_it_takes_it_further(people: People):
    view = people.note(passes=False)
    with pytest.raises(NotYours):
        people.does(people.secretary, actions.pass_on, view)
    people.does(people.deputy, actions.pass_on, view)
    with pytest.raises(NotYours):
        people.does(people.leader, actions.accept, view)


def test_what_goes_on_is_read_page_by_page_the_next_day_first(people: People):
    urgent, views = people.note(urgent=True, passes=False), [people.note(passes=False) for _ in range(3)]
    outside = people.note()
    people.does(people.secretary, actions.accept, outside)
    people.does(people.secretary, actions.send_out, outside, Outside(outside="供电所"))

    def page(after: int | None) -> list[int]:
        return [
            each.id
            for each in people.does(people.leader, lambda s, a: queries.open_concerns(s, a, after=after, limit=2))
        ]

    pages = [page(None)]
    while pages[-1]:
        pages.append(page(pages[-1][-1]))
    assert pages == [[urgent, views[0]], views[1:], [outside], []]


def test_the_list_counts_what_goes_on_and_shows_a_groups_year(people: People, visit: Callable[..., Visitor]):
    people.note()
    settled = people.note(kind="farming", passes=False)
    people.does(people.leader, actions.settle, settled, Said(said="当天办好。"))
    leader = visit("diligent")

    assert "农业生产" not in leader.get("/activities/concerns").text
    page = leader.get(f"/activities/concerns?unit_id={people.group}&year=2025").text
    assert "农业生产" in page
    assert "2025年记下的" in page
    assert LAMP[:6] in leader.get("/activities/concerns?show=passed").text
    assert "没有这样的意见" in leader.get("/activities/concerns?show=answered").text
    counts, late = people.does(people.secretary, queries.open_counts)
    assert (counts["passed"], counts["settled"], late) == (1, 0, 0)
