"""From hand to hand: returned, wandered and designated, passed up, outside, merged, withdrawn, more time, reopened."""

from collections.abc import Callable
from datetime import date, timedelta

import psycopg
import pytest

from services.activities.concerns import actions, queries
from services.activities.concerns.schemas import (
    Answer,
    Closing,
    Designation,
    Holding,
    Merging,
    MoreTime,
    Outside,
    Said,
    Telling,
)
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from shared.roles import Role
from tests.activities.concerns.conftest import LAMP, MONDAY, People
from tests.browsing import Visitor
from tests.servers import Database
from tests.town import DONGLING, FIRST, NANPING, SECOND, XIHE

WHY = Said(said="情况不清楚。")
SOLVED = Answer(result="solved", said="已经修好。")


def accepted(people: People, **more: object) -> int:
    view = people.note(**more)
    people.does(people.secretary, actions.accept, view)
    return view


def closed(people: People, **more: object) -> int:
    view = accepted(people, **more)
    people.does(people.secretary, actions.answer, view, SOLVED)
    people.does(people.leader, actions.tell, view, Telling(on=MONDAY, way="slip", satisfied="yes"))
    return view


def test_what_comes_back_has_only_the_days_that_were_left(people: People):
    view = people.note(passes=False)
    people.move_to(date(2025, 3, 5))
    people.does(people.leader, actions.pass_on, view)  # two of his three days are gone
    people.move_to(date(2025, 3, 6))
    people.does(people.secretary, actions.give_back, view, WHY)
    assert people.desk(people.leader) == [("mend", date(2025, 3, 7))]
    people.does(people.leader, actions.pass_on, view)
    assert people.desk(people.secretary) == [("accept", date(2025, 3, 10))]  # one of the secretary's three is gone


def test_the_third_time_it_goes_to_the_township_which_designates_for_good(people: People):
    view = people.note()
    for _ in range(2):
        people.does(people.secretary, actions.give_back, view, WHY)
        people.does(people.leader, actions.pass_on, view)
    assert people.desk(people.organiser)[0][0] == "accept"

    west = people.town.units[XIHE]
    with pytest.raises(OutOfReach):
        people.does(people.organiser, actions.designate, view, Designation(unit_id=10**9, said="归他管。"))
    people.does(people.organiser, actions.designate, view, Designation(unit_id=west, said="归西河村管。"))
    assert people.desk(people.neighbour) == [("answer", date(2025, 3, 17))]
    with pytest.raises(OutOfOrder):
        people.does(people.neighbour, actions.give_back, view, WHY)
    people.does(people.neighbour, actions.answer, view, SOLVED)
    assert people.desk(people.leader)[0][0] == "tell"


def test_the_branch_passes_up_and_what_comes_back_down_is_its_own_again(people: People):
    view = accepted(people)
    people.does(people.secretary, actions.pass_up, view, Said(said="要乡镇协调。"))
    assert people.desk(people.organiser) == [("accept", date(2025, 3, 6))]
    people.does(people.organiser, actions.give_back, view, Said(said="本村能办。"))
    assert people.desk(people.secretary)[0][0] == "mend"
    people.does(people.secretary, actions.accept, view)
    assert people.row(view).stage == "accepted"


def test_outside_it_has_its_number_and_no_day_runs(people: People):
    view = accepted(people)
    people.does(people.secretary, actions.send_out, view, Outside(outside="12345 热线", number="A-7"))
    assert people.desk(people.secretary) == [("outside", None)]
    people.does(people.organiser, queries.concern, view)  # what is outside the township sees
    people.does(people.secretary, actions.answer, view, SOLVED)
    assert people.row(view).outside_number == "A-7"


def test_what_is_impossible_has_its_basis_and_comes_before_the_committee(people: People):
    view = accepted(people)
    with pytest.raises(Invalid, match="依据"):
        people.does(people.secretary, actions.answer, view, Answer(result="impossible", said="办不了。"))
    impossible = Answer(result="impossible", said="不符合条件。", basis="救助办法第九条。")
    people.does(people.secretary, actions.answer, view, impossible)
    assert people.does(people.committee, queries.concern, view).basis == "救助办法第九条。"


