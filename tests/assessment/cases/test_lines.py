"""The line of the quota and the places, worked out by hand: ties, vetoes, few leaders; the database draws the same."""

from collections.abc import Callable
from importlib import import_module

import pytest

from services.assessment.cases.actions.seal import seal
from services.assessment.cases.rules import Proposed, Quota, reason_wanted
from services.assessment.cycles.models import Cycle
from services.assessment.schemes.rules import Grade, QuotaLine, places, quota_line
from shared.db import unit
from tests.assessment.conftest import Steps

Sql = Callable[..., list[tuple]]

# Up to six leaders: their totals in points ("-": vetoed; None: nothing to score), the quota in per cent; then how many
# may be excellent, the line's total, how many it cuts between, and each one's place.
Row = tuple[list[float | str | None], int, int, int | None, int, list[int | None]]
LINES: list[Row] = [
    ([98, 97, 96, 95, 94, 93], 30, 1, 98, 0, [1, 2, 3, 4, 5, 6]),
    ([98, 98, 96, 95, 94, 93], 30, 1, 98, 2, [1, 1, 3, 4, 5, 6]),
    ([98, 98, 96, 95, 94, 93], 34, 2, 98, 0, [1, 1, 3, 4, 5, 6]),
    ([98, 97, 97, 97, 94, 93], 34, 2, 97, 3, [1, 2, 2, 2, 5, 6]),
    ([98, 97, 97, 97, 94, 93], 50, 3, 97, 3, [1, 2, 2, 2, 5, 6]),
    ([98, 97, 97, 97, 94, 93], 67, 4, 97, 0, [1, 2, 2, 2, 5, 6]),
    ([95, 95, 95, 95, 95, 95], 30, 1, 95, 6, [1, 1, 1, 1, 1, 1]),
    ([95, 95, 95, 95, 95, 95], 100, 6, 95, 0, [1, 1, 1, 1, 1, 1]),
    (["-98", 97, 96, 95, 94, 93], 30, 1, 97, 0, [None, 1, 2, 3, 4, 5]),
    (["-98", "-97", 96, 96, 94, 93], 30, 1, 96, 2, [None, None, 1, 1, 3, 4]),
    ([98, "-98", 96, 95, 94, 93], 30, 1, 98, 0, [1, None, 2, 3, 4, 5]),  # a vetoed equal makes no tie
    (["-98", "-97", "-96", "-95", "-94", "-93"], 30, 1, None, 0, [None] * 6),
    (["-98", "-97", "-96", "-95", "-94", 93], 100, 6, 93, 0, [None] * 5 + [1]),
    ([98, 97, 96], 30, 0, None, 0, [1, 2, 3]),  # thirty per cent of three is none
    ([98, 98, 98], 30, 0, None, 0, [1, 1, 1]),
    ([98, 97, 96, None, None, None], 30, 0, None, 0, [1, 2, 3, None, None, None]),  # without a total one does not count
    ([98, 97, 96, 95, None, None], 30, 1, 98, 0, [1, 2, 3, 4, None, None]),
    ([None] * 6, 30, 0, None, 0, [None] * 6),
    ([], 30, 0, None, 0, []),
    ([90, 80, 80, 80, 80, 80], 34, 2, 80, 5, [1, 2, 2, 2, 2, 2]),  # below excellent: nobody of them seeks it
]


def hundredths(said: float | str | None) -> tuple[int | None, bool]:
    if said is None:
        return None, False
    return round(abs(float(said)) * 100), isinstance(said, str)


@pytest.mark.parametrize("row", LINES, ids=lambda row: f"{row[0]} {row[1]}%")
def test_the_line_and_the_places_are_those_worked_out_by_hand(row: Row):
    totals, percent, allowed, line, tied, expected = row
    sheets = [hundredths(each) for each in totals]

    found = quota_line([(total, vetoed) for total, vetoed in sheets if total is not None], percent=percent)
    stand = places(dict(enumerate(sheets)))

    assert found == QuotaLine(allowed, None if line is None else line * 100, tied)
    assert [stand.get(number) for number in range(len(totals))] == expected


def test_the_database_draws_the_same_lines(steps: Steps, sql: Sql, rated: int):
    cases = steps.cases(rated)
    for totals, percent, allowed, line, tied, _ in LINES:
        sheets = [hundredths(each) for each in totals]
        for case, (total, vetoed) in zip(cases, sheets + [(None, False)] * (6 - len(sheets)), strict=True):
            sql("update assessment.sheet set total = %s, vetoed = %s where case_id = %s", total, vetoed, case)
        with unit("assessment") as session:
            cycle = session.get_one(Cycle, rated)
            cycle.excellent_percent = percent
            seal(session, cycle)
            found = (cycle.excellent_allowed, cycle.quota_line, cycle.quota_tied)
        assert found == (allowed, None if line is None else line * 100, tied), totals


def test_an_upgrade_draws_the_line_of_years_that_are_rated_and_leaves_those_that_are_closed(sql: Sql, ended: int):
    upgrade = import_module("services.assessment.migrations.versions.2026_11_30_fair_lines")
    sql("update assessment.cycle set quota_line = 1, quota_tied = 0, assessed = 1 where id = %s", ended)
    line = "select quota_line, quota_tied, assessed from assessment.cycle where id = %s"

    sql(upgrade.LINES)
    assert sql(line, ended) == [(1, 0, 1)]

    sql("update assessment.cycle set stage = 'rating' where id = %s", ended)
    sql(upgrade.LINES)
    assert sql(line, ended)[0][2] == 6


def test_why_nobody_may_be_excellent_is_said():
    quota = Quota(assessed=3, percent=30, allowed=0, given=0)

    assert quota.none is not None
    assert "不足 1 人，没有优秀名额" in quota.none
    assert reason_wanted(Grade.EXCELLENT, proposed=Proposed("excellent", over_quota=True), quota=quota) == quota.none
    assert Quota(assessed=4, percent=30, allowed=1, given=0).none is None


def test_below_the_line_nobody_is_excellent_without_a_reason_also_while_those_at_it_wait():
    quota = Quota(assessed=6, percent=30, allowed=1, given=0)

    assert "30%" in (reason_wanted(Grade.EXCELLENT, proposed=Proposed("excellent", over_quota=True), quota=quota) or "")
    assert reason_wanted(Grade.EXCELLENT, proposed=Proposed("excellent"), quota=quota) is None


@pytest.mark.parametrize("grade", Grade)
def test_at_the_line_every_grade_wants_a_reason(grade: Grade):
    quota = Quota(assessed=6, percent=30, allowed=1, given=0)

    assert "单独评定" in (reason_wanted(grade, proposed=Proposed("excellent", at_line=True), quota=quota) or "")
