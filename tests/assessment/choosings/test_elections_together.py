"""Several groups of a branch elect on one day: called, begun and handed in together, and each judged by itself."""

import os
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from services.activities.office import actions as office
from services.assessment.choosings.pages.renewing import came
from services.assessment.choosings.schemas import ChoosingOutcome, ChoosingOutcomes
from shared.access import SYSTEM
from shared.db import unit
from shared.office_settings import Key
from shared.systems import SWITCHED
from tests.assessment.choosings.test_a_whole_township import COUNTED, clicks
from tests.assessment.choosings.test_at_once import twice
from tests.browsing import DESK, PHONE
from tests.conftest import town as named_town
from tests.pages.looks import flaws_at
from tests.town import DONGLING, FIRST, SECOND, Town
from tests.worlds import grown

DAY = date(2025, 3, 3)
COUNTERS = ("宋平", "陆明")
"""A member of the branch beside its groups' candidates, and its secretary."""


@grown(named_town)
def town(named: Town) -> Town:
    """清溪镇, where the groups elect."""
    with unit("activities") as session:
        value = [system.value for system in SWITCHED]
        office.decide(session, SYSTEM, named.id, Key.SYSTEMS, value, reason="全部开通。")
    return named


@pytest.fixture
def renewed(walk) -> dict[str, int]:
    """东岭村's groups, each with the choosing that began for the new term."""
    asked = {"branch_ids": [walk.town.units[DONGLING]], "due_on": "2025-04-30"}
    walk.doors.organiser.post("assessment/choosing-renewals", asked)
    rows = {row["group_id"]: row["id"] for row in walk.doors.organiser.pages("assessment/choosings")}
    return {group: rows[walk.town.groups[DONGLING, group]] for group in (FIRST, SECOND)}


def called(walk, renewed, first="孙勤", second="何闲", **otherwise):
    """东岭村 calls both, in the words of its form."""
    chosen = {FIRST: first, SECOND: second}
    asked = {
        "rows": [
            {"choosing_id": renewed[group], "candidates": [walk.town.people[name]]} for group, name in chosen.items()
        ],
        "held_on": DAY.isoformat(),
        "consent_on": DAY.isoformat(),
        "conduct": "群众信得过。",
        "from_on": DAY.isoformat(),
    }
    return walk.doors.dongling.post("assessment/choosing-elections", asked | otherwise)


def counters(walk, *names):
    return [walk.town.people[name] for name in names or COUNTERS]


def test_both_are_called_and_begin_in_one_act_each_with_its_own_electorate(walk, sql, renewed):
    came = called(walk, renewed, tellers=counters(walk))
    assert came["refused"] == 0
    members = "select count(*) from office.membership where unit_id = %s and kind = 'full' and ends_on is null"
    own = [sql(members, walk.town.groups[DONGLING, group])[0][0] for group in (FIRST, SECOND)]
    assert [row["expected"] for row in came["rows"]] == own
    frozen = "select b.subject_id, count(*) from assessment.ballot b join assessment.ballot_voter v on v.ballot_id = b.id group by 1"
    assert dict(sql(frozen)) == dict(zip(renewed.values(), own, strict=True))
    assert sql("select distinct stage from assessment.ballot") == [("open",)]


def test_whoever_cannot_be_called_is_named_with_the_reason_and_the_rest_goes_on(walk, sql, renewed):
    barred = {"person_id": walk.town.people["何闲"]}
    walk.doors.organiser.post("assessment/candidacy-bars", barred)
    came = called(walk, renewed, tellers=counters(walk))
    assert [row["stage"] for row in came["rows"]] == ["called", None]
    assert "何闲不能作为人选" in came["rows"][1]["problem"]
    assert sql("select subject_id from assessment.ballot") == [(renewed[FIRST],)]


def test_whoever_stands_in_one_group_may_count_in_the_other_where_each_names_its_own(walk, sql, renewed):
    rows = [
        {
            "choosing_id": renewed[FIRST],
            "candidates": [walk.town.people["宋平"]],
            "tellers": counters(walk, "许安", "白梅"),
        },
        {"choosing_id": renewed[SECOND], "candidates": [walk.town.people["何闲"]]},
    ]
    came = called(walk, renewed, tellers=counters(walk), rows=rows)
    assert came["refused"] == 0
    count = "select b.subject_id, array_agg(t.person_id order by t.place) from assessment.ballot b join assessment.ballot_teller t on t.ballot_id = b.id group by 1"
    assert dict(sql(count)) == {
        renewed[FIRST]: counters(walk, "许安", "白梅"),
        renewed[SECOND]: counters(walk),
    }


