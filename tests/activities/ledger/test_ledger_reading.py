"""A ledger is read by the meaning of its columns; absentees come out of free text and are matched, never guessed."""

from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.activities.ledger.rules import (
    Kind,
    Ledger,
    Reason,
    match_absentees,
    match_person,
    read_absences,
    read_ledger,
)
from shared.sheets import read_workbook, write_errors
from shared.tables.cells import Workbook, sheet_from
from tests.messy import GIVEN, SURNAMES
from tests.messy_ledgers import LAYOUTS, REASONS, absence_text, messy_ledger

HEADING = ["党支部", "党小组", "日期", "活动类型", "主题", "应到人数", "实到人数", "缺席人员及原因", "学时"]
NAMES = st.sampled_from([surname + given for surname in SURNAMES for given in GIVEN])


def row(**given: object) -> list[object]:
    values = {
        "branch": "柳河村党支部",
        "group": "一组",
        "date": "2025-03-05",
        "kind": "集中学习",
        "topic": "学习条例",
        "expected": 10.0,
        "present": 10.0,
        "absent": "无",
        "hours": 1.5,
    }
    return list({**values, **given}.values())


def read(*rows: list[object], name: str = "台账", heading: list[str] | None = None) -> Ledger:
    return read_ledger(Workbook([sheet_from(name, [heading or HEADING, *rows])]), 2025)


def sentences(ledger: Ledger) -> list[str]:
    return [f"{problem.cell} {problem.problem}" for problem in ledger.problems]


def found(text: str) -> list[tuple[str, str, str]]:
    return [(absence.name, absence.reason.value, absence.stated) for absence in read_absences(text).absences]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_of_a_messy_ledger_every_readable_row_is_in_and_every_other_out_with_its_cell(
    layout: str, seed: int, tmp_path: Path
):
    messy = messy_ledger(tmp_path / "messy.xlsx", layout, seed=seed)

    ledger = read_ledger(read_workbook(messy.path), 2025)

    assert {(p.sheet, p.cell) for p in ledger.errors} == messy.refused.keys()
    assert all(messy.refused[p.sheet, p.cell] in p.problem for p in ledger.errors)
    assert (ledger.rows_total, len(ledger.rows)) == (len(messy.activities), len(messy.readable))
    assert not ledger.warnings
    by_topic = {one.topic: one for one in ledger.rows}
    for truth in messy.readable:
        one = by_topic[truth.topic]
        assert (one.branch_text, one.held_on, one.kind.value, one.hours) == (
            truth.branch,
            truth.on,
            truth.kind,
            truth.hours,
        )
        assert one.group_text in {truth.group, f"{truth.group[1]}组"}
        assert {(absence.name, absence.reason.value) for absence in one.absences} == set(truth.absent)
        assert (one.expected_typed, one.present_typed) == (truth.expected, truth.expected - len(truth.absent))


