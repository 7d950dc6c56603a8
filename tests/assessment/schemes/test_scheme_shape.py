"""Schemes as data: versioned, refused in Chinese where they do not hold together; and what follows from grades."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    written,
)
from tests.assessment.schemes.given_schemes import EXAMPLE, EXAMPLE_TEXT, SHARE, earned, refusal, scheme

# ---- schemes as data


def test_what_a_scheme_leaves_out_has_its_usual_value():
    plain = scheme_from(
        {
            "key": "plain",
            "name": "方案",
            "version": "1",
            "year_from": 2025,
            "applies_to": "leader",
            "points": 100,
            "indicators": [
                {"key": "a", "name": "出勤", "kinds": ["study"], "measure": "attendance", "points": 60},
                {"key": "b", "name": "次数", "kinds": ["study"], "measure": "per_item", "points": 40, "each": 10},
            ],
        }
    )

    assert (plain.grades.excellent, plain.grades.competent, plain.cap) == (9000, 6000, 10000)
    assert earned(score(plain, {"study": KindTally(done=1, present=99, expected=100)})) == [5940, 1000]


def test_a_line_of_grades_or_a_cap_may_stand_exactly_on_the_full_base():
    assert scheme(SHARE, grades={"excellent": 100, "competent": 60}).grades.excellent == 10000
    assert scheme(SHARE, over_base=True, total_cap=100).cap == 10000


def test_a_scheme_does_not_change_under_anybodys_hands():
    with pytest.raises(ValueError, match="frozen"):
        EXAMPLE.points = 1


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
    ("older", "newer"),
    [
        ("9", "10"),
        ("2025.9", "2025.10"),
        ("2025", "2025.1"),
        ("v9", "V10"),
        ("第9版", "第10版"),
        ("2025-1", "2025.2"),
        ("９", "10"),
    ],
)
def test_versions_of_a_year_stand_in_order_as_people_count(older: str, newer: str):
    first, second = scheme(SHARE, version=older), scheme(SHARE, version=newer)

    assert for_year([first, second], 2025) is second
    assert for_year([second, first], 2025) is second


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
