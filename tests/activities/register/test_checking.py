"""The register held against its rules: what is amiss is listed with its sentence, and who must act has it on his desk."""

from datetime import date

import pytest

from services.activities.register import actions, queries
from services.activities.register.rules.checking import (
    Fault,
    GroupNow,
    OnProbation,
    amiss_in,
    ending,
    month_later,
    size_said,
    years_later,
)
from shared.access import SYSTEM
from shared.errors import OutOfReach
from shared.people import Unit
from shared.roles import Role
from shared.rulebase import effective
from tests.activities.conftest import Place

TODAY = date(2025, 3, 3)
XIANG, ZHEN = effective(TODAY, "xiang"), effective(TODAY, "zhen")


def test_a_group_is_held_against_the_sizes_of_its_rule_set():
    groups = [GroupNow(1, "一组", 2, led=True), GroupNow(2, "二组", 21, led=True), GroupNow(3, "三组", 12, led=False)]

    assert [(each.fault, each.unit_id) for each in amiss_in(groups, [], [], XIANG, TODAY)] == [
        (Fault.LEADERLESS, 3),
        (Fault.SMALL, 1),
        (Fault.LARGE, 2),
    ]
    assert [each.unit_id for each in amiss_in(groups, [], [], ZHEN, TODAY)] == [3, 1]
    assert size_said(21, XIANG).startswith("现有21名党员，多于20人：党小组人数下限（至少 10 人，实施意见（乡）三）")
    assert size_said(5, ZHEN) == "人数合适：党小组人数下限（至少 3 人，实施意见（镇）三（一））"


@pytest.mark.parametrize(
    ("joined", "said"),
    [
        (date(2024, 4, 3), "将满"),
        (date(2024, 4, 4), None),
        (date(2024, 3, 3), "已满"),
        (date(2023, 6, 1), "已满"),
        (None, "没有登记入党日期"),
    ],
)
def test_a_probation_is_named_a_month_before_it_ends_and_until_it_is_dealt_with(joined: date | None, said: str | None):
    found = list(ending([OnProbation(1, "某", 2, "一组", joined)], TODAY))

    assert [said in each.said for each in found if said] == [True] * bool(said)
    assert bool(found) == bool(said)


def test_months_and_years_end_on_their_last_day():
    assert month_later(date(2025, 1, 31)) == date(2025, 2, 28)
    assert month_later(date(2025, 12, 31)) == date(2026, 1, 31)
    assert years_later(date(2024, 2, 29)) == date(2025, 2, 28)


def amiss(working, actor, unit_id: int) -> list[tuple[Fault, str]]:
    with working(actor) as session:
        unit = queries.unit_in_reach(session, actor, unit_id)
        return [(each.fault, each.said) for each in queries.amiss(session, actor, unit, TODAY)]


def test_a_townships_list_names_each_thing_and_a_branch_sees_its_own(working, place: Place):
    with working(SYSTEM) as session:
        actions.add_person(session, SYSTEM, place.sister, name="新人", kind="probationary", joined_on=date(2024, 3, 20))
        home = actions.add_person(session, SYSTEM, place.branch, name="支委", joined_on=date(2024, 1, 1)).id
        actions.appoint(session, SYSTEM, home, place.branch, Role.COMMITTEE_MEMBER, starts_on=date(2024, 1, 1))
        since = date(2024, 1, 1)
        actions.appoint(session, SYSTEM, place.people["外人"], place.branch, Role.COMMITTEE_MEMBER, starts_on=since)

    found = amiss(working, place.organiser, place.township)

    assert found == [
        (Fault.LEADERLESS, "现在没有党小组长"),
        (Fault.PROBATION, "新人的预备期2025年3月20日将满，请办理转正"),
        (Fault.ELSEWHERE, "外人现在编在西村党支部第一党小组"),
        (Fault.ELSEWHERE, "支委没有编入党小组"),
        (Fault.SMALL, "现有2名党员，少于3人"),
        (Fault.SMALL, "现有1名党员，少于3人"),
    ]
    hidden = ("西村", "1名")  # of another branch a secretary sees nobody, and no group
    assert amiss(working, place.secretary, place.branch) == [
        each for each in found if not any(word in each[1] for word in hidden)
    ]
    assert amiss(working, place.leader, place.group) == []
    with working(place.outsider) as session, pytest.raises(OutOfReach):
        queries.unit_in_reach(session, place.outsider, place.branch)
    with working(place.outsider) as session:
        branch = session.get_one(Unit, place.branch)
        assert queries.amiss(session, place.outsider, branch, TODAY) == []


def test_whoever_must_act_has_it_on_his_desk_and_finds_the_list(visit, doors, town):
    secretary, organiser = visit("xihe"), visit("organiser")
    assert "待转正" not in organiser.get("/activities/todos").text
    person = {"name": "新预备", "kind": "probationary", "joined_on": "2024-03-20", "starts_on": "2024-03-20"}
    doors.organiser.post(f"activities/units/{town.groups['西河村党支部', '第一党小组']}/people", person)

    page = visit("organiser").get("/activities/todos")

    assert "1名预备党员待转正" in page.text
    him = organiser.get(next(link for link in page.links() if "/register/people/" in link))
    assert "新预备" in him.text
    listed = secretary.get(f"/activities/register/units/{town.units['西河村党支部']}/check")
    assert "新预备的预备期2025年3月20日将满" in listed.text
    assert "细则第三十条" in listed.text
    assert "待转正" not in secretary.get("/activities/todos").text  # who may not enter it is not asked
    assert "将满" in organiser.get(f"/activities/register/units/{town.id}/check").text
    branch = secretary.get(f"/activities/register/units/{town.units['西河村党支部']}")
    assert "名册里要看一看的（1）" in branch.text
    group = secretary.get(f"/activities/register/units/{town.groups['西河村党支部', '第一党小组']}")
    assert "人数合适" in group.text
    assert "组长冯实，7人" in branch.text
    visit("outsider").get(f"/activities/register/units/{town.units['西河村党支部']}/check", status=404)
