"""The rule base: dated rules, a floor and what a township lays over it."""

from datetime import date

import pytest

from shared.documents import PlainLoader
from shared.errors import Invalid, OutOfReach, Refusal
from shared.rulebase import (
    LOCAL,
    NATIONAL,
    Bearer,
    Direction,
    Mark,
    Per,
    RuleSet,
    as_data,
    book,
    effective,
    lay_over,
    read_rules,
    shipped,
)

DAY = date(2025, 6, 1)
RULE = {
    "key": "life_meeting.cadence",
    "title": "组织生活会",
    "value": 1,
    "unit": "次",
    "per": "year",
    "direction": "at_least",
    "kind": "life_meeting",
    "bearer": "group",
    "article": "第十七条",
    "source": "《条例》",
    "mark": "N",
}


def rule_set(*rules, name="national"):
    given = {"name": name, "title": "规定", "version": "1", "rules": [{**RULE, **rule} for rule in rules]}
    return RuleSet.model_validate(given)


def laid(floor, local):
    return lay_over(rule_set(floor), rule_set({"article": "第三条", "source": "本地意见", **local}, name="zhen"))


@pytest.mark.parametrize("name", [NATIONAL, *LOCAL])
def test_every_shipped_rule_says_where_it_is_from(name):
    for rule in shipped(name).rules:
        assert rule.article
        assert rule.source
        assert rule.mark in Mark


@pytest.mark.parametrize("local", [None, *LOCAL])
def test_what_ships_is_nowhere_looser_than_the_floor(local):
    assert book(local).floor is shipped(NATIONAL)


def test_national_rules_are_never_marked_as_somebodys_own_text():
    assert {rule.mark for local in LOCAL for rule in shipped(local).rules} == {Mark.TEXT, Mark.LOCAL}


@pytest.mark.parametrize(
    ("key", "figure"),
    [
        ("group_meeting.cadence", "每月至少 1 次"),
        ("branch_meeting.cadence", "每季度至少 1 次"),
        ("committee_meeting.cadence", "每月至少 1 次"),
        ("theme_day.cadence", "每月至少 1 次"),
        ("life_meeting.cadence", "每年至少 1 次"),
        ("appraisal.grades", "优秀、合格、基本合格、不合格"),
        ("appraisal.excellent_share", "至多 1/3"),
        ("assessment.grades", "优秀、称职、不称职"),
        ("assessment.incompetent_run", "2 次"),
        ("assessment.rectification_months", "3 个月"),
        ("assessment.excellent_percent", "30 %"),
        ("assessment.notice_working_days", "5 个工作日"),
        ("training.hours", "每年至少 32 学时"),
        ("attendance.exempt", "aged、ill、away"),
        ("absence.grave_months", "6 个月"),
        ("absence.warn_months", "5 个月"),
        ("correction.member_months", "至多 12 个月"),
        ("record.working_days", "3 个工作日"),
        ("audit.kept_months", "至少 6 个月"),
        ("records.meetings_years", "至少 10 年"),
        ("robots.dingtalk_per_minute", "至多 20 条/分钟"),
    ],
)
def test_the_floor_holds_the_figures_of_the_sources(key, figure):
    assert effective(DAY).rule(key).figure() == figure


def test_the_two_local_sets_disagree_as_their_texts_do():
    xiang, zhen = effective(DAY, "xiang"), effective(DAY, "zhen")

    assert (xiang.integer("group.size_min"), xiang.integer("group.size_max")) == (10, 20)
    assert zhen.integer("group.size_min") == 3
    assert "group.size_max" not in zhen.by_key
    assert xiang.rule("leader.chosen_by").value == "branch_nominates"
    assert zhen.rule("leader.chosen_by").value == "group_elects"
    assert "study.cadence" not in xiang.by_key
    assert zhen.rule("study.cadence").figure() == "每月至少 1 次"
    assert xiang.rule("life_meeting.cadence").per is Per.YEAR
    assert zhen.rule("life_meeting.cadence").per is Per.HALF


def test_the_leaders_grades_are_not_the_members():
    rules = effective(DAY)

    assert rules.words("assessment.grades") != rules.words("appraisal.grades")


