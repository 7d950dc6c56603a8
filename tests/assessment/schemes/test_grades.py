"""The line of the quota, places, the warning where it is passed, and years in a row that were not good enough."""

import pytest

from services.assessment.schemes.rules.grades import (
    Grade,
    QuotaLine,
    consecutive_incompetent,
    places,
    quota_line,
    quota_warning,
)

GOOD, BAD = Grade.COMPETENT, Grade.INCOMPETENT


@pytest.mark.parametrize(
    ("totals", "percent", "line"),
    [
        ([900, 800, 700, 600], 50, QuotaLine(2, 800, 0)),
        ([600, 800, 700, 900], 25, QuotaLine(1, 900, 0)),
        ([900, 800, 800, 600], 50, QuotaLine(2, 800, 2)),
        ([900, 800, 800, 800], 50, QuotaLine(2, 800, 3)),
        ([900, 850, 800, 800], 75, QuotaLine(3, 800, 2)),
        ([900, 900, 800], 67, QuotaLine(2, 900, 0)),
        ([900, 800, 700], 100, QuotaLine(3, 700, 0)),
        ([900, 800, 700], 33, QuotaLine(0, None, 0)),
        ([], 50, QuotaLine(0, None, 0)),
    ],
)
def test_the_line_is_the_total_of_the_last_who_finds_room(totals: list[int], percent: int, line: QuotaLine):
    assert quota_line([(total, False) for total in totals], percent=percent) == line


def test_whoever_is_vetoed_counts_among_all_and_takes_no_place():
    assert quota_line([(900, True), (800, False), (700, False), (600, False)], percent=50) == QuotaLine(2, 700, 0)
    assert quota_line([(900, True), (800, True)], percent=50) == QuotaLine(1, None, 0)


def test_beyond_the_line_is_whoever_has_less_and_at_it_who_is_cut_off_from_his_equals():
    tied, free, none = QuotaLine(2, 800, 3), QuotaLine(2, 800, 0), QuotaLine(0, None, 0)

    assert [tied.beyond(total) for total in (799, 800, 801)] == [True, False, False]
    assert none.beyond(10_000)
    assert [tied.cuts(total) for total in (799, 800, 801)] == [False, True, False]
    assert not free.cuts(800)
    assert QuotaLine(1, 800, 1).cuts(800)


def test_equals_share_a_place_and_the_next_is_as_many_below():
    totals = {1: (700, False), 2: (900, False), 3: (900, False), 4: (None, False), 5: (950, True), 6: (600, False)}

    assert places(totals) == {1: 3, 2: 1, 3: 1, 6: 4}


def test_more_excellent_than_the_quota_allows_is_said_and_no_more_is_not():
    assert quota_warning(excellent=3, assessed=10, percent=30) is None
    assert quota_warning(excellent=3, assessed=9, percent=30) == (
        "评定为优秀的有 3 人，超过参加考核 9 人的 30%（2 人）。确需超出的，请写明理由，理由会留存备查。"
    )


@pytest.mark.parametrize(
    ("history", "run"),
    [
        ([], 0),
        ([(2024, BAD), (2023, BAD)], 2),
        ([(2024, BAD), (2023, GOOD), (2022, BAD)], 1),
        ([(2024, GOOD), (2023, BAD)], 0),
        ([(2023, BAD), (2025, BAD), (2024, None)], 2),
        ([(2024, None), (2024, BAD)], 1),  # two groups in one year
    ],
)
def test_years_in_a_row_count_up_to_the_last_and_a_year_without_a_grade_breaks_none(history, run: int):
    assert consecutive_incompetent(history) == run
