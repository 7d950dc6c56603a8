"""A year is opened once, by a person or by the clock, and the roster of that day is frozen."""

import threading
from collections.abc import Callable
from datetime import date

import pytest

from services.assessment.cases import actions
from services.assessment.cycles import queries
from services.assessment.cycles.actions import schedule_opening
from shared import work
from shared.access import SYSTEM
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from tests.assessment.conftest import OPENED, Steps, Town

Sql = Callable[..., list[tuple]]


def test_a_year_has_one_case_for_each_leader_in_post_on_the_day(town: Town, steps: Steps, sql: Sql):
    cycle = steps.open()

    assert sql("select count(*), count(distinct group_id) from assessment.leader_case where cycle_id = %s", cycle) == [
        (6, 6)
    ]
    assert sql("select cases, stage, opened_on from assessment.cycle") == [(6, "open", OPENED)]


def test_the_calendar_is_counted_in_working_days(town: Town, steps: Steps, sql: Sql):
    steps.open()

    dates = sql("select nomination_due, review_due, rating_due, provisional from assessment.cycle")
    assert dates == [(date(2025, 12, 15), date(2025, 12, 22), date(2026, 1, 6), False)]  # over New Year's holiday


def test_whoever_led_a_group_in_the_year_has_a_case_also_if_he_left_and_not_who_comes_after_the_day(
    town: Town, steps: Steps, sql: Sql
):
    sql("update office.post set ends_on = %s where person_id = %s", OPENED, town.people["leader of 东村1组"])
    sql("update office.post set starts_on = '2025-12-02' where person_id = %s", town.people["leader of 东村2组"])
    sql("update office.post set ends_on = '2024-12-31' where person_id = %s", town.people["leader of 东村3组"])

    cycle = steps.open()

    people = sql("select person_id, part, ended_on from assessment.leader_case where cycle_id = %s order by 1", cycle)
    assert people[0] == (town.people["leader of 东村1组"], True, OPENED)
    assert len(people) == 4


def test_who_takes_the_post_later_does_not_change_whose_year_it_is(town: Town, steps: Steps, sql: Sql):
    cycle = steps.open()
    sql("update office.post set ends_on = '2025-12-05' where person_id = %s", town.people["leader of 南村1组"])

    people = sql("select person_id from assessment.leader_case where cycle_id = %s", cycle)
    assert (town.people["leader of 南村1组"],) in people


def test_opening_twice_is_refused_and_harmless(town: Town, steps: Steps, sql: Sql):
    steps.open()

    with pytest.raises(Conflict, match="已经启动"):
        steps.open()

    assert sql("select count(*) from assessment.cycle") == [(1,)]


def test_two_who_open_at_once_open_one_year(town: Town, steps: Steps, sql: Sql):
    outcomes: list[str] = []
    both = threading.Barrier(2)

    def open_it() -> None:
        both.wait()
        try:
            steps.open()
            outcomes.append("opened")
        except Conflict:
            outcomes.append("refused")

    people = [threading.Thread(target=open_it) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert sorted(outcomes) == ["opened", "refused"]
    assert sql("select count(*) from assessment.leader_case") == [(6,)]


def test_the_clock_opens_the_year_on_its_day_once_and_looks_to_the_next(
    town: Town, sql: Sql, move_to: Callable[..., None]
):
    with unit("assessment") as session:
        assert schedule_opening(session, township_id=town.id, year=2025) == date(2026, 12, 1)  # 1 December 2025 is here
        schedule_opening(session, township_id=town.id, year=2026)

    work.sweep("assessment")
    assert sql("select count(*) from assessment.cycle") == [(0,)]
    move_to(date(2026, 12, 1))
    for _ in range(3):
        work.sweep("assessment")

    assert sql("select year, cases from assessment.cycle") == [(2026, 6)]
    opening = sql("select payload->>'year', state from assessment.job where task = 'assessment.open_cycle' order by id")
    assert opening == [("2026", "done"), ("2027", "ready")]


def test_a_year_that_a_person_opened_is_left_alone_by_the_clock(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None]
):
    with unit("assessment") as session:
        schedule_opening(session, township_id=town.id, year=2026)
    move_to(date(2026, 12, 1), 7)
    steps.open(2026)

    move_to(date(2026, 12, 2))
    work.sweep("assessment")

    assert sql("select count(*) from assessment.cycle") == [(1,)]
    assert sql("select count(*) from assessment.job where state = 'dead'") == [(0,)]


def test_only_the_office_opens_a_year_and_only_one_that_has_begun(town: Town):
    for actor, year, refusal in (
        (town.secretary("东村"), 2025, OutOfReach),
        (town.outsider, 2025, OutOfReach),
        (town.leader("东村1组"), 2025, OutOfReach),
        (town.organiser, 2026, Invalid),
    ):
        with pytest.raises(refusal), unit("assessment", actor) as session:
            actions.open_cycle(session, actor, township_id=town.id, year=year)


def test_an_inspector_of_the_township_does_not_open_a_year(town: Town):
    from shared.roles import Role

    inspector = town.actor("villager", (Role.INSPECTOR, "清河镇"))

    with pytest.raises(NotYours), unit("assessment", inspector) as session:
        actions.open_cycle(session, inspector, township_id=town.id, year=2025)


def test_a_year_is_seen_by_its_township_and_branches_and_by_nobody_else(town: Town, steps: Steps):
    cycle = steps.open()

    for actor in (town.organiser, town.secretary("西村"), town.leader("东村1组"), SYSTEM):
        with unit("assessment", actor) as session:
            assert queries.cycle_seen(session, actor, cycle).year == 2025
    with pytest.raises(OutOfReach), unit("assessment", town.outsider) as session:
        queries.cycle_seen(session, town.outsider, cycle)


def test_what_it_is_judged_by_is_frozen_with_it(town: Town, steps: Steps, sql: Sql):
    steps.open()

    [(rule_set, fingerprint, percent, scheme)] = sql(
        "select c.rule_set, c.rule_fingerprint, c.excellent_percent, s.version from assessment.cycle c"
        " join assessment.scheme s on s.id = c.scheme_id"
    )
    assert (rule_set, percent, scheme) == ("zhen", 30, "1")
    assert len(fingerprint) == 64
