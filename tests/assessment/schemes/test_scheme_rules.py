"""Schemes and scoring: exact, explained, and what does not apply never costs anybody a point."""

from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import services.assessment.schemes as topic
from services.assessment.schemes.rules import (
    Grade,
    KindTally,
    columns,
    consecutive_incompetent,
    for_year,
    hundredths,
    quota_warning,
    read_scheme,
    scheme_from,
    score,
    score_sql,
    tally_from,
    written,
)
from shared.errors import Invalid

EXAMPLE_TEXT = Path(topic.__file__).with_name("examples").joinpath("leader-example.yaml").read_text("utf-8")
EXAMPLE = read_scheme(EXAMPLE_TEXT)

KINDS = ("study", "group_meeting", "life_meeting", "theme_day", "service", "lecture")
GOOD = {
    "study": KindTally(14, 12, 12, 100, 110, 900, (1, 2, 3)),
    "group_meeting": KindTally(12, 12, 12, 100, 110, 900, (4, 5)),
    "life_meeting": KindTally(2, 2, 2, 20, 22, 200, (6,)),
    "theme_day": KindTally(12, 12, 12, 100, 110, 900, (7,)),
    "service": KindTally(done=5, ids=(8,)),
    "lecture": KindTally(done=2, ids=(9,)),
}


def scheme(*indicators, **settings):
    """A scheme worth what its base indicators are worth."""
    lines = [
        {"key": f"item_{'abcdefgh'[at]}", "name": "指标", "kinds": ["study"], **each}
        for at, each in enumerate(indicators)
    ]
    base = [each for each in lines if each["measure"] not in {"deduct", "veto"} and not each.get("bonus")]
    full = written(sum(hundredths(each["points"]) for each in base))
    given = {"key": "test", "name": "方案", "version": "1", "year_from": 2025, "applies_to": "leader", "points": full}
    return scheme_from({**given, "indicators": lines, "grades": {"excellent": 90, "competent": 60}, **settings})


SHARE = {"measure": "share", "points": 100}
LOW = {"grades": {"excellent": 2, "competent": 1}}


def earned(sheet):
    return [item.earned for item in sheet.items]


def refusal(**settings):
    with pytest.raises(Invalid) as refused:
        scheme(*settings.pop("lines", [SHARE]), **settings)
    return refused.value.detail


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


# ---- what does not apply


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


# ---- schemes as data


def test_a_stored_scheme_reads_back_as_it_was():
    assert scheme_from(EXAMPLE.as_data()) == EXAMPLE
    assert scheme_from(EXAMPLE.as_data()).fingerprint == EXAMPLE.fingerprint


def test_another_weight_is_another_fingerprint():
    assert read_scheme(EXAMPLE_TEXT.replace("each: 2.5", "each: 2.4")).fingerprint != EXAMPLE.fingerprint


def test_the_scheme_of_a_year_is_the_last_one_that_started_to_apply():
    old, new, closed = (
        scheme(SHARE, year_from=2020),
        scheme(SHARE, year_from=2025),
        scheme(SHARE, year_from=2025, year_to=2025, version="2"),
    )

    assert for_year([new, old], 2024) is old
    assert for_year([old, new], 2026) is new
    assert for_year([old, new, closed], 2025) is closed
    assert for_year([new], 2020) is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"points": 90}, "考核方案有误：基础指标分值合计 100 分，与满分 90 分不一致。"),
        ({"lines": [SHARE, {**SHARE, "key": "item_a"}]}, "指标的 key 重复：item_a"),
        ({"lines": [{**SHARE, "kinds": ["study", "study"]}]}, "indicators.1.share：「指标」的活动类型重复"),
        ({"lines": [{**SHARE, "kinds": []}]}, "indicators.1.share.kinds：至少要有 1 项"),
        ({"lines": [{**SHARE, "kinds": ["x; drop table t"]}]}, "只能用小写字母和下划线"),
        ({"lines": [{**SHARE, "key": "a'b"}]}, "只能用小写字母和下划线"),
        ({"lines": [{**SHARE, "wieght": 3}]}, "wieght：没有这个项目，请检查拼写"),
        ({"lines": [{**SHARE, "measure": "luck"}]}, "不认识的类型「luck」"),
        ({"lines": [{**SHARE, "points": 0}], "points": 1}, "应大于 0"),
        ({"lines": [{"measure": "veto", "missing_at_least": 0}], "points": 1}, "missing_at_least：不能小于 1"),
        ({"grades": {"excellent": 60, "competent": 60}}, "优秀的分数线应高于称职的分数线"),
        ({"grades": {"excellent": 101, "competent": 60}}, "谁也达不到"),
        ({"total_cap": 110}, "只能用于允许超过满分"),
        ({"over_base": True, "total_cap": 90}, "只能用于允许超过满分"),
        ({"year_to": 2024}, "适用的结束年度早于开始年度"),
        ({"year_from": "2025"}, "year_from：应为整数"),
        ({"applies_to": "village"}, "applies_to：只能是 'leader'"),
        ({"colour": "red"}, "colour：没有这个项目，请检查拼写"),
        ({"excellent_percent": 101}, "不能大于 100"),
    ],
)
def test_a_scheme_that_does_not_hold_together_is_refused_in_chinese(settings, said):
    assert said in refusal(**settings)


