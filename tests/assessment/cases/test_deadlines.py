"""A date that was provisional is settled when the working days are published; who is told: tests of who is late."""

from collections.abc import Callable
from datetime import date

from shared import daily, work
from tests.assessment.conftest import Steps, Town

Sql = Callable[..., list[tuple]]


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
    waiting = sql("select distinct due_on, provisional from office.todo where closed_at is null")
    assert waiting == [(date(2025, 12, 1), False)]
