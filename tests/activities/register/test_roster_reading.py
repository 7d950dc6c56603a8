"""A roster is read by the meaning of its columns; what cannot be read comes back with its cell and a sentence."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from services.activities.register.rules import (
    Held,
    Hindrance,
    Kind,
    Roster,
    Sex,
    WrongNumber,
    id_number_in,
    read_roster,
)
from services.activities.register.rules.identity import check_character
from shared.sheets import read_workbook, write_errors
from shared.tables.cells import Workbook, sheet_from
from tests.activities.register.registers import AS_OF, after, planned
from tests.messy import LAYOUTS, messy_roster

TODAY = date(2026, 11, 23)
HEADING = ["所在党支部", "党小组", "姓名", "身份证号", "入党时间", "党员类别", "党内职务", "备注"]
LI, WANG = "990100197309052973", "99010019530401475X"


def read(*rows: list[object], name: str = "花名册", heading: list[str] | None = None) -> Roster:
    return read_roster(Workbook([sheet_from(name, [heading or HEADING, *rows])]), today=TODAY)


def row(**given: object) -> list[object]:
    values = {
        "branch": "柳河村党支部",
        "group": "第一党小组",
        "name": "李强",
        "id": LI,
        "joined": "1999.07",
        "kind": "正式党员",
        "post": "",
        "remark": "",
    }
    return list({**values, **given}.values())


def sentences(roster: Roster) -> list[str]:
    return [f"{problem.cell} {problem.problem}" for problem in roster.problems if "省份代码" not in problem.problem]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_of_a_messy_roster_every_readable_row_is_in_and_every_other_out_with_its_cell(
    layout: str, seed: int, tmp_path: Path
):
    messy = messy_roster(tmp_path / "messy.xlsx", layout, rows=1000, seed=seed)

    roster = read_roster(read_workbook(messy.path), today=TODAY)

    assert {(p.sheet, p.cell): p.problem for p in roster.errors}.keys() == messy.refused.keys()
    assert all(messy.refused[p.sheet, p.cell] in p.problem for p in roster.errors)
    assert (roster.rows_total, roster.rows_refused) == (messy.rows, messy.rows - len(messy.readable))
    found = {person.id_number: person for person in roster.people}
    assert len(found) == len(messy.readable)
    for truth in messy.readable:
        person = found[truth.id_number]
        assert (person.name, person.branch, person.kind.value) == (truth.name, truth.branch, truth.kind)
        assert (person.group, person.born_on) == (roster_group(roster, truth.branch, truth.group), truth.born)
        assert person.joined_on in {truth.joined, truth.joined.replace(day=1)}
        assert [post.kind.value for post in person.posts] == truth.posts
        assert [str(c) for c in person.circumstances] == ([truth.circumstance] if truth.circumstance else [])
        assert person.phone == truth.phone
        assert person.sex is (Sex.MALE if truth.sex == "男" else Sex.FEMALE)


def roster_group(roster: Roster, branch: str, group: str) -> str | None:
    number = "一二三四五六七八九".index(group[1]) + 1
    forms = {group, f"{group[1]}组", f"{number}组"}
    return next((name for of, name in roster.groups if of == branch and name in forms), None)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_errors_file_corrected_is_read_with_branch_and_group_whatever_the_layout_was(layout: str, tmp_path: Path):
    messy = messy_roster(tmp_path / "messy.xlsx", layout, rows=200, seed=3, spoilt=0.2)
    roster = read_roster(read_workbook(messy.path), today=TODAY)

    write_errors(tmp_path / "errors.xlsx", roster.refused)
    again = read_roster(read_workbook(tmp_path / "errors.xlsx"), today=TODAY)

    assert again.rows_total == roster.rows_refused
    unit_missing = [problem for problem in again.errors if "党支部" in problem.problem]
    assert not unit_missing
    twice = {person.id_number for person in messy.people if person.spoilt == "twice"}
    assert {person.id_number for person in again.people} == twice
    groups = {person.id_number: (person.branch, person.group) for person in roster.people}
    assert all(groups[p.id_number][0] == p.branch and p.group for p in again.people if p.branch in groups[p.id_number])


@given(
    st.lists(
        st.lists(
            st.text(max_size=12) | st.floats() | st.integers() | st.booleans() | st.dates() | st.none(),
            min_size=8,
            max_size=8,
        ),
        max_size=4,
    )
)
def test_no_row_is_too_strange_to_be_read_or_refused(rows: list[list[object]]):
    roster = read(*rows)

    assert roster.rows_total == len(roster.people) + roster.rows_refused
    assert {problem.row for problem in roster.errors} == {row.row for table in roster.refused for row in table.rows}


@given(
    born=st.dates(date(1930, 1, 1), date(2008, 1, 1)),
    serial=st.integers(0, 999),
    region=st.integers(110000, 999999),
    place=st.integers(0, 16),
)
def test_a_number_is_read_and_one_wrong_digit_is_found(born: date, serial: int, region: int, place: int):
    first = f"{region}{born:%Y%m%d}{serial:03d}"
    number = first + check_character(first)

    assert id_number_in(number, today=TODAY).born_on == born
    wrong = f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"
    with pytest.raises(WrongNumber):
        id_number_in(wrong, today=TODAY)


def test_columns_are_told_by_their_meaning_and_shown_for_the_preview():
    roster = read(
        ["李强", "1999.07", LI, "柳河村党支部", "王某"],
        heading=["名字", "加入党组织日期", "号码", "组织", "入党介绍人姓名"],
    )

    understood = {column.heading: (column.label, column.by_values) for column in roster.columns}
    assert understood == {
        "名字": ("姓名", False),
        "加入党组织日期": ("入党时间", False),
        "号码": ("身份证号码", True),
        "组织": ("党支部", False),
        "入党介绍人姓名": ("", False),
    }


def test_a_number_with_lost_digits_is_refused_by_its_cell():
    roster = read(row(id=9.90100197309053e17))

    assert sentences(roster) == ["D2 身份证号在表格里存成了数字，末几位已经丢失，请按文本重新填写"]
    assert (roster.rows_total, roster.rows_refused) == (1, 1)


def test_an_old_number_of_fifteen_places_is_converted_with_a_warning():
    roster = read(row(id="990100730905297"))

    assert roster.people[0].id_number == LI
    assert sentences(roster) == ["D2 15 位的旧身份证号已换算成 18 位，请核对"]


def test_an_unknown_province_is_one_warning_for_all_and_never_a_refusal():
    roster = read(row(), row(name="王芳", id=WANG))

    assert roster.rows_refused == 0
    assert [problem.problem for problem in roster.warnings] == [
        "身份证号以 99 开头的有 2 人，不是国家公布的省份代码，请核对"
    ]


def test_the_same_number_twice_refuses_the_second_row_and_names_the_first():
    roster = read(row(), row(name="李强强"))

    assert [person.name for person in roster.people] == ["李强"]
    assert sentences(roster) == ["D3 身份证号与 D2 相同，同一个人不能登记两次"]


def test_a_sheet_that_repeats_another_is_passed_over():
    sheets = [sheet_from("全乡", [HEADING, row()]), sheet_from("柳河村", [HEADING, row()])]

    roster = read_roster(Workbook(sheets), today=TODAY)

    assert roster.counts["rows"] == roster.counts["read"] == 1
    assert roster.skipped[-1].why == "工作表“全乡”第 2 行已有此人，已跳过"


def test_a_list_of_other_people_is_no_roster():
    contacts = sheet_from("通讯录", [["序号", "姓名", "职务", "电话"], [1, "李强", "主任", "19900000000"]])

    assert read_roster(Workbook([contacts]), today=TODAY).rows_total == 0


def test_a_further_sheet_that_lists_some_again_without_their_branch_is_passed_over():
    again = sheet_from("预备党员", [["姓名", "身份证号", "党员类别"], ["李强", LI, "正式党员"]])

    roster = read_roster(Workbook([sheet_from("全乡", [HEADING, row()]), again]), today=TODAY)

    assert (roster.rows_total, roster.errors) == (1, [])


def test_an_entry_that_takes_two_merged_rows_is_one_person():
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("花名册")
        sheet.write_row(0, 0, ["党支部", "姓名", "身份证号", "联系电话"])
        for column, text in enumerate(["柳河村党支部", "李强", LI]):
            sheet.merge_range(1, column, 2, column, text)
        sheet.write_column(1, 3, ["19900000001", "19900000002"])

    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        write(book)

    roster = read_roster(read_workbook(file.getvalue()), today=TODAY)
    assert [person.phone for person in roster.people] == ["19900000001"]
    assert roster.rows_refused == 0


def test_without_a_number_namesakes_of_a_branch_cannot_be_told_apart():
    roster = read(row(id=""), row(id=""), row(id="", branch="东庄村党支部"))

    assert [(person.name, person.branch) for person in roster.people] == [
        ("李强", "柳河村党支部"),
        ("李强", "东庄村党支部"),
    ]
    assert "C3 与 C2 同支部、同姓名，又缺少身份证号，分不清是不是同一个人" in sentences(roster)


def test_a_second_leader_of_a_group_is_read_without_the_post():
    roster = read(row(post="组长"), row(name="王芳", id=WANG, post="党小组组长、支委"))

    assert [[post.kind for post in person.posts] for person in roster.people] == [
        [Held.LEADER],
        [Held.COMMITTEE_MEMBER],
    ]
    assert sentences(roster) == ["G3 柳河村党支部第一党小组已有党小组长（C2），这里的“党小组组长”没有记入"]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("党小组长", [Held.LEADER]),
        ("第一党小组组长", [Held.LEADER]),
        ("一组组长", [Held.LEADER]),
        ("副组长", [Held.DEPUTY]),
        ("党小组副组长", [Held.DEPUTY]),
        ("支书", [Held.SECRETARY]),
        ("柳河村党支部书记、村委会主任", [Held.SECRETARY]),
        ("书记兼主任", [Held.SECRETARY]),
        ("党支部副书记", [Held.COMMITTEE_MEMBER]),
        ("组织委员兼党小组长", [Held.COMMITTEE_MEMBER, Held.LEADER]),
        ("支部纪检委员", [Held.COMMITTEE_MEMBER]),
        ("村民小组长", []),
        ("团支部书记", []),
        ("驻村第一书记", []),
        ("网格组长", []),
        ("原支部书记", []),
        ("前进村支部书记", [Held.SECRETARY]),
        ("无", []),
        ("党员", []),
    ],
)
def test_posts_are_understood_however_abbreviated(text: str, held: list[Held]):
    roster = read(row(post=text))

    assert [post.kind for post in roster.people[0].posts] == held


@pytest.mark.parametrize(
    ("text", "duties"),
    [
        ("党支部副书记", {"deputy_secretary"}),
        ("副书记兼组织委员", {"deputy_secretary", "organisation"}),
        ("纪检委员、宣传委员", {"discipline", "publicity"}),
        ("组宣委员", {"organisation", "publicity"}),
        ("支部委员（组织）", {"organisation"}),
        ("支部委员", set()),
        ("支书", set()),
    ],
)
def test_what_a_member_of_a_committee_answers_for_comes_with_his_title(text: str, duties: set[str]):
    (post,) = read(row(post=text)).people[0].posts

    assert set(post.duties) == duties


def test_duties_are_added_to_a_post_and_never_taken_from_it():
    plain, more = read(row(post="支部委员")), read(row(post="组织委员"))
    known = after(planned(plain))
    plan = planned(more, known)

    assert [post.duties for post in planned(more).posts] == [("organisation",)]
    assert [(post.kind, post.duties, post.starts_on) for post in plan.posts] == [
        (Held.COMMITTEE_MEMBER, ("organisation",), AS_OF)
    ]
    assert len(plan.ended_posts) == 1
    assert plan.upheaval == 0  # nobody loses a post by it
    again = planned(plain, after(planned(more)))
    assert not again.posts
    assert not again.ended_posts


@pytest.mark.parametrize(
    ("remark", "found"),
    [
        ("流动党员，在外务工", [Hindrance.AWAY]),
        ("年老体弱", [Hindrance.AGED]),
        ("因病卧床", [Hindrance.ILL]),
        ("失能", [Hindrance.ILL]),
        ("照顾病人", [Hindrance.CARING]),
        ("原在外务工，已返乡", []),
        ("", []),
    ],
)
def test_remarks_say_why_somebody_is_not_expected(remark: str, found: list[Hindrance]):
    assert list(read(row(remark=remark)).people[0].circumstances) == found


def test_branches_and_groups_written_in_several_ways_are_one():
    roster = read(
        row(),
        row(name="王芳", id=WANG, branch="柳河支部", group="1组"),
        row(name="张敏", id="", branch="中共柳河村支部委员会", group="第 1 小组"),
    )

    assert roster.branches == ["柳河村党支部"]
    assert len(roster.groups) == 1
    assert "A3 “柳河支部”当作“柳河村党支部”，请核对是不是同一个支部" in sentences(roster)


def test_a_place_is_its_branch_and_a_bare_number_its_group():
    roster = read(row(branch="柳河村", group=12.0))

    assert roster.groups == [("柳河村党支部", "第十二党小组")]


def test_rows_that_number_the_columns_or_count_by_sex_are_no_people():
    heading = ["序号", "姓名", "身份证号", "入党时间", "党支部"]

    roster = read(
        ["一", "二", "三", "四", "五"], [1, "李强", LI, "1999.07", "柳河村党支部"], ["男", 1, "女", 0], heading=heading
    )

    assert (roster.rows_total, roster.rows_refused) == (1, 0)


def test_a_roster_saved_as_csv_is_read_and_a_number_in_its_exponent_form_refused(tmp_path: Path):
    file = tmp_path / "名册.csv"
    lines = [["党支部", "姓名", "身份证号"], ["柳河村党支部", "李强", LI], ["柳河村党支部", "王芳", "9.90100E+17"]]
    file.write_bytes("\n".join(",".join(line) for line in lines).encode("gb18030"))

    roster = read_roster(read_workbook(file), today=TODAY)

    assert (len(roster.people), [problem.cell for problem in roster.errors]) == (1, ["C3"])


def test_a_short_name_that_could_mean_two_branches_is_left_alone():
    roster = read(
        row(branch="柳河村党支部"), row(branch="柳河社区党支部", id=WANG), row(branch="柳河支部", id="", name="张敏")
    )

    assert roster.branches == ["柳河村党支部", "柳河社区党支部", "柳河支部"]


def test_a_member_without_a_group_is_read():
    roster = read(
        row(), row(group="", name="王芳", id=WANG), row(group="无", branch="东庄村党支部", name="张敏", id="")
    )

    assert [person.group for person in roster.people] == ["第一党小组", None, None]


def test_dates_and_sex_that_disagree_with_the_number_are_warnings():
    roster = read(
        ["柳河村党支部", "李强", LI, "1973.09", "男"],
        ["柳河村党支部", "王芳", WANG, "1960年4月", "女"],
        heading=["党支部", "姓名", "身份证号", "出生年月", "性别"],
    )

    assert [(p.cell, p.problem) for p in roster.warnings][1:] == [
        ("D3", "出生日期与身份证号不一致，以身份证号为准"),
        ("E3", "性别与身份证号不一致，请核对"),
    ]
    assert roster.people[1].born_on == date(1953, 4, 1)


def test_a_total_that_does_not_agree_is_a_warning():
    roster = read(row(), ["合计", "", 3])

    assert roster.rows_refused == 0
    assert sentences(roster) == ["A3 表里写的人数是 3，实际有 1 人，请核对"] or sentences(roster) == [
        "C3 表里写的人数是 3，实际有 1 人，请核对"
    ]


def test_a_kind_that_is_not_filled_in_follows_from_the_date():
    roster = read(row(kind=""), row(name="王芳", id=WANG, kind="", joined="2026.05"))

    assert [person.kind for person in roster.people] == [Kind.FULL, Kind.PROBATIONARY]


def test_notes_in_brackets_behind_a_name_are_no_part_of_it():
    roster = read(row(name="李 强（组长）"), row(name="王芳（女）", id=WANG))

    assert [person.name for person in roster.people] == ["李强", "王芳"]
    assert roster.people[0].posts[0].kind is Held.LEADER


def test_a_workbook_without_a_roster_has_no_rows_and_says_so():
    workbook = Workbook(
        [
            sheet_from("收支", [["日期", "金额"], ["1月", 3]]),
            sheet_from("空", []),
            sheet_from("积极分子名册", [HEADING, row()]),
        ]
    )

    roster = read_roster(workbook, today=TODAY)

    assert roster.rows_total == 0
    assert [skipped.why for skipped in roster.skipped] == [
        "工作表“收支”里没有找到党员花名册的表头（姓名等列），已跳过",
        "工作表“空”是空的，已跳过",
        "工作表“积极分子名册”看起来不是党员花名册，已跳过",
    ]


def test_a_sentence_never_repeats_an_id_number():
    roster = read(row(id=LI[:17] + "0"), row(id=LI[:16]), row(id="abc" + LI[3:]))

    assert roster.rows_refused == 3
    assert not any(LI[:14] in problem.problem for problem in roster.problems)


def test_an_errors_file_holds_no_formula():
    roster = read(row(name="=HYPERLINK(1)", remark="=1+1"), row(name="+cmd", id=WANG))

    file = BytesIO()
    write_errors(file, roster.refused)
    cells = [cell for line in read_workbook(file.getvalue()).sheets[0].rows for cell in line]
    assert any(cell.value == "=1+1" for cell in cells)


@pytest.mark.parametrize("rows", [1_000, pytest.param(20_000, marks=pytest.mark.large)])
def test_as_many_rows_as_there_are_people_are_all_read(tmp_path: Path, rows: int):
    messy = messy_roster(tmp_path / "large.xlsx", "flat", rows=rows, seed=5, spoilt=0)

    roster = read_roster(read_workbook(messy.path), today=TODAY)

    assert (roster.rows_total, roster.rows_refused) == (rows, 0)
