"""Regroupings of a day to come, and units that are dissolved: nothing changes before its day, nobody is left behind."""

from datetime import date

import psycopg
import pytest

from services.activities.register import actions, queries
from services.activities.register.rules.planned import ahead_said, revived, stored
from services.activities.register.rules.regrouping import Dissolve, Merge, Move, Part, Split
from shared import clock
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.events import CycleOpened
from shared.people import holder_of
from shared.roles import Role
from shared.waiting import lines_of

ON = date(2025, 3, 1)


def names(session, actor, unit, day) -> set[str]:
    return {member.name for member in queries.members_on(session, actor, unit, day)}


@pytest.fixture
def ahead(place, working) -> date:
    """The first of next month, by the office's clock."""
    with working() as session:
        today = clock.today(session)
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def arranged(place, working, asked) -> int:
    with working(place.organiser) as session:
        actions.arrange(session, place.organiser, asked)
    with working(place.organiser) as session:
        return queries.planned(session, place.organiser, place.branch)[-1].id


def split(place, on: date, *members: str) -> Split:
    part = Part(name="第三党小组", members=[place.people[each] for each in members], leader=place.people[members[0]])
    return Split(group_id=place.group, parts=[part], on=on)


@pytest.mark.parametrize(
    "asked",
    [
        Split(group_id=1, parts=[Part(name="三组", members=[1, 2], leader=2)], on=ON),
        Merge(group_ids=[1, 2], into=1, on=ON),
        Move(group_id=1, branch_id=4, name="二组", on=ON),
        Dissolve(group_id=1, into=None, on=ON),
    ],
)
def test_what_is_arranged_is_kept_as_it_was_asked_for(asked):
    assert revived(str(asked.sort), stored(asked)) == asked


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Split(group_id=1, parts=[Part(name="三组", members=[1], leader=1)], on=ON), "拆分，新设“三组”"),
        (Merge(group_ids=[1, 2], into=2, on=ON), "并入东村二组"),
        (Merge(group_ids=[1, 2], into=1, on=ON), "与东村二组合并，保留本组"),
        (Merge(group_ids=[1, 2], into=None, name="新组", on=ON), "与东村二组合并，新设“新组”"),
        (Move(group_id=1, branch_id=4, on=ON), "划转到西村"),
        (Dissolve(group_id=1, into=2, on=ON), "撤销，党员编入东村二组"),
        (Dissolve(group_id=1, into=None, on=ON), "撤销"),
        (Dissolve(group_id=2, into=1, on=ON), "编入东村二组的党员"),
    ],
)
def test_a_group_reads_what_it_has_before_it(asked, said):
    assert ahead_said(asked, 1, {1: "东村一组", 2: "东村二组", 4: "西村"}) == said


def test_a_leader_sees_what_is_arranged_for_his_own_group_alone_and_withdraws_nothing(place, working, ahead):
    number = arranged(place, working, Merge(group_ids=[place.sister, place.group], into=place.sister, on=ahead))
    arranged(place, working, Move(group_id=place.other_group, branch_id=place.branch, name="新组", on=ahead))

    with working(place.leader) as session:
        assert [each.id for each in queries.planned(session, place.leader, place.group)] == [number]
        assert queries.planned(session, place.leader, place.other_group) == []
        assert queries.ahead_of_group(session, place.leader, place.group) == [(ahead, "并入东村党支部第二党小组")]
        with pytest.raises(OutOfReach):
            actions.withdraw(session, place.leader, number)


def test_before_its_day_nothing_changes_and_on_it_everything_does(place, working, ahead, move_to, settle):
    arranged(place, working, split(place, ahead, "甲乙", "丙丁"))
    settle()
    with working(place.organiser) as session:
        assert names(session, place.organiser, place.group, ahead) == {"组长", "书记", "甲乙", "丙丁", "戊己"}
        assert [unit.name for unit in queries.tree(session, place.organiser, below=place.branch)].count(
            "第三党小组"
        ) == 0
        assert queries.planned(session, place.organiser, place.group)[0].groups == ("东村党支部第一党小组",)

    move_to(ahead)
    settle()

    with working(place.organiser) as session:
        new = next(u for u in queries.tree(session, place.organiser, below=place.branch) if u.name == "第三党小组")
        assert new.founded_on == ahead
        assert names(session, place.organiser, new.id, ahead) == {"甲乙", "丙丁"}
        assert holder_of(session, new.id, Role.LEADER, ahead) == place.people["甲乙"]
        assert queries.planned(session, place.organiser, place.branch) == []