def test_a_candidate_among_the_counters_hinders_his_own_group_alone_and_leaves_nothing_behind(walk, sql, renewed):
    came = called(walk, renewed, first="宋平", tellers=counters(walk))
    assert [row["problem"] for row in came["rows"]] == ["候选人不能计票，请另选一人。", None]
    assert sql("select subject_id, stage from assessment.ballot") == [(renewed[SECOND], "open")]
    assert sql("select stage from assessment.choosing where id = %s", renewed[FIRST]) == [("draft",)]


def test_what_is_called_for_a_later_day_begins_together_on_that_day(walk, sql, renewed):
    later = {"held_on": "2025-03-10", "from_on": "2025-03-10"}
    refused = walk.doors.dongling
    asked = {"rows": [{"choosing_id": each} for each in renewed.values()], "tellers": counters(walk)}
    called(walk, renewed, **later)
    assert refused.post("assessment/choosing-openings", asked)["refused"] == 2
    walk.day(date(2025, 3, 10))
    came = refused.post("assessment/choosing-openings", asked)
    assert [row["expected"] for row in came["rows"]] == [6, 6]
    assert refused.post("assessment/choosing-openings", asked)["refused"] == 2, "begun once"
    assert sql("select distinct stage from assessment.ballot") == [("open",)]


def test_nobody_is_named_who_counts_on_a_day_to_come_and_no_vote_begins_without_counters(walk, renewed):
    later = {
        "rows": [{"choosing_id": renewed[FIRST], "candidates": [walk.town.people["孙勤"]]}],
        "held_on": "2025-03-10",
        "consent_on": DAY.isoformat(),
        "conduct": "群众信得过。",
        "from_on": "2025-03-10",
    }
    walk.doors.dongling.post("assessment/choosing-elections", later | {"tellers": counters(walk)}, 409)
    walk.doors.dongling.post("assessment/choosing-elections", later)
    walk.doors.dongling.post("assessment/choosing-openings", {"rows": [{"choosing_id": renewed[FIRST]}]}, 409)


def test_what_was_counted_is_handed_in_together_and_what_was_not_is_named(walk, sql, renewed):
    called(walk, renewed, tellers=counters(walk))
    sql("update assessment.choosing set stage = 'counted', person_id = former_id where id = %s", renewed[SECOND])
    came = walk.doors.dongling.post("assessment/choosing-results", {"choosing_ids": list(renewed.values())})
    assert [row["stage"] for row in came["rows"]] == [None, "review"]
    assert came["rows"][0]["problem"]


def test_another_branch_s_secretary_calls_nobody_and_sees_no_page(walk, visit, sql, renewed):
    page = f"/assessment/choosings/branches/{walk.town.units[DONGLING]}/elections"
    for stranger in ("xihe", "member"):
        visit(stranger).get(page, 404)
    asked = {"choosing_ids": list(renewed.values())}
    assert walk.doors.xihe.post("assessment/choosing-results", asked)["refused"] == 2
    assert sql("select count(*) from assessment.ballot") == [(0,)]


def test_one_form_calls_all_groups_and_says_how_many_should_be_present_in_each(walk, visit, renewed):
    secretary = visit("dongling")
    page = secretary.get(f"/assessment/choosings/branches/{walk.town.units[DONGLING]}/elections")
    assert page.text.count("有表决权的正式党员6人") == 2
    typed = {"held_on": DAY, "consent_on": DAY, "from_on": DAY, "conduct": "群众信得过。"}
    for group, name in ((FIRST, "孙勤"), (SECOND, "何闲")):
        typed[f"candidates.{renewed[group]}"] = walk.town.people[name]
    half = {"first_teller": walk.town.people["宋平"]}
    again = secretary.submit(page, "elections", 422, **typed, **half)
    assert "还差一名" in again.text
    came = secretary.submit(page, "elections", **typed, **half, second_teller=walk.town.people["陆明"])
    assert "已召集2个党小组的选举" in came.text
    assert "第一党小组应到会6人" in came.text
    assert "第二党小组应到会6人" in came.text


