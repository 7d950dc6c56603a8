"""A table of leaders in office says since when each leads: the post begins that day where it can, or it is said why not."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.activities.register.rules.changes import Place, RegisterNow, RosterPlan
from services.activities.register.rules.posts import Held
from tests.activities.imports.test_as_people_see_it import EAST, GAO, HEADING, LUO, ONE, file_of, read, written
from tests.activities.register.registers import AS_OF, SINCE, after, planned

HERE = Place(EAST, ONE)
MEMBER = written(GAO, post="")


def table(row: list[Any], since: Any, until: Any = "") -> Any:
    return read(file_of([*HEADING, "任职时间", "任职结束时间"], [*row, since, until]))


def register(*rows: list[Any], founded: date = date(2020, 3, 15)) -> RegisterNow:
    """Founded long ago, with these people in it since the year after."""
    now = after(planned(read(file_of(HEADING, *rows))))
    people = tuple(
        replace(each, membership=replace(each.membership, starts_on=date(2021, 2, 10))) for each in now.people
    )
    return replace(now, founded=dict.fromkeys(now.founded, founded), people=people)


def began(plan: RosterPlan) -> list[tuple[str, date]]:
    return [(plan.people[each.row].name, each.starts_on) for each in plan.posts if each.kind in {"leader", "deputy"}]


def warned(plan: RosterPlan) -> str:
    return "\n".join(each.problem for each in plan.problems if "任职" in each.problem)


@pytest.mark.parametrize(
    ("wrote", "day"),
    [
        ("2024-05-20", date(2024, 5, 20)),
        (date(2024, 5, 20), date(2024, 5, 20)),
        ("2024.05", date(2024, 5, 1)),
        ("2021.02", date(2021, 2, 10)),  # the month in which he came: from the day on which he did
    ],
)
def test_a_post_begins_on_the_day_that_the_table_says(wrote, day):
    plan = planned(table(GAO, wrote), register(MEMBER))

    assert (began(plan), warned(plan)) == ([("高大山", day)], "")


def test_without_a_day_it_begins_as_before():
    assert began(planned(table(GAO, ""), register(MEMBER))) == [("高大山", AS_OF)]
    assert began(planned(table(GAO, ""))) == [("高大山", SINCE)]


def test_before_the_group_was_founded_nobody_led_it():
    plan = planned(table(GAO, "2019.07"))
    assert began(plan) == [("高大山", SINCE)]
    assert "早于党小组成立" in warned(plan)
    assert "高大山（写的2019年7月，东岭村党支部第一党小组2025年1月1日成立）" in warned(plan)


def test_before_he_came_nobody_led():
    plan = planned(table(GAO, "2020-06-01"), register(MEMBER))
    assert began(plan) == [("高大山", date(2021, 2, 10))]
    assert "高大山（写的2020年6月1日，2021年2月10日编入）" in warned(plan)


def test_whoever_moves_into_the_group_leads_it_from_that_day():
    plan = planned(
        table(written(GAO, group="第二党小组"), "2024-05-20"), register(MEMBER, written(LUO, group="第二党小组"))
    )
    assert began(plan) == [("高大山", AS_OF)]
    assert "早于编入党小组的 1 人" in warned(plan)


def test_inside_the_span_of_a_predecessor_nobody_else_led():
    now = replace(register(MEMBER), held_until={(HERE, Held.LEADER): date(2024, 9, 1)})
    plan = planned(table(GAO, "2024-05-20"), now)
    assert began(plan) == [("高大山", date(2024, 9, 1))]
    assert "东岭村党支部第一党小组前任到2024年9月1日" in warned(plan)


def test_whoever_leads_now_leads_until_the_day_of_the_file():
    plan = planned(table(GAO, "2024-05-20"), register(MEMBER, written(LUO, post="党小组长")))
    assert began(plan) == [("高大山", AS_OF)]
    assert [each.name for each in plan.endings] == ["罗长河"]
    assert "现任罗长河" in warned(plan)


def test_what_began_another_day_is_not_moved_but_said():
    now = register(GAO)
    plan = planned(table(GAO, "2024-05-20"), now)
    assert (began(plan), plan.ended_posts, plan.is_empty) == ([], [], True)
    assert "高大山（东岭村党支部第一党小组2025年1月1日起，写的2024年5月20日）" in warned(plan)
    assert warned(planned(table(GAO, "2025.01"), now)) == ""


def test_a_day_to_come_is_not_taken_for_one_that_was():
    plan = planned(table(GAO, "2026-03-01"), register(MEMBER))
    assert began(plan) == [("高大山", AS_OF)]
    assert "任职时间还没到的 1 人" in warned(plan)


@pytest.mark.parametrize(
    ("until", "posts", "said"),
    [
        ("2025-06-30", [], "任职结束时间已经过去的 1 人"),
        ("2027.12", [("高大山", date(2024, 5, 20))], "结束时间没有记入"),
    ],
)
def test_whoever_has_left_the_post_is_not_given_it_again(until, posts, said):
    plan = planned(table(GAO, "2024-05-20", until), register(MEMBER))
    assert began(plan) == posts
    assert said in warned(plan)


def test_a_day_without_a_post_and_one_of_a_branchs_post_are_said():
    assert "没有写职务的 1 人" in warned(planned(table(MEMBER, "2024-05-20"), register(MEMBER)))
    plan = planned(table(LUO, "2024-05-20"), register(written(LUO, post="")))
    assert [each.starts_on for each in plan.posts] == [AS_OF]
    assert "罗长河（支部书记，写的2024年5月20日）" in warned(plan)


def test_what_is_no_day_is_named_with_its_cell():
    roster = table(GAO, "换届时")
    (problem,) = (each for each in roster.problems if "任职时间" in each.problem)
    assert (problem.cell, problem.fatal) == ("K2", False)
    assert began(planned(roster, register(MEMBER))) == [("高大山", AS_OF)]
