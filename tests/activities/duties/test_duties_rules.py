"""What groups owe at a glance, who counts at an activity, and by when its record is due."""

from dataclasses import replace
from datetime import date

from services.activities.duties.rules import (
    Circumstance,
    Member,
    days_over,
    excused,
    expected,
    overview,
    record_due,
)
from shared.duties import Span, State
from shared.rulebase import effective
from shared.workdays import Deadline
from tests.shared.test_duties import ALWAYS, DAYS, NEVER_HELD, NEW_YEAR, ZHEN, only, year_of


def test_the_overview_shows_a_year_in_twelve_squares():
    counts = {"study": year_of(jan=1, feb=2, apr=1)}

    row = overview(ZHEN, Span(date(2025, 1, 15)), counts, date(2025, 5, 10))["study"]

    assert [square.state for square in row] == [
        State.DONE,
        State.DONE,
        State.MISSING,
        State.DONE,
        State.DUE,
        *[State.FUTURE] * 7,
    ]
    assert row[1].done == 2
    assert row[4].due == Deadline(date(2025, 5, 30))


def test_a_longer_period_shows_what_it_owes_on_its_last_month():
    counts = {"life_meeting": year_of(feb=1)}

    row = overview(ZHEN, ALWAYS, counts, date(2025, 8, 10))["life_meeting"]

    assert row[1].state is State.DONE
    assert [row[month].state for month in (0, 2, 3, 4, 5)] == [State.NOT_OWED] * 5
    assert [square.state for square in row[6:]] == [*[State.NOT_OWED] * 5, State.DUE]
    assert (row[11].period, row[11].due) == ("2025-H2", Deadline(date(2025, 12, 31)))


def test_a_longer_period_that_passed_without_one_is_missing_once():
    row = overview(ZHEN, ALWAYS, NEVER_HELD, NEW_YEAR)["life_meeting"]

    assert [square.month for square in row if square.state is State.MISSING] == [6, 12]


def test_one_of_two_is_not_enough_but_is_shown_where_it_was_not_owed():
    twice = [replace(duty, count=2) for duty in only("study")]
    counts = {"study": year_of(jan=1, feb=1, mar=2)}

    row = overview(twice, Span(date(2025, 1, 15)), counts, date(2025, 3, 10))["study"]

    assert [square.state for square in row[:3]] == [State.DONE, State.MISSING, State.DONE]
    assert len(row) == 12


def test_the_squares_are_numbered_as_the_months_are():
    rows = overview(ZHEN, ALWAYS, {"service": year_of(may=3)}, NEW_YEAR)

    assert all([square.month for square in row] == list(range(1, 13)) for row in rows.values())


def test_a_kind_that_nothing_asks_for_is_shown_where_it_was_held():
    row = overview(ZHEN, ALWAYS, {"service": year_of(may=3)}, NEW_YEAR)["service"]

    assert [square.state for square in row].count(State.DONE) == 1
    assert (row[4].done, row[4].due) == (3, None)


def test_whoever_is_aged_ill_or_away_is_not_in_the_denominator_nor_is_whoever_was_not_there_yet():
    day = date(2025, 5, 10)
    members = [
        Member(1),
        Member(2, Span(day)),
        Member(3, Span(date(2025, 5, 11))),
        Member(4, Span(None, day)),
        *map(Member, (5, 6, 7, 8)),
    ]
    circumstances = [
        Circumstance(5, "aged", Span(date(2024, 1, 1))),
        Circumstance(6, "ill", Span(date(2025, 4, 1), date(2025, 5, 10))),  # well again that very day
        Circumstance(7, "away", Span(day, None)),
        Circumstance(8, "caring"),
    ]
    exempt = effective(day).words("attendance.exempt")

    assert expected(members, circumstances, day, exempt) == {1, 2, 6, 8}
    assert excused(circumstances, day, exempt) == {5: "aged", 7: "away"}


def test_a_record_is_to_be_handed_in_three_working_days_after():
    rules = effective(date(2025, 9, 29))

    assert record_due(date(2025, 9, 29), rules, DAYS) == Deadline(date(2025, 10, 10))


def test_an_overdue_duty_counts_its_working_days():
    march = only("study")[2]

    assert days_over(march, date(2025, 3, 31), DAYS) == 0
    assert days_over(march, date(2025, 4, 7), DAYS) == 4  # not the 4th, a holiday, nor the weekend
