"""What a person types of a leader's year: once, with a basis, capped, frozen with the evidence and verified with it."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from deploy import doctor
from services.assessment.cases import actions, queries
from services.assessment.cases.pages.marks import others_to_type
from services.assessment.cases.rules.marks import (
    Listed,
    Mistyped,
    SheetOfMarks,
    SheetRow,
    filled_from,
    heading_of,
    left_as_typed,
    points_typed,
    read_marks,
)
from services.assessment.cases.schemas import MarkCorrection, MarkOf
from services.assessment.papers.actions import opinion_of, take_marks
from services.assessment.schemes.actions import store_scheme
from services.assessment.schemes.rules import read_scheme
from services.assessment.trials.actions import try_changes
from shared.access import Actor
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from shared.roles import Role
from shared.sheets import read_workbook
from shared.tables import Workbook
from shared.tables.cells import STRUCK, sheet_from
from tests.assessment.conftest import Steps, Town, good_tally
from tests.assessment.schemes.given_schemes import EXAMPLE_TEXT, refusal

SURVEY = "  - {key: survey, name: 党员测评, measure: by_hand, by: branch, points: 10}"
SPOT = "  - {key: spot, name: 乡镇抽查, measure: by_hand, by: township, points: 5, bonus: true}"
TEXT = EXAMPLE_TEXT.replace("kinds: [theme_day], points: 15}", f"kinds: [theme_day], points: 5}}\n{SURVEY}\n{SPOT}")
BASIS = "12月5日支部党员大会测评表"


def give(actor: Actor, cycle: int, *rows: tuple[int, str, int], basis: str = BASIS) -> int:
    with unit("assessment", actor) as session:
        asked = [MarkOf(case_id=case, key=key, points=points, basis=basis) for case, key, points in rows]
        return actions.give_marks(session, actor, cycle, asked)


@pytest.fixture
def cycle(town: Town, steps: Steps) -> int:
    with unit("assessment", town.organiser) as session:
        store_scheme(session, town.organiser, TEXT, township_id=town.id)
    steps.activities.tally = good_tally
    return steps.open()


@pytest.fixture
def ours(steps: Steps, cycle: int) -> list[int]:
    return [case for case in steps.cases(cycle) if steps.branch_of(case) == "东村"]


def items_of(cycle: int, case: int) -> dict[str, Any]:
    with unit("assessment") as session:
        found = queries.cycle_of_case(session, session.get_one(queries.cases.Case, case))
        return {item.key: item for item in queries.items_of(session, found, sheet(session, cycle, case))}


def sheet(session: Any, cycle: int, case: int) -> Any:
    one = session.get_one(queries.cases.Case, case)
    return queries.sheet_of(session, one, queries.cycle_of_case(session, one))


def sound(town: Town, cycle: int) -> bool:
    with unit("assessment", town.organiser) as session:
        return actions.verify_cycle(session, town.organiser, cycle).sound


def test_what_was_typed_counts_in_the_run_is_frozen_with_it_and_comes_out_again_bit_for_bit(
    town: Town, steps: Steps, cycle: int, ours: list[int]
):
    give(town.secretary("东村"), cycle, (ours[0], "survey", 850), (ours[1], "survey", 0))
    give(town.organiser, cycle, (ours[0], "spot", 325), basis="11月20日抽查记录")

    steps.run(cycle)

    first, second, third = (items_of(cycle, case) for case in ours)
    assert [each["survey"].earned for each in (first, second, third)] == [850, 0, None]
    assert [each["spot"].earned for each in (first, second)] == [325, None]
    assert first["survey"].figures == {"done": 1, "typed": 850}
    assert first["survey"].why.startswith(
        f"支部测评 8.5 分，得 8.5 分（满分 10 分）。依据：{BASIS}。2025年12月1日录入。"
    )
    assert third["survey"].why == "支部测评没有录入，此项不计入，其余项目按比例折算。"
    assert sound(town, cycle)


def test_a_later_correction_moves_no_sheet_before_the_next_run(
    town: Town, steps: Steps, sql: Any, cycle: int, ours: list[int]
):
    give(town.secretary("东村"), cycle, (ours[0], "survey", 850))
    steps.run(cycle)
    [(mark,)] = sql("select id from assessment.mark")

    with unit("assessment", town.secretary("东村")) as session:
        asked = MarkCorrection(points=950, basis=BASIS, reason="抄错一格。")
        actions.correct_mark(session, town.secretary("东村"), mark, asked)

    assert items_of(cycle, ours[0])["survey"].earned == 850
    assert "得 8.5 分" in items_of(cycle, ours[0])["survey"].why
    assert sound(town, cycle)
    steps.run(cycle)
    assert items_of(cycle, ours[0])["survey"].earned == 950
    assert sound(town, cycle)
    with pytest.raises(OutOfOrder, match="已经更正过"), unit("assessment", town.secretary("东村")) as session:
        actions.correct_mark(session, town.secretary("东村"), mark, asked)
    assert sql("select points, corrected_why from assessment.mark order by id") == [(850, None), (950, "抄错一格。")]


def test_it_is_typed_once_and_no_higher_than_the_item_is_worth(town: Town, cycle: int, ours: list[int]):
    secretary = town.secretary("东村")
    give(secretary, cycle, (ours[0], "survey", 1000))

    with pytest.raises(Mistyped) as refused:
        give(secretary, cycle, (ours[0], "survey", 900), (ours[1], "survey", 1001), (ours[2], "nothing", 1))

    said = refused.value.fields
    assert said[f"points-{ours[0]}-survey"].startswith("已经录入过")
    assert said[f"points-{ours[1]}-survey"] == "党员测评最高 10 分，填的是 10.01 分。"
    assert "没有这一项" in said[f"points-{ours[2]}-nothing"]
    with unit("assessment", secretary) as session:
        assert len(queries.marks_in_force(session, secretary, cycle)) == 1


def test_each_types_what_is_his_and_nobody_his_own(town: Town, steps: Steps, sql: Any, cycle: int, ours: list[int]):
    with pytest.raises(NotYours, match="乡镇抽查"):
        give(town.secretary("东村"), cycle, (ours[0], "spot", 100))
    with pytest.raises(NotYours, match="党员测评"):
        give(town.organiser, cycle, (ours[0], "survey", 100))
    with pytest.raises(OutOfReach):
        give(town.secretary("西村"), cycle, (ours[0], "survey", 100))
    with pytest.raises(OutOfReach):
        give(town.outsider, cycle, (ours[0], "spot", 100))
    with pytest.raises(NotYours):
        give(town.leader("东村1组"), cycle, (ours[0], "survey", 100))
    assert sql("select count(*) from assessment.mark") == [(0,)]

    himself = Actor(1, town.people["leader of 东村1组"], "x", ((Role.SECRETARY, town.units["东村"]),))
    with pytest.raises(NotYours, match="回避"):
        give(himself, cycle, (ours[0], "survey", 100))
    sql("update office.post set ends_on = '2025-11-01' where kind = 'secretary' and unit_id = %s", town.units["东村"])
    assert give(town.organiser, cycle, (ours[0], "survey", 100)) == 1


def test_once_the_results_are_public_nothing_is_typed(town: Town, steps: Steps, cycle: int, ours: list[int]):
    for case in steps.cases(cycle):
        steps.nominate(case)
        steps.accept(case)
    steps.run(cycle)
    steps.announce(cycle)

    with pytest.raises(OutOfOrder, match="已经公示"):
        give(town.secretary("东村"), cycle, (ours[0], "survey", 100))


def test_what_if_tries_another_worth_on_what_was_typed(town: Town, steps: Steps, cycle: int, ours: list[int]):
    give(town.secretary("东村"), cycle, *((case, "survey", 1000) for case in ours))
    steps.run(cycle)

    with unit("assessment", town.organiser) as session:
        tried = try_changes(session, town.organiser, cycle, {"spot.points": "1", "survey.points": "5"})

    assert {row.case_id for row in tried.rows} >= {*ours}
    assert ("survey.points", "10", "5") in {(one.name, one.before, one.after) for one in tried.changed}


def test_the_opinion_form_says_what_was_typed_and_on_what_basis(town: Town, steps: Steps, cycle: int, ours: list[int]):
    give(town.secretary("东村"), cycle, (ours[0], "survey", 725))
    steps.run(cycle)

    with unit("assessment", town.organiser) as session:
        lines = {line.name: line for line in opinion_of(session, town.organiser, ours[0]).items}

    assert lines["党员测评"].earned == "7.25"
    assert BASIS in lines["党员测评"].why


def test_the_sheet_goes_out_with_the_leaders_and_comes_in_filled(town: Town, cycle: int, ours: list[int]):
    secretary = town.secretary("东村")
    with unit("assessment", secretary) as session:
        book = read_workbook(take_marks(session, secretary, cycle).data, name="评分.xlsx")
        rows = queries.leaders(session, secretary, cycle)
        indicators = queries.by_hand(
            session, queries.cycle_of_case(session, session.get_one(queries.cases.Case, ours[0]))
        )
    read = read_marks(book)
    assert [(row.group, row.person) for row in read.rows] == [(f"东村{n}组", f"leaderof东村{n}组") for n in (1, 2, 3)]

    read.rows[0].cells["党员测评（最高10分）"] = "8.5"
    named = [Listed(row.id, row.branch, row.group, row.person) for row in rows]
    fields, problems = filled_from(read, named, indicators)

    assert fields == {f"points-{rows[0].id}-survey": "8.5", f"basis-{rows[0].id}-survey": ""}
    assert problems == []


def test_whoever_is_not_on_the_list_and_a_sheet_without_names_are_said(cycle: int):
    indicators = read_scheme(TEXT).by_hand
    stranger = SheetOfMarks([_row("甲", "东村9组"), _row("乙", "东村1组")])
    fields, problems = filled_from(stranger, [Listed(7, "东村", "东村1组", "乙")], indicators)
    assert fields == {"points-7-survey": "9", "basis-7-survey": ""}
    assert problems == ["A3：甲（东村9组），名单里没有这名党小组长。"]
    typed = {"points-7-survey": "9", "basis-7-survey": "", "points-8-survey": "7.00分", "basis-8-survey": ""}
    kept, otherwise = left_as_typed(
        typed, {(7, "survey"): 850, (8, "survey"): 700}, [Listed(7, "东村", "东村1组", "乙")]
    )
    assert kept == {}
    assert otherwise == ["乙：表里是 9，已经录入 8.5 分，没有改动。要改请更正。"]
    assert heading_of(indicators[0]) == "党员测评（最高10分）"


def test_what_nobody_sees_in_a_sheet_of_points_or_what_failed_is_named_and_not_laid_into_a_field():
    heading = ["党小组", "党小组长", "党员测评", "乡镇抽查"]
    rows = [heading, *([f"东村{n}组", name, "9", "3"] for n, name in enumerate("甲乙丙", 1))]
    sheet = replace(sheet_from("评分", rows), hidden=frozenset({2}), unseen=frozenset({4}))
    sheet.rows[2][2] = sheet.rows[2][2]._replace(mark=STRUCK)
    read = read_marks(Workbook([sheet]))
    leaders = [Listed(n, "东村", f"东村{n}组", name) for n, name in enumerate("甲乙丙", 1)]

    fields, problems = filled_from(read, leaders, read_scheme(TEXT).by_hand)

    assert fields == {"points-3-survey": "9", "basis-3-survey": ""}
    assert [said[:2] for said in problems] == ["D ", "A2", "C3"]


def test_what_a_sheet_says_that_is_anothers_to_type_is_named_and_not_passed_over():
    leaders = [SimpleNamespace(id=7, person="乙")]
    filled = {"points-7-survey": "9", "points-7-spot": "3"}

    said = others_to_type(filled, read_scheme(TEXT).by_hand, leaders, {(7, "survey")})

    assert said == ["乙：「乡镇抽查」不由您录入，没有填进来。"]


def _row(person: str, group: str) -> Any:
    return SheetRow("", group, person, "", "A3", {"党员测评": "9"})


@pytest.mark.parametrize(("typed", "points"), [("8", 800), ("8.5", 850), ("８．２５", 825), ("10分", 1000), ("0", 0)])
def test_points_are_read_as_they_are_typed(typed: str, points: int):
    assert points_typed(typed, read_scheme(TEXT).by_hand[0]) == points


@pytest.mark.parametrize("typed", ["十", "-1", "8.555", "10.01", "好"])
def test_what_is_no_score_is_refused_in_words(typed: str):
    with pytest.raises(Invalid, match="党员测评"):
        points_typed(typed, read_scheme(TEXT).by_hand[0])


def test_what_the_system_computes_is_never_typed():
    assert "不能以" in refusal(lines=[{"measure": "share", "points": 100, "kinds": ["by_hand_survey"]}])
    assert refusal(lines=[{"measure": "by_hand", "by": "branch", "points": 100, "kinds": ["study"]}])


@pytest.mark.parametrize("name", ["集中学习", "党小组会次数", "出勤率", "志愿服务得分"])
def test_a_typed_item_that_is_nothing_but_a_count_is_refused_when_a_scheme_is_stored(town: Town, name: str):
    with pytest.raises(Invalid, match="由系统按记录计算"), unit("assessment", town.organiser) as session:
        store_scheme(session, town.organiser, TEXT.replace("党员测评", name), township_id=town.id)


def typing(sql: Any) -> list[tuple]:
    return sql(
        "select t.kind, t.post, c.group_id, t.due_on is not null from office.todo t join assessment.leader_case c"
        " on t.subject = 'case:' || c.id where t.kind in ('assessment.survey', 'assessment.spot')"
        " and t.closed_at is null order by t.kind, c.id"
    )


def agree() -> None:
    with unit("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK


def test_what_is_to_be_typed_waits_until_it_is_typed_and_no_longer_than_the_evidence_is_open(
    town: Town, steps: Steps, sql: Any, cycle: int, ours: list[int]
):
    every = steps.cases(cycle)
    assert [row[:2] for row in typing(sql)] == [
        *[("assessment.spot", "organiser")] * len(every),
        *[("assessment.survey", "secretary")] * len(every),
    ]
    assert {row[3] for row in typing(sql)} == {True}
    agree()

    give(town.secretary("东村"), cycle, (ours[0], "survey", 850), (ours[1], "survey", 0))
    left = [row[2] for row in typing(sql) if row[0] == "assessment.survey"]
    assert len(left) == len(every) - 2
    assert not {town.units["东村1组"], town.units["东村2组"]} & {*left}
    with unit("assessment", town.organiser) as session:
        actions.exempt(session, town.organiser, ours[2], "已病故。")
    assert len(typing(sql)) == 2 * len(every) - 4
    agree()
    with unit("assessment", town.organiser) as session:
        actions.resume(session, town.organiser, ours[2], "登记有误。")
    assert len(typing(sql)) == 2 * len(every) - 2
    agree()

    with unit("assessment", town.organiser) as session:
        actions.start_run(session, town.organiser, cycle)
    assert typing(sql) == []
    agree()


@pytest.mark.parametrize("over", ["ended", "withdrawn"])
def test_nothing_waits_to_be_typed_in_a_year_that_is_broken_off_or_taken_back(
    town: Town, steps: Steps, sql: Any, cycle: int, over: str
):
    actor = town.committee if over == "ended" else town.organiser
    act = actions.end_cycle if over == "ended" else actions.withdraw_opening
    with unit("assessment", actor) as session:
        act(session, actor, cycle, "启动早了。")

    assert typing(sql) == []
    agree()


def test_a_year_in_which_something_was_typed_is_not_taken_back(town: Town, cycle: int, ours: list[int]):
    give(town.secretary("东村"), cycle, (ours[0], "survey", 850))

    with pytest.raises(OutOfOrder, match="录入了评分"), unit("assessment", town.organiser) as session:
        actions.withdraw_opening(session, town.organiser, cycle, "启动早了。")


def test_what_was_typed_of_one_leader_never_becomes_anothers(town: Town, sql: Any, cycle: int, ours: list[int]):
    give(town.secretary("东村"), cycle, (ours[0], "survey", 850))
    group = town.units["东村1组"]
    [(post,)] = sql("select post_id from assessment.leader_case where id = %s", ours[0])
    sql("update office.post set starts_on = '2025-03-01' where id = %s", post)
    [(other,)] = sql(
        "insert into office.post (person_id, unit_id, kind, starts_on, ends_on)"
        " values (%s, %s, 'leader', '2024-01-01', '2025-03-01') returning id",
        town.people["villager"],
        group,
    )

    with pytest.raises(OutOfOrder, match="录入过评分"), unit("assessment", town.organiser) as session:
        actions.list_leaders(session, town.organiser, cycle, group, [other])


def test_where_no_organiser_is_but_whom_it_is_about_the_committee_types(
    town: Town, sql: Any, cycle: int, ours: list[int]
):
    with pytest.raises(NotYours):
        give(town.committee, cycle, (ours[0], "spot", 300))
    sql("update office.post set ends_on = office.today() - 1 where kind = 'organiser'")

    assert give(town.committee, cycle, (ours[0], "spot", 300)) == 1
