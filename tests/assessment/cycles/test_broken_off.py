"""A year that the committee breaks off: with a reason, the notice taken down openly first; nothing of it waits then."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text

from deploy import doctor
from services.assessment.cases import actions, queries
from services.assessment.cases.rules import Channel
from services.assessment.cases.schemas import Nomination
from services.assessment.cycles import queries as cycles
from services.assessment.papers import actions as papers
from services.assessment.schemes.rules import Grade
from shared import work
from shared.access import Actor
from shared.db import unit
from shared.errors import Conflict, NotYours, OutOfOrder, OutOfReach
from shared.settings import SERVICES
from tests.assessment.conftest import Steps, Town

Sql = Callable[..., list[tuple]]
WHY = "村级区划调整，本年度不再考核。"


def end(actor: Actor, cycle: int) -> None:
    with unit("assessment", actor) as session:
        actions.end_cycle(session, actor, cycle, WHY)


def recall(actor: Actor, cycle: int) -> None:
    with unit("assessment", actor) as session:
        actions.recall_notice(session, actor, cycle, "公示名单有误。")


def waiting(sql: Sql) -> set[str]:
    return {row[0] for row in sql("select kind from office.todo where closed_at is null")}


def agree() -> None:
    with unit("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK


def test_it_is_the_committees_to_break_a_year_off_and_nothing_of_it_waits_any_more(town: Town, steps: Steps, sql: Sql):
    cycle = steps.open()
    first, *others = steps.cases(cycle)
    steps.nominate(first)
    work.settle(SERVICES)
    for actor, refusal in (
        (town.organiser, NotYours),
        (town.secretary("东村"), NotYours),
        (town.outsider, OutOfReach),
    ):
        with pytest.raises(refusal):
            end(actor, cycle)

    end(town.committee, cycle)
    work.settle(SERVICES)

    assert waiting(sql) == {"notify.acknowledge"}
    left = sql(
        "select distinct m.fact from office.todo t join notify.message m"
        " on t.subject = concat_ws(':', 'notice', m.happening_id, m.telling, m.unit_id) where t.closed_at is null"
    )
    assert left == [("CycleEnded",)], "whoever was asked to nominate has nothing to acknowledge but the end"
    letters = sql(
        "select m.fact, d.state from notify.delivery d join notify.message m on m.id = d.message_id"
        " where d.channel = 'mail' and d.state = 'ready'"
    )
    assert {fact for fact, _ in letters} <= {"CycleEnded"}
    assert sql("select distinct stage from assessment.leader_case where cycle_id = %s", cycle) == [("ended",)]
    his = "select person_id from notify.message where fact = %s and telling like '%%_leader' order by 1"
    assert sql(his, "CycleEnded") == sql(his, "CycleOpened") != [], "each leader who was asked to write is told"
    told = sql("select step, stage_before, reason from office.happening where fact = 'CycleEnded'")
    assert told == [("end", "open", WHY)]
    agree()
    secretary = town.secretary("东村")
    for act in (
        lambda session: actions.nominate(
            session,
            secretary,
            others[0],
            Nomination(self_statement="按月开展。", grade=Grade.COMPETENT, reasons="认真。"),
        ),
        lambda session: actions.write_statement(session, town.leader("东村1组"), first, "补一句。"),
    ):
        with pytest.raises(OutOfOrder), unit("assessment", secretary) as session:
            act(session)
    with unit("assessment", secretary) as session:
        assert queries.case_seen(session, secretary, first).Case.self_statement, "the past stays to be read"
        assert cycles.cycle_seen(session, secretary, cycle).ended_why == WHY
    with unit("activities", town.organiser) as session:
        assert session.execute(text("select * from assessment.going_on(:t)"), {"t": town.id}).all() == []
    with pytest.raises(Conflict, match="已经中止的"):
        steps.open()


def test_a_run_under_way_ends_with_its_year_and_no_sheet_of_it_goes_on(town: Town, steps: Steps, sql: Sql):
    cycle = steps.open()
    with unit("assessment", town.organiser) as session:
        actions.start_run(session, town.organiser, cycle)

    end(town.committee, cycle)
    work.settle(SERVICES)

    assert sql("select stage from assessment.cycle where id = %s", cycle) == [("ended",)]
    assert sql("select 1 from assessment.job where state not in ('done', 'ready', 'waiting')") == []
    assert "assessment.rate" not in waiting(sql)
    agree()


def test_what_hangs_on_the_wall_is_taken_down_first_and_those_who_were_told_are_told(
    town: Town, steps: Steps, sql: Sql, noticed: int, move_to: Callable[..., None]
):
    cycle = noticed
    case = steps.cases(cycle)[0]
    secretary = town.secretary("东村")
    with unit("assessment", secretary) as session:
        actions.raise_objection(session, secretary, case, channel=Channel.LETTER, matter="次数不实。")
    work.settle(SERVICES)
    with pytest.raises(OutOfOrder):
        end(town.committee, cycle)
    with pytest.raises(NotYours):
        recall(town.organiser, cycle)

    recall(town.committee, cycle)
    work.settle(SERVICES)

    assert waiting(sql) == {"notify.acknowledge", "assessment.end"}
    told = sql("select unit_id from notify.message where fact = 'NoticeRecalled' order by 1")
    assert told == sql("select unit_id from notify.message where fact = 'NoticeOpened' order by 1")
    assert sql("select stage from assessment.objection") == [("ended",)]
    agree()
    with pytest.raises(OutOfOrder, match="撤回"), unit("assessment", secretary) as session:
        queries.notice_of(session, secretary, cycle)
    with pytest.raises(OutOfOrder, match="等党委中止"), unit("assessment", town.committee) as session:
        actions.reopen(session, town.committee, case, "再看看。")
    with unit("assessment", secretary) as session:
        assert queries.case_seen(session, secretary, case).Case.grade is None, "no grade stands that was taken down"
    for taken in (
        lambda session: papers.take_results(session, town.organiser, cycle),
        lambda session: papers.take_opinion(session, town.organiser, case, form="docx"),
    ):
        with pytest.raises(OutOfOrder, match="已经撤回"), unit("assessment", town.organiser) as session:
            taken(session)

    end(town.committee, cycle)
    with unit("assessment", town.organiser) as session:
        said = papers.fill_results(session, town.organiser, str(cycle))
        assert {line["grade"] for line in said.rows["leaders"]} == {""}, "nobody has a grade of a year broken off"
        assert papers.opinion_of(session, town.organiser, case).grade == ""

    assert waiting(sql) == {"notify.acknowledge"}
    assert sql("select distinct stage from assessment.leader_case where cycle_id = %s", cycle) == [("ended",)]
    move_to(date(2026, 3, 2))
    work.settle(SERVICES)
    assert sql("select count(*) from assessment.rectification") == [(0,)]
    agree()


def test_a_year_that_was_over_once_is_not_broken_off(town: Town, sql: Sql, noticed: int):
    cycle = noticed
    sql("update assessment.cycle set reopened = 1 where id = %s", cycle)

    with pytest.raises(OutOfOrder, match="已经办结过"):
        recall(town.committee, cycle)