def test_rules_are_asked_for_by_what_they_hold():
    rules = effective(DAY, "zhen")

    assert rules.numbers("reminder.lead_working_days") == (5, 1)
    assert rules.words("leader.chosen_by") == ("group_elects",)
    assert {rule.kind for rule in rules.cadences(Bearer.GROUP)} == {"study", "group_meeting", "life_meeting"}
    with pytest.raises(TypeError, match="not a whole number"):
        rules.integer("leader.chosen_by")


def test_a_table_of_bands_fits_the_format():
    bands = effective(DAY).rule("dues.wage_bands").value

    assert [(str(band.up_to), str(band.rate)) for band in bands] == [
        ("3000", "0.5"),
        ("5000", "1"),
        ("10000", "1.5"),
        ("None", "2"),
    ]
    assert "dues.wage_bands" not in effective(date(2008, 3, 31)).by_key


def test_a_local_rule_may_be_stricter():
    rules = laid({}, {"per": "half"}).on(DAY)

    assert rules.rule("life_meeting.cadence").said() == "组织生活会（每半年至少 1 次，本地意见第三条）"


@pytest.mark.parametrize(
    ("source", "article", "cited"),
    [
        ("《条例》", "第三条", "《条例》第三条"),
        ("系统默认", "默认设置", "默认设置"),
        ("本乡镇", "本乡镇决定", "本乡镇决定"),
        ("本乡镇", "镇党委会议纪要〔2025〕3号", "镇党委会议纪要〔2025〕3号"),
    ],
)
def test_what_stands_in_no_document_is_cited_by_its_own_words(source: str, article: str, cited: str):
    rule = laid({}, {}).on(DAY).rule("life_meeting.cadence")

    assert rule.model_copy(update={"source": source, "article": article}).cited == cited


def test_a_looser_local_rule_is_refused_with_both_rules_named():
    with pytest.raises(Refusal) as refused:
        laid({"value": 2}, {"value": 1})

    assert refused.value.detail == (
        "本地规定「组织生活会（每年至少 1 次，本地意见第三条）」比上位规定「组织生活会（每年至少 2 次，《条例》第十七条）」宽松，"
        "不能采用；本地规定只能更严，不能放宽。"
    )


@pytest.mark.parametrize(
    ("floor", "local"),
    [
        ({"per": "month"}, {"per": "year", "value": 12}),  # twelve in a year do not make one in every month
        ({"per": "half", "value": 3}, {"per": "quarter", "value": 1}),
        ({}, {"generally": True}),
        ({"direction": "at_most"}, {"direction": "at_most", "value": 2}),
        ({"direction": "exactly"}, {"direction": "exactly", "value": 2}),
    ],
)
def test_looser_is_refused_in_every_direction(floor, local):
    with pytest.raises(Refusal, match="宽松"):
        laid(floor, local)


@pytest.mark.parametrize(
    ("floor", "local"),
    [
        ({}, {}),
        ({"per": "year", "value": 4}, {"per": "quarter", "value": 1}),
        ({"per": "quarter", "value": 3}, {"per": "month", "value": 1}),
        ({"direction": "at_most", "value": 3}, {"direction": "at_most", "value": 3}),
        ({"generally": True}, {}),
        ({"direction": "at_most", "value": 3}, {"direction": "at_most", "value": 2}),
        ({"direction": "exactly"}, {"direction": "exactly"}),
        ({"direction": "choice"}, {"direction": "at_least", "value": 9, "unit": "场"}),
    ],
)
def test_as_strict_or_stricter_is_taken(floor, local):
    assert laid(floor, local).local.name == "zhen"


NO_KIND = {"kind": None, "bearer": None, "per": None, "unit": ""}


def test_a_figure_without_a_period_is_compared_as_a_number():
    floor, looser = ({**NO_KIND, "value": value} for value in ("1/2", "2/5"))

    laid(floor, {**NO_KIND, "value": "3/5"})
    laid(floor, floor)
    with pytest.raises(Refusal, match="宽松"):
        laid(floor, looser)
    with pytest.raises(Refusal, match="宽松"):
        laid(floor, {**floor, "per": "month"})


