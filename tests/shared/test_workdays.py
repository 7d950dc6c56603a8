"""Working days: the announced table, the office's own, and the honest guess beyond both."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.workdays import Deadline, Window, Workdays

DAYS = Workdays()
days_of_known_years = st.dates(date(2020, 1, 1), date(2025, 12, 31))
small = st.integers(1, 40)


def test_a_holiday_on_a_weekday_is_not_worked_and_a_weekend_made_up_for_it_is():
    assert not DAYS.is_workday(date(2025, 10, 1))
    assert DAYS.is_workday(date(2025, 10, 11))


def test_the_offices_table_has_the_last_word():
    flood = Workdays(overrides={date(2025, 7, 1): False, date(2025, 7, 5): True})

    assert not flood.is_workday(date(2025, 7, 1))
    assert flood.is_workday(date(2025, 7, 5))
    assert flood.add(date(2025, 6, 30), 1) == Deadline(date(2025, 7, 2))


def test_the_day_itself_does_not_count():
    assert DAYS.add(date(2025, 3, 3), 3) == Deadline(date(2025, 3, 6))
    assert DAYS.before(date(2025, 3, 6), 3) == Deadline(date(2025, 3, 3))


def test_no_days_at_all_means_the_nearest_worked_day():
    saturday = date(2025, 3, 8)

    assert DAYS.add(saturday, 0).day == date(2025, 3, 10)
    assert DAYS.before(saturday, 0).day == date(2025, 3, 7)


def test_counting_crosses_the_spring_festival():
    assert DAYS.last_of_month(2025, 3) == Deadline(date(2025, 3, 31))
    assert DAYS.last_of_month(2025, 1) == Deadline(date(2025, 1, 27))
    assert DAYS.add(date(2025, 1, 27), 1) == Deadline(date(2025, 2, 5))


def test_days_between_leave_out_the_end():
    assert DAYS.between(date(2025, 3, 3), date(2025, 3, 10)) == 5
    assert DAYS.between(date(2025, 3, 10), date(2025, 3, 3)) == 0


def test_a_notice_counts_its_first_day_and_runs_out_on_the_day_after_its_last():
    notice = DAYS.notice(date(2025, 9, 30), 5)

    assert notice == Window(date(2025, 9, 30), date(2025, 10, 13))
    assert notice.after == date(2025, 10, 14)


def test_a_notice_posted_on_a_weekend_starts_on_the_next_worked_day():
    assert DAYS.notice(date(2025, 3, 8), 1) == Window(date(2025, 3, 10), date(2025, 3, 10))


def test_a_year_that_nobody_announced_is_a_guess_and_says_so():
    assert DAYS.provisional(date(2099, 3, 2))
    assert DAYS.is_workday(date(2099, 3, 2))
    assert not DAYS.is_workday(date(2099, 3, 1))
    assert DAYS.add(date(2098, 12, 31), 2).provisional


def test_a_deadline_is_provisional_when_any_day_that_it_crossed_is():
    assert not DAYS.add(date(2026, 12, 24), 3).provisional
    assert DAYS.add(date(2026, 12, 30), 2).provisional
    assert DAYS.notice(date(2026, 12, 30), 5).provisional


def test_a_year_entered_by_the_office_is_no_guess_any_more():
    entered = Workdays(overrides={date(2027, 1, 1): False}, announced=frozenset({2027}))

    assert entered.add(date(2026, 12, 31), 1) == Deadline(date(2027, 1, 4))


def test_a_single_day_that_the_office_settled_is_certain_in_an_open_year():
    settled = Workdays(overrides={date(2027, 5, 1): False})

    assert not settled.provisional(date(2027, 5, 1))
    assert settled.provisional(date(2027, 5, 2))


@pytest.mark.parametrize("count", [DAYS.add, DAYS.before, DAYS.notice])
def test_nobody_counts_backwards(count):
    with pytest.raises(ValueError, match="not -1"):
        count(date(2025, 3, 3), -1)


@given(days_of_known_years, small)
def test_as_many_worked_days_lie_between_as_were_added(day, n):
    end = DAYS.add(day, n)

    assert DAYS.is_workday(end.day)
    assert DAYS.between(day + timedelta(days=1), end.day + timedelta(days=1)) == n


@given(days_of_known_years, small)
def test_going_back_as_far_as_one_came_ends_where_one_started(day, n):
    start = DAYS.add(day, 0).day

    assert DAYS.before(DAYS.add(start, n).day, n).day == start


@given(days_of_known_years, small)
def test_a_notice_holds_exactly_its_working_days(day, n):
    notice = DAYS.notice(day, n)

    assert DAYS.between(notice.first, notice.after) == n
    assert notice.first >= day
