"""One meeting of a whole branch: one record with a roll a group, that counts once in each and for nobody twice."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from services.activities.ledger import actions, queries
from services.activities.ledger.actions import Draft
from services.activities.ledger.pages import waiting_for
from services.activities.ledger.rules.attendance import Absence
from services.activities.ledger.rules.kinds import Kind
from services.activities.register import actions as register
from shared.access import SYSTEM, Actor
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfOrder, OutOfReach
from shared.lists import Turn
from shared.roles import Role
from tests.activities.conftest import Place

DAY = date(2025, 2, 7)
THEME = Draft(
    kind=Kind.THEME_DAY, held_on=DAY, topic="清理河道", speaker="镇党校老师", guests="驻村干部梁某", minutes=90
)


def write(working, actor: Actor, where: int, draft: Draft = THEME, **more) -> int:
    with working(actor) as session:
        return actions.record_activity(session, actor, where, draft, submitted=True, **more).id


def confirm(working, place: Place, *ids: int) -> None:
    with working(place.secretary) as session:
        actions.confirm(session, place.secretary, ids)


def counters(working) -> dict:
    """By unit and kind: how many, present of expected; they are what a recount says."""
    with working(SYSTEM) as session:
        kept = queries.counted(session, 2025)
        assert kept == queries.recount(session, 2025)
    figures = ("done", "present", "expected", "minutes")
    return {key: tuple(sum(row[name]) for name in figures) for key, row in kept.items()}


def test_it_counts_once_in_each_group_with_that_groups_figures(working, place: Place):
    absent = {place.people["甲乙"]: Absence("leave"), place.people["姊妹"]: Absence("ill")}

    confirm(working, place, write(working, place.secretary, place.branch, replace(THEME, absent=absent)))

    assert counters(working) == {
        (place.group, "theme_day"): (1, 4, 5, 90),
        (place.sister, "theme_day"): (1, 0, 1, 90),
    }


def test_a_group_of_which_nobody_was_expected_is_left_out(working, place: Place):
    with working(SYSTEM) as session:
        register.set_circumstance(session, SYSTEM, place.people["姊妹"], "aged", starts_on=date(2025, 1, 1))

    number = write(working, place.secretary, place.branch)
    confirm(working, place, number)

    assert counters(working) == {(place.group, "theme_day"): (1, 5, 5, 90)}
    with working(place.secretary) as session:
        assert queries.activity_in_reach(session, place.secretary, number).group_ids == [place.group]


def test_correcting_takes_it_back_everywhere_and_counts_anew_where_it_belongs(working, place: Place):
    number = write(working, place.secretary, place.branch)
    confirm(working, place, number)
    moved = replace(THEME, held_on=date(2025, 1, 16), kind=Kind.LECTURE, absent={place.people["丙丁"]: Absence("ill")})

    with working(place.secretary) as session:
        actions.correct(session, place.secretary, number, moved, why="日期写错了")

    assert counters(working) == {}
    confirm(working, place, number)
    assert counters(working) == {
        (place.group, "lecture"): (1, 4, 5, 90),
        (place.sister, "lecture"): (1, 1, 1, 90),
    }


def test_a_group_s_own_record_of_that_kind_and_day_is_asked_about_both_ways(working, place: Place):
    write(working, place.leader, place.group)

    with pytest.raises(Conflict, match="第一党小组自己写过主题党日的记录"):
        write(working, place.secretary, place.branch)
    whole = write(working, place.secretary, place.branch, replace(THEME, again=True))

    sister = place.actor("书记", (Role.SECRETARY, place.branch))
    with pytest.raises(Conflict, match="已经有主题党日的记录") as asked:
        write(working, sister, place.sister)
    assert asked.value.field == "again"
    confirm(working, place, whole)
    assert counters(working)[place.sister, "theme_day"][0] == 1


def test_the_same_group_day_and_kind_twice_is_asked_about(working, place: Place):
    first = write(working, place.leader, place.group, key="phone")

    assert write(working, place.leader, place.group, key="phone") == first
    with pytest.raises(Conflict, match="确实是另一次"):
        write(working, place.leader, place.group)
    assert write(working, place.leader, place.group, replace(THEME, again=True)) != first


def test_a_leader_sees_the_record_and_of_its_rolls_only_his_groups(working, place: Place):
    number = write(working, place.secretary, place.branch)

    with working(place.leader) as session:
        lines = queries.attendance(session, place.leader, number)
        listed = queries.activities(session, place.leader, unit_id=place.group, turn=Turn()).rows
        names = queries.names_on(session, place.leader, [number]).people.values()

    assert {line[1] for line in lines} == {"组长", "书记", "甲乙", "丙丁", "戊己"}
    assert [record.id for record in listed] == [number]
    assert "姊妹" not in names
    with working(place.leader) as session, pytest.raises(NotYours):
        actions.correct(session, place.leader, number, THEME, why="不是他的")


def test_an_outsider_sees_nothing_of_it(working, place: Place):
    number = write(working, place.secretary, place.branch)

    with working(place.outsider) as session:
        with pytest.raises(OutOfReach):
            queries.activity_in_reach(session, place.outsider, number)
        assert queries.attendance(session, place.outsider, number) == []
        with pytest.raises(OutOfReach):
            actions.record_activity(session, place.outsider, place.branch, THEME)


def test_a_branch_meeting_is_the_branchs_and_a_group_meeting_is_not(working, place: Place):
    with pytest.raises(Invalid, match="整个支部"):
        write(working, place.leader, place.group, replace(THEME, kind=Kind.BRANCH_MEETING))
    with pytest.raises(Invalid, match="由各党小组分别写"):
        write(working, place.secretary, place.branch, replace(THEME, kind=Kind.GROUP_MEETING))
    with pytest.raises(OutOfReach):
        write(working, place.leader, place.branch, replace(THEME, kind=Kind.BRANCH_MEETING))

    confirm(working, place, write(working, place.secretary, place.branch, replace(THEME, kind=Kind.BRANCH_MEETING)))

    assert counters(working)[place.group, "branch_meeting"] == (1, 5, 5, 90)


def test_the_committee_is_called_by_its_posts_and_counts_for_no_group(working, place: Place):
    with working(SYSTEM) as session:
        register.appoint(
            session, SYSTEM, place.people["姊妹"], place.branch, Role.COMMITTEE_MEMBER, starts_on=date(2024, 5, 1)
        )
    met = replace(THEME, kind=Kind.COMMITTEE_MEETING, absent={place.people["姊妹"]: Absence("leave")})

    confirm(working, place, write(working, place.secretary, place.branch, met))

    assert counters(working) == {(place.branch, "committee_meeting"): (1, 1, 2, 90)}


def test_what_was_written_of_speaker_and_guests_is_kept_when_it_is_corrected(working, place: Place):
    number = write(working, place.secretary, place.branch)

    with working(place.secretary) as session:
        actions.correct(session, place.secretary, number, replace(THEME, guests=""), why="")
        (before,) = queries.revisions(session, place.secretary, number)

    assert (before.body["speaker"], before.body["guests"]) == ("镇党校老师", "驻村干部梁某")


def test_its_writer_takes_it_back_until_it_is_confirmed_and_nobody_else(working, place: Place):
    number = write(working, place.leader, place.group)

    with working(place.secretary) as session, pytest.raises(NotYours, match="不是您写的"):
        actions.withdraw(session, place.secretary, number)
    with working(place.leader) as session:
        assert actions.withdraw(session, place.leader, number).stage == "draft"
        assert session.execute(text("select count(*) from office.todo where closed_at is null")).scalar_one() == 0
        actions.submit(session, place.leader, number)
    confirm(working, place, number)
    with working(place.leader) as session, pytest.raises(OutOfOrder):
        actions.withdraw(session, place.leader, number)


def test_a_correction_says_so_where_it_waits_with_what_changed(working, place: Place):
    number = write(working, place.leader, place.group)
    confirm(working, place, number)
    with working(place.leader) as session:
        actions.correct(session, place.leader, number, replace(THEME, topic="清理水渠"), why="写错了")
    first = write(working, place.leader, place.group, replace(THEME, kind=Kind.STUDY))

    with working(place.secretary) as session:
        changed = waiting_for(session, place.secretary)["changed"]

    assert {key: [tuple(each) for each in found] for key, found in changed.items()} == {
        number: [("主题", "清理河道", "清理水渠")]
    }
    assert first not in changed


def test_what_waits_of_it_waits_in_the_year_of_each_of_its_groups(working, place: Place):
    write(working, place.secretary, place.branch)

    with unit("assessment", place.leader) as session:
        said = session.scalar(text("select activities.months_so_far(:group, 2025)"), {"group": place.group})
    assert said["theme_day"]["waiting"] == [DAY.month]


def test_an_office_ledger_with_a_line_of_it_for_each_group_brings_nothing_new(working, place: Place):
    ill = replace(THEME, absent={place.people["甲乙"]: Absence("ill")})
    number = write(working, place.secretary, place.branch, ill)
    with working(place.organiser) as session:
        known = queries.known_slots(session, place.organiser, place.township, 2025)

    of_groups = {slot.group_id: one for slot, (one,) in known.items() if slot.held_on == DAY}
    assert {one.id for one in of_groups.values()} == {number}
    assert place.branch not in of_groups
    assert of_groups[place.group].absent == {place.people["甲乙"]}
    assert all(not one.absent for group, one in of_groups.items() if group != place.group)
