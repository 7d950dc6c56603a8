"""Scoring: exact, explained, and what does not apply never costs anybody a point."""

from dataclasses import replace

import pytest

from services.assessment.schemes.rules import (
    Grade,
    KindTally,
    columns,
    score,
    tally_from,
)
from tests.assessment.schemes.given_schemes import (
    EXAMPLE,
    EXAMPLE_TEXT,
    GOOD,
    LOW,
    SHARE,
    earned,
    scheme,
)

# ---- the shipped example


def test_the_shipped_example_says_that_it_is_one():
    assert "示例" in EXAMPLE.name
    assert "示例" in EXAMPLE_TEXT.splitlines()[0]


def test_the_example_rates_a_good_year_excellent():
    sheet = score(EXAMPLE, GOOD)

    assert (sheet.base, sheet.bonus, sheet.deducted, sheet.total) == (10000, 300, 0, 10300)
    assert sheet.grade is Grade.EXCELLENT
    assert sheet.grade_said == "优秀"


def test_the_example_rates_a_middling_year_competent():
    middling = {
        **GOOD,
        **{kind: replace(GOOD[kind], done=9, months=9) for kind in ("study", "group_meeting", "theme_day")},
    }

    sheet = score(EXAMPLE, middling)

    assert (sheet.base, sheet.bonus, sheet.deducted, sheet.total) == (8500, 300, 300, 8500)
    assert sheet.grade is Grade.COMPETENT


def test_the_example_rates_a_year_without_group_life_incompetent_whatever_else_was_done():
    sheet = score(EXAMPLE, {**GOOD, "group_meeting": replace(GOOD["group_meeting"], months=6)})

    assert sheet.vetoed
    assert sheet.total > EXAMPLE.grades.competent
    assert sheet.grade is Grade.INCOMPETENT


def test_every_line_says_why_and_names_its_evidence():
    lines = {item.key: item for item in score(EXAMPLE, {**GOOD, "life_meeting": KindTally()}).items}

    assert lines["study"].why == "应开展 12 次，按期开展 12 次，得 20 分（满分 20 分）。"
    assert lines["study"].evidence_ids == (1, 2, 3)
    assert lines["study"].figures["done"] == 14
    assert lines["life_meeting"].why == "本年度没有应计的内容，此项不计入，其余项目按比例折算。"
    assert lines["attendance"].why == "应到 330 人次，实到 300 人次，出勤率达到 85% 即得满分，得 15 分（满分 15 分）。"
    assert lines["service"].why == "共开展 5 次，每次 2.5 分，得 10 分（满分 10 分）。"
    assert lines["service_bonus"].why == "共开展 5 次，超过 4 次的部分每次 1 分，加 1 分（最高 5 分）。"
    assert lines["missed_meetings"].why == "应开展 12 次，没有缺项，不扣分。"
    assert lines["no_group_life"].why == "缺 0 次，未达到 6 次。"


def test_what_was_taken_off_says_why_too():
    missed = {**GOOD, "group_meeting": replace(GOOD["group_meeting"], months=4)}

    lines = {item.key: item for item in score(EXAMPLE, missed).items}

    assert lines["missed_meetings"].why == "缺 8 次，每次扣 1 分，共扣 5 分（最多扣 5 分）。"
    assert lines["no_group_life"].why == "缺 8 次，达到 6 次，按规定评为不称职。"


@pytest.mark.parametrize(
    ("missing", "said"), [(5, "缺 5 次，未达到 6 次。"), (6, "缺 6 次，达到 6 次，按规定评为不称职。")]
)
def test_a_veto_is_explained_on_both_sides_of_its_line(missing, said):
    veto = {"measure": "veto", "missing_at_least": 6}

    sheet = score(scheme(SHARE, veto), {"study": KindTally(owed=12, months=12 - missing)})

    assert sheet.items[1].why == said
    assert sheet.vetoed is (missing == 6)


def test_a_rate_that_is_full_only_at_full_attendance_goes_without_saying():
    sheet = score(scheme({"measure": "attendance", "points": 100}), {"study": KindTally(present=1, expected=2)})

    assert sheet.items[0].why == "应到 2 人次，实到 1 人次，得 50 分（满分 100 分）。"


# ---- the measures


def test_a_share_is_what_was_met_of_what_was_owed_rounded_half_up():
    assert earned(score(scheme(SHARE), {"study": KindTally(months=1, owed=3)})) == [3333]
    assert earned(score(scheme(SHARE), {"study": KindTally(months=2, owed=3)})) == [6667]
    assert earned(
        score(
            scheme({**SHARE, "points": "0.05"}, **LOW, total_cap=None, over_base=True),
            {"study": KindTally(months=1, owed=2)},
        )
    ) == [3]


