"""A ledger of the grid handed in: as it went out it changes nothing; as offices keep it, it lays the grid; taken back."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from services.activities.grid import actions, writers
from services.activities.grid.rules.sheet import GridSheet, read_grid
from services.activities.grid.schemas import CellEnding, CellNaming, LinkEnding
from services.activities.register.queries.units import places_of
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.people import names_of
from shared.sheets import read_workbook
from shared.tables import Workbook
from shared.tables.cells import sheet_from
from tests.activities.grid.conftest import SINCE, Grid
from tests.activities.imports.test_import_pages import a_book, figures, hand_in
from tests.town import DONGLING, FIRST, SECOND

TODAY = date(2025, 3, 3)
HEADING = writers.LEDGER
OFFICE = (
    "序号",
    "网格",
    "党支部",
    "党小组",
    "党员姓名",
    "联系电话",
    "联系户数",
    "联系户(户号/门牌)",
    "人口",
    "最近走访",
)


def book_of(grid: Grid) -> bytes:
    organiser = grid.people.organiser
    with unit("activities", organiser) as session:
        known, links = actions.take_ledger(session, organiser, grid.people.town.id)
        units = names_of(session, {each for one in known for each in one.unit_ids})
        places = places_of(session, {each.unit_id for each in links})
        return writers.ledger_book(known, links, units, places)


def ledger_of(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in read_workbook(book_of(grid)).sheets[0].rows]


def sheet(*rows: tuple[str, ...], heading: tuple[str, ...] = HEADING) -> GridSheet:
    return read_grid(Workbook([sheet_from("网格台账", [heading, *rows])]), today=TODAY, township="清溪镇")


def row(**said: str) -> tuple[str, ...]:
    names = {
        "code": "网格编号",
        "cell": "网格",
        "level": "级别",
        "above": "上级网格",
        "extent": "范围",
        "homes": "户数",
        "opened": "设立日期",
        "units": "对应党小组",
        "name": "党员姓名",
        "branch": "党支部",
        "group": "党小组",
        "sort": "怎样联系",
        "doors": "联系户门牌",
        "many": "联系户数",
        "since": "开始日期",
    }
    told = {names[key]: value for key, value in said.items()}
    return tuple(told.get(each, "") for each in HEADING)


def bring_in(grid: Grid, read: GridSheet, **more: int):
    commit = partial(actions.commit_grid, **more)
    return grid.people.does(grid.people.organiser, commit, grid.people.town.id, read)


def looked(grid: Grid, read: GridSheet):
    return grid.people.does(grid.people.organiser, actions.preview_grid, grid.people.town.id, read)


def take_back(grid: Grid, plan) -> None:
    grid.people.does(grid.people.organiser, actions.take_grid_back, grid.people.town.id, plan.written)


def errors(plan) -> list[tuple[str, str]]:
    return [(each.cell, each.problem) for each in plan.problems if each.fatal]


def laid(grid: Grid) -> None:
    """Everything that a ledger can say: doors, numbers, a cell below a cell, all sorts of links, two units."""
    grid.open("东岭村一组楼栋", level="micro", parent_id=grid.east, outside_code="WG-9", extent="东到大河，西到县道")
    grid.link("白梅", grid.east, doors="1-18号，18户")
    grid.link("孙勤", grid.east, sort="worker")
    grid.link("许安", grid.west, sort="residence", on=date(2025, 1, 2))


def test_as_it_went_out_it_comes_in_and_changes_nothing(grid: Grid):
    laid(grid)
    before = ledger_of(grid)
    read = read_grid(read_workbook(book_of(grid)), today=TODAY)

    plan = bring_in(grid, read)

    assert (plan.is_empty, errors(plan), plan.unchanged) == (True, [], 3)
    assert ledger_of(grid) == before


def test_brought_into_an_empty_grid_the_ledger_that_went_out_lays_the_same(grid: Grid):
    laid(grid)
    before, read = ledger_of(grid), read_grid(read_workbook(book_of(grid)), today=TODAY)
    with unit("activities") as session:
        for table, more in (("cell_link", ", stage = 'ended'"), ("cell_unit", ""), ("cell", "")):
            session.connection().exec_driver_sql(f"update activities.{table} set ends_on = starts_on{more}")

    plan = bring_in(grid, read)

    assert (plan.counts["cells"], plan.counts["links"], errors(plan)) == (4, 3, [])
    assert ledger_of(grid) == before
    take_back(grid, plan)
    assert ledger_of(grid)[1:] == []


def test_the_table_that_an_office_keeps_lays_village_cell_and_links_and_says_what_it_took_for_granted(grid: Grid):
    read = sheet(
        ("1", "南网格", DONGLING, FIRST, "白梅", "13900000000", "18", "1-18号", "40", "2025.2"),
        ("2", "", "", "", "许安", "", "5户", "18-23号", "", ""),
        heading=OFFICE,
    )
    plan = bring_in(grid, read)

    assert errors(plan) == []
    assert [(line[1], line[3], line[8], line[12], line[13]) for line in ledger_of(grid)[1:] if line[1] == "南网格"] == [
        ("南网格", "东岭村", "白梅", "1-18号", "18"),
        ("南网格", "东岭村", "许安", "18-23号", "5"),
    ]
    said = " ".join(each.problem for each in [*read.problems, *plan.problems])
    for each in ("按党支部放在“东岭村”下面", "没有写网格，按上面一行的“南网格”", "按“联系党员”登记", "有重叠"):
        assert each in said


def test_the_countys_table_of_cells_and_workers_comes_in_though_a_worker_is_no_member(grid: Grid):
    heading = ("网格编号", "所属村", "网格名称", "网格员", "总户数", "联系党员")
    rows = (
        ("WG-1", "东岭村", "东网格", "孙勤", "60", "白梅、许安"),
        ("WG-7", "西岭村", "山网格", "查无此", "45户", ""),
    )

    plan = bring_in(grid, sheet(*rows, heading=heading))

    assert errors(plan) == []
    assert "网格员“查无此”不在党员名册里，没有登记" in " ".join(each.problem for each in plan.problems)
    found = [(line[0], line[1], line[3], line[5], line[8], line[11]) for line in ledger_of(grid)[1:] if line[0]]
    assert found == [
        ("WG-1", "东网格", "东岭村", "60", "孙勤", "网格员"),
        ("WG-1", "东网格", "东岭村", "60", "白梅", "联系党员"),
        ("WG-1", "东网格", "东岭村", "60", "许安", "联系党员"),
        ("WG-7", "山网格", "西岭村", "45", "", ""),
    ]


def test_nothing_ends_because_its_row_is_not_there_and_a_blank_cell_says_nothing(grid: Grid):
    laid(grid)
    before = ledger_of(grid)

    plan = bring_in(grid, sheet(row(cell="东网格", above="东岭村")))

    assert plan.is_empty
    assert ledger_of(grid) == before


def test_who_lives_elsewhere_by_the_file_is_named_before_and_lives_there_from_its_day(grid: Grid):
    laid(grid)
    before = ledger_of(grid)
    read = sheet(row(cell="东网格", name="许安", sort="居住", since="2025-02-01"))
    assert looked(grid, read).moves == ["许安：居住从“东岭村/西网格”改为“东岭村/东网格”，从2025年2月1日起"]
    assert ledger_of(grid) == before

    plan = bring_in(grid, read)

    lives = [(line[1], line[14]) for line in ledger_of(grid) if line[8] == "许安"]
    assert lives == [("东网格", "2025年2月1日")]
    assert bring_in(grid, read).is_empty
    take_back(grid, plan)
    assert ledger_of(grid) == before


def test_words_and_doors_that_changed_are_written_and_go_back(grid: Grid):
    laid(grid)
    before = ledger_of(grid)

    plan = bring_in(
        grid,
        sheet(row(cell="东网格", homes="66", code="WG-1", name="白梅", sort="联系党员", doors="1-20号", many="20")),
    )

    assert plan.lines == [
        "“东岭村/东网格”：编号改为WG-1，户数从60改为66",
        "白梅：联系党员“东岭村/东网格”（1-20号，20户），从2025年3月3日起",
    ]
    assert [line[12] for line in ledger_of(grid) if line[8] == "白梅"] == ["1-20号"]
    take_back(grid, plan)
    assert ledger_of(grid) == before


def test_what_stands_on_it_is_named_and_it_stays(grid: Grid):
    plan = bring_in(grid, sheet(row(cell="南网格", above="东岭村", name="白梅", sort="居住")))
    grid.people.does(grid.people.organiser, actions.end_link, plan.written.links[0], LinkEnding())
    grid.link("孙勤", plan.written.cells[0], on=TODAY)

    with pytest.raises(Conflict) as refused:
        take_back(grid, plan)

    assert "以后又结束或者更正过的网格联系：白梅" in refused.value.detail
    assert "党员的网格联系：南网格" in refused.value.detail
    assert "南网格" in {line[1] for line in ledger_of(grid)}


def test_nobody_is_put_back_into_a_cell_that_is_no_more(grid: Grid):
    laid(grid)
    plan = bring_in(grid, sheet(row(cell="东网格", name="许安", sort="居住", since="2025-02-01")))
    grid.people.does(grid.people.organiser, actions.end_cell, grid.west, CellEnding())
    before = ledger_of(grid)

    with pytest.raises(Conflict) as refused:
        take_back(grid, plan)

    assert "以后又撤销或者合并了原来居住的网格：许安" in refused.value.detail
    assert ledger_of(grid) == before


WRONG = {
    "nobody": ((row(cell="东网格", name="查无此", sort="居住"),), "没有“查无此”这名党员"),
    "no level above": ((row(cell="山网格"),), "没有写上级网格"),
    "no such cell above": ((row(cell="山网格", above="大山片"),), "没有“大山片”这个上级网格"),
    "a circle": ((row(cell="甲片", above="乙片"), row(cell="乙片", above="甲片")), "绕成了圈"),
    "two villages of one code": (
        (row(cell="甲村", level="村", code="7"), row(cell="乙村", level="村", code="7")),
        "已经用在“甲村”",
    ),
    "a village in a village": ((row(cell="新村", level="村", above="东岭村"),), "村不能放在"),
    "two numbers for one": (
        (row(cell="东网格", homes="5"), row(cell="东网格", homes="6")),
        "和第 2 行写的不一样",
    ),
    "two residences": (
        (row(cell="东网格", name="白梅", sort="居住"), row(cell="西网格", name="白梅", sort="居住")),
        "第 2 行已经写了白梅的居住",
    ),
    "before the cell was": (
        (row(cell="东网格", name="白梅", sort="居住", since="2023-12-31"),),
        "从2024年1月1日才有",
    ),
    "a day to come": ((row(cell="东网格", name="白梅", sort="居住", since="2026-01-01"),), "还没有到"),
    "no such group": ((row(cell="东网格", units="第九党小组", branch=DONGLING),), "名册里没有“第九党小组”"),
    "a divided branch": ((row(cell="东网格", units=DONGLING),), "分了党小组"),
    "a householder": ((row(cell="东网格", name="白梅", sort="联系党员", doors="王家"),), "不写户主"),
    "a telephone": ((row(cell="南网格", above="东岭村", extent="找13900000000"),), "好像写了电话"),
    "no number": ((row(cell="东网格", homes="许多"),), "没有读懂"),
    "no sort": ((row(cell="东网格", name="白梅", sort="亲戚"),), "没有读懂是怎样联系"),
    "no sort at all": ((row(cell="东网格", name="白梅"),), "没有写怎样联系"),
    "no level": ((row(cell="东网格", level="片"),), "没有读懂"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_said_with_its_row_and_the_rest_comes_in(grid: Grid, case: str):
    rows, why = WRONG[case]
    before = ledger_of(grid)
    read = sheet(*rows, row(cell="好网格", above="东岭村", level="网格"))

    plan = bring_in(grid, read)

    told = [(each.cell, each.problem) for each in [*read.errors, *plan.problems] if why in each.problem]
    assert told, [*read.errors, *plan.problems]
    assert "好网格" in {line[1] for line in ledger_of(grid)}
    assert {line[1] for line in ledger_of(grid)} - {line[1] for line in before} <= {"甲村", "好网格"}
    kept = [row.row for table in plan.refused for row in table.rows]
    assert kept, "the row is not in the file of what was refused"


def test_a_number_that_names_another_cell_is_refused_and_a_former_name_is_understood(grid: Grid):
    people = grid.people
    bring_in(grid, sheet(row(cell="东网格", code="WG-1")))
    plan = looked(grid, sheet(row(cell="河网格", code="WG-1", above="东岭村")))
    assert "在系统里是“东岭村/东网格”" in errors(plan)[0][1]

    people.does(people.organiser, actions.rename, grid.east, CellNaming(name="河东网格"))
    plan = looked(grid, sheet(row(cell="东网格", code="WG-1", homes="60")))
    assert (errors(plan), plan.is_empty) == ([], True)


def test_what_reads_like_a_name_is_asked_for_and_written_when_it_is_a_place(grid: Grid):
    read = sheet(row(cell="老王沟网格", above="东岭村"))
    assert len(looked(grid, read).doubts) == 1
    with pytest.raises(Invalid) as asked:
        bring_in(grid, read)
    assert "有 1 处字像是人名" in asked.value.detail

    assert bring_in(grid, read, agreed=1).counts["cells"] == 1


def test_of_two_of_a_name_it_is_asked_which(grid: Grid):
    with unit("activities") as session:
        session.connection().exec_driver_sql(
            "update office.person set name = '许安' where id = %s", (grid.people.town.people["何闲"],)
        )
    plan = looked(grid, sheet(row(cell="东网格", name="许安", sort="居住")))
    assert "有 2 位“许安”" in errors(plan)[0][1]

    plan = looked(grid, sheet(row(cell="东网格", name="许安", sort="居住", branch=DONGLING, group=SECOND)))
    assert (errors(plan), plan.counts["links"]) == ([], 1)


def test_a_proposal_stays_the_secretarys_to_agree_to(grid: Grid):
    link_id = grid.link("许安", grid.east, grid.people.leader)
    plan = bring_in(grid, sheet(row(cell="东网格", name="许安", sort="联系党员")))

    assert plan.is_empty
    assert "等支部确认" in plan.problems[0].problem
    assert grid.people.does(grid.people.secretary, actions.agree, link_id).starts_on == SINCE


def test_on_the_page_it_is_looked_at_brought_in_seen_taken_out_and_taken_back(grid: Grid, visit, settle):
    organiser, before = visit("organiser"), ledger_of(grid)
    page = hand_in(
        organiser,
        "网格台账.xlsx",
        a_book(HEADING, row(cell="老王沟网格", above="东岭村", name="白梅", sort="联系党员")),
        kind="grid",
    )
    assert (figures(page)["个新网格"], figures(page)["项党员联系"]) == (1, 1)
    assert "白梅：联系党员“东岭村/老王沟网格”" in page.text
    assert ledger_of(grid) == before

    organiser.submit(page, "bring-in")
    settle()
    refused = organiser.get(page.address).text
    assert "有 1 处字像是人名，还没有核对" in refused
    with unit("activities") as session:
        told = session.connection().exec_driver_sql("select string_agg(reason, '') from office.happening")
        assert "老王" not in told.scalar()  # what reads like a name stands in no history
    organiser.submit(organiser.get(page.address), "bring-in", agreed="1")
    settle()
    assert "这个文件已于" in organiser.get(page.address).text
    assert "老王沟网格" in organiser.get("/activities/cells").text
    out = organiser.client.get("/activities/cells/ledger.xlsx").content
    assert "不用导入" in hand_in(organiser, "网格台账.xlsx", out, kind="grid").text

    back = organiser.get(f"{page.address}/undo")
    assert "1 个新设立的网格撤销" in back.text
    organiser.submit(back, "undo")
    assert ledger_of(grid) == before


def test_only_the_organiser_brings_one_in(grid: Grid):
    people = grid.people
    for actor in (people.leader, people.secretary):
        with pytest.raises((NotYours, OutOfReach)):
            people.does(actor, actions.preview_grid, people.town.id, sheet())
