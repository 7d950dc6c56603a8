"""A changed copy of a scheme always adds up; what was typed wrong is named; the line of the quota is the run's."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.assessment.schemes.rules import Grade, hundredths
from services.assessment.trials.rules import (
    Scored,
    changed,
    changes_of,
    figures_of,
    moves,
    rebalanced,
    share_out,
    standings,
)
from shared.errors import Invalid
from tests.assessment.schemes.given_schemes import EXAMPLE

FIGURES = {figure.name: figure for figure in figures_of(EXAMPLE, percent=30)}


def tried(**asked: str):
    return changed(
        EXAMPLE, changes_of(EXAMPLE, {key.replace("__", "."): text for key, text in asked.items()}, percent=30)
    )


def points(scheme) -> dict[str, int]:
    return {each.key: each.points for each in scheme.base}


def test_every_figure_of_a_scheme_may_be_changed():
    assert FIGURES["study.points"].value == "20"
    assert FIGURES["attendance.full_at"].label == "党员到会：出勤率达到多少即满分"
    assert {"service.each", "service_bonus.beyond", "no_group_life.missing_at_least", "grades.excellent"} <= set(
        FIGURES
    )
    assert {"bonus_cap", "total_cap", "excellent_percent"} <= set(FIGURES)


def test_the_figures_as_they_are_change_nothing():
    assert changes_of(EXAMPLE, {name: figure.value for name, figure in FIGURES.items()}, percent=30) == {}
    assert changes_of(EXAMPLE, {"study.points": "20.00", "group_meeting.points": " "}, percent=30) == {}


def test_wide_digits_count_like_narrow_ones():
    assert tried(study__points="２２．５", excellent_percent="２５") == tried(
        study__points="22.5", excellent_percent="25"
    )


def test_where_one_weight_grows_the_others_give_way_in_proportion():
    heavier = tried(study__points="36")

    assert points(heavier) == {
        "study": 3600,
        "group_meeting": 2000,
        "life_meeting": 1200,
        "theme_day": 1200,
        "attendance": 1200,
        "service": 800,
    }


def test_weights_that_already_add_up_move_no_other():
    assert points(tried(study__points="25", group_meeting__points="20")) == points(EXAMPLE) | {
        "study": 2500,
        "group_meeting": 2000,
    }


@given(
    st.dictionaries(st.sampled_from([each.key for each in EXAMPLE.base]), st.integers(1, 1600), min_size=1, max_size=5)
)
@example({"study": 1, "service": 1000})
def test_whatever_is_changed_the_base_adds_up_and_what_is_left_as_it_was_gives_way(weights):
    asked = {f"{key}.points": f"{value / 100:.2f}" for key, value in weights.items()}

    scheme = changed(EXAMPLE, changes_of(EXAMPLE, asked, percent=30))

    assert sum(points(scheme).values()) == EXAMPLE.points
    assert all(points(scheme)[key] == value for key, value in weights.items() if value != points(EXAMPLE)[key])


def test_a_weight_typed_as_it_was_is_not_fixed():
    assert points(tried(study__points="36", service__points="10")) == points(tried(study__points="36"))


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 9999), min_size=1), st.integers(6, 99999))
def test_a_whole_is_shared_out_to_the_last_hundredth(weights, whole):
    shares = share_out(weights, whole)

    assert sum(shares.values()) == whole
    assert min(shares.values()) > 0


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("study.points", "二十", "最多两位小数"),
        ("study.points", "0", "0.01 到"),
        ("study.points", "-5", "最多两位小数"),
        ("study.points", "100", "合计应为 100 分"),
        ("attendance.full_at", "101", "1 到 100 之间"),
        ("attendance.full_at", "85.5", "应为整数"),
        ("no_group_life.missing_at_least", "0", "1 到 1000"),
        ("nothing.points", "1", "没有「nothing.points」"),
    ],
)
def test_what_was_typed_wrong_is_named(name: str, text: str, said: str):
    with pytest.raises(Invalid, match=said) as refused:
        changed(EXAMPLE, changes_of(EXAMPLE, {name: text}, percent=30))

    assert refused.value.field == name


def test_all_weights_named_must_add_up():
    with pytest.raises(Invalid, match="改动的几项已有 54 分"):
        tried(**{f"{each.key}__points": "9" for each in EXAMPLE.base})


def test_a_line_for_excellent_below_competent_is_refused():
    with pytest.raises(Invalid, match="优秀的分数线应高于称职"):
        tried(grades__excellent="50")


def test_the_quota_counts_those_with_a_total_and_equals_at_its_line_stay_together():
    scored = [
        Scored(1, 9500, "excellent", False, True),
        Scored(2, None, None, False, True),
        Scored(3, 9500, "excellent", False, True),
        Scored(4, 9900, "excellent", False, True),
        Scored(5, 100, "incompetent", False, True),
    ]

    found = standings(scored, percent=50)

    assert [case for case, standing in found.items() if standing.over_quota] == []
    assert [case for case, standing in found.items() if standing.at_line] == [1, 3]
    assert moves(found[1], found[4])
    assert not moves(found[1], found[3])
    assert hundredths("95") == found[1].total


def test_a_figure_says_what_it_is_and_what_it_should_be():
    figures = {figure.name: figure for figure in figures_of(EXAMPLE, percent=30)}
    labels = {name: figures[name].label for name in ("attendance.full_at", "bonus_cap", "excellent_percent")}

    assert labels == {
        "attendance.full_at": "党员到会：出勤率达到多少即满分",
        "bonus_cap": "加分合计上限",
        "excellent_percent": "优秀比例",
    }
    assert figures["excellent_percent"].read("100") == 100
    with pytest.raises(Invalid, match=r"^「优秀比例」应为整数。$"):
        figures["excellent_percent"].read("一半")
    with pytest.raises(Invalid, match=r"^「加分合计上限」应为数，最多两位小数。$"):
        figures["bonus_cap"].read("很多")


def test_of_a_figure_that_no_scheme_has_the_beginning_is_named():
    with pytest.raises(Invalid) as refused:
        changes_of(EXAMPLE, {"x" * 70: "1"}, percent=30)

    assert str(refused.value) == f"方案里没有「{'x' * 60}」这个数值。"
    assert refused.value.field == "x" * 60


def test_where_nothing_is_left_over_nothing_gives_way_and_each_keeps_at_least_a_hundredth():
    others = [key for key in points(EXAMPLE) if key != "study"]

    assert rebalanced(EXAMPLE, {"study.points": "20"}) == {}
    assert rebalanced(EXAMPLE, {"study.points": "99.95"}) == dict.fromkeys(others, 1)


def test_what_rounding_owes_is_taken_from_the_largest_one_by_one():
    assert share_out({"a": 1, "b": 10_000}, 10) == {"a": 1, "b": 9}
    assert share_out({"a": 1, "b": 1, "c": 1, "d": 50, "e": 50}, 5) == dict.fromkeys("abcde", 1)


def stood(*totals: int, percent: int) -> list[tuple[object, bool, bool]]:
    scored = [Scored(case, total, "excellent", vetoed=False, takes_part=True) for case, total in enumerate(totals)]
    found = standings(scored, percent=percent)
    return [(each.proposed, each.over_quota, each.at_line) for each in found.values()]


@pytest.mark.parametrize("total", [0, 500])
def test_the_line_of_the_quota_stands_wherever_the_totals_are(total: int):
    excellent = Grade.EXCELLENT

    assert stood(total, total, percent=50) == [(excellent, False, True)] * 2
    assert stood(total + 1, total, percent=50) == [(excellent, False, False), (excellent, True, False)]
    assert stood(total, percent=0) == [(excellent, True, False)]
