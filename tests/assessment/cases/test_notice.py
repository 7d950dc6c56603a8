"""Public notice, objections, and the end of a year."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from services.assessment.cases import actions, queries
from services.assessment.cases.rules import Channel
from services.assessment.schemes.rules import Grade
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from tests.assessment.conftest import Steps, Town

Sql = Callable[..., list[tuple]]


def close(town: Town, cycle: int) -> None:
    with unit("assessment", town.organiser) as session:
        actions.close_cycle(session, town.organiser, cycle)


def object_to(town: Town, case: int) -> int:
    secretary = town.secretary("东村")
    with unit("assessment", secretary) as session:
        return actions.raise_objection(session, secretary, case, channel=Channel.LETTER, matter="学习次数不实。").id


def answer(town: Town, objection: int, *, upheld: bool) -> None:
    with unit("assessment", town.organiser) as session:
        actions.answer_objection(session, town.organiser, objection, upheld=upheld, answer="经核实。")


def test_the_notice_waits_until_every_case_is_decided(town: Town, steps: Steps, rated: int):
    for case in steps.cases(rated)[:5]:
        steps.decide(case)

    with pytest.raises(OutOfOrder, match=r"还有 1 名.*南村"), unit("assessment", town.organiser) as session:
        actions.publish_notice(session, town.organiser, rated)


def test_the_notice_runs_for_its_working_days(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None], rated: int
):
    for case in steps.cases(rated):
        steps.decide(case)
    move_to(date(2025, 12, 26))  # a Friday; New Year's holiday lies ahead
    with unit("assessment", town.organiser) as session:
        actions.publish_notice(session, town.organiser, rated)
    assert sql("select notice_from, notice_to from assessment.cycle") == [(date(2025, 12, 26), date(2026, 1, 4))]

    move_to(date(2026, 1, 4), 23)
    with pytest.raises(OutOfOrder, match="2026-01-04"):
        close(town, rated)

    move_to(date(2026, 1, 5), 0)
    close(town, rated)
    assert sql("select stage from assessment.cycle") == [("closed",)]


def test_closing_closes_every_case_with_a_line_in_its_history_and_orders_rectifications(
    town: Town, steps: Steps, sql: Sql, ended: int
):
    assert sql("select distinct stage from assessment.leader_case") == [("closed",)]
    lines = sql(
        "select subject, unit_id, actor_id, body from office.happening where step = 'close' and subject like 'case:%%'"
    )
    assert sorted(line[0] for line in lines) == sorted(f"case:{case}" for case in steps.cases(ended))
    assert {line[2] for line in lines} == {town.organiser.account_id}
    assert all(line[3]["unit_id"] == line[1] for line in lines)
    orders = sql("select key, payload from assessment.job where task = 'assessment.order_rectifications'")
    assert orders == [(f"cycle:{ended}", {"cycle_id": ended})]
    closed = sql("select body->'branches' from office.happening where fact = 'CycleClosed'")[0][0]
    assert [sum(grades) for _, *grades in closed] == [3, 2, 1]


def test_what_carried_the_evidence_is_put_away_and_the_sheets_stay(town: Town, sql: Sql, ended: int):
    assert sql("select payload ? 'tallies' from assessment.job where task = 'assessment.score_chunk'") == [(False,)]
    with unit("assessment", town.organiser) as session:
        assert actions.verify_cycle(session, town.organiser, ended).sound


def test_an_unanswered_objection_keeps_the_year_open(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None], noticed: int
):
    objection = object_to(town, steps.cases(noticed)[0])
    move_to(date(2025, 12, 20))

    with pytest.raises(OutOfOrder, match="没有答复"):
        close(town, noticed)
    answer(town, objection, upheld=False)
    close(town, noticed)

    assert sql("select stage from assessment.objection") == [("dismissed",)]


def test_an_upheld_objection_lets_the_committee_decide_again_and_the_notice_starts_anew(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None], noticed: int
):
    case = steps.cases(noticed)[0]
    objection = object_to(town, case)
    with pytest.raises(OutOfOrder, match="没有成立的异议"), unit("assessment", town.committee) as session:
        actions.reopen(session, town.committee, case, "试试。")
    move_to(date(2025, 12, 5))
    answer(town, objection, upheld=True)
    move_to(date(2025, 12, 8))
    with pytest.raises(OutOfOrder, match="成立"):
        close(town, noticed)

    with unit("assessment", town.committee) as session:
        actions.reopen(session, town.committee, case, "学习记录有误。")
    with pytest.raises(OutOfOrder, match="没有评定"):
        close(town, noticed)
    steps.decide(case, Grade.INCOMPETENT, "核实后改评。")

    assert sql("select notice_to from assessment.cycle") == [(date(2025, 12, 12),)]
    with pytest.raises(OutOfOrder, match="没有成立的异议"), unit("assessment", town.committee) as session:
        actions.reopen(session, town.committee, case, "再来一次。")
    move_to(date(2025, 12, 13))
    close(town, noticed)
    assert sql("select stage from assessment.objection") == [("acted_on",)]
    steps_taken = sql(
        "select step from office.happening where subject = %s and step is not null order by id", f"case:{case}"
    )
    assert [step for (step,) in steps_taken] == ["nominate", "accept", "decide", "reopen", "decide", "close"]


def test_objections_are_recorded_by_those_who_may_once_there_is_a_result_to_object_to(
    town: Town, steps: Steps, rated: int
):
    case = steps.cases(rated)[0]

    for actor, refusal in (
        (town.leader("东村1组"), NotYours),
        (town.outsider, OutOfReach),
        (town.secretary("西村"), OutOfReach),
    ):
        with pytest.raises(refusal), unit("assessment", actor) as session:
            actions.raise_objection(session, actor, case, channel=Channel.VISIT, matter="不实。")
    with pytest.raises(OutOfOrder, match="还没有公示"):
        object_to(town, case)


def test_whoever_was_assessed_objects_himself_and_nobody_does_in_his_name(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None], noticed: int
):
    leader = town.leader("东村1组")
    [case] = [row[0] for row in sql("select id from assessment.leader_case where person_id = %s", leader.person_id)]

    with unit("assessment", leader) as session:
        actions.raise_objection(session, leader, case, channel=Channel.OWN, matter="三月的学习没有算。")
    assert sql("select channel, stage from assessment.objection") == [("own", "raised")]
    told = sql("select actor_id from office.happening where fact = 'ObjectionRaised'")
    assert told == [(leader.account_id,)]

    secretary = town.secretary("东村")
    with pytest.raises(Invalid, match="本人提出"), unit("assessment", secretary) as session:
        actions.raise_objection(session, secretary, case, channel=Channel.OWN, matter="他说不对。")
    other = next(each for each in steps.cases(noticed) if each != case)
    with pytest.raises(OutOfReach), unit("assessment", leader) as session:
        actions.raise_objection(session, leader, other, channel=Channel.OWN, matter="不公。")
    move_to(date(2025, 12, 30))
    with pytest.raises(OutOfOrder), unit("assessment", town.organiser) as session:
        actions.close_cycle(session, town.organiser, noticed)


def test_nobody_answers_an_objection_to_his_own_result(town: Town, sql: Sql, noticed: int):
    leader = town.leader("东村1组")
    [case] = [row[0] for row in sql("select id from assessment.leader_case where person_id = %s", leader.person_id)]
    objection = object_to(town, case)
    both = replace(leader, posts=(*leader.posts, *town.organiser.posts))

    with pytest.raises(NotYours, match="回避"), unit("assessment", both) as session:
        actions.answer_objection(session, both, objection, upheld=True, answer="属实。")
    answer(town, objection, upheld=True)


def test_the_person_who_objects_is_recorded_nowhere(sql: Sql, town: Town):
    columns = [
        name for (name,) in sql("select column_name from information_schema.columns where table_name = 'objection'")
    ]

    assert not [name for name in columns if "name" in name or "raised_by" in name or "person" in name]


def test_a_persons_grades_are_told_by_year(town: Town, steps: Steps, move_to: Callable[..., None]):
    person = town.people["leader of 东村1组"]
    steps.to_end(2024)
    steps.to_end(2025)

    with unit("assessment") as session:
        assert queries.grades_by_year(session, person) == [(2024, Grade.COMPETENT), (2025, Grade.COMPETENT)]
