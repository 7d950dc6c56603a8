"""The line of the quota and the places, worked out by hand: ties, vetoes, few leaders; the database draws the same."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import pytest

from services.assessment.cases import actions, queries
from services.assessment.cases.rules import Proposed, Quota, reason_wanted
from services.assessment.cycles.models import Cycle
from services.assessment.schemes.actions import store_scheme
from services.assessment.schemes.rules import Grade, QuotaLine, places, quota_line
from shared.db import unit
from tests.assessment.conftest import Steps, Town

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


# A year of 98 points is 98 meetings held of a hundred; whoever has no other record is not vetoed.
BY_MEETINGS = """
key: lines
name: 按党小组会计分
version: "1"
year_from: 2025
applies_to: leader
points: 100
grades: {excellent: 90, competent: 60}
indicators:
  - {key: held, name: 党小组会, measure: share, kinds: [group_meeting], points: 100}
  - {key: none, name: 没有组织生活会, measure: veto, kinds: [life_meeting], missing_at_least: 1}
"""


def tally(sheets: Mapping[int, tuple[int | None, bool]]) -> Callable[[int, int], dict[str, Any]]:
    """What activities says of each group, so that its sheet comes to this total, vetoed or not."""

    def of(group: int, _: int = 0) -> dict[str, Any]:
        total, vetoed = sheets.get(group, (None, False))
        met = (total or 0) // 100
        owed = 0 if total is None else 100
        meetings = {"done_group_meeting": met, "owed_group_meeting": owed, "months_group_meeting": met}
        kept = {"owed_life_meeting": 1, "months_life_meeting": int(not vetoed), "done_life_meeting": int(not vetoed)}
        ids = {"group_meeting": list(range(met)), "life_meeting": [1] * (not vetoed)}
        return {"g": group, "ids": ids, **meetings, **kept}

    return of


@pytest.fixture
def year(town: Town, steps: Steps) -> int:
    """A year judged by that scheme; everybody was put forward and is on file."""
    with unit("assessment", town.organiser) as session:
        store_scheme(session, town.organiser, BY_MEETINGS, township_id=town.id)
    opened = steps.open()
    for case in steps.cases(opened):
        steps.put_on_file(case)
    return opened


def drawn(town: Town, year: int) -> tuple[tuple[int | None, ...], list[int | None]]:
    """The line that stands in a year, and everybody's place, in the order of the cases."""
    with unit("assessment", town.organiser) as session:
        cycle = session.get_one(Cycle, year)
        rows = queries.results(session, town.organiser, year)
        stand = queries.places_of(rows)
        found = (cycle.excellent_allowed, cycle.quota_line, cycle.quota_tied)
        return found, [stand.get(case) for case in sorted(row.Case.id for row in rows)]


def test_a_run_draws_the_same_lines_and_each_is_computed_again_bit_for_bit_also_on_an_earlier_sheet(
    town: Town, steps: Steps, sql: Sql, year: int
):
    cases = steps.cases(year)
    groups = [
        row[0] for row in sql("select group_id from assessment.leader_case where cycle_id = %s order by id", year)
    ]
    for run, (totals, percent, allowed, line, tied, expected) in enumerate(LINES, start=1):
        sheets = [hundredths(each) for each in totals]
        steps.activities.tally = tally(dict(zip(groups, sheets, strict=False)))
        sql("update assessment.cycle set excellent_percent = %s where id = %s", percent, year)

        steps.run(year)

        if run > 1:  # the first was decided on the run before, whose sheet he keeps until it is taken up again
            assert sql("select sheet_run from assessment.leader_case where id = %s", cases[0]) == [(run - 1,)]
            assert steps.verify(year) == 6, totals
            with unit("assessment", town.committee) as session:
                actions.reopen(session, town.committee, cases[0], "按重新汇总的得分评定。")
        assert steps.verify(year) == 6, totals
        places_drawn = [*expected, *[None] * (6 - len(totals))]
        assert drawn(town, year) == ((allowed, None if line is None else line * 100, tied), places_drawn), totals
        steps.decide(cases[0])
        assert steps.verify(year) == 6, totals


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