def test_more_met_than_owed_earns_no_more_than_everything():
    tally = {"study": KindTally(months=9, owed=3), "lecture": KindTally(months=0, owed=3)}

    assert earned(score(scheme({**SHARE, "kinds": ["study", "lecture"]}), tally)) == [5000]


def test_attendance_is_full_from_the_rate_that_the_scheme_sets():
    attendance = {"measure": "attendance", "points": 100, "full_at": 80}

    assert earned(score(scheme(attendance), {"study": KindTally(present=8, expected=10)})) == [10000]
    assert earned(score(scheme(attendance), {"study": KindTally(present=4, expected=10)})) == [5000]
    assert earned(score(scheme(attendance), {"study": KindTally(present=12, expected=10)})) == [10000]


def test_points_for_each_activity_stop_at_the_cap_and_start_beyond_what_is_usual():
    each = {"measure": "per_item", "points": 10, "each": 2.5, "beyond": 1}

    assert [
        earned(score(scheme(each, grades={"excellent": 9, "competent": 6}), {"study": KindTally(done=done)}))
        for done in (0, 1, 2, 9)
    ] == [
        [0],
        [0],
        [250],
        [1000],
    ]


def test_hours_are_counted_in_minutes_and_shortened_with_the_year():
    hours = {"measure": "hours", "points": 100, "hours": 32}

    assert earned(score(scheme(hours), {"study": KindTally(minutes=16 * 60)})) == [5000]

    shortened = score(
        scheme({**hours, "pro_rata": "group_meeting"}),
        {"study": KindTally(minutes=960), "group_meeting": KindTally(owed=6)},
    )

    assert earned(shortened) == [10000]
    assert (
        shortened.items[0].why == "全年应满 32 小时（按应开展的 6 个月折算），实际 16 小时，得 100 分（满分 100 分）。"
    )


@pytest.mark.parametrize(("months", "points"), [(12, 2500), (6, 5000), (3, 10000)])
def test_the_hours_asked_for_are_twelfths_of_a_year_for_each_month_owed(months, points):
    hours = {"measure": "hours", "points": 100, "hours": 32, "pro_rata": "group_meeting"}

    sheet = score(scheme(hours), {"study": KindTally(minutes=8 * 60), "group_meeting": KindTally(owed=months)})

    assert earned(sheet) == [points]


def test_minutes_are_told_as_hours_and_minutes():
    sheet = score(scheme({"measure": "hours", "points": 100, "hours": 32}), {"study": KindTally(minutes=90)})

    assert "实际 1 小时 30 分钟" in sheet.items[0].why


def test_a_deduction_takes_off_for_each_that_is_missing_down_to_its_cap():
    deduct = {"measure": "deduct", "points": 5, "each": 2, "kinds": ["lecture"]}

    def total(missing):
        tally = {"study": KindTally(months=1, owed=1), "lecture": KindTally(owed=missing)}
        return score(scheme(SHARE, deduct), tally).total

    assert [total(missing) for missing in (0, 1, 2, 3)] == [10000, 9800, 9600, 9500]


def test_a_total_is_never_below_nothing():
    deduct = {"measure": "deduct", "points": 50, "each": 50}

    sheet = score(scheme(SHARE, deduct), {"study": KindTally(months=0, owed=1)})

    assert (sheet.base, sheet.deducted, sheet.total, sheet.grade) == (0, 5000, 0, Grade.INCOMPETENT)


def test_a_bonus_is_capped_and_passes_the_base_only_where_the_scheme_says_so():
    bonus = {"measure": "per_item", "points": 20, "each": 10, "bonus": True}
    tally = {"study": KindTally(done=5, months=1, owed=1)}

    assert score(scheme(SHARE, bonus), tally).total == 10000
    assert score(scheme(SHARE, bonus, over_base=True), tally).total == 12000
    assert score(scheme(SHARE, bonus, over_base=True, bonus_cap=15), tally).total == 11500
    assert score(scheme(SHARE, bonus, over_base=True, total_cap=105), tally).total == 10500


def test_a_bonus_is_counted_against_deductions_before_the_cap():
    bonus = {"measure": "per_item", "points": 5, "each": 5, "bonus": True}
    deduct = {"measure": "deduct", "points": 3, "each": 3, "kinds": ["lecture"]}
    tally = {"study": KindTally(done=1, months=1, owed=1), "lecture": KindTally(owed=1)}

    assert score(scheme(SHARE, bonus, deduct), tally).total == 10000


