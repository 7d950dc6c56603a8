"""What a roster does not say stays as it is; who moves and whose post ends is named, and nobody else is."""

from datetime import date

import pytest

from services.activities.register.rules import Held, Roster, read_roster
from services.activities.register.rules.changes import RegisterNow
from services.activities.register.rules.roster_said import endings_said, moves_said
from shared.sheets import read_workbook
from shared.tables.cells import Workbook, sheet_from
from tests.activities.conftest import SAMPLES
from tests.activities.register.registers import after, planned

TODAY = date(2026, 1, 15)
HEADING = [
    "党支部",
    "党小组",
    "姓名",
    "身份证号码",
    "学历",
    "入党时间",
    "转正时间",
    "党员类别",
    "党内职务",
    "联系电话",
    "备注",
]
EAST, WEST, ONE, TWO = "东岭村党支部", "西河村党支部", "第一党小组", "第二党小组"
ROWS = [
    [EAST, ONE, "高大山", "990177195001010034", "初中", "1970.01", "", "正式党员", "党小组长", "19999000000", ""],
    [
        EAST,
        ONE,
        "罗长河",
        "990177195706120049",
        "高中",
        "1978.02",
        "",
        "正式党员",
        "支部书记",
        "19999000001",
        "年老体弱",
    ],
    [EAST, ONE, "梁金花", "990177196411230077", "小学", "1986.03", "", "正式党员", "", "19999000002", ""],
    [EAST, TWO, "韩雪莲", "990177199207110151", "小学", "2012.07", "", "正式党员", "党小组长", "19999000006", ""],
    [EAST, TWO, "程美玲", "990177198601210279", "初中", "2024.05", "", "预备党员", "", "19999000012", "外出务工"],
    [WEST, "", "宋成林", "990177197104060092", "大专", "1994.04", "", "正式党员", "支部书记", "19999000003", ""],
]


def read(*rows: list[str], heading: list[str] = HEADING) -> Roster:
    return read_roster(Workbook([sheet_from("花名册", [heading, *rows])]), today=TODAY)


def without(*headings: str) -> Roster:
    kept = [at for at, heading in enumerate(HEADING) if heading not in headings]
    return read(*([row[at] for at in kept] for row in ROWS), heading=[HEADING[at] for at in kept])


def written(name: str, **cells: str) -> Roster:
    """The roster with somebody's cells written otherwise."""
    at = {"branch": 0, "group": 1, "number": 3, "kind": 7, "post": 8}
    rows = [list(row) for row in ROWS]
    for row in rows:
        for key, value in cells.items() if row[2] == name else ():
            row[at[key]] = value
    return read(*rows)


@pytest.fixture
def register() -> RegisterNow:
    return after(planned(read(*ROWS)))


def warnings(plan) -> list[str]:
    return [problem.problem for problem in plan.problems]


def test_the_national_table_without_groups_takes_nobody_out_of_his_group_and_ends_no_post():
    first = planned(read_roster(read_workbook(SAMPLES / "cases" / "全国系统_第一步.xlsx"), today=TODAY))
    plan = planned(read_roster(read_workbook(SAMPLES / "cases" / "无小组列.xlsx"), today=TODAY), after(first))

    assert plan.is_empty
    assert (plan.counts["rows"], plan.counts["read"], plan.counts["refused"]) == (12, 12, 0)
    assert (plan.counts["members"], plan.counts["probationary"], plan.counts["secretaries"]) == (12, 1, 1)
    assert plan.tallies["posts"].unchanged == plan.counts["leaders"] + plan.counts["secretaries"] == 3
    assert warnings(plan) == ["文件里没有党小组一列，12 人仍在原来的党小组，没有调动"]


@pytest.mark.parametrize("heading", [each for each in HEADING if each not in {"党支部", "姓名", "身份证号码"}])
def test_a_column_that_is_not_there_changes_nothing(register, heading: str):
    plan = planned(without(heading), register)

    assert plan.is_empty
    assert plan.counts["refused"] == 0
    assert plan.changes == []


def test_all_columns_but_the_names_and_numbers_may_be_missing(register):
    plan = planned(without(*(set(HEADING) - {"党支部", "姓名", "身份证号码"})), register)

    assert plan.is_empty


def test_a_probationary_member_becomes_full_by_the_column_of_days_but_not_for_want_of_the_kinds(register):
    days = without("党员类别")
    assert planned(days, register).memberships == []

    at = HEADING.index("转正时间")
    rows = [[*row[:at], "2025.05" if row[2] == "程美玲" else "", "", *row[at + 2 :]] for row in ROWS]
    assert planned(read(*rows), register).changes == ["程美玲：更新转正时间", "程美玲：转为正式党员"]


@pytest.mark.parametrize("said", ["", "无", "/", "—"])
def test_a_blank_cell_moves_nobody_and_names_whom_it_might_have_meant(register, said: str):
    plan = planned(written("高大山", group=said), register)

    assert plan.is_empty
    assert warnings(plan) == [
        "没有写明党小组的 1 人没有调动，要调动请在各自的行里写明：高大山（仍在东岭村党支部第一党小组）"
    ]


def test_a_blank_branch_among_written_ones_is_not_that_of_the_row_above(register):
    roster = written("宋成林", branch="")

    assert planned(roster, register).is_empty
    assert [(each.cell, each.problem) for each in roster.errors] == [("A7", "没有写所在党支部")]


