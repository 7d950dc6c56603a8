"""What is no more: nothing begins in it, nothing in it outlives it, and what was planned for it is not lost sight of."""

import threading
import time
from datetime import date

import psycopg
import pytest

from services.activities.register import actions, queries
from services.activities.register.rules.regrouping import Dissolve, Merge, Move, day_said
from shared import clock
from shared.access import SYSTEM
from shared.errors import Conflict, Invalid, Refusal
from shared.roles import Role

ON, LATER = date(2025, 3, 1), date(2025, 3, 2)
SECONDS = 20


@pytest.fixture
def waits(office):
    """Until somebody in the database waits for a lock; True where he does."""

    def wait() -> bool:
        question = "select exists (select from pg_stat_activity where datname = current_database()"
        question += " and wait_event_type = 'Lock')"
        with psycopg.connect(office.owner_url, autocommit=True) as connection:
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                if connection.execute(question).fetchone()[0]:
                    return True
                time.sleep(0.02)
        return False

    return wait


def meanwhile(working, actor, act) -> tuple[threading.Thread, list]:
    """Somebody else does something in a transaction of his own; what came of it."""
    came: list = []

    def run() -> None:
        try:
            with working(actor) as session:
                came.append(act(session))
        except Refusal as refused:
            came.append(refused)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


def emptied(session, place, on: date = ON) -> None:
    """Both groups of the branch go to the other one."""
    for group in (place.group, place.sister):
        asked = Move(group_id=group, branch_id=place.other_branch, name=f"来{group}", on=on)
        actions.regroup(session, place.organiser, asked)


@pytest.fixture
def next_month(place, working) -> date:
    with working() as session:
        today = clock.today(session)
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


@pytest.fixture
def on_its_day(next_month, move_to, settle):
    """The day comes, and everything that is due is done; the second time it is that day already."""
    days = iter([next_month])

    def come() -> None:
        for day in days:
            move_to(day)
        settle()

    return come


def test_a_branch_is_not_dissolved_before_what_happened_in_it(place, working):
    organiser = place.organiser
    with working(organiser) as session:
        emptied(session, place)
        with pytest.raises(Invalid, match="东村党支部在2025年3月1日还有") as refused:
            actions.dissolve_branch(session, organiser, place.branch, on=date(2025, 2, 1))
        assert refused.value.field == "on"

        actions.appoint(session, organiser, place.people["甲乙"], place.branch, Role.COMMITTEE_MEMBER, starts_on=LATER)
        with pytest.raises(Invalid, match="2025年3月2日还有任职或免职"):
            actions.dissolve_branch(session, organiser, place.branch, on=ON)
        actions.dissolve_branch(session, organiser, place.branch, on=LATER)
        assert queries.unit_in_reach(session, organiser, place.branch).dissolved_on == LATER


def test_nothing_begins_in_a_unit_that_is_no_more(place, working):
    organiser = place.organiser
    with working(organiser) as session:
        emptied(session, place)
        actions.dissolve_branch(session, organiser, place.branch, on=LATER)
    somebody = place.people["甲乙"]
    for act in (
        lambda session: actions.found_group(session, organiser, place.branch, "第九党小组", founded_on=ON),
        lambda session: actions.add_person(session, organiser, place.branch, name="新人"),
        lambda session: actions.add_person(session, organiser, place.group, name="新人", starts_on=ON),
        lambda session: actions.move_person(session, organiser, somebody, place.sister, on=date(2025, 4, 1)),
        lambda session: actions.appoint(session, organiser, somebody, place.branch, Role.SECRETARY),
        lambda session: actions.appoint(session, organiser, somebody, place.group, Role.DEPUTY, starts_on=ON),
    ):
        with working(organiser) as session, pytest.raises(Conflict, match=r"已从2025年3月.日起撤销"):
            act(session)


