"""What ends is asked for by its last day, and both days are said back: that one, and the first on which it holds no more."""

from datetime import date

import pytest

from services.activities.register.rules.ending import end_said
from services.activities.register.schemas import CareEnding, CircumstanceEnding, PostEnding
from shared.errors import Invalid

FIRST_OFF = date(2025, 12, 1)


@pytest.mark.parametrize(
    "typed",
    [{"last_day": "2025-11-30"}, {"ends_on": "2025-12-01"}, {"ends_on": "2025-12-01", "last_day": "2025-11-30"}],
)
@pytest.mark.parametrize(
    ("shape", "more"), [(PostEnding, {"reason": "辞任"}), (CircumstanceEnding, {"kind": "ill"}), (CareEnding, {})]
)
def test_a_last_day_and_the_first_day_after_it_mean_the_same(shape, more, typed):
    assert shape(**more, **typed).first_day_off == FIRST_OFF


def test_where_neither_is_given_it_is_today_and_two_that_disagree_are_refused():
    assert PostEnding(reason="辞任").first_day_off is None
    with pytest.raises(Invalid, match="请只填一个"):
        _ = PostEnding(reason="辞任", ends_on="2025-12-01", last_day="2025-12-01").first_day_off


def test_both_days_are_said_back():
    said = end_said(date(2025, 1, 1), FIRST_OFF, "不再担任")
    assert said == "最后一天是2025年11月30日，从2025年12月1日起不再担任。"
    assert end_said(FIRST_OFF, FIRST_OFF, "不再担任") == "从2025年12月1日起不再担任，没有任何一天算数。"
