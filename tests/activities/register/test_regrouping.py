"""Groups split, merged and moved: what follows is shown first, and what was before stays as it was."""

from datetime import date

import pytest

from services.activities.register import actions, queries
from services.activities.register.rules.regrouping import Merge, Move, Part, Split
from shared.access import SYSTEM
from shared.audit import announce
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.events import CycleOpened
from shared.people import holder_of
from shared.roles import Role

ON = date(2025, 3, 1)


def names(session, actor, unit, day) -> set[str]:
    return {member.name for member in queries.members_on(session, actor, unit, day)}


def split(place, *members: str, on: date = ON, leader: str | None = None, name: str = "第三党小组") -> Split:
    ids = [place.people[each] for each in members]
    part = Part(name=name, members=ids, leader=place.people[leader] if leader else None)
    return Split(group_id=place.group, parts=[part], on=on)


def group_named(session, actor, branch: int, name: str) -> int:
    return next(u.id for u in queries.tree(session, actor, below=branch) if u.name == name and u.kind == "group")


def test_a_preview_writes_nothing_and_says_what_follows(place, working, everything):
    before = everything()
    with working(place.organiser) as session:
        shown = actions.preview_regrouping(session, place.organiser, split(place, "组长", "甲乙"))

    assert everything() == before
    assert [each.name for each in shown.plan.transfers] == ["组长", "甲乙"]
    assert [(each.name, each.kind) for each in shown.plan.ended] == [("组长", Role.LEADER)]
    assert [(size.before, size.after) for size in shown.plan.sizes] == [(5, 3), (0, 2)]
    assert any("第三党小组调整后2人，少于规定" in each for each in shown.warnings)
    assert {"第三党小组没有党小组长，请按程序产生后任命。", "第一党小组没有党小组长，请按程序产生后任命。"} <= set(
        shown.warnings
    )
    assert shown.consequences[0].startswith("第三党小组从2025年3月起")


def test_a_split_moves_members_from_its_day_and_leaves_what_was(place, working):
    organiser = place.organiser
    with working(organiser) as session:
        actions.set_circumstance(session, organiser, place.people["甲乙"], "away", starts_on=date(2025, 1, 1))
        actions.regroup(session, organiser, split(place, "甲乙", "丙丁", leader="丙丁"))

        new = group_named(session, organiser, place.branch, "第三党小组")
        assert names(session, organiser, new, ON) == {"甲乙", "丙丁"}
        assert names(session, organiser, new, date(2025, 2, 28)) == set()
        assert names(session, organiser, place.group, ON) == {"组长", "书记", "戊己"}
        assert names(session, organiser, place.group, date(2025, 2, 28)) == {"组长", "书记", "甲乙", "丙丁", "戊己"}
        assert holder_of(session, new, Role.LEADER, ON) == place.people["丙丁"]
        assert holder_of(session, place.group, Role.LEADER, ON) == place.people["组长"]
        assert queries.open_circumstance(session, place.people["甲乙"], "away").unit_id == new
        assert queries.unit_in_reach(session, organiser, place.group).dissolved_on is None


def test_a_merge_dissolves_the_group_that_is_left_empty_and_ends_its_posts(place, working):
    organiser = place.organiser
    with working() as session:
        actions.appoint(session, SYSTEM, place.people["姊妹"], place.sister, Role.LEADER, starts_on=date(2024, 6, 1))
    with working(organiser) as session:
        asked = Merge(group_ids=[place.group, place.sister], into=place.group, on=ON)
        shown = actions.regroup(session, organiser, asked)

        assert [each.name for each in shown.plan.dissolved] == ["第二党小组"]
        assert "姊妹" in names(session, organiser, place.group, ON)
        assert queries.unit_in_reach(session, organiser, place.sister).dissolved_on == ON
        assert holder_of(session, place.sister, Role.LEADER, ON) is None
        assert holder_of(session, place.sister, Role.LEADER, date(2025, 2, 28)) == place.people["姊妹"]
        assert holder_of(session, place.group, Role.LEADER, ON) == place.people["组长"]


def test_groups_merged_into_a_new_one_may_keep_the_name_of_one(place, working):
    organiser = place.organiser
    with working(organiser) as session:
        asked = Merge(group_ids=[place.group, place.sister], name="第一党小组", leader=place.people["组长"], on=ON)
        actions.regroup(session, organiser, asked)

        new = group_named(session, organiser, place.branch, "第一党小组")
        assert new not in (place.group, place.sister)
        assert len(names(session, organiser, new, ON)) == 6
        assert holder_of(session, new, Role.LEADER, ON) == place.people["组长"]


