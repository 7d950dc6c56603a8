"""Nomination, review and decision: who may, who may not, and what wants a reason."""

from collections.abc import Callable

import pytest

from services.assessment.cases import actions, queries
from services.assessment.cases.rules import MOVES
from services.assessment.cases.schemas import Decision, DecisionOf, Filing, FilingOf, FilingTogether, NominationOf
from services.assessment.schemes.rules import Grade
from shared.access import Actor
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfOrder, OutOfReach
from shared.moves import Moved
from shared.roles import Role
from tests.assessment.conftest import NOMINATION, Steps, Town, good_tally, one_ahead

Sql = Callable[..., list[tuple]]


def stage_of(sql: Sql, case: int) -> str:
    return str(sql("select stage from assessment.leader_case where id = %s", case)[0][0])


def test_a_secretary_puts_his_own_leaders_forward_and_no_others(town: Town, steps: Steps, sql: Sql):
    cycle = steps.open()
    own, other = steps.cases(cycle)[0], steps.cases(cycle)[3]
    secretary = town.secretary("东村")

    with unit("assessment", secretary) as session:
        actions.nominate(session, secretary, own, NOMINATION)
    with pytest.raises(OutOfReach), unit("assessment", secretary) as session:
        actions.nominate(session, secretary, other, NOMINATION)

    assert (stage_of(sql, own), stage_of(sql, other)) == ("review", "nomination")


def test_each_of_several_goes_through_or_is_refused_by_itself(town: Town, steps: Steps, sql: Sql):
    cases = steps.cases(steps.open())
    secretary = town.secretary("东村")
    steps.nominate(cases[0])
    rows = [NominationOf(case_id=case, **NOMINATION.model_dump()) for case in (cases[0], cases[1], cases[3], cases[2])]

    with unit("assessment", secretary) as session:
        outcomes = actions.nominate_several(session, secretary, rows)

    assert [outcome.stage for outcome in outcomes.rows] == [None, "review", None, "review"]
    assert outcomes.refused == 2
    assert "没有找到" in (outcomes.rows[2].problem or "")
    assert [stage_of(sql, case) for case in cases[:4]] == ["review", "review", "review", "nomination"]


def test_filing_numbers_are_given_in_order_and_never_twice(town: Town, steps: Steps, sql: Sql):
    cases = steps.cases(steps.open())
    for case in cases:
        steps.nominate(case)
    rows = [FilingOf(case_id=cases[0]), FilingOf(case_id=cases[1], filing_number="清组备〔2025〕7号")]
    rows += [FilingOf(case_id=cases[2], filing_number="清组备〔2025〕7号"), FilingOf(case_id=cases[3])]

    with unit("assessment", town.organiser) as session:
        outcomes = actions.accept_several(session, town.organiser, rows)

    assert [outcome.problem is None for outcome in outcomes.rows] == [True, True, False, True]
    assert outcomes.rows[2].field == "filing_number"
    numbers = sql("select filing_number from assessment.leader_case where filing_number is not null order by id")
    assert numbers == [("考备〔2025〕1号",), ("清组备〔2025〕7号",), ("考备〔2025〕2号",)]
    with pytest.raises(Conflict), unit("assessment", town.organiser) as session:
        actions.accept(session, town.organiser, cases[2], Filing(filing_number="考备〔2025〕1号"))


def test_one_number_stands_for_several_that_are_filed_together_and_the_register_lists_them(
    town: Town, steps: Steps, sql: Sql
):
    cycle = steps.open()
    cases = steps.cases(cycle)
    for case in cases[:5]:
        steps.nominate(case)
    steps.accept(cases[0])

    with unit("assessment", town.organiser) as session:
        outcomes = actions.accept_together(session, town.organiser, FilingTogether(case_ids=cases[:4] + cases[5:]))
    with unit("assessment", town.organiser) as session:
        asked = FilingTogether(case_ids=[cases[4]], filing_number="清组备〔2025〕7号")
        actions.accept_together(session, town.organiser, asked)

    assert [row.problem is None for row in outcomes.rows] == [False, True, True, True, False]
    with unit("assessment", town.organiser) as session:
        _, rows = queries.register_of(session, town.organiser, cycle)
        found = [(row.number.said, [line.id for line in row.leaders]) for row in rows]
    assert found == [
        ("考备〔2025〕1号", [cases[0]]),
        ("考备〔2025〕2号", cases[1:4]),
        ("清组备〔2025〕7号", [cases[4]]),
    ]
    uses = "select count(*) from office.number_use u join office.number n on n.id = u.number_id where n.said = %s"
    assert sql(uses, "考备〔2025〕2号") == [(3,)]
    for reader, refusal in ((town.secretary("东村"), NotYours), (town.outsider, OutOfReach)):
        with pytest.raises(refusal), unit("assessment", reader) as session:
            queries.register_of(session, reader, cycle)