@pytest.mark.parametrize(
    ("met", "grade"), [(900, Grade.EXCELLENT), (899, Grade.COMPETENT), (600, Grade.COMPETENT), (599, Grade.INCOMPETENT)]
)
def test_a_grade_starts_on_its_line_exactly(met, grade):
    assert score(scheme(SHARE), {"study": KindTally(months=met, owed=1000)}).grade is grade


def test_a_line_that_applies_may_well_have_earned_nothing():
    sheet = score(scheme(SHARE, {"measure": "veto", "missing_at_least": 9}), {"study": KindTally(owed=1)})

    assert [item.applies for item in sheet.items] == [True, True]
    assert [item.points for item in sheet.items] == [10000, 0]


def test_nothing_known_of_a_kind_is_nothing_done():
    attendance = {"measure": "attendance", "points": 40, "kinds": ["lecture"]}
    each = {"measure": "per_item", "points": 20, "each": 5, "kinds": ["lecture"]}
    hours = {"measure": "hours", "points": 40, "hours": 1, "kinds": ["lecture"]}

    assert earned(score(scheme(attendance, each, hours), {})) == [None, 0, 0]
    assert KindTally() == KindTally(0, 0, 0, 0, 0, 0, ())


# ---- what does not apply


def test_a_bonus_and_a_deduction_that_do_not_apply_add_and_take_nothing():
    bonus = {"measure": "share", "points": 10, "bonus": True, "kinds": ["lecture"]}
    deduct = {"measure": "deduct", "points": 5, "each": 5, "kinds": ["lecture"]}

    sheet = score(scheme(SHARE, bonus, deduct, over_base=True), {"study": KindTally(months=1, owed=1)})

    assert earned(sheet) == [10000, None, None]
    assert (sheet.bonus, sheet.deducted, sheet.total) == (0, 0, 10000)


def test_what_was_not_owed_is_left_out_and_the_rest_is_rescaled_to_the_full_base():
    two = scheme({**SHARE, "points": 60}, {**SHARE, "points": 40, "kinds": ["life_meeting"]})

    sheet = score(two, {"study": KindTally(months=9, owed=12)})

    assert earned(sheet) == [4500, None]
    assert not sheet.items[1].applies
    assert (sheet.total, sheet.grade) == (7500, Grade.COMPETENT)


def test_nothing_to_assess_proposes_no_grade():
    sheet = score(scheme(SHARE), {})

    assert (sheet.base, sheet.total, sheet.grade, sheet.grade_said) == (None, None, None, "无法评定")


def test_a_veto_that_holds_stands_even_where_there_is_no_total():
    veto = {"measure": "veto", "missing_at_least": 6, "kinds": ["lecture"]}

    sheet = score(scheme(SHARE, veto), {"lecture": KindTally(owed=12, months=6)})

    assert (sheet.total, sheet.vetoed, sheet.grade) == (None, True, Grade.INCOMPETENT)


def test_a_veto_and_a_deduction_that_do_not_apply_say_so():
    sheet = score(
        scheme(SHARE, {"measure": "veto", "missing_at_least": 1}, {"measure": "deduct", "points": 1, "each": 1}), {}
    )

    assert [item.applies for item in sheet.items] == [False, False, False]
    assert sheet.items[1].why == "本年度没有应计的内容，此项不适用。"
    assert not sheet.vetoed


# ---- tallies


def test_a_tally_comes_from_months_and_the_periods_that_were_owed():
    counts = [2, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]

    monthly = KindTally.by_month(counts, [(month, month, 1) for month in range(2, 13)])
    halves = KindTally.by_month(counts, [(1, 6, 1), (7, 12, 1)])

    assert (monthly.done, monthly.owed, monthly.months) == (4, 11, 2)
    assert (halves.owed, halves.months) == (2, 1)


def test_a_tally_comes_from_the_columns_that_the_statement_reads():
    row = {column: at for at, column in enumerate(columns(EXAMPLE))} | {"group_id": 7, "months_elapsed": 1}

    tally = tally_from(row, {"study": [3, 4]})

    assert tally["group_meeting"] == KindTally(0, 1, 2, 3, 4, 5)
    assert tally["study"].ids == (3, 4)
    assert "id" not in tally


def test_trying_another_record_changes_nothing_that_was_there():
    before = dict(GOOD)

    tried = score(EXAMPLE, {**GOOD, "lecture": replace(GOOD["lecture"], done=3)})

    assert before == GOOD
    assert tried.total == score(EXAMPLE, GOOD).total + 100
