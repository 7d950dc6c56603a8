"""A good ledger of the grid handed in again, spoilt as offices spoil them: nothing is opened, moved, doubled or ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given, note, settings

from services.activities.grid.rules.known import CellNow, GridNow, LinkNow, MemberNow
from services.activities.grid.rules.plan import plan_grid
from services.activities.grid.rules.planned import GridPlan
from services.activities.grid.rules.sheet import read_grid
from services.activities.grid.writers import LEDGER
from services.activities.register.rules.changes import Place
from tests.mutated import SPOILINGS, Grid, Spoiling, mutated, said

TODAY, SINCE = date(2025, 3, 3), date(2020, 1, 1)
MANY = settings(max_examples=100)
VILLAGES, CELLS, GROUPS = ("东岭村", "西河村"), ("第一网格", "第二网格", "第三网格"), ("第一党小组", "第二党小组")
SURNAMES, GIVEN = "赵钱孙李周吴", ("安", "平", "宁", "和")
UNITS = {
    Place(f"{village}党支部", group): 10 * at + number
    for at, village in enumerate(VILLAGES, start=1)
    for number, group in enumerate((None, *GROUPS))
}
NEEDED = ("网格", "党员姓名", "怎样联系")


def everybody() -> list[MemberNow]:
    """Twelve in each village, six in a group."""
    names = [f"{surname}{given}" for given in GIVEN for surname in SURNAMES]
    places = [place for place in UNITS if place.group]
    return [
        MemberNow(number, name, UNITS[places[number // 6]], UNITS[Place(places[number // 6].branch, None)], SINCE)
        for number, name in enumerate(names)
    ]


def lines() -> list[list[str]]:
    """Villages, cells of the same names in both, and in each cell members who live there or keep touch."""
    by_unit = {unit_id: place for place, unit_id in UNITS.items()}
    found = [[f"C{at}", name, "村", "", "", "90", "2020年1月1日", *[""] * 8] for at, name in enumerate(VILLAGES)]
    for member in everybody():
        place = by_unit[member.unit_id]
        village, at = place.branch.removesuffix("党支部"), member.person_id % len(CELLS)
        sort, doors = (
            ("居住", "")
            if member.person_id % 2
            else ("联系党员", f"{member.person_id * 20 + 1}-{member.person_id * 20 + 9}号")
        )
        cell = [
            f"{village[0]}-{at}",
            CELLS[at],
            "网格",
            village,
            "",
            "30",
            "2021年5月1日",
            f"{place.branch}{GROUPS[0]}",
        ]
        found.append(
            [*cell, member.name, place.branch, place.group or "", sort, doors, "9" if doors else "", "2022年2月2日"]
        )
    return found


def laid(plan: GridPlan, now: GridNow) -> GridNow:
    """The grid after what was planned."""
    cells = {
        each.path: CellNow(number, each.path, each.level, *each.words, each.on)
        for number, each in enumerate(plan.openings, start=1)
    }
    for join in plan.joinings:
        cells[join.path] = cells[join.path]._replace(units=cells[join.path].units | {join.unit_id})
    links = [
        LinkNow(
            at,
            each.person_id,
            cells[each.path].id,
            each.sort,
            each.doors,
            each.households,
            proposed=False,
            starts_on=each.on,
        )
        for at, each in enumerate(plan.linkings)
    ]
    return replace(now, cells=list(cells.values()), links=links)


@pytest.fixture(scope="module")
def ledger() -> Grid:
    return Grid([["清溪镇网格台账"]], list(LEDGER), [list(each) for each in lines()], NEEDED)


@pytest.fixture(scope="module")
def now(ledger: Grid) -> GridNow:
    empty = GridNow(TODAY, members=everybody(), units=UNITS, founded=dict.fromkeys(UNITS.values(), SINCE))
    plan = plan_grid(read_grid(ledger.book, today=TODAY), empty)
    assert (len(plan.openings), len(plan.linkings), plan.problems) == (8, 24, [])
    return laid(plan, empty)


@MANY
@example(spoilings=[(6, 37040), (15, 0)])  # a value that is a heading too, over the heading once more
@example(spoilings=[(3, 8085), (6, 799), (15, 0)])  # one heading twice, and all of them once more further down
@given(spoilings=SPOILINGS)
def test_a_mutated_ledger_opens_moves_and_doubles_nothing_and_speaks_of_every_member(
    ledger: Grid, now: GridNow, spoilings: Sequence[Spoiling]
):
    note(said(spoilings))
    book = mutated(ledger, spoilings).book
    read = read_grid(book, today=TODAY)
    plan = plan_grid(read, now)

    assert (plan.openings, plan.moves, plan.joinings, plan.linkings) == ([], [], [], []), plan.lines
    names = {each.name for each in now.members}
    stands = {row[0].row for row in book.sheets[0].rows if any(cell.text in names for cell in row)}
    spoken_of = {each.row for each in (*read.rows, *read.errors, *read.skipped, *plan.problems)}
    assert stands <= spoken_of
    assert plan.counts["read"] + plan.counts["refused"] == read.rows_total
