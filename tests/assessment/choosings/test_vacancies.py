"""A leader's post falls vacant: a choosing opens by itself the day that it is known, and ends where nobody needs it."""

from sqlalchemy import text

from services.assessment.choosings.rules import MOVES, WAITS
from shared import daily
from shared.db import unit
from tests.town import DONGLING, FIRST, SECOND

GROUP = (DONGLING, FIRST)


def all_of(doors, **query):
    return list(doors.organiser.pages("assessment/choosings", **query))


def died(doors, town, name):
    """The organiser writes that somebody has died; what it follows from is taken back by its number."""
    return doors.organiser.post(
        f"activities/people/{town.people[name]}/member-acts", {"turn": "died", "basis": "病故。"}
    )["id"]


def test_a_death_opens_a_choosing_for_which_the_branch_is_told(doors, town, settle):
    died(doors, town, "孙勤")
    settle()
    (row,) = all_of(doors)
    assert (row["group_id"], row["post"], row["reason"]) == (town.groups[GROUP], "leader", "vacancy")
    assert (row["stage"], row["way"], row["due_on"]) == ("draft", "nominate", "2025-04-02")
    seen = doors.dongling.get(f"assessment/choosings/{row['id']}")
    assert (seen["former_id"], seen["steps"]) == (town.people["孙勤"], ["nominate"])
    told = [each["title"] for each in doors.dongling.get("notify/messages")["rows"]]
    assert "有1个党小组职务需要选配" in told
    lines = doors.dongling.get("activities/todos")["lines"]
    assert "assessment.choose" in [each["kind"] for each in lines]


def test_a_death_that_was_written_by_mistake_ends_it(walk, doors, town, settle):
    act = died(doors, town, "孙勤")
    settle()
    (row,) = all_of(doors)
    walk.nominate(row["id"], "许安")
    doors.organiser.post(f"activities/member-acts/{act}/undoings", {"reason": "登记错了人。"})
    settle()
    seen = doors.organiser.get(f"assessment/choosings/{row['id']}")
    assert (seen["stage"], "已有人担任" in seen["ended_why"]) == ("ended", True)
    told = [each["title"] for each in doors.member.get("notify/messages")["rows"]]
    assert "您作为人选的选配已终止" in told  # 许安 had been put forward


def test_what_was_known_before_its_day_opens_on_the_day_that_it_is_known(doors, town, settle):
    posts = doors.organiser.get(f"activities/units/{town.groups[GROUP]}/posts")
    post_id = next(each["post_id"] for each in posts if each["kind"] == "leader")
    left = {"ends_on": "2025-04-01", "reason": "外出务工，本人辞去。"}
    doors.organiser.post(f"activities/posts/{post_id}/endings", left)
    settle()
    (row,) = all_of(doors)
    assert (row["reason"], row["due_on"]) == ("vacancy", "2025-05-01")


def test_whoever_hands_over_at_once_leaves_no_vacancy(doors, town, settle):
    posts = doors.organiser.get(f"activities/units/{town.groups[GROUP]}/posts")
    post_id = next(each["post_id"] for each in posts if each["kind"] == "leader")
    asked = {"person_id": town.people["许安"], "starts_on": "2025-03-20", "reason": "接任。"}
    doors.organiser.post(f"activities/posts/{post_id}/successions", asked)
    settle()
    assert all_of(doors) == []


def test_every_day_what_is_vacant_is_looked_for(doors, town, settle, sql):
    sql("update office.post set ends_on = '2025-02-01' where unit_id = %s and kind = 'leader'", town.groups[GROUP])
    daily.post("assessment")
    settle()
    (row,) = all_of(doors)
    assert row["group_id"] == town.groups[GROUP]
    with unit("assessment") as session:
        walked = session.execute(text("select subject from office.happening where fact = 'ChoosingOpened'")).all()
        assert walked == [(f"choosing:{row['id']}",)]
    daily.post("assessment")
    settle()
    assert len(all_of(doors)) == 1


def test_a_group_that_is_no_more_needs_nobody(doors, town, settle):
    asked = {"group_id": town.groups[GROUP], "reason": "term"}
    here = doors.dongling.post("assessment/choosings", asked)["id"]
    into = {"into": town.groups[DONGLING, SECOND]}
    doors.organiser.post(f"activities/groups/{town.groups[GROUP]}/dissolutions", into)
    daily.post("assessment")
    settle()
    seen = doors.organiser.get(f"assessment/choosings/{here}")
    assert (seen["stage"], "已经撤销" in seen["ended_why"]) == ("ended", True)


def test_at_every_stage_it_is_said_what_waits():
    assert set(WAITS) == set(type(MOVES.start))