def test_a_branch_written_once_for_the_rows_below_moves_nobody_whom_the_register_has_elsewhere(register):
    rows = [[row[0] if row[2] == "高大山" else "", *row[1:]] for row in ROWS]

    plan = planned(read(*rows), register)

    assert plan.is_empty
    assert "宋成林（仍在西河村党支部）" in warnings(plan)[0]


def test_a_group_written_once_for_the_rows_below_moves_nobody_whom_the_register_has_elsewhere(register):
    rows = [[row[0], row[1] if row[2] == "高大山" else "", *row[2:]] for row in ROWS]

    plan = planned(read(*rows), register)

    assert plan.is_empty
    assert "韩雪莲（仍在东岭村党支部第二党小组）" in warnings(plan)[0]


def test_who_moves_and_whose_post_ends_is_named_from_where_to_where(register):
    plan = planned(written("高大山", group=TWO, post=""), register)

    assert list(moves_said(plan.moves)) == ["从东岭村党支部第一党小组调到东岭村党支部第二党小组，1人：高大山"]
    assert list(endings_said(plan.endings)) == ["不再担任党小组长，1人：高大山（东岭村党支部第一党小组）"]


def test_who_goes_to_another_branch_leaves_his_group_though_the_file_has_none(register):
    rows = [[WEST if row[2] == "韩雪莲" else row[0], *row[2:]] for row in ROWS]

    plan = planned(read(*rows, heading=[HEADING[0], *HEADING[2:]]), register)

    assert list(moves_said(plan.moves)) == ["从东岭村党支部第二党小组调到西河村党支部，1人：韩雪莲"]
    assert list(endings_said(plan.endings)) == ["不再担任党小组长，1人：韩雪莲（东岭村党支部第二党小组）"]


def test_a_thousand_like_rows_are_one_line(register):
    people = [[EAST, ONE, "张" + chr(0x4E00 + at), "", "", "", "", "正式党员", "", "", ""] for at in range(1000)]
    now = after(planned(read(*people)))

    moved = planned(read(*([EAST, TWO, *row[2:]] for row in people)), now)
    stay = planned(read(*([EAST, "", *row[2:]] for row in people), [EAST, ONE, "李强", *[""] * 8]), now)

    assert [line.count("、") for line in moves_said(moved.moves)] == [999]
    assert stay.moves == []
    assert sum("没有调动" in each for each in warnings(stay)) == 1


def test_a_leader_is_one_in_the_group_that_is_known_and_a_second_is_named(register):
    rows = [[row[0], *row[2:8], "党小组长" if row[2] in {"高大山", "梁金花"} else "", *row[9:]] for row in ROWS]

    plan = planned(read(*rows, heading=[HEADING[0], *HEADING[2:]]), register)

    assert plan.is_empty
    assert "东岭村党支部第一党小组已有党小组长（高大山），没有记入 1 人：梁金花" in warnings(plan)


def test_a_leader_whose_group_nobody_knows_is_named_and_holds_no_post():
    rows = [[row[0], *row[2:]] for row in ROWS]

    plan = planned(read(*rows, heading=[HEADING[0], *HEADING[2:]]))

    assert "没有写党小组的 2 人，职务没有记入：高大山（党小组长）、韩雪莲（党小组长）" in warnings(plan)
    assert [post.kind for post in plan.posts] == [Held.SECRETARY, Held.SECRETARY]


def test_nobody_new_without_a_group_in_a_divided_branch_goes_unnamed(register):
    rows = [*ROWS, [EAST, "", "新来", "", "", "", "", "正式党员", "", "", ""]]

    plan = planned(read(*rows), register)

    assert "没有写党小组的 1 人记在支部名下，请核对：新来（东岭村党支部）" in warnings(plan)


def test_whoever_belongs_to_no_group_already_is_no_news(register):
    rows = [*ROWS, [EAST, "", "本来没组", "", "", "", "", "正式党员", "", "", ""]]

    plan = planned(without("党小组"), after(planned(read(*rows))))

    assert warnings(plan) == ["文件里没有党小组一列，5 人仍在原来的党小组，没有调动"]


def test_whoever_may_be_registered_already_in_another_branch_is_not_doubled_without_a_word(register):
    heading, row = ["党支部", "姓名", "出生年月", "党员类别"], [WEST, "韩雪莲", "1992.07", "正式党员"]

    same = planned(read(row, heading=heading), register)
    maybe = planned(read([WEST, "韩雪莲", "", "正式党员"], heading=heading), register)

    assert (same.counts["refused"], same.is_empty) == (1, True)
    assert "“韩雪莲”可能就是东岭村党支部第二党小组的同名党员" in same.problems[0].problem
    assert "韩雪莲（东岭村党支部第二党小组）" in warnings(maybe)[0]


def test_whoever_stands_in_two_branches_of_a_file_without_a_number_is_named():
    roster = read([EAST, *ROWS[0][1:3], "", *ROWS[0][4:]], [WEST, "", *ROWS[0][2:3], "", *ROWS[0][4:]])

    assert "高大山（西河村党支部）" in next(each.problem for each in roster.warnings if "登记了两次" in each.problem)


def test_a_branch_that_everybody_of_a_file_left_is_compared_though_nobody_of_it_was_met(register):
    strangers = [[EAST, ONE, "陌生", "", "", "", "", "正式党员", "", "", ""]]

    assert "东岭村党支部第一党小组：高大山" in planned(read(*strangers), register).missing