def test_the_errors_file_is_read_again_with_its_units(tmp_path: Path):
    messy = messy_ledger(tmp_path / "messy.xlsx", "a sheet a branch", rows=200, seed=4, spoilt=0.3)
    ledger = read_ledger(read_workbook(messy.path), 2025)

    write_errors(tmp_path / "errors.xlsx", ledger.refused)
    again = read_ledger(read_workbook(tmp_path / "errors.xlsx"), 2025)

    assert again.rows_total == ledger.rows_refused
    assert not [problem for problem in again.errors if "党支部" in problem.problem]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张三（请假）、李四（外出务工）", [("张三", "leave", "请假"), ("李四", "away", "外出务工")]),
        ("张三请假，李四、王五外出", [("张三", "leave", "请假"), ("李四", "away", "外出"), ("王五", "away", "外出")]),
        (
            "请假：张三 李四；外出：王五",
            [("张三", "leave", "请假"), ("李四", "leave", "请假"), ("王五", "away", "外出")],
        ),
        ("缺席2人：张三、李四", [("张三", "other", ""), ("李四", "other", "")]),
        (
            "请假（张三、李四），外出（王五）",
            [("张三", "leave", "请假"), ("李四", "leave", "请假"), ("王五", "away", "外出")],
        ),
        ("李 强（请假）、王 小 明(因病)", [("李强", "leave", "请假"), ("王小明", "ill", "因病")]),
        ("李 强 王 芳", [("李强", "other", ""), ("王芳", "other", "")]),
        ("张三、李四（均外出务工）", [("张三", "away", "外出务工"), ("李四", "away", "外出务工")]),
        ("张三、李四（请假）", [("张三", "other", ""), ("李四", "leave", "请假")]),
        (
            "应到12人，实到10人，缺席2人：张三、李四，原因：外出务工",
            [("张三", "away", "外出务工"), ("李四", "away", "外出务工")],
        ),
        (
            "李和平请假、张三和李四外出",
            [("李和平", "leave", "请假"), ("张三", "away", "外出"), ("李四", "away", "外出")],
        ),
        ("张三（请假，住院）", [("张三", "ill", "请假，住院")]),
        ("张三（未请假）", [("张三", "unexcused", "未请假")]),
        ("张三（照顾病人）", [("张三", "other", "照顾病人")]),
        ("张三外出开会", [("张三", "other", "外出开会")]),
        ("阿卜杜热合曼·艾山（请假）", [("阿卜杜热合曼·艾山", "leave", "请假")]),
        ("1.张三（请假）2.李四（因病）", [("张三", "leave", "请假"), ("李四", "ill", "因病")]),
        ("张三请假、李四外出，均已补学", [("张三", "leave", "请假"), ("李四", "away", "外出")]),
        ("缺席：无；请假：张三", [("张三", "leave", "请假")]),
    ],
)
def test_absentees_are_read_from_free_text(text: str, expected: list[tuple[str, str, str]]):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text", ["", "无", "全勤", "/", "—", "0", "全员参加", "无人缺席", "无缺席人员", "均到会", "请假：无", "缺席：0人"]
)
def test_nobody_absent_is_said_in_many_ways(text: str):
    assert found(text) == []


@given(
    absent=st.lists(st.tuples(NAMES, st.sampled_from(list(REASONS))), max_size=5, unique_by=lambda pair: pair[0]),
    seed=st.integers(0, 10_000),
)
def test_whatever_way_absentees_are_written_the_same_people_and_reasons_come_out(
    absent: list[tuple[str, str]], seed: int
):
    text = absence_text(Random(seed), absent)

    assert {(name, reason) for name, reason, _ in found(text)} == set(absent)
    assert not read_absences(text).unread


@given(st.text(max_size=60))
def test_no_text_is_too_strange_to_read(text: str):
    read = read_absences(text)

    assert all(absence.name for absence in read.absences)


@given(
    st.lists(
        st.lists(
            st.text(max_size=12) | st.floats() | st.integers() | st.booleans() | st.dates() | st.none(),
            min_size=9,
            max_size=9,
        ),
        max_size=4,
    )
)
def test_no_row_is_too_strange_to_be_read_or_refused(rows: list[list[object]]):
    ledger = read(*rows)

    assert ledger.rows_total == len(ledger.rows) + ledger.rows_refused
    assert {problem.row for problem in ledger.errors} == {row.row for table in ledger.refused for row in table.rows}


def test_typed_numbers_that_disagree_with_the_list_are_warnings():
    ledger = read(row(present=8.0, absent="缺席3人：张三（请假）"), row(topic="二", expected=9, present=10))

    assert sentences(ledger) == [
        "H2 缺席名单写着 3 人，列出的是 1 人，请核对",
        "H2 应到减实到是 2 人，缺席名单列出的是 1 人，请核对",
        "G3 实到 10 人多于应到 9 人，请核对",
    ]
    assert ledger.rows_refused == 0


def test_a_meeting_of_the_branch_is_one_of_its_own_in_whichever_groups_ledger_it_stands():
    rows = (
        row(kind="支委会"),
        row(kind="支部党员大会"),
        row(kind="支部大会", group="第二党小组"),
        row(kind="民主评议党员"),
    )
    ledger = read(*rows)

    assert [each.kind for each in ledger.rows] == [Kind.COMMITTEE_MEETING, Kind.BRANCH_MEETING]
    assert any("与第 3 行重复（同一支部" in each for each in sentences(ledger))
    assert any("不是一次活动的记录" in each for each in sentences(ledger))
    assert ledger.rows_refused == 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("学习", Kind.STUDY),
        ("党小组学习", Kind.STUDY),
        ("党小组会议", Kind.GROUP_MEETING),
        ("专题组织生活会", Kind.LIFE_MEETING),
        ("“七一”主题党日", Kind.THEME_DAY),
        ("义务劳动", Kind.SERVICE),
        ("书记上党课", Kind.LECTURE),
        ("主题党日（学习）", Kind.THEME_DAY),
    ],
)
def test_kinds_are_told_by_their_many_names(text: str, kind: Kind):
    assert [one.kind for one in read(row(kind=text)).rows] == [kind]


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("3月5日", date(2025, 3, 5)),
        ("3.5", date(2025, 3, 5)),
        ("2025年3月5日上午", date(2025, 3, 5)),
        ("2025-03-05 14:30", date(2025, 3, 5)),
        ("二〇二五年三月五日", date(2025, 3, 5)),
        (45721.0, date(2025, 3, 5)),
    ],
)
def test_days_are_read_with_the_ledgers_year(text: object, on: date):
    assert [one.held_on for one in read(row(date=text)).rows] == [on]


