"""Where leaders are chosen, a post of a group is written without a choosing only as taken over, and says why (接管)."""

from datetime import date

import pytest

from services.activities.register import actions as register
from services.activities.register.rules.roster import read_roster
from shared.access import SYSTEM
from shared.db import unit
from shared.errors import Invalid
from shared.sheets import read_workbook
from tests.town import DONGLING, FIRST, SECOND, XIHE


def roster(*rows):
    """西河村's second group with these people, their posts and since when they hold them."""
    lines = ["姓名,性别,党员类别,所在党支部,党小组,职务,任职时间"]
    lines += [f"{name},男,正式党员,西河村党支部,第二党小组,{post}," + "".join(since) for name, post, *since in rows]
    return read_roster(read_workbook("\n".join(lines).encode(), name="名册.csv"), today=date(2025, 3, 3))


POSTS = "select chosen_id, taken_over_why from office.post where unit_id = %s and kind = %s and ends_on is null"


def test_whoever_leads_when_it_is_switched_on_leads_on_in_one_act(town, sql):
    marked = sql(
        "select distinct taken_over_why from office.post p join office.unit u on u.id = p.unit_id"
        " where u.township_id = %s and p.kind in ('leader', 'deputy')",
        town.id,
    )
    assert marked == [("全部开通。",)]
    elsewhere = "select count(*) from office.post where taken_over_why is not null and kind not in ('leader', 'deputy')"
    assert sql(elsewhere) == [(0,)]


def test_the_appointing_form_takes_over_only_with_a_reason(doors, town, sql):
    group = town.groups[XIHE, SECOND]
    asked = {"person_id": town.people["范文"], "kind": "deputy"}
    answer = doors.organiser.post(f"activities/units/{group}/posts", asked, 409)
    assert "经“选配换届”产生" in answer["fields"]["taken_over_why"]
    doors.organiser.post(f"activities/units/{group}/posts", asked | {"taken_over_why": "去年已经任命，补登记。"})
    assert sql(POSTS, group, "deputy") == [(None, "去年已经任命，补登记。")]
    branch = {"person_id": town.people["范文"], "kind": "committee_member"}
    doors.organiser.post(f"activities/units/{town.units[XIHE]}/posts", branch)  # a branch's post is nobody's choosing


def test_a_post_that_was_chosen_names_its_choosing(walk, opened, sql):
    walk.nominate(opened, "许安", from_on="2025-03-03")
    walk.file(opened)
    walk.settle()
    assert sql(POSTS, walk.town.groups[DONGLING, FIRST], "leader") == [(opened, None)]


def test_a_roster_takes_over_with_one_reason_for_the_whole_file(town, sql):
    rows = [("丁新", "党小组副组长"), ("戊新", "")]
    with unit("activities") as session:
        with pytest.raises(Invalid, match="接管的原因"):
            register.commit_roster(session, SYSTEM, town.id, roster(*rows))
        register.commit_roster(session, SYSTEM, town.id, roster(*rows), taken_over_why="二〇二四年换届时产生。")
    assert sql(POSTS, town.groups[XIHE, SECOND], "deputy") == [(None, "二〇二四年换届时产生。")]


SPANS = (
    "select person_id, starts_on, ends_on from office.post where unit_id = %s and kind = 'deputy' order by starts_on"
)


def taken_over(town, *rows):
    with unit("activities") as session:
        return register.commit_roster(session, SYSTEM, town.id, roster(*rows), taken_over_why="补登记。")


def test_a_table_of_those_in_office_says_since_when_and_said_again_it_moves_nothing(town, sql):
    group, person = town.groups[XIHE, SECOND], town.people["范文"]
    taken_over(town, ("范文", "党小组副组长", "2024.05"))
    assert sql(SPANS, group) == [(person, date(2024, 5, 1), None)]
    again = taken_over(town, ("范文", "党小组副组长", "2024-08-01"))
    assert sql(SPANS, group) == [(person, date(2024, 5, 1), None)]
    assert any("没有改动" in each.problem and "2024年5月1日起" in each.problem for each in again.problems)


def test_what_was_entered_for_a_wrong_day_is_ended_and_brought_in_again_for_the_right_one(town, doors, sql):
    group, person = town.groups[XIHE, SECOND], town.people["范文"]
    taken_over(town, ("范文", "党小组副组长"))
    ((post, began),) = sql("select id, starts_on from office.post where unit_id = %s and kind = 'deputy'", group)
    doors.organiser.post(f"activities/posts/{post}/endings", {"ends_on": began.isoformat(), "reason": "日期登记错了。"})
    taken_over(town, ("范文", "党小组副组长", "2024-08-01"))
    assert sql(SPANS, group) == [(person, date(2024, 8, 1), None), (person, began, began)]


def test_no_file_puts_a_leader_into_the_time_of_his_predecessor(town, sql):
    group, before, person = town.groups[XIHE, SECOND], town.people["韦佳"], town.people["范文"]
    span = "insert into office.post (person_id, unit_id, kind, starts_on, ends_on) values (%s, %s, 'deputy', %s, %s)"
    sql(span, before, group, date(2024, 1, 1), date(2024, 9, 1))
    plan = taken_over(town, ("范文", "党小组副组长", "2024-05-20"))
    assert sql(SPANS, group) == [(before, date(2024, 1, 1), date(2024, 9, 1)), (person, date(2024, 9, 1), None)]
    assert any("前任任期之内的 1 人" in each.problem and "范文" in each.problem for each in plan.problems)