@pytest.mark.parametrize("wrong", ["1.234", "-1", "many", True, None, "10000", "1e3", 1.235])
def test_points_have_two_decimals_at_most(wrong):
    with pytest.raises(ValueError, match="最多两位小数"):
        hundredths(wrong)


@given(st.integers(0, 999_999))
def test_points_are_read_back_as_they_are_written(points):
    assert hundredths(written(points)) == points
    assert written(-points) in {f"-{written(points)}", "0"}


# ---- properties

numbers = st.integers(0, 400)
kind_tallies = st.builds(
    KindTally, numbers, st.integers(0, 15), st.integers(0, 14), numbers, numbers, st.integers(0, 5000)
)
tallies = st.dictionaries(st.sampled_from(KINDS), kind_tallies)
points = st.integers(1, 99_99).map(written)
some_kinds = st.lists(st.sampled_from(KINDS), min_size=1, max_size=4, unique=True)
bonus = st.booleans()
lines = st.one_of(
    st.fixed_dictionaries({"measure": st.just("share"), "points": points, "bonus": bonus, "kinds": some_kinds}),
    st.fixed_dictionaries(
        {
            "measure": st.just("attendance"),
            "points": points,
            "bonus": bonus,
            "kinds": some_kinds,
            "full_at": st.integers(1, 100),
        }
    ),
    st.fixed_dictionaries(
        {
            "measure": st.just("per_item"),
            "points": points,
            "bonus": bonus,
            "kinds": some_kinds,
            "each": points,
            "beyond": st.integers(0, 9),
        }
    ),
    st.fixed_dictionaries(
        {
            "measure": st.just("hours"),
            "points": points,
            "bonus": bonus,
            "kinds": some_kinds,
            "hours": st.integers(1, 100),
            "pro_rata": st.none() | st.sampled_from(KINDS),
        }
    ),
    st.fixed_dictionaries({"measure": st.just("deduct"), "points": points, "each": points, "kinds": some_kinds}),
    st.fixed_dictionaries({"measure": st.just("veto"), "missing_at_least": st.integers(1, 12), "kinds": some_kinds}),
)


@st.composite
def schemes(draw):
    drawn = draw(st.lists(lines, max_size=6))
    over = draw(st.booleans())
    cap = {"total_cap": draw(st.none() | st.sampled_from([8000, 9999]))} if over else {}
    grades = {"excellent": "0.01", "competent": 0} if draw(st.booleans()) else {"excellent": 5, "competent": "2.5"}
    extra = {"bonus_cap": draw(st.none() | points), "over_base": over, "grades": grades}
    one = {**SHARE, "points": "7.77", "kinds": draw(some_kinds)}
    try:
        return scheme(one, *drawn, **extra, **cap)
    except (Invalid, ValueError):
        assume(False)


def exactly(value):
    """Rounded half up, by the definition."""
    return floor(value + Fraction(1, 2))


@given(schemes(), tallies)
def test_the_total_lies_between_nothing_and_the_cap(scheme, tally):
    sheet = score(scheme, tally)

    assert sheet.total is None or 0 <= sheet.total <= (scheme.cap or sheet.total)
    assert sheet.base is None or 0 <= sheet.base <= scheme.points
    assert all(item.earned is None or abs(item.earned) <= item.points for item in sheet.items)


@given(schemes(), tallies)
def test_the_base_is_the_exact_fraction_rounded_once(scheme, tally):
    sheet = score(scheme, tally)
    by_key = sheet.by_key
    applying = [each for each in scheme.base if by_key[each.key] is not None]

    if not applying:
        assert sheet.base is None
        return
    part = sum(by_key[each.key] for each in applying)
    assert sheet.base == exactly(Fraction(part * scheme.points, sum(each.points for each in applying)))


