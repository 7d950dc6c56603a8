"""A good roster or ledger handed in again, spoilt as offices spoil them: nobody is lost, doubled, moved without a word.

What was read is spoilt, not the file: reading and comparing are pure. A few go through a file, by its cells the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import example, given, note, settings

from services.activities.ledger.rules import read_ledger
from services.activities.ledger.rules.plan import LedgerPlan, Records, plan_ledger
from services.activities.register.rules import read_roster
from services.activities.register.rules.changes import RegisterNow
from shared.sheets import read_workbook
from shared.tables import Workbook
from tests.activities.conftest import READ_ON, SAMPLES
from tests.activities.ledger.books import empty, kept
from tests.activities.register.registers import after, planned
from tests.mutated import MUTATIONS, SPOILINGS, Grid, Spoiling, mutated, said

BRANCHES = {"柳河村党支部", "东庄村党支部"}
GROUPS = {"第一党小组", "第二党小组"}
YEAR = 2025
MANY = settings(max_examples=200)


def grid_of(path: Path, above: int, *needed: str) -> Grid:
    """A third of the rows of four groups."""
    rows = [[cell.value for cell in row] for row in read_workbook(path).sheets[0].rows]
    mine = [row for row in rows[above + 1 :] if BRANCHES & set(row) and GROUPS & set(row)]
    return Grid([row[:1] for row in rows[:above]], rows[above], mine[::3], needed)


@pytest.fixture(scope="module")
def roster() -> Grid:
    return grid_of(SAMPLES / "花名册.xlsx", 2, "所在党支部", "姓 名")


@pytest.fixture(scope="module")
def register(roster: Grid) -> RegisterNow:
    return after(planned(read_roster(roster.book, today=READ_ON)))


@pytest.fixture(scope="module")
def ledger() -> Grid:
    return grid_of(SAMPLES / "活动台账2025.xlsx", 0, "党支部", "日期", "活动类型")


@pytest.fixture(scope="module")
def records(ledger: Grid) -> Records:
    everybody = after(planned(read_roster(whole_roster(), today=READ_ON)))
    return kept(empty(everybody), read_ledger(ledger.book, YEAR))


def whole_roster() -> Workbook:
    """Everybody of the four groups: a ledger names the absent."""
    rows = [[cell.value for cell in row] for row in read_workbook(SAMPLES / "花名册.xlsx").sheets[0].rows]
    return Grid([], rows[2], [row for row in rows[3:] if BRANCHES & set(row) and GROUPS & set(row)]).book


def rows_with(book: Workbook, *texts: str) -> set[int]:
    """The rows in which one of these stands."""
    return {row[0].row for row in book.sheets[0].rows if any(cell.text in texts for cell in row)}


@MANY
@example(spoilings=[(3, 27944), (6, 126), (15, 5279), (16, 0)])  # a note below the heading where that stands once more
@given(spoilings=SPOILINGS)
def test_a_mutated_roster_moves_nobody_ends_no_post_and_neither_loses_nor_doubles_anybody_without_a_word(
    roster: Grid, register: RegisterNow, spoilings: Sequence[Spoiling]
):
    note(said(spoilings))
    book = mutated(roster, spoilings).book
    read = read_roster(book, today=READ_ON)
    plan = planned(read, register)
    words = "\n".join(problem.problem for problem in (*read.problems, *plan.problems))

    assert (plan.moves, plan.endings, plan.ended_posts, plan.updates) == ([], [], [], {}), plan.changes
    assert plan.leaving == plan.lost == plan.cares == []
    assert [each for each in (*plan.memberships, *plan.posts, *plan.circumstances) if each.row in plan.known] == []
    assert plan.units == []
    for at in plan.new_people:
        assert plan.people[at].name in words
    unmet = [person for person in register.people if person.id not in plan.known.values()]
    wrong = {each.row for each in read.errors}
    for person in unmet:
        stands = rows_with(book, person.name)
        assert person.name in "\n".join(plan.missing) or (stands and stands <= wrong)
    spoken_of = {each.row for each in (*read.people, *read.errors, *read.skipped)}
    assert rows_with(book, *(person.name for person in register.people)) <= spoken_of


@MANY
@example(spoilings=[(6, 159), (11, 0), (15, 0)])  # an empty column before the true one, and the heading once more
@example(
    spoilings=[(1, 203), (8, 11268)]
)  # without its branch a row reads as of the group above, whose none were absent
@given(spoilings=SPOILINGS)
def test_a_mutated_ledger_doubles_no_record_and_says_of_each_row_that_is_not_one_there_already(
    ledger: Grid, records: Records, spoilings: Sequence[Spoiling]
):
    note(said(spoilings))
    days = {cell.text for row in ledger.book.sheets[0].rows for cell in row if cell.text.startswith("2025-")}
    book = mutated(ledger, spoilings).book
    read = read_ledger(book, YEAR)
    plan: LedgerPlan = plan_ledger(read, records)

    assert plan.activities == []
    spoken_of = {each.row for each in (*plan.accepted, *read.errors, *read.skipped, *plan.problems)}
    assert rows_with(book, *days) <= spoken_of
    assert len(plan.accepted) + sum(len(table.rows) for table in plan.refused) == plan.rows


def in_a_file(book: Workbook) -> bytes:
    """The same cells as an office program writes them."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "yyyy-mm-dd"}) as made:
        sheet = made.add_worksheet("表")
        for column in book.sheets[0].unseen:
            sheet.set_column(column - 1, column - 1, None, None, {"hidden": True})
        for row in book.sheets[0].rows:
            for cell in row:
                if cell.value is not None and not cell.spread:
                    sheet.write(cell.row - 1, cell.column - 1, cell.value)
    return target.getvalue()


@pytest.mark.parametrize("seed", range(0, len(MUTATIONS), 4))
def test_what_is_read_of_a_mutated_file_is_what_stands_in_it(roster: Grid, seed: int):
    spoilings = [
        (at, seed) for at in range(seed, min(seed + 4, len(MUTATIONS))) if MUTATIONS[at].__name__ != "merge_cells"
    ]
    book = mutated(roster, spoilings).book

    written, pure = (read_roster(each, today=READ_ON) for each in (read_workbook(in_a_file(book)), book))
    assert [(each.row, each.name) for each in written.people] == [(each.row, each.name) for each in pure.people]
    assert written.counts == pure.counts
