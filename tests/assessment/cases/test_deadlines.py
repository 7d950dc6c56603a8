"""What is not done by its deadline is reminded, then reported; it is never decided by the software."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from services.assessment.cases.actions.deadlines import set_deadlines
from services.assessment.cycles.models import Cycle
from shared import daily, work
from shared.db import unit
from tests.assessment.conftest import Steps, Town

Sql = Callable[..., list[tuple]]
SAID = "select fact, body->>'escalated', body->'branches' from office.happening where fact like '%%Overdue' order by id"


def test_branches_are_reminded_before_the_deadline_and_reported_after_it(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None]
):
    cases = steps.cases(steps.open())  # nominations are due on 15 December
    for case in cases[:2]:
        steps.nominate(case)
    expected = [[town.units["东村"], 1], [town.units["西村"], 2], [town.units["南村"], 1]]

    said = []
    for day in (7, 8, 12, 15, 16, 17, 18):
        move_to(date(2025, 12, day))
        work.sweep("assessment")
        new = [row for row in sql(SAID) if row[0] == "NominationsOverdue"][len(said) :]
        said += [(day, *row) for row in new]

    assert [(day, escalated) for day, _, escalated, _ in said] == [
        (8, "false"),
        (12, "false"),
        (16, "true"),
        (18, "true"),
    ]
    assert all(branches == expected for *_, branches in said)
    assert sql("select distinct stage from assessment.leader_case order by 1") == [("nomination",), ("review",)]


def test_a_reminder_is_never_early(town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None]):
    steps.open()

    move_to(date(2025, 12, 8), 8)
    work.sweep("assessment")
    assert sql(SAID) == []
    move_to(date(2025, 12, 8), 9)
    work.sweep("assessment")

    assert len(sql(SAID)) == 1


def test_nobody_is_reminded_of_what_is_done(town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None]):
    for case in steps.cases(steps.open()):
        steps.nominate(case)

    move_to(date(2025, 12, 19))
    work.sweep("assessment")

    facts = {fact for fact, *_ in sql(SAID)}
    assert facts == {"ReviewsOverdue"}


def test_the_township_is_reminded_of_its_own_reviews_and_ratings(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None]
):
    cases = steps.cases(steps.open())
    for case in cases:
        steps.nominate(case)
    for case in cases[:2]:
        steps.accept(case)

    move_to(date(2026, 1, 20))
    work.sweep("assessment")

    said = sql(
        "select fact, body->>'escalated', (body->>'waiting')::int from office.happening where fact like '%%Overdue'"
    )
    assert {waiting for fact, _, waiting in said if fact == "ReviewsOverdue"} == {4}
    assert {waiting for fact, _, waiting in said if fact == "RatingsOverdue"} == {2}
    assert {escalated for _, escalated, _ in said} == {"false", "true"}


def test_the_notice_ends_all_reminders(town: Town, sql: Sql, noticed: int):

    assert sql("select distinct state from assessment.job where task = 'assessment.remind'") == [("cancelled",)]


@pytest.mark.parametrize(
    ("changed", "working", "reminded"),
    [
        pytest.param(date(2025, 12, 9), False, [5, 12], id="a holiday more: earlier"),
        pytest.param(date(2025, 12, 13), True, [9, 13], id="a Saturday that is worked: later"),
    ],
)
def test_other_working_days_move_the_days_of_reminding(
    request: pytest.FixtureRequest, changed: date, *, working: bool, reminded: list[int]
):
    steps, sql, move_to = (request.getfixturevalue(name) for name in ("steps", "sql", "move_to"))
    steps.open()  # nominations are due on 15 December: five and one working days before, the 8th and the 12th
    sql("insert into office.workday (day, working, why) values (%s, %s, %s)", changed, working, "调休")

    said = []
    for day in range(2, 16):
        move_to(date(2025, 12, day))
        daily.post("assessment")
        work.sweep("assessment")
        work.sweep("assessment")
        said += [day] * (len(sql(SAID)) - len(said))

    assert said == reminded


def test_a_provisional_date_is_settled_once_the_holidays_are_published(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None]
):
    steps.open()
    dates = "select nomination_due, review_due, rating_due, provisional from assessment.cycle"
    counted = sql(dates)[0][:3]
    # As if nobody had known the year's table when it was opened.
    sql("update assessment.cycle set provisional = true, nomination_due = '2025-12-01', review_due = '2025-12-20'")

    move_to(date(2025, 12, 2))
    daily.post("assessment")
    work.sweep("assessment")

    assert sql(dates) == [(date(2025, 12, 1), *counted[1:], False)]
    told = sql("select body->>'review_due' from office.happening where fact = 'CycleDated'")
    assert told == [(counted[1].isoformat(),)]


@pytest.mark.parametrize("version", ["of today", "before"])
def test_a_day_that_was_too_late_by_a_provisional_date_is_what_it_is_by_the_settled_one(
    town: Town, steps: Steps, sql: Sql, move_to: Callable[..., None], version: str
):
    steps.open()  # nominations are due on 15 December; as if 11 December had been guessed
    sql("delete from assessment.job where task = 'assessment.remind'")
    sql("update assessment.cycle set provisional = true, nomination_due = '2025-12-11'")
    with unit("assessment") as session:
        set_deadlines(session, session.scalars(select(Cycle)).one())
    if version == "before":
        sql("update assessment.job set payload = payload - 'on' where task = 'assessment.remind'")

    said = []
    for day in (3, 4, 8, 11, 12, 15, 16, 17, 18):
        move_to(date(2025, 12, day))
        daily.post("assessment")
        work.sweep("assessment")
        new = sql("select body->>'escalated', body->>'due_on' from office.happening where fact = 'NominationsOverdue'")
        said += [(day, *row) for row in new[len(said) :]]

    due = "2025-12-15"
    assert said == [(8, "false", due), (12, "false", due), (16, "true", due), (18, "true", due)]
    assert sql("select count(*) from assessment.job where state = 'dead'") == [(0,)]


@pytest.mark.parametrize(("was", "settled"), [(10, 12), (10, 16), (16, 12)])
def test_after_the_dates_were_settled_everything_is_said_on_its_day_by_the_new_date(
    request: pytest.FixtureRequest, was: int, settled: int
):
    steps, sql, move_to = (request.getfixturevalue(name) for name in ("steps", "sql", "move_to"))
    steps.open()
    sql("delete from assessment.job where task = 'assessment.remind'")
    date_it(sql, was)
    move_to(date(2025, 12, 2))
    daily.post("assessment")
    work.sweep("assessment")
    date_it(sql, settled)

    said = []
    for day in range(3, 24):
        move_to(date(2025, 12, day))
        daily.post("assessment")
        work.sweep("assessment")
        work.sweep("assessment")
        told = sql("select body->>'due_on', body->>'escalated' from office.happening where fact = 'NominationsOverdue'")
        said += [(day, *each) for each in told[len(said) :]]

    expected = {12: [(5, "false"), (11, "false"), (13, "true"), (17, "true")]}
    expected[16] = [(9, "false"), (15, "false"), (17, "true"), (19, "true")]
    assert said == [(day, f"2025-12-{settled}", late) for day, late in expected[settled]]


def date_it(sql: Sql, day: int) -> None:
    """Nominations are due on that day of December, all else in the new year."""
    due = date(2025, 12, day)
    sql("update assessment.cycle set nomination_due = %s, review_due = '2026-01-20', rating_due = '2026-02-10'", due)