def test_a_returned_nomination_comes_back_with_its_reason(town: Town, steps: Steps, sql: Sql):
    case = steps.cases(steps.open())[0]
    steps.nominate(case)

    with unit("assessment", town.organiser) as session:
        actions.return_nomination(session, town.organiser, case, "请补充事迹。")

    assert sql("select stage, returned_why from assessment.leader_case where id = %s", case) == [
        ("nomination", "请补充事迹。")
    ]
    steps.nominate(case)
    steps.accept(case)
    assert stage_of(sql, case) == "rating"


def test_a_reviewer_never_reviews_his_own_branch(town: Town, steps: Steps):
    cases = steps.cases(steps.open())
    for case in cases:
        steps.nominate(case)
    member = town.actor("villager", (Role.ORGANISER, "清河镇"))  # a member of a group of 东村
    officer = town.actor("secretary of 西村", (Role.ORGANISER, "清河镇"), (Role.SECRETARY, "西村"))

    for reviewer, own, other in ((member, cases[1], cases[3]), (officer, cases[4], cases[0])):
        with pytest.raises(NotYours, match="回避"), unit("assessment", reviewer) as session:
            actions.accept(session, reviewer, own, Filing())
        with pytest.raises(NotYours, match="回避"), unit("assessment", reviewer) as session:
            actions.return_nomination(session, reviewer, own, "不行。")
        with unit("assessment", reviewer) as session:
            actions.accept(session, reviewer, other, Filing())


def test_nothing_is_decided_before_the_evidence_is_collected(town: Town, steps: Steps):
    case = steps.cases(steps.open())[0]
    steps.nominate(case)
    steps.accept(case)

    with pytest.raises(OutOfOrder, match="还没有汇总"):
        steps.decide(case)


def test_the_grade_of_the_sheet_wants_no_reason_and_another_one_does(town: Town, steps: Steps, sql: Sql):
    steps.activities.tally = one_ahead(town.units["东村1组"])
    cases = steps.cases(steps.to_rating())

    steps.decide(cases[0], Grade.EXCELLENT, None)
    with pytest.raises(Invalid, match="两者不一致"):
        steps.decide(cases[1], Grade.COMPETENT, None)
    with pytest.raises(Invalid):
        steps.decide(cases[1], Grade.INCOMPETENT, "  ")
    steps.decide(cases[1], Grade.COMPETENT, "任职时间不满一年。")

    assert sql("select grade, grade_why from assessment.leader_case where id = any(%s) order by id", cases[:2]) == [
        ("excellent", None),
        ("competent", "任职时间不满一年。"),
    ]


def test_a_decision_is_taken_back_with_a_reason_until_it_is_on_public_notice(
    town: Town, steps: Steps, sql: Sql, rated: int
):
    case = steps.cases(rated)[0]
    steps.decide(case, Grade.INCOMPETENT, "看错了一行。")

    with pytest.raises(NotYours), unit("assessment", town.organiser) as session:
        actions.reopen(session, town.organiser, case, "评错了。")
    with unit("assessment", town.committee) as session:
        actions.reopen(session, town.committee, case, "评错了。")
    assert sql("select stage, grade, grade_why from assessment.leader_case where id = %s", case) == [
        ("rating", None, None)
    ]

    steps.decide(case)
    assert stage_of(sql, case) == "notice"
    taken = sql("select step, reason from office.happening where subject = %s order by id desc limit 2", f"case:{case}")
    assert taken[1] == ("reopen", "评错了。")