def test_a_protected_list_may_grow_but_not_shrink():
    floor = {**NO_KIND, "direction": "includes", "value": ["aged", "ill"]}

    laid(floor, {**floor, "value": ["ill", "aged", "away"]})
    laid(floor, floor)
    with pytest.raises(Refusal, match="宽松"):
        laid(floor, {**floor, "value": ["ill"]})
    with pytest.raises(Refusal, match="宽松"):
        laid(floor, {**floor, "value": "ill"})


@pytest.mark.parametrize("other", [{"unit": "场"}, {"direction": "exactly"}, {"kind": "study"}])
def test_what_cannot_be_compared_is_refused(other):
    with pytest.raises(Refusal, match="无法比较宽严"):
        laid({}, other)


def test_rules_that_never_hold_on_the_same_day_are_not_compared():
    both = laid({"value": 2, "effective_to": date(2020, 1, 1)}, {"value": 1, "effective_from": date(2020, 1, 1)})

    assert both.on(date(2019, 12, 31)).integer("life_meeting.cadence") == 2
    assert both.on(date(2020, 1, 1)).integer("life_meeting.cadence") == 1


def test_a_rule_holds_from_its_first_day_to_the_day_before_its_last():
    rules = lay_over(
        rule_set({"value": 1, "effective_to": date(2026, 5, 11)}, {"value": 2, "effective_from": date(2026, 5, 11)}),
        None,
    )

    assert rules.on(date(2026, 5, 10)).integer("life_meeting.cadence") == 1
    assert rules.on(date(2026, 5, 11)).integer("life_meeting.cadence") == 2


def test_a_rule_that_has_ended_is_gone():
    rules = lay_over(rule_set({"effective_to": date(2026, 5, 11)}), None)

    assert "life_meeting.cadence" not in rules.on(date(2026, 5, 11)).by_key


def test_rules_do_not_change_under_anybodys_hands():
    with pytest.raises(ValueError, match="frozen"):
        shipped(NATIONAL).rules[0].value = 2


def test_two_rules_on_one_thing_at_one_time_are_refused():
    with pytest.raises(ValueError, match="在同一时间有两条规定"):
        rule_set({}, {"value": 2})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"per": None}, "就要写明次数"),
        ({"value": 0}, "就要写明次数"),
        ({"value": True}, "就要写明次数"),
        ({**NO_KIND, "value": "很多"}, "应为数字"),
        ({**NO_KIND, "value": "1/0"}, "应为数字"),
        ({"effective_from": date(2025, 1, 1), "effective_to": date(2025, 1, 1)}, "失效日期不晚于生效日期"),
        ({"note": "x"}, "rules.0.note"),
    ],
)
def test_a_rule_that_does_not_hold_together_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        rule_set(wrong)


def test_a_file_of_rules_is_refused_in_chinese():
    with pytest.raises(Invalid, match=r"制度文件有误：第 1 行，rules.1.direction：只能是"):
        read_rules(
            "{name: a, title: b, version: c, rules: [{key: k, title: t, value: 1, direction: up,"
            " article: x, source: y, mark: N}]}"
        )


def test_a_set_that_does_not_ship_is_not_found():
    with pytest.raises(OutOfReach, match=r"没有名为「\.\./national」的制度版本"):
        shipped("../national")


def test_the_fingerprint_stays_while_the_content_does():
    assert effective(DAY, "zhen").fingerprint == effective(date(2025, 6, 2), "zhen").fingerprint
    assert effective(DAY, "zhen").fingerprint != effective(DAY, "xiang").fingerprint
    assert book("zhen").fingerprint != book().fingerprint
    assert lay_over(rule_set({}), None).fingerprint != lay_over(rule_set({"value": 2}), None).fingerprint
    assert effective(DAY, "zhen").versions == {"national": "2026-1", "zhen": "2026-1"}


def test_a_field_added_to_rules_later_leaves_old_fingerprints_alone():
    assert not {"effective_from", "generally"} & as_data(rule_set({}).rules[0]).keys()


def test_every_direction_has_its_comparison():
    assert {each.direction for each in shipped(NATIONAL).rules} == set(Direction)


def test_the_loader_reads_no_binary_floats():
    assert PlainLoader.yaml_constructors["tag:yaml.org,2002:float"]
