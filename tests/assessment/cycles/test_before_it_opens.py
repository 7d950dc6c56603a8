"""Before a year opens its office is shown what it opens with; it confirms or puts off; an opening can be taken back."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from services.assessment.cases import actions, queries
from services.assessment.cases.schemas import Nomination
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.actions import schedule_opening
from services.assessment.cycles.schemas import Opening
from services.assessment.schemes.rules import Grade
from shared import work
from shared.access import SYSTEM, Actor
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from shared.office_settings import Key, put
from shared.systems import System
from tests.assessment.conftest import Steps, Town

Sql = Callable[..., list[tuple]]
NOMINATION = Nomination(self_statement="按月开展。", grade=Grade.COMPETENT, reasons="认真。")


def plan() -> None:
    with unit("assessment") as session:
        actions.plan_openings(session)


def waiting(sql: Sql) -> list[tuple]:
    return sql(
        "select t.subject, t.due_on, t.post from office.todo t"
        " where t.kind = 'assessment.open' and t.closed_at is null order by t.id"
    )


@pytest.fixture
def shown(town: Town, sql: Sql, move_to: Callable[..., None]) -> int:
    """The opening of 2025, shown ten working days before the first of December."""
    move_to(date(2025, 11, 10))
    with unit("assessment") as session:
        schedule_opening(session, township_id=town.id, year=2025)
        schedule_opening(session, township_id=town.units["别的镇"], year=2025)
    move_to(date(2025, 11, 14))
    plan()
    assert waiting(sql) == []  # eleven working days before
    move_to(date(2025, 11, 17))
    plan()
    plan()
    [(number,)] = sql("select id from assessment.opening where township_id = %s", town.id)
    return number


def test_ten_working_days_before_its_day_what_it_opens_with_is_on_the_offices_desk(town: Town, sql: Sql, shown: int):
    assert (f"opening:{shown}", date(2025, 12, 1), "organiser") in waiting(sql)
    with unit("assessment", town.organiser) as session:
        summary = queries.summary_of(session, town.id, 2025, date(2025, 12, 1))
        assert [(row.branch, row.group) for row in summary.leaders][:2] == [("东村", "东村1组"), ("东村", "东村2组")]
        assert len(summary.leaders) == 6
        assert [row.branch for row in summary.told] == ["东村", "南村", "西村"]
        assert summary.calendar.nomination.day == date(2025, 12, 15)
        assert summary.scheme.indicators
        with pytest.raises(OutOfReach):
            cycles.opening_seen(session, town.outsider, shown)


@pytest.mark.parametrize("confirmed", [True, False])
def test_confirmed_or_not_it_opens_on_its_day_and_not_before(
    town: Town, sql: Sql, shown: int, move_to: Callable[..., None], confirmed: bool
):
    if confirmed:
        with unit("assessment", town.organiser) as session:
            actions.confirm_opening(session, town.organiser, shown)
        assert f"opening:{shown}" not in [row[0] for row in waiting(sql)]
    move_to(date(2025, 11, 30))
    work.sweep("assessment")
    assert sql("select count(*) from assessment.cycle") == [(0,)]
    move_to(date(2025, 12, 1), 9)
    work.sweep("assessment")

    assert sql("select year, opened_on, cases from assessment.cycle where township_id = %s", town.id) == [
        (2025, date(2025, 12, 1), 6)
    ]
    assert sql("select stage from assessment.opening where id = %s", shown) == [("opened",)]
    assert waiting(sql) == []


def test_it_is_put_off_with_a_reason_shown_again_and_opens_on_the_other_day(
    town: Town, sql: Sql, shown: int, move_to: Callable[..., None]
):
    named = {"opens_on": date(2026, 1, 12), "reason": "支部换届还没有结束。"}
    for actor, refusal in ((town.secretary("东村"), OutOfReach), (town.outsider, OutOfReach)):
        with pytest.raises(refusal), unit("assessment", actor) as session:
            actions.put_off(session, actor, shown, **named)
    for day in (date(2025, 11, 17), date(2026, 4, 1)):
        with pytest.raises(Invalid), unit("assessment", town.organiser) as session:
            actions.put_off(session, town.organiser, shown, opens_on=day, reason="试试。")
    with unit("assessment", town.organiser) as session:
        actions.confirm_opening(session, town.organiser, shown)
        actions.put_off(session, town.organiser, shown, **named)

    assert (f"opening:{shown}", date(2026, 1, 12), "organiser") in waiting(sql)
    move_to(date(2025, 12, 1), 9)
    work.sweep("assessment")
    assert sql("select count(*) from assessment.cycle where township_id = %s", town.id) == [(0,)]
    move_to(date(2026, 1, 12), 9)
    work.sweep("assessment")
    assert sql("select year from assessment.cycle where township_id = %s", town.id) == [(2025,)]
    told = sql("select step, reason from office.happening where subject = %s order by id", f"opening:{shown}")
    assert told == [(None, None), ("confirm", None), ("put_off", "支部换届还没有结束。"), ("open", None)]


def test_by_hand_it_opens_for_whoever_says_that_he_has_looked(town: Town, sql: Sql, shown: int):
    with pytest.raises(Invalid, match="核对"), unit("assessment", town.organiser) as session:
        actions.open_by_hand(session, town.organiser, Opening(township_id=town.id, year=2025))
    with unit("assessment", town.organiser) as session:
        actions.open_by_hand(session, town.organiser, Opening(township_id=town.id, year=2025, confirmed=True))

    assert sql("select stage from assessment.opening where id = %s", shown) == [("opened",)]
    assert f"opening:{shown}" not in [row[0] for row in waiting(sql)]
    plan()
    assert sql("select count(*) from assessment.opening where township_id = %s", town.id) == [(1,)]


def withdraw(actor: Actor, cycle: int) -> None:
    with unit("assessment", actor) as session:
        actions.withdraw_opening(session, actor, cycle, "启动早了。")


def test_an_opening_is_taken_back_within_a_day_leaves_no_trace_and_the_year_can_be_opened_again(
    town: Town, steps: Steps, sql: Sql
):
    first = steps.open()
    for actor, refusal in ((town.secretary("东村"), NotYours), (town.outsider, OutOfReach)):
        with pytest.raises(refusal):
            withdraw(actor, first)

    withdraw(town.organiser, first)

    assert sql("select kind from office.todo where closed_at is null and kind like 'assessment.%%'") == []
    for actor in (town.organiser, town.secretary("东村"), town.leader("东村1组")):
        with unit("assessment", actor) as session:
            assert cycles.cycles_page(session, actor, after=None, limit=9) == []
            assert queries.cases_page(session, actor) == []
            assert queries.own(session, actor) == []
    with unit("activities", town.organiser) as session:
        from sqlalchemy import text

        assert session.execute(text("select * from assessment.going_on(:t)"), {"t": town.id}).all() == []
    told = sql("select payload->>'fact' from notify.job where payload->>'fact' like 'Cycle%%' order by id")
    assert told == [("CycleOpened",), ("CycleWithdrawn",)]
    second = steps.open()
    assert second != first
    assert len(steps.cases(second)) == 6
    steps.nominate(steps.cases(second)[0])


def test_it_is_not_taken_back_after_a_day_or_once_something_was_handed_in(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None]
):
    cycle = steps.open()
    case = steps.cases(cycle)[0]
    secretary = town.secretary("东村")
    with unit("assessment", secretary) as session:
        actions.nominate(session, secretary, case, NOMINATION)
    with pytest.raises(OutOfOrder, match="提交了材料"):
        withdraw(town.organiser, cycle)
    sql("update assessment.leader_case set stage = 'nomination', nominated_at = null, self_statement = null")
    move_to(date(2025, 12, 1) + timedelta(days=2))

    with pytest.raises(OutOfOrder, match="超过一天"):
        withdraw(town.organiser, cycle)


def test_a_year_that_is_switched_off_on_its_day_waits_no_more_and_opens_by_hand(
    town: Town, sql: Sql, shown: int, move_to: Callable[..., None]
):
    with unit("activities") as session:
        put(session, SYSTEM, town.id, Key.SYSTEMS, [System.GROUP_LIFE], reason="先不用")
    move_to(date(2025, 12, 1), 9)
    work.sweep("assessment")

    assert sql("select stage from assessment.opening where id = %s", shown) == [("withdrawn",)]
    assert f"opening:{shown}" not in [row[0] for row in waiting(sql)]
    told = sql("select actor_id, step, reason from office.happening where subject = %s", f"opening:{shown}")
    assert told[-1] == (None, "lapse", "启动的那一天没有启用年度考核。")


def test_a_year_whose_day_was_missed_is_not_confirmed_any_more_and_put_off_it_opens(
    town: Town, sql: Sql, shown: int, move_to: Callable[..., None]
):
    sql("update assessment.job set state = 'done', done_at = office.now() where task = 'assessment.open_cycle'")
    move_to(date(2025, 12, 8))
    with pytest.raises(OutOfOrder, match="已过"), unit("assessment", town.organiser) as session:
        actions.confirm_opening(session, town.organiser, shown)
    for day in (date(2025, 12, 20), date(2025, 12, 15)):
        with unit("assessment", town.organiser) as session:
            actions.put_off(session, town.organiser, shown, opens_on=day, reason="当天没有启动。")

    move_to(date(2025, 12, 15), 9)
    work.sweep("assessment")

    assert sql("select opened_on from assessment.cycle where township_id = %s", town.id) == [(date(2025, 12, 15),)]
    assert sql("select stage from assessment.opening where id = %s", shown) == [("opened",)]


def test_an_opening_taken_back_waits_for_a_nomination_in_hand(town: Town, steps: Steps, sql: Sql):
    cycle = steps.open()
    case, secretary = steps.cases(cycle)[0], town.secretary("东村")
    with ThreadPoolExecutor() as beside, unit("assessment", secretary) as session:
        actions.nominate(session, secretary, case, NOMINATION)
        taken_back = beside.submit(withdraw, town.organiser, cycle)
        while not (taken_back.done() or sql("select 1 from pg_locks where not granted")):
            time.sleep(0.02)
    with pytest.raises(OutOfOrder, match="提交了材料"):
        taken_back.result()

    assert sql("select stage from assessment.cycle where id = %s", cycle) == [("open",)]
