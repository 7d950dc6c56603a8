"""A scheme in plain words, and as text that reads back to the same scheme."""

from services.assessment.schemes.rules import (
    bounds_said,
    counted_said,
    kinds_said,
    left_out_said,
    read_scheme,
    sort_said,
    text_of,
)
from tests.assessment.schemes.given_schemes import EXAMPLE, LOW, SHARE, scheme

SAID = {each.key: (sort_said(each), counted_said(each), left_out_said(each)) for each in EXAMPLE.indicators}


def test_each_measure_says_how_it_counts():
    assert SAID["study"][1] == "按期开展的次数占应开展次数的比例计分，满分 20 分。"
    assert SAID["attendance"][1] == "按实到人次占应到人次的比例计分，出勤率达到 85% 即得满分 15 分。"
    assert SAID["service"][1] == "每次 2.5 分，最高 10 分。"
    assert SAID["service_bonus"][1] == "超过 4 次的部分，每次 1 分，最高 5 分。"
    assert SAID["missed_meetings"][1] == "只扣不加：每缺 1 次扣 1 分，最多扣 5 分。"
    assert SAID["no_group_life"][1] == "缺 6 次及以上，不论总分，评为不称职。"
    whole = scheme({"measure": "hours", "hours": 32, "points": 10, "pro_rata": "study"}, **LOW).indicators[0]
    assert counted_said(whole) == "全年满 32 小时（按集中学习应开展的月数折算）得满分 10 分，不足的按比例计分。"


def test_each_belongs_to_a_part_of_the_sheet():
    sorts = [SAID[key][0] for key in ("study", "lecture_bonus", "missed_meetings", "no_group_life")]
    assert sorts == ["基础指标", "加分项", "扣分项", "一票否决"]


def test_what_is_missing_is_not_zero():
    assert SAID["study"][2] == "本年度没有应计的内容时，此项不计入，其余项目按比例折算。"
    assert SAID["no_group_life"][2] == "本年度没有应计的内容时，此项不适用。"
    assert SAID["service"][2] == "每年都计入。"
    assert kinds_said(["study", "theme_day", "evening_school"]) == "集中学习、主题党日、evening_school"


def test_the_bounds_of_the_total_are_said():
    assert bounds_said(EXAMPLE) == (
        "基础指标满分 100 分，总分可以超过满分，最高 110 分。",
        "加分合计最高 10 分。",
        "总分 90 分及以上为优秀，60 分及以上为称职，低于 60 分为不称职。",
        "优秀一般不超过参加考核人数的 30%，超出的要写明理由。",
    )
    assert bounds_said(scheme(SHARE))[0] == "基础指标满分 100 分，总分不超过满分。"


def test_the_text_reads_back_to_the_same_scheme():
    for each in (
        EXAMPLE,
        scheme(SHARE),
        scheme({"measure": "hours", "hours": 32, "points": 2.25, "pro_rata": "study"}, **LOW),
    ):
        assert read_scheme(text_of(each)).fingerprint == each.fingerprint
    assert "each: 2.5" in text_of(EXAMPLE)
    assert "version: '1'" in text_of(EXAMPLE)
