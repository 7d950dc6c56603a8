"""A day that somebody gives: however an office writes it, it is the same; a bare number is none."""

from datetime import date

import pytest
from pydantic import ValidationError

from shared.shapes import Day, Shape


class Given(Shape):
    on: Day | None = None


@pytest.mark.parametrize(
    "typed",
    [
        *("2026-02-01", "2026年2月1日", "2026年02月01号", "2026.2.1", "2026/2/1", "2026。2。1", "20260201"),
        *("２０２６－０２－０１", "２０２６年２月１日", "２０２６０２０１", "二〇二六年二月一日", " 2026 2 1 "),
    ],
)
def test_a_day_is_the_same_however_it_is_written(typed: str):
    assert Given(on=typed).on == date(2026, 2, 1)


@pytest.mark.parametrize("given", [0, 20260201, 1.5, True, [], "1", "260201", "26.2.1", "2026年2月", "明天", "\0"])
def test_what_is_no_day_is_told_how_to_write_one(given: object):
    with pytest.raises(ValidationError, match="例如2026年2月1日"):
        Given(on=given)


@pytest.mark.parametrize("typed", ["2026-02-30", "2026年13月1日", "20260230"])
def test_a_day_that_no_calendar_has_is_said_to_be_none(typed: str):
    with pytest.raises(ValidationError, match="没有这一天"):
        Given(on=typed)