def test_one_more_than_the_quota_wants_a_reason_which_stays(town: Town, steps: Steps, sql: Sql):
    steps.activities.tally = one_ahead(town.units["东村1组"])
    cases = steps.cases(steps.to_rating())  # six: 30 % is one
    rows = [DecisionOf(case_id=case, grade=Grade.EXCELLENT) for case in cases[:3]]
    rows[2].reason = "重大任务中表现突出。"

    with unit("assessment", town.committee) as session:
        outcomes = actions.decide_several(session, town.committee, rows)

    assert [outcome.problem is None for outcome in outcomes.rows] == [True, False, True]
    assert "30%" in (outcomes.rows[1].problem or "")
    happened = sql("select reason from office.happening where subject = %s and step = 'decide'", f"case:{cases[2]}")
    assert happened == [("重大任务中表现突出。",)]


def test_equals_share_a_place_and_none_of_them_is_within_the_quota_by_chance(town: Town, steps: Steps):
    steps.activities.tally = good_tally
    cycle = steps.to_rating()

    with unit("assessment", town.committee) as session:
        rows = queries.results(session, town.committee, cycle)

    assert set(queries.places_of(rows).values()) == {1}
    assert [(row.over_quota, row.at_line) for row in rows] == [(False, True)] * 6


def test_not_assessed_this_year_is_a_decision_too_and_wants_a_reason(town: Town, steps: Steps, sql: Sql, rated: int):
    case = steps.cases(rated)[0]

    with pytest.raises(Invalid, match="不予评定"):
        steps.decide(case, None, None)
    steps.decide(case, None, "十一月任职，本年度不参加考核。")

    assert sql("select stage, grade from assessment.leader_case where id = %s", case) == [("notice", None)]


def test_only_the_committee_decides_and_nobody_on_himself(town: Town, steps: Steps, rated: int):
    case = steps.cases(rated)[0]
    himself = town.actor("leader of 东村1组", (Role.COMMITTEE, "清河镇"))

    for actor, why in ((town.organiser, "党委"), (himself, "回避")):
        with pytest.raises(NotYours, match=why), unit("assessment", actor) as session:
            actions.decide(session, actor, case, Decision(grade=Grade.COMPETENT, reason="研究决定。"))


def test_a_case_is_seen_by_the_leader_the_branch_and_the_township_and_by_nobody_else(
    town: Town, steps: Steps, rated: int
):
    case = steps.cases(rated)[0]

    def seen(actor: Actor) -> int:
        with unit("assessment", actor) as session:
            return len(queries.cases_page(session, actor, cycle_id=rated))

    assert seen(town.organiser) == 6
    assert seen(town.secretary("东村")) == 3
    assert seen(town.leader("东村1组")) == 1
    for stranger in (town.outsider, town.actor("villager", (Role.KEEPER, "清河镇"))):
        assert seen(stranger) == 0
        with pytest.raises(OutOfReach), unit("assessment", stranger) as session:
            queries.case_seen(session, stranger, case)
    with pytest.raises(OutOfReach), unit("assessment", town.outsider) as session:
        actions.decide(session, town.outsider, case, Decision(grade=Grade.COMPETENT, reason="研究决定。"))


def test_the_second_wall_stands_even_where_the_first_is_forgotten(town: Town, rated: int):
    from sqlalchemy import text

    for actor, rows in ((town.outsider, 0), (town.secretary("东村"), 3), (town.organiser, 6)):
        with unit("assessment", actor) as session:
            for table in ("leader_case", "sheet"):
                assert session.scalar(text(f"select count(*) from assessment.{table}")) == rows


def test_each_line_of_the_sheet_names_the_records_behind_it(town: Town, steps: Steps, rated: int):
    case = steps.cases(rated)[0]
    leader = town.leader("东村1组")

    with unit("assessment", leader) as session:
        row = queries.case_seen(session, leader, case)
        _, items = queries.explained(session, row.Case)

    study = next(item for item in items if item.key == "study")
    assert study.figures["done"] == len(study.evidence_ids)
    assert study.why


def test_the_history_of_a_case_is_a_path_through_its_moves(town: Town, steps: Steps, ended: int):
    case = steps.cases(ended)[0]

    with unit("assessment", town.organiser) as session:
        log = [row.Happening for row in queries.history(session, town.organiser, case)]

    assert [row.step for row in log] == ["nominate", "accept", "decide", "close"]
    assert MOVES.is_path(Moved(row.step or "", row.stage_before or "", row.stage_after or "") for row in log)