def test_what_is_no_more_keeps_its_name(place, working, everything):
    organiser = place.organiser
    with working(organiser) as session:
        emptied(session, place)
        actions.dissolve_branch(session, organiser, place.branch, on=LATER)
    before = everything()
    for unit, said in (
        (place.branch, "东村党支部已从2025年3月2日起撤销"),
        (place.group, "东村党支部第一党小组已从2025年3月1日起撤销"),
    ):
        with working(organiser) as session, pytest.raises(Conflict) as refused:
            actions.rename_unit(session, organiser, unit, "新名称")
        assert (refused.value.field, refused.value.detail) == ("name", f"{said}，名称不能再更改。")
    assert everything() == before


def test_who_comes_while_it_is_being_dissolved_is_told_so(place, working, waits):
    organiser = place.organiser
    with working(organiser) as session:
        emptied(session, place)
    with working(organiser) as session:
        actions.dissolve_branch(session, organiser, place.branch, on=LATER)
        late, came = meanwhile(
            working, organiser, lambda mine: actions.found_group(mine, organiser, place.branch, "第九党小组").id
        )
        assert waits()
    late.join()
    assert [type(each) for each in came] == [Conflict]
    assert "已从2025年3月2日起撤销" in came[0].detail


def test_a_branch_is_not_dissolved_under_a_group_that_moves_there(place, working, waits):
    organiser = place.organiser
    with working(organiser) as session:
        actions.regroup(
            session, organiser, Move(group_id=place.other_group, branch_id=place.branch, name="第三党小组", on=ON)
        )
    with working(organiser) as session:
        asked = Move(group_id=place.sister, branch_id=place.other_branch, on=date(2025, 3, 2))
        actions.regroup(session, organiser, asked)
        late, came = meanwhile(
            working, organiser, lambda mine: actions.dissolve_branch(mine, organiser, place.other_branch, on=LATER)
        )
        assert waits()
    late.join()
    assert [type(each) for each in came] == [Conflict]
    assert "还有第二党小组" in came[0].detail


def test_of_two_who_arrange_the_same_group_at_once_one_is_told_of_the_other(place, working, waits, next_month):
    organiser = place.organiser
    with working(organiser) as session:
        actions.arrange(session, organiser, Dissolve(group_id=place.group, into=place.sister, on=next_month))
        merge = Merge(group_ids=[place.group, place.sister], into=place.group, on=next_month)
        late, came = meanwhile(working, organiser, lambda mine: actions.arrange(mine, organiser, merge))
        assert waits()
    late.join()
    assert [type(each) for each in came] == [Conflict]
    assert came[0].detail == (
        f"东村党支部第一党小组撤销，党员编入东村党支部第二党小组，已安排从{day_said(next_month)}起生效，"
        "请先撤回那个计划，再另行调整。"
    )
    with working(organiser) as session:
        assert len(queries.planned(session, organiser, place.branch)) == 1


def test_whoever_may_not_arrange_learns_nothing_of_what_is_arranged(place, working, next_month):
    asked = Dissolve(group_id=place.group, into=place.sister, on=next_month)
    with working(place.organiser) as session:
        actions.arrange(session, place.organiser, asked)
    with working(place.secretary) as session, pytest.raises(Refusal) as refused:
        actions.arrange(session, place.secretary, asked)
    assert refused.type is not Conflict


def to_the_other_branch(place, on: date) -> Move:
    return Move(group_id=place.group, branch_id=place.other_branch, name="新组", on=on)


def left_by_its_groups(session, place) -> None:
    """The other branch has no group any more."""
    back = Move(group_id=place.other_group, branch_id=place.branch, name="第三党小组", on=ON)
    actions.regroup(session, place.organiser, back)


def test_a_branch_to_which_a_group_is_to_move_is_not_dissolved_until_that_is_withdrawn(place, working, next_month):
    organiser = place.organiser
    with working(organiser) as session:
        number = actions.arrange(session, organiser, to_the_other_branch(place, next_month))[1]
        left_by_its_groups(session, place)
    said = f"东村党支部第一党小组划转到西村党支部，名称为“新组”，已安排从{day_said(next_month)}起生效，"
    with working(organiser) as session, pytest.raises(Conflict) as refused:
        actions.dissolve_branch(session, organiser, place.other_branch, on=LATER)
    assert refused.value.detail == said + "请先撤回那个计划，再撤销西村党支部。"

    with working(organiser) as session:
        actions.withdraw(session, organiser, number)
        actions.dissolve_branch(session, organiser, place.other_branch, on=LATER)
        assert queries.unit_in_reach(session, organiser, place.other_branch).dissolved_on == LATER


