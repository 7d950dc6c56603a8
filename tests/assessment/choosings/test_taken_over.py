"""Where leaders are chosen, a post of a group is written without a choosing only as taken over, and says why (接管)."""

import pytest

from services.activities.register import actions as register
from services.activities.register.rules.roster import read_roster
from shared.access import SYSTEM
from shared.db import unit
from shared.errors import Invalid
from shared.sheets import read_workbook
from tests.town import DONGLING, FIRST, SECOND, XIHE


def roster(*rows):
    """西河村's second group with these people and their posts."""
    lines = ["姓名,性别,党员类别,所在党支部,党小组,职务"]
    lines += [f"{name},男,正式党员,西河村党支部,第二党小组,{post}" for name, post in rows]
    return read_roster(read_workbook("\n".join(lines).encode(), name="名册.csv"), today="2025-03-03")


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