def foreseen(place, working, asked) -> tuple[str, list[str], str]:
    """What stands on the card of what is arranged."""
    arranged(place, working, asked)
    with working(place.organiser) as session:
        card = queries.planned(session, place.organiser, place.branch)[-1]
    return card.title, list(card.outcome.foreseen), card.outcome.hindrance


def test_what_waits_says_the_new_name_who_goes_where_and_who_leads(place, working, ahead):
    assert foreseen(place, working, split(place, ahead, "甲乙", "丙丁")) == (
        "东村党支部第一党小组拆分，新设“第三党小组”",
        [
            "新设东村党支部第三党小组，编入2人：甲乙、丙丁。",
            "东村党支部第一党小组现有5人，留下3人。",
            "甲乙担任第三党小组的党小组长。",
        ],
        "",
    )


def test_what_waits_says_what_is_dissolved_and_whose_post_ends(place, working, ahead):
    asked = Merge(group_ids=[place.sister, place.group], into=place.sister, on=ahead)
    assert foreseen(place, working, asked) == (
        "东村党支部第二党小组、东村党支部第一党小组合并，并入东村党支部第二党小组",
        [
            "东村党支部第二党小组，编入5人：丙丁、甲乙、书记、戊己、组长，调整后6人。",
            "东村党支部第一党小组撤销。",
            "组长不再担任第一党小组的党小组长。",
            "第二党小组没有党小组长，请按程序产生后任命。",
        ],
        "",
    )


def test_a_group_that_is_to_come_is_seen_in_its_new_branch_without_its_people(place, working, ahead):
    title, lines, _ = foreseen(
        place, working, Move(group_id=place.group, branch_id=place.other_branch, on=ahead, name="新组")
    )
    assert title == "东村党支部第一党小组划转到西村党支部，名称为“新组”"
    assert lines[0] == "新设西村党支部新组，编入5人：丙丁、甲乙、书记、戊己、组长。"
    with working(place.outsider) as session:
        [card] = queries.planned(session, place.outsider, place.other_branch)
        assert (card.title, card.outcome.foreseen, card.outcome.hindrance) == (title, (), "")
        assert queries.planned(session, place.outsider, place.branch) == []


def test_what_could_not_be_done_as_the_register_stands_is_said_before_its_day(place, working, ahead):
    arranged(place, working, split(place, ahead, "甲乙", "丙丁"))
    with working(place.organiser) as session:
        actions.move_person(session, place.organiser, place.people["甲乙"], place.sister)
        [card] = queries.planned(session, place.organiser, place.township)
    assert card.state == "planned"
    assert card.outcome.hindrance == "选中的党员不在这个党小组。"
    assert card.outcome.foreseen == ("“第三党小组”编入2人：甲乙（已不在这个党小组）、丙丁。",)


def arranged_lines(session, actor, unit) -> list[tuple]:
    """What the history of a unit says of what was arranged."""
    lines = queries.history(session, actor, unit)
    return [(line.body["change"], line.about) for line in lines if line.fact == "RegroupingPlanned"]


def test_the_history_of_each_unit_says_what_was_arranged_withdrawn_and_done(place, working, ahead, move_to, settle):
    number = arranged(place, working, split(place, ahead, "甲乙"))
    with working(place.organiser) as session:
        actions.withdraw(session, place.organiser, number)
    arranged(place, working, Move(group_id=place.group, branch_id=place.other_branch, name="新组", on=ahead))
    move_to(ahead)
    settle()

    moved = "东村党支部第一党小组划转到西村党支部，名称为“新组”"
    divided = "东村党支部第一党小组拆分，新设“第三党小组”"
    with working(place.organiser) as session:
        expected = [("done", moved), ("planned", moved)]
        assert arranged_lines(session, place.organiser, place.other_branch) == expected
        expected += [("withdrawn", divided), ("planned", divided)]
        assert arranged_lines(session, place.organiser, place.branch) == expected
        assert arranged_lines(session, place.organiser, place.group) == expected
        assert arranged_lines(session, place.organiser, place.sister) == []
    with working(place.outsider) as session:
        assert arranged_lines(session, place.outsider, place.branch) == []