@pytest.mark.parametrize("text", ["2025年3月", "2024-03-05", "2025.02.30", "下旬", ""])
def test_a_date_without_a_day_or_of_another_year_is_refused(text: str):
    ledger = read(row(date=text))

    assert [problem.cell for problem in ledger.errors] == ["C2"]


def test_the_kind_follows_from_the_sheet_where_no_column_says_it():
    ledger = read(
        ["柳河村党支部", "一组", "2025-03-05", "条例"], name="集中学习", heading=["党支部", "党小组", "日期", "主题"]
    )

    assert [one.kind for one in ledger.rows] == [Kind.STUDY]


def test_the_same_activity_twice_is_refused_the_second_time():
    ledger = read(row(), row(group="第一党小组"))

    assert sentences(ledger) == ["C3 与第 2 行重复（同一小组、日期、类型和主题）"]


def test_reasons_in_a_column_of_their_own_are_joined_to_the_names():
    heading = ["党支部", "日期", "活动类型", "缺席人员", "缺席原因"]

    ledger = read(["柳河村党支部", "2025-03-05", "党课", "张三、李四", "外出务工"], heading=heading)

    assert [(a.name, a.reason) for a in ledger.rows[0].absences] == [("张三", Reason.AWAY), ("李四", Reason.AWAY)]


def test_a_reason_of_somebody_who_is_no_absentee_is_named_and_makes_him_none():
    heading = ["党支部", "日期", "活动类型", "缺席人员", "缺席原因"]

    ledger = read(["柳河村党支部", "2025-03-05", "党课", "张三", "张三病假、李四外出"], heading=heading)

    assert [a.name for a in ledger.rows[0].absences] == ["张三"]
    assert [each.cell for each in ledger.warnings if "李四 不在缺席名单里" in each.problem] == ["E2"]


def test_a_column_of_those_on_leave_is_added_to_the_absentees():
    heading = ["党支部", "日期", "活动类型", "应到/实到", "请假人员", "缺席人员"]

    ledger = read(["柳河村党支部", "2025-03-05", "党课", "10/8", "张三", "李四（无故）"], heading=heading)

    assert {(a.name, a.reason) for a in ledger.rows[0].absences} == {("张三", Reason.LEAVE), ("李四", Reason.UNEXCUSED)}
    assert not ledger.problems


def test_absentees_are_matched_exactly_and_what_is_near_is_only_suggested():
    members = {1: "李强", 2: "王小明", 3: "张敏", 4: "张 敏", 5: "古丽·买买提"}
    read = read_absences("李 强（请假）、王晓明（请假）、张敏（因病）、古丽•买买提（请假）、赵六（外出）")

    matched = match_absentees(read.absences, members)

    assert [key for _, key in matched.matched] == [1, 5]
    assert matched.problems == [
        "小组里没有“王晓明”，是不是“王小明”？",
        "“张敏”在这个小组里有 2 位同名的人，分不清是哪一位",
        "小组里没有“赵六”",
    ]


def test_namesakes_who_are_all_absent_for_one_reason_need_not_be_told_apart():
    matched = match_absentees(read_absences("张敏（外出）、张敏（外出）").absences, {3: "张敏", 4: "张敏", 5: "李强"})

    assert [key for _, key in matched.matched] == [3, 4]


def test_somebody_listed_twice_is_counted_once():
    matched = match_absentees(read_absences("李强（请假）、李强（请假）").absences, {1: "李强"})

    assert ([key for _, key in matched.matched], matched.problems) == ([1], ["“李强”写了两次，只记一次"])


def test_who_took_the_chair_is_matched_likewise():
    assert match_person("李 强", {1: "李强"}) == (1, "")
    assert match_person("李墙", {1: "李强"}) == (None, "小组里没有“李墙”，是不是“李强”？")
