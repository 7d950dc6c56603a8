"""What the year's pages read: the board, what waits, the years before, who took which step, and how far the run is."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.assessment.cases import actions, queries
from services.assessment.cases.queries import BoardOrder
from services.assessment.cases.rules import CaseStage
from services.assessment.cases.schemas import Following, HappeningSeen, Outcomes, ReturnOf, Settling
from services.assessment.cycles import queries as cycles
from services.assessment.schemes.rules import Grade
from shared.access import Actor
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from tests.assessment.conftest import Steps, Town, good_tally, one_ahead


def board(actor: Actor, cycle: int, order: BoardOrder = BoardOrder.SCORE) -> list[Any]:
    with unit("assessment", actor) as session:
        return list(queries.board(session, actor, cycle, order))


def test_the_board_holds_every_leader_in_the_order_asked_for(town: Town, rated: int):
    by_score = board(town.organiser, rated)
    totals = [row.total for row in by_score]
    assert len(by_score) == 6
    assert totals == sorted(totals, reverse=True)
    names = [row.person for row in board(town.committee, rated, BoardOrder.NAME)]
    assert names == sorted(names)
    assert [row.group for row in board(town.organiser, rated, BoardOrder.UNIT)][:2] == ["东村1组", "东村2组"]
    best_first = [row.proposed for row in board(town.organiser, rated, BoardOrder.PROPOSED)]
    assert best_first == sorted(best_first, key=[*Grade, None].index)


def test_the_board_is_the_offices_and_a_branch_sees_its_own_leaders(town: Town, rated: int):
    cycle, secretary = rated, town.secretary("东村")

    assert board(secretary, cycle) == []
    assert board(town.outsider, cycle) == []
    with unit("assessment", secretary) as session:
        seen = queries.leaders(session, secretary, cycle)
    assert [row.group for row in seen] == ["东村1组", "东村2组", "东村3组"]
    assert all(row.total is not None for row in seen)


def test_a_leader_is_shown_with_the_grade_of_the_year_before(steps: Steps, town: Town, move_to: Callable[..., None]):
    first = steps.to_end(2025)
    move_to(date(2026, 12, 1))
    second = steps.open(2026)

    assert {row.grade_before for row in board(town.organiser, first)} == {None}
    assert {row.grade_before for row in board(town.organiser, second)} == {"competent"}
    with unit("assessment", town.organiser) as session:
        case = queries.case_seen(session, town.organiser, steps.cases(second)[0]).Case
        assert [(one.year, one.grade) for one in queries.earlier_years(session, town.organiser, case)] == [
            (2025, "competent")
        ]


def test_a_leader_sees_his_own_year_also_after_he_has_left_the_post(steps: Steps, town: Town, ended: int):
    person = town.people["leader of 东村1组"]
    steps.sql(
        "insert into office.account (id, person_id, login, password_hash, first_password, failures)"
        " values (%s, %s, 'former', '', false, 0)",
        person,
        person,
    )
    former = Actor(account_id=person, person_id=person, name="former", posts=())

    with unit("assessment", former) as session:
        (row,) = queries.own(session, former)
        assert (row.cycle_id, row.grade) == (ended, "competent")
        case = queries.case_seen(session, former, row.id).Case
        assert queries.cycle_of_case(session, case).id == ended
        assert queries.explained(session, case)[1]
        assert len(queries.leaders(session, former, ended)) == 1


def test_what_waits_is_counted_branch_by_branch(steps: Steps, town: Town):
    cycle = steps.open()
    first, second, *_ = steps.cases(cycle)
    steps.nominate(first)
    steps.nominate(second)
    steps.accept(second)

    with unit("assessment", town.organiser) as session:
        rows = queries.by_branch(session, town.organiser, cycle)
        waiting = queries.leaders(session, town.organiser, cycle, stage=CaseStage.REVIEW)
    assert {row.branch: (row.nomination, row.review, row.rating) for row in rows} == {
        "东村": (1, 1, 1),
        "西村": (2, 0, 0),
        "南村": (1, 0, 0),
    }
    assert [row.id for row in waiting] == [first]


def test_several_are_returned_with_a_reason_each_by_itself(steps: Steps, town: Town):
    cycle = steps.open()
    first, second, *_ = steps.cases(cycle)
    steps.nominate(first)

    with unit("assessment", town.organiser) as session:
        rows = [ReturnOf(case_id=case, reason="请写明联系群众的情况。") for case in (first, second)]
        outcomes = actions.return_several(session, town.organiser, rows)

    assert outcomes.refused == 1
    assert [row.stage for row in outcomes.rows] == ["nomination", None]
    assert steps.sql("select returned_why from assessment.leader_case where id = %s", first) == [
        ("请写明联系群众的情况。",)
    ]


# --- deciding as the sheets propose ---


def follow(actor: Actor, cycle: int, cases: list[int] | None, *, run: int = 1, reason: str | None = None) -> Outcomes:
    with unit("assessment", actor) as session:
        return actions.follow_sheets(session, actor, cycle, Following(run=run, case_ids=cases, reason=reason))


def test_the_committee_follows_the_sheets_and_says_why_beyond_the_quota(steps: Steps, town: Town):
    cycle, best = one_before_the_others(steps, town)
    cases = steps.cases(cycle)

    outcomes = follow(town.committee, cycle, cases)

    given = [row.case_id for row in outcomes.rows if row.problem is None]
    assert (given, outcomes.refused) == ([best], 5)  # thirty per cent of six
    assert all(row.field == "reason" for row in outcomes.rows if row.problem)
    rest = [case for case in cases if case not in given]
    assert follow(town.committee, cycle, rest, reason="成绩相同，会议研究同时评优。").refused == 0
    kept = dict(steps.sql("select id, grade_why from assessment.leader_case where cycle_id = %s", cycle))
    assert [case for case, why in kept.items() if why is None] == given


def test_all_but_those_over_the_quota_are_followed_and_those_are_settled_with_one_reason(steps: Steps, town: Town):
    cycle, best = one_before_the_others(steps, town)

    everybody = follow(town.committee, cycle, None)
    with unit("assessment", town.committee) as session:
        asked = Settling(run=1, reason="优秀名额已满，按得分先后确定。")
        settled = actions.settle_over_quota(session, town.committee, cycle, asked)

    assert ([row.case_id for row in everybody.rows], everybody.refused) == ([best], 0)
    assert (len(settled.rows), settled.refused) == (5, 0)
    found = steps.sql("select grade, grade_why from assessment.leader_case where cycle_id = %s order by id", cycle)
    assert sorted(found, key=str)[:5] == [("competent", "优秀名额已满，按得分先后确定。")] * 5
    with pytest.raises(OutOfOrder), unit("assessment", town.committee) as session:
        actions.settle_over_quota(session, town.committee, cycle, asked)


def test_equals_at_the_line_are_followed_by_no_bulk_act_and_decided_one_by_one_with_a_reason(steps: Steps, town: Town):
    steps.activities.tally = good_tally
    cycle = steps.to_rating()
    cases = steps.cases(cycle)

    with pytest.raises(OutOfOrder):
        follow(town.committee, cycle, None)
    assert follow(town.committee, cycle, cases, reason="会议研究。").refused == 6
    for grade in (Grade.EXCELLENT, Grade.COMPETENT):
        with pytest.raises(Invalid, match="单独评定"):
            steps.decide(cases[0], grade, None)
    steps.decide(cases[0], Grade.EXCELLENT, "牵头完成全镇党课。")
    for case in cases[1:]:
        steps.decide(case, Grade.COMPETENT, "名额只有一个，会议研究。")


def one_before_the_others(steps: Steps, town: Town) -> tuple[int, int]:
    """A year in which all are excellent and the first stands before the others; and his case."""
    steps.activities.tally = one_ahead(town.units["东村1组"])
    cycle = steps.to_rating()
    return cycle, steps.cases(cycle)[0]


def test_sheets_that_were_collected_anew_are_not_followed_unseen(steps: Steps, town: Town, rated: int):
    steps.run(rated)

    with pytest.raises(OutOfOrder):
        follow(town.committee, rated, steps.cases(rated))


def test_nobody_but_the_committee_follows_the_sheets(steps: Steps, town: Town, rated: int):
    cases = steps.cases(rated)

    for actor, refusal in (
        (town.organiser, NotYours),
        (town.secretary("东村"), NotYours),
        (town.outsider, OutOfReach),
    ):
        for asked in (cases, None):
            with pytest.raises(refusal):
                follow(actor, rated, asked)


# --- the history, and the objections ---


def test_a_history_names_who_acted_as_far_as_the_reader_may_know(steps: Steps, town: Town):
    cycle = steps.open()
    case = steps.cases(cycle)[0]
    for name in ("organiser", "secretary of 东村"):  # in this small world an account has the number of its person
        steps.sql(
            "insert into office.account (id, person_id, login, password_hash, first_password, failures)"
            " values (%s, %s, %s, '', false, 0)",
            town.people[name],
            town.people[name],
            name,
        )
    steps.nominate(case)
    steps.accept(case)

    def told(actor: Actor) -> list[str]:
        with unit("assessment", actor) as session:
            return [HappeningSeen.of(row).by for row in queries.history(session, actor, case)]

    assert told(town.organiser) == ["支部书记 secretary of 东村", "组织委员 organiser"]
    assert told(town.secretary("东村")) == ["支部书记 secretary of 东村", "组织委员"]
    assert told(town.leader("东村1组")) == ["支部书记", "组织委员"]


def test_the_objections_of_a_year_are_seen_by_those_whom_they_concern(steps: Steps, town: Town, noticed: int):
    case = steps.cases(noticed)[0]
    with unit("assessment", town.organiser) as session:
        made = actions.raise_objection(session, town.organiser, case, channel="letter", matter="次数不实。").id

    def seen(actor: Actor, *, waiting: bool = False) -> list[Any]:
        with unit("assessment", actor) as session:
            rows = queries.objections_in(session, actor, noticed, waiting=waiting)
            return [(row.id, row.branch) for row in rows]

    assert seen(town.organiser) == seen(town.secretary("东村"), waiting=True) == [(made, "东村")]
    assert seen(town.secretary("西村")) == seen(town.outsider) == []
    with unit("assessment", town.organiser) as session:
        actions.answer_objection(session, town.organiser, made, upheld=False, answer="与记录一致。")
    assert seen(town.organiser, waiting=True) == []


# --- how far the run is ---


def test_a_run_says_how_far_it_is(town: Town, rated: int):
    with unit("assessment", town.organiser) as session:
        run = cycles.progress(session, cycles.cycle_seen(session, town.organiser, rated))
    assert (run.whole, run.done, run.percent, run.seconds_left) == (6, 6, 100, 0)