def test_whoever_dissolves_a_branch_hears_of_the_move_there_though_its_group_is_out_of_his_reach(
    place, working, next_month
):
    with working(place.organiser) as session:
        actions.arrange(session, place.organiser, to_the_other_branch(place, next_month))
        left_by_its_groups(session, place)
    there = place.actor("外人", (Role.ORGANISER, place.other_branch))
    with working(there) as session, pytest.raises(Conflict, match="东村党支部第一党小组划转到西村党支部"):
        actions.dissolve_branch(session, there, place.other_branch, on=LATER)


@pytest.mark.parametrize("arranged_first", [True, False], ids=["the move first", "the dissolution first"])
def test_of_a_move_and_the_dissolution_of_its_branch_at_once_one_wins(
    place, working, waits, next_month, arranged_first
):
    organiser = place.organiser
    with working(organiser) as session:
        left_by_its_groups(session, place)
    acts = [
        lambda mine: actions.arrange(mine, organiser, to_the_other_branch(place, next_month)),
        lambda mine: actions.dissolve_branch(mine, organiser, place.other_branch, on=LATER),
    ]
    first, second = acts if arranged_first else reversed(acts)
    with working(organiser) as session:
        first(session)
        late, came = meanwhile(working, organiser, second)
        assert waits()
    late.join()
    assert [type(each) for each in came] == [Conflict]
    assert ("请先撤回那个计划" if arranged_first else "不能划转到那里") in came[0].detail
    with working(organiser) as session:
        arranged = queries.planned(session, organiser, place.branch)
        dissolved = queries.unit_in_reach(session, organiser, place.other_branch).dissolved_on
    assert (len(arranged), dissolved) == ((1, None) if arranged_first else (0, LATER))


def test_what_cannot_be_done_on_its_day_is_told_with_what_to_do(place, working, next_month, on_its_day, office):
    organiser = place.organiser
    with working(organiser) as session:
        number = actions.arrange(session, organiser, to_the_other_branch(place, next_month))[1]
    with working(organiser) as session:
        actions.found_group(session, organiser, place.other_branch, "新组", founded_on=LATER)
    with psycopg.connect(office.owner_url) as connection:
        connection.execute("update activities.job set state = 'dead' where task = 'activities.regroup'")
    on_its_day()
    with working(organiser) as session:
        [left] = queries.planned(session, organiser, place.branch)
        assert (left.id, left.state) == (number, "late")

    with working() as session:
        actions.carry_out(session, number)
    on_its_day()
    with working(organiser) as session:
        [failed] = queries.planned(session, organiser, place.branch)
        assert failed.state == "failed"
        assert failed.failed_why == "西村党支部已有“新组”，请换一个名称。"
    with psycopg.connect(office.owner_url) as connection:
        told = connection.execute("select person_id, title, link from notify.message where fact = 'RegroupingPlanned'")
        assert told.fetchall() == [
            (place.people["干事"], "东村党支部的一项党小组调整没有办成", f"/activities/register/units/{place.branch}")
        ]


def test_a_failure_of_a_day_is_told_once_and_what_was_done_is_not(place, working, next_month, on_its_day, office):
    with working(place.organiser) as session:
        actions.arrange(session, place.organiser, Dissolve(group_id=place.group, into=place.sister, on=next_month))
    on_its_day()
    with psycopg.connect(office.owner_url) as connection:
        told = connection.execute("select count(*) from notify.message where fact = 'RegroupingPlanned'").fetchone()
    assert told == (0,)
    with working(SYSTEM) as session:
        assert queries.unit_in_reach(session, SYSTEM, place.group).dissolved_on == next_month
