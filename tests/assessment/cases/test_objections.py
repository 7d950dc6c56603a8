"""Objections: whose words they are, one decision for all of them, late ones, and the way back from a year that is over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from services.assessment.cases import actions, queries
from services.assessment.cases.rules import CaseStage, Channel
from services.assessment.papers import actions as papers
from services.assessment.schemes.rules import Grade
from shared.access import Actor
from shared.db import unit
from shared.errors import NotYours, OutOfOrder, OutOfReach
from tests.assessment.conftest import Steps, Town

Sql = Callable[..., list[tuple]]
SECRET = "张三反映：三月没有开会，请对本人保密。"


def raised(actor: Actor, case: int, channel: Channel = Channel.VISIT, matter: str = SECRET) -> int:
    with unit("assessment", actor) as session:
        return actions.raise_objection(session, actor, case, channel=channel, matter=matter).id


def answered(town: Town, objection: int, *, upheld: bool, told: str | None = None) -> None:
    with unit("assessment", town.organiser) as session:
        named = {"upheld": upheld, "answer": "已核对三月的记录。", "told": told}
        actions.answer_objection(session, town.organiser, objection, **named)


def reopened(town: Town, case: int, reason: str = "核实后重新评定。") -> None:
    with unit("assessment", town.committee) as session:
        actions.reopen(session, town.committee, case, reason)


def read(actor: Actor, case: int) -> list[tuple[str | None, str | None]]:
    with unit("assessment", actor) as session:
        told = queries.objections_of(session, actor, case)
        in_year = queries.objections_in(session, actor, told[0].cycle_id) if told else []
        assert {one.matter for one in in_year if one.case_id == case} == {one.matter for one in told}
        return [(one.matter, one.channel) for one in told]


def test_the_words_are_for_the_township_alone_until_it_answers_and_then_as_it_tells_them(
    town: Town, steps: Steps, noticed: int
):
    case, leader, secretary = steps.cases(noticed)[0], town.leader("东村1组"), town.secretary("东村")
    objection = raised(secretary, case)

    assert read(town.organiser, case) == read(town.committee, case) == [(SECRET, "visit")]
    assert read(leader, case) == read(secretary, case) == [(None, None)]
    assert read(town.outsider, case) == read(town.secretary("西村"), case) == []
    both = replace(leader, posts=(*leader.posts, *town.organiser.posts))
    assert read(both, case) == [(None, None)]  # whom it is about, whatever else he is

    answered(town, objection, upheld=False, told="反映三月没有开会。")

    assert read(leader, case) == read(secretary, case) == [("反映三月没有开会。", None)]
    assert read(town.organiser, case) == [(SECRET, "visit")]


def test_what_was_not_told_on_stays_with_the_township_and_ones_own_words_are_ones_own(
    town: Town, steps: Steps, noticed: int
):
    case, leader = steps.cases(noticed)[0], town.leader("东村1组")
    raised(leader, case, Channel.OWN, "三月的学习没有算。")
    answered(town, raised(town.organiser, case), upheld=False)

    own, other = read(leader, case)
    assert own == ("三月的学习没有算。", "own")
    assert other == (None, None)
    assert read(town.secretary("东村"), case) == [(None, None)] * 2


def test_nothing_that_goes_out_of_the_house_or_into_the_history_has_the_words(
    town: Town, steps: Steps, sql: Sql, noticed: int
):
    case, leader = steps.cases(noticed)[0], town.leader("东村1组")
    objection = raised(town.secretary("东村"), case)
    answered(town, objection, upheld=True, told="反映三月没有开会。")

    for table in ("office.happening", "notify.job", "assessment.job", "office.todo"):
        assert sql(f"select 1 from {table} t where t::text like '%%请对本人保密%%'") == []
    with unit("assessment", leader) as session:
        assert "保密" not in str(papers.opinion_of(session, leader, case))
    written = sql(
        "select fact, actor_id from office.happening where subject = %s order by id", f"objection:{objection}"
    )
    assert written[0] == ("ObjectionRaised", town.secretary("东村").account_id)  # who registered it


def test_one_decision_settles_all_that_were_upheld_on_a_result(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None], noticed: int
):
    case = steps.cases(noticed)[0]
    first, second, third = (raised(town.organiser, case, matter=f"第{n}件。") for n in range(3))
    for objection in (first, second):
        answered(town, objection, upheld=True)

    reopened(town, case)
    assert sql("select stage from assessment.objection order by id") == [("acted_on",), ("acted_on",), ("raised",)]
    answered(town, third, upheld=True)  # found while the committee has the case before it
    steps.decide(case, Grade.INCOMPETENT, "核实后改评。")

    assert sql("select distinct stage from assessment.objection") == [("acted_on",)]
    assert sql("select count(*) from office.todo where kind = 'assessment.take_up' and closed_at is null") == [(0,)]
    move_to(date(2025, 12, 20))
    steps.end(noticed)
    assert sql("select count(*) from office.happening where fact = 'ObjectionActedOn'") == [(3,)]


def test_a_late_objection_is_recorded_as_late_and_can_still_change_a_year_that_is_over(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None], ended: int
):
    case, leader = steps.cases(ended)[0], town.leader("东村1组")
    move_to(date(2026, 1, 20))
    objection = raised(leader, case, Channel.OWN, "三月的学习没有算。")
    assert sql("select late, raised_on from assessment.objection") == [(True, date(2026, 1, 20))]

    answered(town, objection, upheld=True)
    reopened(town, case, "会议记录补到，异议成立。")
    steps.decide(case, Grade.EXCELLENT, "按补到的记录重新评定。")

    [(stage, notice_to, times)] = sql("select stage, notice_to, reopened from assessment.cycle")
    assert (stage, times) == ("notice", 1)
    assert notice_to > date(2026, 1, 20)
    move_to(date(2026, 2, 2))
    with unit("assessment", town.organiser) as session:
        actions.close_cycle(session, town.organiser, ended)
    assert sql("select distinct stage from assessment.leader_case") == [("closed",)]
    ordered = sql("select key from assessment.job where task = 'assessment.order_rectifications' order by id")
    assert ordered == [(f"cycle:{ended}",), (f"cycle:{ended}:again:1",)]


def test_a_year_that_is_over_is_opened_again_by_the_committee_alone_and_its_papers_are_kept(
    town: Town, steps: Steps, sql: Sql, ended: int
):
    case, other = steps.cases(ended)[:2]
    before = sql("select * from assessment.published order by case_id")
    for actor, refusal in ((town.organiser, NotYours), (town.leader("东村1组"), NotYours), (town.outsider, OutOfReach)):
        with pytest.raises(refusal), unit("assessment", actor) as session:
            actions.reopen(session, actor, case, "试试。")

    reopened(town, case, "三月的记录有误。")

    assert sql("select stage, closed_at from assessment.cycle") == [("notice", None)]
    assert sql("select stage, grade from assessment.leader_case where id = %s", case) == [("rating", None)]
    assert sql("select stage, grade from assessment.leader_case where id = %s", other) == [("closed", "competent")]
    assert sql("select * from assessment.published order by case_id") == before
    told = sql("select actor_id, reason, body->'branches' from office.happening where fact = 'CycleReopened'")
    assert told == [(town.committee.account_id, "三月的记录有误。", [[town.units["东村"], 1]])]
    with unit("assessment", town.organiser) as session:
        grades = [row.Happening.body.get("grade") for row in queries.history(session, town.organiser, case)]
        assert "competent" in grades  # what it was before stands in the history
        assert actions.verify_cycle(session, town.organiser, ended).sound
    with pytest.raises(OutOfOrder, match="没有评定"), unit("assessment", town.organiser) as session:
        actions.close_cycle(session, town.organiser, ended)


def test_what_the_committee_weighed_before_the_notice_stays_with_the_township(town: Town, steps: Steps, rated: int):
    case, leader, secretary = steps.cases(rated)[0], town.leader("东村1组"), town.secretary("东村")

    def history(actor: Actor) -> list[tuple[str, str | None]]:
        with unit("assessment", actor) as session:
            rows = queries.history(session, actor, case)
            return [(row.Happening.step, row.Happening.reason) for row in rows][2:]

    def seen(actor: Actor) -> set[tuple[str, str | None, str | None]]:
        with unit("assessment", actor) as session:
            row = queries.case_seen(session, actor, case).Case
            listed = next(line for line in queries.leaders(session, actor, rated) if line.id == case)
            page = queries.cases_page(session, actor, cycle_id=rated)
            paged = next(each.Case for each in page if each.Case.id == case)
            return {(each.stage, each.grade, each.grade_why) for each in (row, listed, paged)}

    steps.decide(case, Grade.INCOMPETENT, "有人主张不称职。")
    assert seen(leader) == seen(secretary) == {("rating", None, None)}
    assert seen(town.organiser) == seen(town.committee) == {("notice", "incompetent", "有人主张不称职。")}
    with unit("assessment", leader) as session:
        assert papers.opinion_of(session, leader, case).grade == ""
    reopened(town, case, "再议。")
    assert history(leader) == history(secretary) == []
    steps.announce(rated)

    published = {("notice", "competent", "会议研究决定。")}
    assert seen(leader) == seen(secretary) == seen(town.organiser) == published
    assert history(leader) == history(secretary) == [("decide", "会议研究决定。")]
    assert [step for step, _ in history(town.committee)] == ["decide", "reopen", "decide"]


@pytest.mark.parametrize("reopens", [True, False])
def test_a_grade_that_was_withdrawn_before_the_notice_is_never_shown_and_who_was_left_out_is_only_then(
    town: Town, steps: Steps, rated: int, reopens: bool
):
    case, leader, secretary = steps.cases(rated)[0], town.leader("东村1组"), town.secretary("东村")

    def history(actor: Actor) -> list[tuple[str, str | None]]:
        with unit("assessment", actor) as session:
            return [(row.Happening.step, row.Happening.reason) for row in queries.history(session, actor, case)][2:]

    steps.decide(case, Grade.INCOMPETENT, "有人主张不称职。")
    if reopens:
        reopened(town, case, "再议。")
    with unit("assessment", town.committee) as session:
        actions.exempt(session, town.committee, case, "9月调离。")
    assert history(leader) == history(secretary) == []
    for other in steps.cases(rated)[1:]:
        steps.decide(other)
    steps.publish(rated)

    assert history(leader) == history(secretary) == [("exempt", "9月调离。")]
    assert len(history(town.organiser)) == 2 + reopens


def test_whom_the_office_leaves_out_before_he_is_filed_his_branch_knows_of_at_once(town: Town, steps: Steps):
    case, secretary = steps.cases(steps.open())[0], town.secretary("东村")
    with unit("assessment", town.organiser) as session:
        actions.exempt(session, town.organiser, case, "9月因病去世。")

    with unit("assessment", secretary) as session:
        seen = queries.case_seen(session, secretary, case).Case
        assert (seen.stage, seen.grade_why) == ("notice", "9月因病去世。")
        assert [row.Happening.step for row in queries.history(session, secretary, case)] == ["exempt"]


def test_a_score_of_a_later_run_is_the_offices_alone_before_the_notice_and_after_it(
    town: Town, steps: Steps, sql: Sql, rated: int
):
    case, leader, secretary = steps.cases(rated)[0], town.leader("东村1组"), town.secretary("东村")

    def seen(actor: Actor) -> tuple[int | None, int | None, bool, int]:
        with unit("assessment", actor) as session:
            row = queries.case_seen(session, actor, case)
            line = next(each for each in queries.leaders(session, actor, rated) if each.id == case)
            assert line.total == row.total
            later = queries.later_sheet(session, actor, row.Case, queries.cycle_of_case(session, row.Case))
            run, _ = queries.explained(session, row.Case)
            return row.total, line.total_later, later is not None, run

    steps.decide(case)
    steps.activities.seed = 1
    steps.run(rated)
    ((first,), (second,)) = sql("select total from assessment.sheet where case_id = %s order by run", case)
    assert first != second

    assert seen(town.organiser) == seen(town.committee) == (first, second, True, 1)
    assert seen(leader) == seen(secretary) == (second, None, False, 2)
    for other in steps.cases(rated)[1:]:
        steps.decide(other)
    steps.publish(rated)

    assert seen(leader) == seen(secretary) == (first, None, False, 1)
    assert seen(town.organiser) == (first, second, True, 1)


def test_what_a_branch_is_told_of_a_stage_it_finds_and_counts_its_cases_by(town: Town, steps: Steps, rated: int):
    case, secretary = steps.cases(rated)[0], town.secretary("东村")
    steps.decide(case)

    def found(actor: Actor, stage: CaseStage) -> tuple[int, int, int]:
        with unit("assessment", actor) as session:
            paged = queries.cases_page(session, actor, cycle_id=rated, stage=stage)
            lines = queries.leaders(session, actor, rated, stage=stage)
            counted = queries.by_branch(session, actor, rated)
        return len(paged), len(lines), sum(getattr(row, stage.value) for row in counted)

    assert found(secretary, CaseStage.NOTICE) == found(town.leader("东村1组"), CaseStage.NOTICE) == (0, 0, 0)
    assert found(secretary, CaseStage.RATING) == (3, 3, 3)
    assert found(town.organiser, CaseStage.NOTICE) == (1, 1, 1)
    assert found(town.organiser, CaseStage.RATING) == (5, 5, 5)
