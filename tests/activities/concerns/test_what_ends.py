"""A group is no more, a post is vacant, the office switches views off: nothing waits for ever, and none is lost."""

from datetime import date, timedelta

import psycopg
import pytest

from deploy import doctor
from services.activities.concerns import actions, queries
from services.activities.concerns.schemas import MoreTime, Outside, Said, Telling, Why
from services.activities.register import actions as register
from services.activities.register.rules.regrouping import Dissolve
from shared import office_settings
from shared.access import SYSTEM
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.office_settings import Key
from tests.activities.concerns.conftest import LAMP, MONDAY, People
from tests.activities.concerns.test_moves import SOLVED, WHY, accepted, closed, keep
from tests.activities.office.test_systems_switched import switch
from tests.servers import Database
from tests.town import DONGLING, SECOND, Doors

TUESDAY = date(2025, 3, 4)


def dissolve(people: People) -> None:
    """The first group goes into the second."""
    people.move_to(TUESDAY)
    into = people.town.groups[DONGLING, SECOND]
    people.does(people.organiser, register.regroup, Dissolve(group_id=people.group, into=into, on=TUESDAY))


def test_what_comes_from_a_group_that_is_no_more_is_answered_and_told_by_whoever_has_it(people: People):
    view, noted = accepted(people), people.note(passes=False)
    waits, over = people.note(), closed(people)
    dissolve(people)

    with pytest.raises(OutOfOrder, match="已经撤销"):
        people.does(people.secretary, actions.give_back, waits, WHY)
    people.does(people.secretary, actions.answer, view, SOLVED)
    people.does(people.secretary, actions.tell, view, Telling(on=TUESDAY, way="notice", satisfied="yes"))
    people.does(people.secretary, actions.settle, noted, Said(said="当场办好。"))
    people.does(people.secretary, actions.reopen, over, Said(said="灯又坏了。"))
    assert [people.row(each).stage for each in (view, noted, over)] == ["closed", "settled", "passed"]
    with unit("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK


def test_switched_off_with_views_going_on_is_refused_or_ends_them(people: People, doors: Doors):
    going_on, done = accepted(people), closed(people)
    people.move_to(MONDAY + timedelta(days=30))
    keep(people)
    assert sorted(kind for kind, _ in people.desk(people.leader)) == ["again"]

    refused = switch(doors.organiser, people.town, "group_life", "assessment", status=409)
    assert "还有1件群众意见没有办结" in refused["detail"]
    switch(doors.organiser, people.town, "group_life", "assessment", ends_open=True)

    assert people.desk(people.leader) == people.desk(people.secretary) == people.desk(people.organiser) == []
    assert (people.row(going_on).stage, people.row(done).stage) == ("withdrawn", "closed")
    keep(people)
    assert people.desk(people.leader) == []
    with unit("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK
    doors.diligent.post("activities/concerns", {"unit_id": people.group, "kind": "road", "said": LAMP}, status=409)
    assert doors.diligent.get(f"activities/concerns/{done}")["said"] == LAMP


def test_where_it_is_off_nobody_begins_to_be_asked_again(people: People):
    closed(people)
    with unit("activities") as session:
        office_settings.put(session, SYSTEM, people.town.id, Key.SYSTEMS, ["group_life"], reason="停用。")
    people.move_to(MONDAY + timedelta(days=30))
    keep(people)
    assert people.desk(people.leader) == []


def test_the_days_of_an_answer_do_not_begin_anew_because_it_went_up_and_came_back(people: People):
    view = accepted(people)
    people.move_to(date(2025, 3, 13))  # eight of the secretary's ten days are gone
    people.does(people.secretary, actions.pass_up, view, Said(said="要乡镇协调。"))
    people.does(people.organiser, actions.give_back, view, Said(said="本村能办。"))
    people.does(people.secretary, actions.accept, view)
    assert people.desk(people.secretary) == [("answer", date(2025, 3, 17))]


def test_with_the_highest_there_is_nobody_to_ask_for_more_time(people: People, office: Database):
    view = accepted(people)
    with psycopg.connect(office.owner_url) as connection:
        connection.execute(
            "update activities.concern set holder_unit = township_id, holder_post = 'committee' where id = %s", [view]
        )
    assert not people.does(people.committee, lambda s, a: queries.may_ask_for_time(s, a, queries.concern(s, a, view)))
    more = MoreTime(until=date(2025, 3, 20), why="等配件。")
    for act, *asked in ((actions.ask_for_time, more), (actions.grant_time,)):
        with pytest.raises(OutOfOrder, match="没有上一级"):
            people.does(people.committee, act, view, *asked)


def test_the_number_there_is_the_offices_and_nobodys_telephone_and_goes_with_the_words(people: People):
    view = accepted(people)
    for number in ("138 1234 5678", "330102199001011234", "找王主任"):
        with pytest.raises(Invalid, match="对方单位给的编号"):
            people.does(people.secretary, actions.send_out, view, Outside(outside="12345 热线", number=number))
    people.does(people.secretary, actions.send_out, view, Outside(outside="12345 热线", number="202503031234567890"))
    people.does(people.organiser, actions.blacken, view, "1234567890")
    assert people.row(view).outside_number == "20250303■■"

    people.does(people.secretary, actions.answer, view, SOLVED)
    people.does(people.leader, actions.tell, view, Telling(on=MONDAY, way="slip", satisfied="yes"))
    people.move_to(date(2027, 3, 4))
    keep(people)
    assert "2025" not in people.row(view).outside_number


def test_reasons_for_more_time_may_hold_what_only_looks_like_a_name(people: People):
    view, until = accepted(people), date(2025, 3, 20)
    why = "等小康路改造完工。"
    with pytest.raises(Invalid, match="确实不是的，请勾选"):
        people.does(people.secretary, actions.ask_for_time, view, MoreTime(until=until, why=why))
    people.does(people.secretary, actions.ask_for_time, view, MoreTime(until=until, why=why, confirmed=True))
    with pytest.raises(NotYours):  # the right before the words
        people.does(people.secretary, actions.refuse_time, view, Why(why="老李不同意。"))
    people.does(people.organiser, actions.refuse_time, view, Why(why=why, confirmed=True))
    assert people.row(view).refused_why == why
