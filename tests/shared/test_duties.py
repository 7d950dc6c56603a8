"""What a group owes in a year, and how that stands on a day."""

from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.duties import (
    Duty,
    Met,
    Span,
    State,
    calendar_of,
    met,
    owed,
    standing,
    standings,
)
from shared.rulebase import Bearer, book, effective, lay_over, shipped
from shared.workdays import Deadline, Workdays

DAYS = Workdays()
ZHEN = calendar_of(book("zhen").on, 2025, DAYS)
ALWAYS = Span()
NEVER_HELD = {}
NEW_YEAR = date(2026, 1, 1)


def only(kind, calendar=ZHEN):
    return [duty for duty in calendar if duty.kind == kind]


def periods(duties, kind):
    return [duty.period for duty in duties if duty.kind == kind]


def year_of(**months):
    """Counts by month, such as mar=1."""
    names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    return [months.get(name, 0) for name in names]


def test_under_the_zhen_a_group_owes_study_meetings_theme_days_and_two_life_meetings():
    assert {kind: len(only(kind)) for kind in ("study", "group_meeting", "theme_day", "life_meeting")} == {
        "study": 12,
        "group_meeting": 12,
        "theme_day": 12,
        "life_meeting": 2,
    }
    assert len(ZHEN) == 38


def test_under_the_xiang_the_national_floor_holds():
    xiang = calendar_of(book("xiang").on, 2025, DAYS)

    assert periods(xiang, "life_meeting") == ["2025"]
    assert not only("study", xiang)


def test_what_the_branch_owes_alone_is_not_on_the_groups_calendar():
    branch = calendar_of(book("zhen").on, 2025, DAYS, bearers=[Bearer.BRANCH])

    assert periods(branch, "branch_meeting") == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]
    assert len(only("committee_meeting", branch)) == 12
    assert not only("branch_meeting")


def test_a_duty_is_due_on_the_last_working_day_of_its_period_with_reminders_before():
    january, *_ = only("study")

    assert (january.period, january.due) == ("2025-01", Deadline(date(2025, 1, 27)))
    assert january.reminders == (date(2025, 1, 21), date(2025, 1, 26))  # the 26th is a Sunday made up for the festival
    assert january.rule.article == "三（二）"


def test_a_duty_of_an_unannounced_year_is_provisional():
    assert all(duty.due.provisional for duty in calendar_of(book().on, 2099, DAYS))


def test_half_years_and_years_are_named_and_due_at_their_end():
    first, second = only("life_meeting")

    assert (first.period, first.due.day) == ("2025-H1", date(2025, 6, 30))
    assert (second.period, second.due.day) == ("2025-H2", date(2025, 12, 31))


def test_a_rule_that_changes_within_the_year_is_owed_from_the_first_period_that_starts_under_it():
    study = shipped("zhen").model_copy(
        update={
            "rules": tuple(
                rule.model_copy(update={"effective_from": date(2025, 9, 2)})
                for rule in shipped("zhen").rules
                if rule.kind == "study"
            )
        }
    )

    calendar = calendar_of(lay_over(shipped("national"), study).on, 2025, DAYS)

    assert periods(calendar, "study") == ["2025-10", "2025-11", "2025-12"]


def test_months_before_the_founding_are_not_owed_nor_is_the_month_of_founding_itself():
    duties = owed(ZHEN, Span(date(2025, 10, 2)))

    assert periods(duties, "study") == ["2025-11", "2025-12"]


def test_a_group_founded_on_the_first_owes_that_month():
    assert periods(owed(ZHEN, Span(date(2025, 10, 1))), "study") == ["2025-10", "2025-11", "2025-12"]


@pytest.mark.parametrize(
    ("founded", "halves"),
    [
        (date(2025, 4, 1), ["2025-H1", "2025-H2"]),  # three whole months of six
        (date(2025, 4, 2), ["2025-H2"]),
        (date(2025, 10, 2), []),
    ],
)
def test_a_longer_period_is_owed_from_half_of_its_months_on(founded, halves):
    assert periods(owed(ZHEN, Span(founded)), "life_meeting") == halves


def test_a_dissolved_group_owes_only_what_it_lived_to_the_end_of():
    duties = owed(ZHEN, Span(None, date(2025, 11, 15)))

    assert periods(duties, "study")[-1] == "2025-10"
    assert periods(duties, "life_meeting") == ["2025-H1"]


def test_a_group_dissolved_on_the_first_owes_the_month_before():
    assert periods(owed(ZHEN, Span(None, date(2025, 11, 1))), "study")[-1] == "2025-10"


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2025, 2, 28), State.FUTURE),
        (date(2025, 3, 1), State.DUE),
        (date(2025, 3, 31), State.DUE),
        (date(2025, 4, 1), State.MISSING),
    ],
)
def test_what_was_not_held_is_due_until_its_last_day_and_missing_after(today, state):
    march = only("study")[2]

    assert standing(march, ALWAYS, NEVER_HELD, today).state is state


def test_what_was_held_is_done_even_where_it_was_not_owed():
    march = only("study")[2]

    held = standing(march, Span(date(2025, 3, 20)), {"study": year_of(mar=1)}, NEW_YEAR)

    assert (held.state, held.done) == (State.DONE, 1)


def test_what_is_not_owed_is_never_missing():
    states = {each.state for each in standings(ZHEN, Span(NEW_YEAR), NEVER_HELD, NEW_YEAR)}

    assert states == {State.NOT_OWED}


def test_what_was_owed_and_met_is_counted_by_period_and_not_by_activity():
    counts = {"study": year_of(jan=5, feb=1), "life_meeting": year_of(feb=2), "service": year_of(may=1)}

    found = met(ZHEN, ALWAYS, counts)

    assert found["study"] == Met(owed=12, met=2)
    assert found["life_meeting"] == Met(owed=2, met=1)
    assert "service" not in found


days = st.dates(date(2024, 6, 1), date(2026, 6, 30))
lives = st.builds(Span, st.none() | days, st.none() | days)
twelve = st.lists(st.integers(0, 3), min_size=12, max_size=12)
counted = st.fixed_dictionaries({"study": twelve, "life_meeting": twelve})


@given(lives, counted, days)
def test_every_duty_has_one_state_and_only_the_owed_are_open(life, counts, today):
    mine = set(map(id, owed(ZHEN, life)))

    for each in standings(ZHEN, life, counts, today):
        assert each.state in State
        if each.state in {State.MISSING, State.DUE, State.FUTURE}:
            assert id(each.duty) in mine
            assert each.done < each.duty.count


@given(lives, counted, st.sampled_from(["study", "life_meeting"]), st.integers(0, 11))
def test_holding_one_more_never_makes_less_of_it_met(life, counts, kind, month):
    more = {**counts, kind: [n + (at == month) for at, n in enumerate(counts[kind])]}
    before, after = met(ZHEN, life, counts), met(ZHEN, life, more)

    assert before.keys() == after.keys()
    assert all(before[each].met <= after[each].met <= after[each].owed for each in before)


@given(days)
def test_the_later_a_group_is_founded_the_less_it_owes(founded):
    assert len(owed(ZHEN, Span(founded))) <= len(owed(ZHEN, Span(None)))
    assert all(isinstance(duty, Duty) for duty in owed(ZHEN, Span(founded)))


def test_a_year_can_be_made_from_a_local_set_by_name():
    assert calendar_of(partial(effective, local="zhen"), 2025, DAYS) == ZHEN