def test_merged_voices_add_up_and_the_merged_one_is_silent(people: People):
    first, second = people.note(passes=False), people.note(passes=False)
    other = people.note(kind="farming", passes=False)
    with pytest.raises(Invalid):
        people.does(people.leader, actions.merge, second, Merging(into=other))
    with pytest.raises(OutOfReach):
        people.does(people.leader, actions.merge, second, Merging(into=10**9))
    people.does(people.leader, actions.merge, second, Merging(into=first))

    assert (people.row(first).voices, people.row(second).merged_into) == (2, first)
    assert people.desk(people.leader) == [("pass", date(2025, 3, 6))]
    people.move_to(date(2025, 3, 20))
    assert second not in [
        row.id for row in people.does(people.organiser, lambda s, a: queries.open_concerns(s, a, limit=9))
    ]


def test_withdrawn_is_by_whoever_noted_it_from_wherever_it_is(people: People):
    view = accepted(people)
    with pytest.raises(NotYours):
        people.does(people.secretary, actions.withdraw, view, WHY)
    people.does(people.leader, actions.withdraw, view, Said(said="群众不再要求。"))
    assert people.row(view).stage == "withdrawn"
    assert people.desk(people.secretary) == people.desk(people.leader) == []


def test_more_time_is_asked_for_once_and_the_old_day_stays(people: People):
    view = accepted(people)
    with pytest.raises(Invalid, match="以前"):
        people.does(people.secretary, actions.ask_for_time, view, MoreTime(until=date(2025, 9, 1), why="等配件。"))
    until = date(2025, 3, 24)
    people.does(people.secretary, actions.ask_for_time, view, MoreTime(until=until, why="等配件。"))
    assert people.desk(people.organiser) == [("time", None)]
    people.does(people.organiser, actions.grant_time, view)
    row = people.row(view)
    assert (row.due_on, row.extended_to) == (date(2025, 3, 17), until)
    assert people.desk(people.secretary) == [("answer", until)]


def test_urgent_has_its_own_days(people: People):
    view = people.note(urgent=True, passes=False)
    assert people.desk(people.leader) == [("pass", date(2025, 3, 4))]
    people.does(people.leader, actions.pass_on, view)
    assert people.desk(people.secretary) == [("accept", date(2025, 3, 4))]
    people.does(people.secretary, actions.accept, view)
    assert people.desk(people.secretary) == [("answer", date(2025, 3, 6))]


def test_told_is_no_earlier_than_answered_and_no_later_than_today(people: People):
    view = accepted(people)
    people.move_to(date(2025, 3, 6))
    people.does(people.secretary, actions.answer, view, SOLVED)
    for day in (MONDAY, date(2025, 3, 7)):
        with pytest.raises(Invalid):
            people.does(people.leader, actions.tell, view, Telling(on=day, way="visit"))


def test_it_is_reopened_once_with_new_facts_and_within_sixty_days(people: People):
    view = closed(people)
    people.does(people.leader, actions.reopen, view, Said(said="灯又坏了。"))
    assert people.desk(people.secretary)[0][0] == "accept"
    people.does(people.secretary, actions.accept, view)
    people.does(people.secretary, actions.answer, view, SOLVED)
    people.does(people.leader, actions.tell, view, Telling(on=MONDAY, way="slip", satisfied="no"))
    with pytest.raises(OutOfOrder, match="一次"):
        people.does(people.leader, actions.reopen, view, Said(said="又坏了。"))

    other = closed(people)
    people.move_to(MONDAY + timedelta(days=61))
    with pytest.raises(OutOfOrder, match="60 天"):
        people.does(people.leader, actions.reopen, other, Said(said="又坏了。"))


