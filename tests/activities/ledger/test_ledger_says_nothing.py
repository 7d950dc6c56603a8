"""What a ledger does not say is no difference, and of whom it does not speak is not made up without a word."""

import pytest

from services.activities.ledger.rules import Ledger, read_ledger
from services.activities.ledger.rules.plan import Records, plan_ledger
from services.activities.register.rules import read_roster
from shared.tables.cells import Workbook, sheet_from
from tests.activities.conftest import READ_ON
from tests.activities.ledger.books import empty, kept
from tests.activities.register.registers import after, planned

MEMBERS = [["党支部", "党小组", "姓名"], *(["柳河村党支部", "第一党小组", name] for name in ("李强", "王芳", "张敏"))]
HEADING = [
    "党支部",
    "党小组",
    "日期",
    "活动类型",
    "地点",
    "主持人",
    "主题",
    "应到人数",
    "实到人数",
    "缺席人员及原因",
    "学时",
]
ROWS = [
    ["柳河村党支部", "第一党小组", "2025-01-06", "集中学习", "会议室", "李强", "防汛", 3, 2, "王芳（请假）", 2],
    ["柳河村党支部", "第一党小组", "2025-02-11", "党课", "会议室", "李强", "条例", 3, 3, "无", 1],
]


def without(*headings: str) -> Ledger:
    at = [place for place, heading in enumerate(HEADING) if heading not in headings]
    return read_ledger(Workbook([sheet_from("台账", [[row[each] for each in at] for row in (HEADING, *ROWS)])]), 2025)


@pytest.fixture(scope="module")
def books() -> Records:
    return empty(after(planned(read_roster(Workbook([sheet_from("名册", MEMBERS)]), today=READ_ON))))


@pytest.mark.parametrize("heading", HEADING[4:])
def test_a_column_that_is_not_there_is_no_difference(books: Records, heading: str):
    plan = plan_ledger(without(heading), kept(books, without()))

    assert (plan.unchanged, plan.activities, plan.problems) == (2, [], [])


def test_a_record_that_says_otherwise_is_still_told(books: Records):
    plan = plan_ledger(without(), kept(books, without("缺席人员及原因", "学时")))

    assert [problem.problem.partition("，")[2] for problem in plan.problems] == [
        "学时、缺席人员不同，没有改动；请在系统中更正那条记录",
        "学时不同，没有改动；请在系统中更正那条记录",
    ]


def test_where_no_column_names_the_absent_one_warning_says_that_all_were_taken_for_present(books: Records):
    plan = plan_ledger(without("缺席人员及原因"), books)

    assert [problem.problem for problem in plan.problems] == [
        "文件里没有缺席人员一列，2 条新记录按全员到会记入，请核对"
    ]