def test_what_begins_beside_those_of_the_page_is_said_without_a_name():
    rows = [ChoosingOutcome(choosing_id=1, expected=6), ChoosingOutcome(choosing_id=2, expected=7)]
    view = SimpleNamespace(to=lambda _there, *, said: said)

    said = came(view, ChoosingOutcomes(rows=rows, refused=0), "/", "已开始{n}个党小组的投票", {1: FIRST})

    assert said == "已开始2个党小组的投票；第一党小组应到会6人、别的一项应到会7人。"


def test_f18_the_same_elections_called_twice_at_once_are_called_once(walk, sql, renewed):
    rows = [{"choosing_id": each, "candidates": []} for each in renewed.values()]
    for row, name in zip(rows, ("孙勤", "何闲"), strict=True):
        row["candidates"] = [walk.town.people[name]]
    day = DAY.isoformat()
    asked = {"held_on": day, "consent_on": day, "conduct": "群众信得过。", "from_on": day, "tellers": counters(walk)}
    both = [
        (walk.doors.dongling, "assessment/choosing-elections", asked | {"rows": each}) for each in (rows, rows[::-1])
    ]
    answers = twice(*both)
    assert sorted((status, body["refused"]) for status, body in answers) == [(201, 0), (201, len(rows))]
    assert sql("select count(*), count(distinct subject_id) from assessment.ballot") == [(2, 2)]


# --- in a browser ---

PAPERS = {"present": 5, "issued": 5, "returned": 5, "valid": 5, "invalid": 0}
EACH, ONCE = 3, 3
"""Presses of a secretary: for each group its candidate and the result that is announced, and those for all of them."""


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1440"])
def test_a_branch_lets_its_groups_elect_in_a_few_presses(walk, desk, sql, renewed, size):
    here = f"/assessment/choosings/branches/{walk.town.units[DONGLING]}/elections"
    with desk.window("dongling", size=size) as page:
        page.context.add_init_script(COUNTED)
        assert flaws_at(page, here) == []
        page.goto("/assessment/choosings")
        page.get_by_role("link", name="一并选举").click()
        for group, name in ((FIRST, "孙勤"), (SECOND, "何闲")):
            page.locator(f"[name='candidates.{renewed[group]}'][value='{walk.town.people[name]}']").check()
        page.get_by_label("本人同意的日期").fill(DAY.isoformat())
        page.get_by_label("支部建议").fill("群众信得过。")
        for label, name in (("第一名计票人", "许安"), ("第二名计票人", "宋平")):
            page.get_by_label(label).first.select_option(label=name)
        kept(page, f"elections-{size['width']}")
        page.get_by_role("button", name="一并召集选举").click()
        page.get_by_text("已召集2个党小组的选举").wait_for()
        kept(page, f"elections-called-{size['width']}")
        ballots = [ballot for (ballot,) in sql("select id from assessment.ballot order by id")]
        for ballot in ballots:
            ((stands,),) = sql("select person_id from assessment.ballot_option where ballot_id = %s", ballot)
            votes = [{"person_id": stands, "yes": 4, "no": 1, "neither": 0}]
            for counter in (walk.doors.member, walk.doors.villager):
                counter.post(f"assessment/ballots/{ballot}/counts", PAPERS | {"votes": votes})
        for group in ("第一党小组组长", "第二党小组组长"):
            page.goto(here)
            page.get_by_role("link", name=group).click()
            page.get_by_role("button", name="宣布").click()
            page.get_by_text("已宣布结果").first.wait_for()
        walk.settle()
        assert flaws_at(page, here) == []
        kept(page, f"elections-counted-{size['width']}")
        page.get_by_role("button", name="一并上报").click()
        page.get_by_text("已上报2个党小组的选举结果").wait_for()
        assert 0 < clicks(page) <= ONCE + EACH * len(ballots)
    assert sql("select distinct stage from assessment.choosing") == [("review",)]


def kept(page, name: str) -> None:
    """For whoever wants to see it."""
    if folder := os.environ.get("XIAOZU_TEST_LOOKS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
