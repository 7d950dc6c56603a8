"""The catalogue of what may wait, and the tables beside the machines that say when it does."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from deploy.workflows import OTHERS, WORKFLOWS, Workflow
from shared.clock import moment
from shared.roles import STANDS_IN, Role
from shared.rulebase import effective
from shared.settings import SERVICES
from shared.systems import SYSTEMS
from shared.todos import KINDS, Kind, Line, dead_work
from shared.waiting import urgency

TODAY = date(2025, 3, 3)
PLAIN = Line(
    kind="activities.confirm",
    unit_id=1,
    unit_name="东岭村党支部",
    post=Role.SECRETARY,
    holder=Role.SECRETARY,
    held_in=1,
    count=1,
    overdue=0,
    due_on=None,
    provisional=False,
    since=moment(TODAY),
    subject="activity:1",
)


@pytest.mark.parametrize("flow", WORKFLOWS, ids=lambda flow: flow.name)
def test_every_stage_of_every_machine_says_what_waits_there(flow: Workflow):
    assert set(flow.waits) == set(type(flow.machine.start))
    assert all(wait is None or wait[0].split(".")[0] == flow.table.split(".")[0] for wait in flow.waits.values())


# Each row of these has its own post; what is asked of these is done elsewhere: a new leader, in the register.
OTHERWISE = {("officer_act", "asked"), ("replacement", "decided")}


def test_whoever_a_stage_waits_for_may_take_a_step_from_it():
    for flow in WORKFLOWS:
        for stage, wait in flow.waits.items():
            if wait and (flow.name, str(stage)) not in OTHERWISE:
                assert flow.machine.open_to(stage, roles={wait[1]}), f"{flow.name} {stage}"


def test_every_kind_is_opened_somewhere_and_every_kind_that_is_opened_is_known():
    opened = {wait[0] for flow in WORKFLOWS for wait in flow.waits.values() if wait} | set(OTHERS)

    assert opened == set(KINDS)
    assert {kind.split(".")[0] for kind in KINDS} == set(SERVICES)


def test_what_waits_in_the_year_goes_off_with_its_system():
    """Votes are called for any matter: they belong to no system."""
    known = {kind for offered in SYSTEMS.values() for kind in offered.kinds}
    of_the_year = {kind for kind in KINDS if kind.startswith("assessment.")}

    left = of_the_year - known - {"assessment.dead_work"}
    assert {kind for kind in left if not kind.endswith("_ballot")} == set()
    assert known <= set(KINDS)


def test_words_name_how_many_and_nobody_and_lead_somewhere():
    for name, kind in KINDS.items():
        fields = set(re.findall(r"\{(\w+)\}", kind.words))
        assert fields <= {"n", "unit"}, name
        assert not set("{}") & set(kind.said(3, "东村")), name
        assert set(re.findall(r"\{(\w+)\}", kind.address)) <= {"id", "unit_id"}, name
        assert set(re.findall(r"\{(\w+)\}", kind.addresses)) <= {"unit_id"}, name
        assert kind.button, name


def test_words_say_how_many_there_are_and_where_and_of_failed_work_one_line_says_all():
    assert KINDS["activities.confirm"].said(3, "东村") == "3条活动记录待确认"
    assert replace(KINDS["activities.confirm"], words="{unit}的{n}条记录").said(2, "东村") == "东村的2条记录"
    assert dead_work("notify") == Kind(
        "有失败的后台任务", "/notify/dead-jobs", "/notify/dead-jobs", "处理", weight=7, passes=True, apart=False
    )


@pytest.mark.parametrize(
    ("count", "address"),
    [(1, "/activities/records/7/correct"), (2, "/activities/groups/5"), (30, "/activities/groups/5")],
)
def test_a_line_leads_to_the_one_thing_or_to_all_of_its_unit(count: int, address: str):
    line = replace(PLAIN, kind="activities.mend", unit_id=5, subject="activity:7", count=count)

    assert (line.address, line.said, line.button) == (address, f"{count}条活动记录被退回", "修改")


def test_every_kind_is_reminded_of_by_a_rule():
    rules = effective(date(2025, 12, 1))

    for kind in KINDS.values():
        assert rules.numbers(kind.leads)
    assert [rules.integer(f"reminder.{key}_working_days") for key in ("late", "report")] == [1, 5]


def test_the_list_of_vacancies_begins_with_the_post_itself_and_ends_in_the_township():
    assert set(STANDS_IN) == set(Role) - {Role.MEMBER, Role.SYSTEM}
    for post, holders in STANDS_IN.items():
        assert holders[0] is post
        assert {holders[-1]} <= {Role.COMMITTEE, Role.ORGANISER}
    assert STANDS_IN[Role.KEEPER] == (Role.KEEPER, Role.COMMITTEE)


def test_overdue_comes_first_then_what_has_a_day_then_what_is_older_then_what_weighs_more():
    plain = PLAIN
    heavier = replace(plain, kind="activities.mend")
    older = replace(plain, since=moment(TODAY - timedelta(days=3)))
    later, sooner = replace(plain, due_on=TODAY + timedelta(days=9)), replace(plain, due_on=TODAY + timedelta(days=2))
    overdue = replace(plain, due_on=TODAY - timedelta(days=1), overdue=1)

    assert sorted([plain, heavier, older, later, sooner, overdue], key=urgency) == [
        overdue,
        sooner,
        later,
        older,
        heavier,
        plain,
    ]