def test_weeks_after_it_is_asked_once_whether_it_is_so(people: People):
    view = closed(people)
    people.move_to(MONDAY + timedelta(days=27))
    keep(people)
    assert people.desk(people.leader) == []
    people.move_to(MONDAY + timedelta(days=30))  # the very day was missed: made good
    keep(people)
    assert people.desk(people.leader) == [("again", None)]
    people.does(people.leader, actions.say_whether_it_holds, view, Holding(holds="no"))
    keep(people)
    assert people.desk(people.leader) == []
    with pytest.raises(OutOfOrder):
        people.does(people.leader, actions.say_whether_it_holds, view, Holding(holds="yes"))


def keep(people: People) -> None:
    with unit("activities") as session:
        actions.keep_concerns(session)


def test_two_years_after_its_words_are_gone_and_the_row_stays(people: People, office: Database):
    view, going_on = closed(people), accepted(people)
    people.move_to(date(2027, 3, 2))
    keep(people)
    assert people.row(view).said == LAMP
    people.move_to(date(2027, 3, 3))
    keep(people)
    row = people.row(view)
    assert LAMP not in (row.said, row.answer)
    assert (row.cleared_on, row.kind) == (date(2027, 3, 3), "road")
    assert people.row(going_on).said == LAMP
    with psycopg.connect(office.owner_url) as connection:
        found = connection.execute("select body from office.happening where fact = 'ConcernWordsGone'").fetchall()
    assert [each[0]["why"] for each in found] == ["by_rule"]


def test_the_office_blackens_words_and_the_history_says_that_and_not_which(people: People, office: Database):
    view = accepted(people)
    people.does(people.secretary, actions.remark, view, Said(said="灯坏了三天，已报修。"))
    people.does(people.secretary, actions.pass_up, view, Said(said="三天没有修好。"))
    with pytest.raises(NotYours):
        people.does(people.secretary, actions.blacken, view, "三天")
    with pytest.raises(Invalid):
        people.does(people.organiser, actions.blacken, view, "没有的字")
    people.does(people.organiser, actions.blacken, view, "三天")

    assert "三天" not in people.row(view).said
    with psycopg.connect(office.owner_url) as connection:
        everywhere = connection.execute(
            "select (select string_agg(said, '') from activities.concern_remark)"
            " || (select string_agg(why, '') from activities.concern_holding)"
            " || (select string_agg(body::text || coalesce(reason, ''), '') from office.happening)"
        ).fetchone()[0]
    assert "三天" not in everywhere


def test_closing_what_was_never_told_is_refused(people: People):
    view = accepted(people)
    people.does(people.secretary, actions.answer, view, SOLVED)
    with pytest.raises(OutOfOrder):
        people.does(people.leader, actions.close, view, Closing(satisfied="yes"))


def test_where_there_is_no_secretary_the_organiser_has_it_and_sees_it(people: People):
    group = people.town.groups[NANPING, FIRST]
    leader = people.actor("贾真", (Role.LEADER, group))
    view = people.note(leader, unit_id=group)
    assert [kind for kind, _ in people.desk(people.organiser)] == ["accept"]
    people.does(people.organiser, actions.accept, view)
    people.does(people.organiser, actions.answer, view, SOLVED)
    row = people.row(view)
    assert (row.stage, row.holder_unit, row.holder_post) == ("answered", group, "leader")


def test_what_became_of_the_one_it_was_merged_into_is_read_where_it_was_raised(
    people: People, visit: Callable[..., Visitor]
):
    sisters = people.note(people.sister, unit_id=people.town.groups[DONGLING, SECOND])
    own = people.note()
    people.does(people.secretary, actions.merge, own, Merging(into=sisters))
    people.does(people.secretary, actions.accept, sisters)
    people.does(people.secretary, actions.answer, sisters, SOLVED)

    with pytest.raises(OutOfReach):
        people.does(people.leader, queries.concern, sisters)
    page = visit("diligent").get(f"/activities/concerns/{own}")
    assert f"合并到{people.row(sisters).number}：已答复，待反馈" in page.text
    assert SOLVED.said in page.text
    assert f"/activities/concerns/{sisters}" not in page.links()
    assert f"/activities/concerns/{sisters}" in visit("dongling").get(f"/activities/concerns/{own}").links()