def test_a_moved_group_goes_on_in_the_other_branch_with_its_leader(place, working):
    organiser = place.organiser
    with working(organiser) as session:
        with pytest.raises(Conflict) as taken:
            actions.regroup(session, organiser, Move(group_id=place.group, branch_id=place.other_branch, on=ON))
        assert taken.value.field == "name"

        asked = Move(group_id=place.group, branch_id=place.other_branch, name="第二党小组", on=ON)
        shown = actions.regroup(session, organiser, asked)

        assert "书记仍是东村党支部的支部书记，随组划转后请另行办理。" in shown.warnings
        new = group_named(session, organiser, place.other_branch, "第二党小组")
        assert len(names(session, organiser, new, ON)) == 5
        assert holder_of(session, new, Role.LEADER, ON) == place.people["组长"]
        assert queries.unit_in_reach(session, organiser, place.group).branch_id == place.branch
    with working(place.outsider) as session:
        assert "甲乙" in names(session, place.outsider, place.other_branch, ON)
        assert names(session, place.outsider, place.branch, ON) == set()


def test_an_assessment_under_way_is_named_with_the_leaders_whom_it_concerns(place, working, move_to):
    with working() as session:
        announce(session, CycleOpened(unit_id=place.township, cycle_id=1, year=2024, due_on="2025-03-20"), by=SYSTEM)
    with working(place.organiser) as session:
        shown = actions.preview_regrouping(session, place.organiser, split(place, "甲乙"))

    assert any("2024年度考核已启动：组长的考核继续" in each for each in shown.consequences)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"on": date(2025, 3, 4)}, "on"),
        ({"on": date(2024, 1, 1)}, "on"),
        ({"name": " "}, "name"),
        ({"leader": "戊己"}, "leader"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(place, working, everything, change, field):
    before = everything()
    with pytest.raises(Invalid) as refused, working(place.organiser) as session:
        actions.regroup(session, place.organiser, split(place, "甲乙", **change))
    assert refused.value.field == field
    with pytest.raises(Invalid), working(place.organiser) as session:
        actions.regroup(session, place.organiser, split(place, "姊妹"))
    with pytest.raises(Invalid), working(place.organiser) as session:
        actions.regroup(session, place.organiser, split(place))
    assert everything() == before


def test_only_the_office_regroups(place, working):
    for actor, refusal in ((place.secretary, OutOfReach), (place.outsider, OutOfReach), (place.leader, OutOfReach)):
        with pytest.raises(refusal), working(actor) as session:
            actions.preview_regrouping(session, actor, split(place, "甲乙"))
    committee = place.actor("干事", (Role.COMMITTEE, place.township))
    with pytest.raises(NotYours), working(committee) as session:
        actions.regroup(session, committee, split(place, "甲乙"))


def test_a_unit_has_a_history_with_its_names(place, working):
    organiser = place.organiser
    with working(organiser) as session:
        actions.rename_unit(session, organiser, place.sister, "柳树下党小组")
        actions.regroup(session, organiser, Merge(group_ids=[place.group, place.sister], into=place.group, on=ON))
        with pytest.raises(Conflict):
            actions.rename_unit(session, organiser, place.other_branch, "东村党支部")

        lines = queries.history(session, organiser, place.sister)
        assert [(line.body["change"], line.reason, line.others) for line in lines] == [
            ("merge", None, ("东村党支部第一党小组",)),
            ("renamed", "原名：第二党小组", ()),
            ("founded", None, ()),
        ]
        assert [line.fact for line in queries.history(session, organiser, place.group)] == [
            "UnitChanged",
            "PostChanged",
            "UnitChanged",
        ]
        above = [(line.about, line.body.get("change")) for line in queries.history(session, organiser, place.branch)]
        assert above[:2] == [("柳树下党小组", "merge"), ("第一党小组", "merge")]
        assert ("柳树下党小组", "renamed") in above
    with working(place.outsider) as session:
        assert queries.history(session, place.outsider, place.sister) == []
        assert queries.history(session, place.outsider, place.branch) == []


def test_each_branch_concerned_is_told_once(place, working, settle, office):
    import psycopg

    with working(place.organiser) as session:
        actions.regroup(session, place.organiser, split(place, "甲乙", "丙丁"))
    settle()

    with psycopg.connect(office.owner_url) as connection:
        rows = connection.execute("select unit_id, body from notify.message where telling = 'regrouped'").fetchall()
    assert [unit for unit, _ in rows] == [place.branch]
    assert "2个党小组，2名党员" in rows[0][1]