def test_until_its_day_it_is_withdrawn_and_then_never_done(place, working, ahead, move_to, settle):
    number = arranged(place, working, split(place, ahead, "甲乙"))
    for actor, refusal in ((place.outsider, OutOfReach), (place.secretary, OutOfReach)):
        with working(actor) as session, pytest.raises(refusal):
            actions.arrange(session, actor, split(place, ahead, "丙丁"))
    with working(place.outsider) as session, pytest.raises(OutOfReach):
        actions.withdraw(session, place.outsider, number)
    with working(place.secretary) as session, pytest.raises(NotYours):
        actions.withdraw(session, place.secretary, number)
    with working(place.organiser) as session, pytest.raises(Conflict, match="请先撤回那个计划"):
        actions.arrange(session, place.organiser, Merge(group_ids=[place.group, place.sister], into=place.group, on=ON))

    with working(place.organiser) as session:
        actions.withdraw(session, place.organiser, number)
    move_to(ahead)
    settle()

    with working(place.organiser) as session:
        assert "甲乙" in names(session, place.organiser, place.group, ahead)


def test_what_no_longer_fits_on_its_day_is_left_to_a_person(place, working, ahead, move_to, settle):
    arranged(place, working, split(place, ahead, "甲乙"))
    with working(place.organiser) as session:
        actions.move_person(session, place.organiser, place.people["甲乙"], place.sister)
    move_to(ahead)
    settle()

    with working(place.organiser) as session:
        [failed] = queries.planned(session, place.organiser, place.branch)
        assert failed.failed_why == "选中的党员不在这个党小组。"
        assert "甲乙" in names(session, place.organiser, place.sister, ahead)
        assert waiting_for(session, place.organiser) == [LEADERLESS, "1项党小组调整没有办成"]
        actions.withdraw(session, place.organiser, failed.id)
        assert queries.planned(session, place.organiser, place.branch) == []
        assert waiting_for(session, place.organiser) == [LEADERLESS]


LEADERLESS = "1个党小组没有组长"


def waiting_for(session: Session, actor: Actor) -> list[str]:
    return [line.said for line in lines_of(session, actor.account_id, actor.posts)]


def test_a_group_is_dissolved_once_its_members_have_a_place(place, working):
    organiser = place.organiser
    with working(organiser) as session, pytest.raises(Invalid, match="5名党员"):
        actions.regroup(session, organiser, Dissolve(group_id=place.group, on=ON))

    with working(organiser) as session:
        actions.regroup(session, organiser, Dissolve(group_id=place.group, into=place.sister, on=ON))

        assert queries.unit_in_reach(session, organiser, place.group).dissolved_on == ON
        assert {"组长", "甲乙", "姊妹"} <= names(session, organiser, place.sister, ON)
        assert "组长" in names(session, organiser, place.group, date(2025, 2, 28))
        assert holder_of(session, place.group, Role.LEADER, ON) is None
        assert queries.history(session, organiser, place.group)[0].body["change"] == "dissolve"


def test_a_group_whose_leader_is_being_assessed_is_not_dissolved_alone(place, working, ahead, move_to):
    organiser = place.organiser
    with working() as session:
        announce(session, CycleOpened(unit_id=place.township, cycle_id=1, year=2024, due_on="2025-03-20"), by=SYSTEM)
    move_to(ahead)
    with working(organiser) as session:
        leader = next(h for h in queries.holders(session, organiser, place.group, on=ahead) if h.kind == Role.LEADER)
        actions.end_post(session, organiser, leader.post_id, reason="换届")
        for name in ("组长", "书记", "甲乙", "丙丁", "戊己"):
            actions.move_person(session, organiser, place.people[name], place.sister)
    with working(organiser) as session, pytest.raises(Conflict, match="2024年度考核还没有办结，组长的考核"):
        actions.regroup(session, organiser, Dissolve(group_id=place.group, on=ahead))


def test_a_branch_is_dissolved_when_its_groups_are_gone_and_its_members_have_a_place(place, working, office):
    organiser = place.organiser
    with working(organiser) as session, pytest.raises(Conflict, match="还有第一党小组"):
        actions.dissolve_branch(session, organiser, place.branch)
    with working(organiser) as session:
        for group in (place.group, place.sister):
            actions.regroup(
                session, organiser, Move(group_id=group, branch_id=place.other_branch, name=f"来{group}", on=ON)
            )
        actions.dissolve_branch(session, organiser, place.branch, on=date(2025, 3, 2))

        branch = queries.unit_in_reach(session, organiser, place.branch)
        assert branch.dissolved_on == date(2025, 3, 2)
        assert queries.holders(session, organiser, place.branch, on=date(2025, 3, 2)) == []
        with pytest.raises(Conflict, match="已经撤销"):
            actions.dissolve_branch(session, organiser, place.branch)
    with psycopg.connect(office.owner_url) as connection:
        kept = connection.execute("select count(*) from office.unit where id = %s", (place.branch,)).fetchone()
    assert kept == (1,)
