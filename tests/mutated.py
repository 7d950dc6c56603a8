"""A good table as an office might hand it in again: columns lost, doubled, moved; cells emptied; rows shuffled.

None of these says anything new, so nothing that reads the table may do anything new for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from hypothesis import strategies as st

from shared.tables.cells import Cell, Value, Workbook, sheet_from

Row = list[Value]


@dataclass
class Grid:
    """A table: what stands above it, its heading, its rows.

    `merged`: columns written once a run of like cells; `hidden`: columns that nobody sees.
    """

    above: list[Row]
    heading: Row
    rows: list[Row]
    needed: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def keep(self, order: list[int]) -> None:
        """Let the columns stand in this order."""
        for row in (self.heading, *self.rows):
            row[:] = [row[at] for at in order]

    @property
    def book(self) -> Workbook:
        """As a file would be read."""
        sheet = sheet_from("表", [*self.above, self.heading, *self.rows])
        for name in self.merged:
            _merge(sheet.rows[len(self.above) + 1 :], self.heading.index(name))
        unseen = frozenset(at for at, name in enumerate(self.heading, start=1) if name in self.hidden)
        return Workbook([replace(sheet, unseen=unseen)])


def _merge(rows: list[list[Cell]], column: int) -> None:
    for before, row in pairwise(rows):
        if row[column].text and row[column].text == before[column].text:
            row[column] = row[column]._replace(spread=True)


def drop_columns(grid: Grid, rng: Random) -> None:
    loose = [at for at, heading in enumerate(grid.heading) if heading not in grid.needed]
    gone = set(rng.sample(loose, min(len(loose), rng.randint(1, 4))))
    grid.keep([at for at in range(len(grid.heading)) if at not in gone])


def hide_columns(grid: Grid, rng: Random) -> None:
    loose = [str(heading) for heading in grid.heading if heading and heading not in grid.needed]
    grid.hidden = tuple(rng.sample(loose, min(len(loose), rng.randint(1, 3))))


def shuffle_columns(grid: Grid, rng: Random) -> None:
    grid.keep(rng.sample(range(len(grid.heading)), len(grid.heading)))


def double_column(grid: Grid, rng: Random) -> None:
    """A heading stands twice: over the same values, or over nothing."""
    at, to, full = rng.randrange(len(grid.heading)), rng.randint(0, len(grid.heading)), rng.random() < 0.5
    for row in (grid.heading, *grid.rows):
        row.insert(to, row[at] if full or row is grid.heading else None)


def add_blank_columns(grid: Grid, rng: Random) -> None:
    to = rng.randint(0, len(grid.heading))
    for row in (grid.heading, *grid.rows):
        row[to:to] = [None, None]


def empty_cells(grid: Grid, rng: Random) -> None:
    for at in rng.sample(range(len(grid.heading)), 3):
        for row in grid.rows:
            if rng.random() < 0.3:
                row[at] = None


def empty_a_column(grid: Grid, rng: Random) -> None:
    at = rng.choice([at for at, heading in enumerate(grid.heading) if heading not in grid.needed])
    for row in grid.rows:
        row[at] = None


def shuffle_rows(grid: Grid, rng: Random) -> None:
    rng.shuffle(grid.rows)


def double_rows(grid: Grid, rng: Random) -> None:
    for row in rng.sample(grid.rows, 3):
        grid.rows.insert(rng.randint(0, len(grid.rows)), list(row))


def add_blank_rows(grid: Grid, rng: Random) -> None:
    for _ in range(3):
        grid.rows.insert(rng.randint(0, len(grid.rows)), [None] * len(grid.heading))


def add_titles(grid: Grid, rng: Random) -> None:
    grid.above[:0] = [["某某乡组织办"], ["（2026年1月填报）"], []][: rng.randint(1, 3)]


def repeat_the_heading(grid: Grid, rng: Random) -> None:
    grid.rows.insert(rng.randint(1, len(grid.rows)), list(grid.heading))


def add_notes(grid: Grid, _: Random) -> None:
    grid.rows += [["注：以上情况属实。"], ["填表人：", None, "审核人："]]


def merge_cells(grid: Grid, rng: Random) -> None:
    units = [heading for heading in grid.heading if heading and "党" in str(heading)][:2]
    grid.merged = tuple(rng.sample(units, min(len(units), rng.randint(1, 2))))


def blank_out_blanks(grid: Grid, rng: Random) -> None:
    """Whoever types 无 or a dash where there is nothing."""
    for row in grid.rows:
        row[:] = [value if value not in {None, ""} else rng.choice([None, "/", "无"]) for value in row]


def fail_cells(grid: Grid, rng: Random) -> None:
    """Formulas that gave nothing."""
    for at in rng.sample(range(len(grid.heading)), 2):
        for row in grid.rows:
            if rng.random() < 0.2:
                row[at] = rng.choice(["#REF!", "#N/A", "#VALUE!"])


SYNONYMS = {
    "联系电话": "手机号码",
    "身份证号码": "公民身份号码",
    "所在党支部": "党支部名称",
    "所属党小组": "党小组",
    "学时": "时长",
}


def rename_headings(grid: Grid, _: Random) -> None:
    grid.heading[:] = [SYNONYMS.get(str(heading), heading) for heading in grid.heading]
    grid.needed = tuple(SYNONYMS.get(each, each) for each in grid.needed)


def shift_rows(grid: Grid, rng: Random) -> None:
    """A cell was deleted, and what stood to the right of it moved over."""
    if len(grid.heading) < 9:  # where few columns are left it cannot be told
        return
    for row in rng.sample(grid.rows, 2):
        del row[2]
        row.append(None)


MUTATIONS: list[Callable[[Grid, Random], None]] = [
    shift_rows,
    fail_cells,
    rename_headings,
    drop_columns,
    hide_columns,
    shuffle_columns,
    double_column,
    add_blank_columns,
    empty_cells,
    empty_a_column,
    shuffle_rows,
    double_rows,
    blank_out_blanks,
    merge_cells,
    add_blank_rows,
    repeat_the_heading,
    add_notes,
    add_titles,
]
"""In the order in which they can follow one another: those that need plain rows come first."""


Spoiling = tuple[int, int]  # which of them, and by which chance
SPOILINGS = st.lists(
    st.tuples(st.integers(0, len(MUTATIONS) - 1), st.integers(0, 2**16)),
    min_size=1,
    max_size=6,
    unique_by=lambda spoiling: spoiling[0],
).map(sorted)


def mutated(grid: Grid, spoilings: Sequence[Spoiling]) -> Grid:
    """The grid after these, each by its own chance; the grid itself stays as it is."""
    made = Grid([list(row) for row in grid.above], list(grid.heading), [list(row) for row in grid.rows], grid.needed)
    for at, seed in spoilings:
        MUTATIONS[at](made, Random(seed))
    return made


def said(spoilings: Sequence[Spoiling]) -> str:
    """What was done, for whoever reads of a failure."""
    return "、".join(MUTATIONS[at].__name__ for at, _ in spoilings)
