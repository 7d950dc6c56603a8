"""A meeting that was announced ahead is the draft of its record on its day: once, where it can be held."""

import pytest

from services.notify.circulars import actions, queries
from services.notify.circulars.schemas import Written
from shared import work
from shared.access import SYSTEM
from shared.db import unit
from shared.events import CircularMoved
from shared.roles import Role

DRAFTS = """
    select u.name, a.kind, a.held_on::text as day, a.topic, a.place, a.stage, a.source_key from activities.activity a
    join office.unit u on u.id = a.group_id order by a.id"""


@pytest.fixture
def announce_meeting(town, rows):
    """The township announces a study of two branches' groups, in so many days."""
    organiser = town.actor("organiser", (Role.ORGANISER, "清河镇"))

    def go(days, meets="group_study", **changed):
        day = rows("select (office.today() + %s)::text as day", days)[0].day
        asked = {"title": "集中学习", "body": "带笔记本。", "posts": ["secretary", "leader"], "meets": meets}
        asked |= {"meets_on": day, "meets_at": "9：05", "place": "村委会二楼", **changed}
        asked["units"] = [town.units["东村"], town.units["西村"]]
        with unit("notify", organiser) as session:
            made = actions.write(session, organiser, Written.model_validate(asked, strict=False)).id
            told = len(queries.recipients(session, queries.circular(session, organiser, made)))
            actions.send(session, organiser, made, recipients=told)
        return made

    return go


@pytest.fixture
def days_pass(execute):
    """So many days go by, and the clock of notify does its day's work."""

    def go(days):
        execute("update office.clock set shift = shift + make_interval(days => %s)", days)
        with unit("notify") as session:
            actions.begin_records(session)
        work.settle(("notify", "activities"))

    return go


def test_on_its_day_and_not_before_each_group_has_a_draft_with_topic_and_place(announce_meeting, days_pass, rows):
    announce_meeting(3)
    days_pass(2)
    assert not rows(DRAFTS)

    days_pass(1)
    days_pass(1)

    drafts = rows(DRAFTS)
    assert [(row.name, row.kind, row.topic, row.place, row.stage) for row in drafts] == [
        ("东村一组", "study", "集中学习", "村委会二楼", "draft"),
        ("西村一组", "study", "集中学习", "村委会二楼", "draft"),
    ]
    assert len(rows("select from office.happening where fact = 'MeetingCame'")) == 1
    assert "会议时间" in rows("select body from notify.message limit 1")[0].body


def test_what_is_withdrawn_before_its_day_is_no_record(announce_meeting, days_pass, rows, town):
    made = announce_meeting(2)
    organiser = town.actor("organiser", (Role.ORGANISER, "清河镇"))
    with unit("notify", organiser) as session:
        actions.withdraw(session, organiser, made, reason="改期。")
    days_pass(2)
    assert not rows(DRAFTS)


def test_a_missed_day_is_made_good_and_a_record_that_is_there_is_not_doubled(
    announce_meeting, days_pass, rows, town, execute
):
    announce_meeting(2)
    execute(
        """insert into activities.activity (group_id, branch_id, township_id, kind, held_on, expected, present)
           values (%s, %s, %s, 'study', office.today() + 2, 0, 0)""",
        town.units["东村一组"],
        town.units["东村"],
        town.units["清河镇"],
    )
    days_pass(5)
    assert [(row.name, row.source_key is None) for row in rows(DRAFTS)] == [("东村一组", True), ("西村一组", False)]


def test_a_meeting_of_branches_is_a_record_of_each_branch_and_another_of_none(announce_meeting, days_pass, rows):
    announce_meeting(1, "branch_branch_meeting")
    announce_meeting(1, "other")
    days_pass(1)
    assert [(row.name, row.kind) for row in rows(DRAFTS)] == [("东村", "branch_meeting"), ("西村", "branch_meeting")]
    with unit("notify", SYSTEM) as session:
        assert len(queries.circulars(session, SYSTEM, after=None, limit=9)) == 2


def test_a_notice_asks_for_the_drafts_of_its_own_meeting_alone(announce_meeting, rows):
    """Two that are told at once, each with its notice in hand, would wait for each other's."""
    first, other = announce_meeting(0), announce_meeting(0, "group_lecture")
    told = rows("select unit_id, happening_id from notify.circular where id = %s", first)[0]
    with unit("notify") as session:
        session.info["happening"] = told.happening_id
        actions.tell(session, CircularMoved(unit_id=told.unit_id, circular_id=first, change="sent"))
    begun = rows("select id from notify.circular where drafted_on is not null")
    assert [row.id for row in begun] == [first]
    work.settle(("notify", "activities"))
    assert len(rows("select from notify.circular where drafted_on is not null and id = %s", other)) == 1