@given(st.integers(1, 10**5), st.integers(0, 500), st.integers(1, 500), st.integers(1, 100))
def test_proportions_are_the_exact_fractions_rounded_half_up(worth, part, whole, full_at):
    share, attendance = (
        {**SHARE, "points": written(worth)},
        {"measure": "attendance", "points": written(worth), "full_at": full_at},
    )
    tally = {"study": KindTally(months=part, owed=whole, present=part, expected=whole)}

    sheet = score(
        scheme(share, attendance, points=written(2 * worth), over_base=True, grades={"excellent": 1, "competent": 0}),
        tally,
    )

    assert sheet.items[0].earned == exactly(worth * min(Fraction(part, whole), Fraction(1)))
    assert sheet.items[1].earned == exactly(worth * min(Fraction(100 * part, whole * full_at), Fraction(1)))


@given(schemes(), tallies, st.sampled_from(KINDS), st.sampled_from(["done", "months", "present", "minutes"]))
def test_doing_more_never_lowers_the_score(scheme, tally, kind, figure):
    before = tally.get(kind, KindTally())
    more = {**tally, kind: replace(before, **{figure: getattr(before, figure) + 1})}

    one, two = score(scheme, tally), score(scheme, more)

    assert (one.total is None) == (two.total is None)
    assert one.total is None or one.total <= two.total
    assert not (two.vetoed and not one.vetoed)


@given(schemes(), tallies)
def test_a_kind_of_which_nothing_was_owed_or_done_costs_nothing(scheme, tally):
    sheet = score(scheme, {kind: each for kind, each in tally.items() if each.owed})

    for item, indicator in zip(sheet.items, scheme.indicators, strict=True):
        if indicator.measure in {"share", "deduct", "veto"} and not any(
            kind in tally and tally[kind].owed for kind in indicator.kinds
        ):
            assert not item.applies


@given(schemes())
def test_every_scheme_reads_back_from_its_stored_form(scheme):
    assert scheme_from(scheme.as_data()) == scheme


# ---- the statement


@pytest.mark.parametrize("name", ["x; drop table t", "a b", "X", "total", "applicable", "", "a.b.c"])
def test_only_plain_names_go_into_the_statement(name):
    with pytest.raises(ValueError, match="not a plain name"):
        score_sql(EXAMPLE, keep=[name])
    if name not in {"total", "applicable"}:
        with pytest.raises(ValueError, match="not a plain name"):
            score_sql(EXAMPLE, relation=name)


def test_the_statement_reads_the_columns_that_it_says():
    text = score_sql(EXAMPLE, relation="assessment.frozen", keep=["group_id"])

    assert text.startswith("select group_id, total,")
    assert "from assessment.frozen" in text
    assert "pro_rata" not in text
    assert set(columns(EXAMPLE)) >= {"done_lecture", "months_study", "owed_study", "present_study", "minutes_theme_day"}


# ---- what follows from grades


def test_the_quota_warns_and_never_forbids():
    assert quota_warning(excellent=30, assessed=100, percent=30) is None
    assert quota_warning(excellent=1, assessed=4, percent=30) is None
    assert quota_warning(excellent=2, assessed=4, percent=30) == (
        "评定为优秀的有 2 人，超过参加考核 4 人的 30%（1 人）。确需超出的，请写明理由，理由会留存备查。"
    )


BAD, FINE, BEST = Grade.INCOMPETENT, Grade.COMPETENT, Grade.EXCELLENT


@pytest.mark.parametrize(
    ("history", "run"),
    [
        ([], 0),
        ([(2025, FINE)], 0),
        ([(2025, BAD)], 1),
        ([(2024, BAD), (2025, BAD)], 2),
        ([(2025, BAD), (2024, BAD)], 2),
        ([(2023, BAD), (2024, None), (2025, BAD)], 2),
        ([(2023, BAD), (2024, FINE), (2025, BAD)], 1),
        ([(2024, BAD), (2025, BEST)], 0),
        ([(2023, BAD), (2024, BAD), (2025, None)], 2),
        ([(2020, BAD), (2025, BAD)], 2),
        ([(2024, "incompetent"), (2025, "incompetent")], 2),
    ],
)
def test_assessed_years_in_a_row_are_counted_and_a_year_not_assessed_neither_counts_nor_breaks(history, run):
    assert consecutive_incompetent(history) == run
