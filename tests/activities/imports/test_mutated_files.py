"""A good roster or ledger handed in again, spoilt as offices spoil them: nobody is lost, doubled, moved without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.activities.ledger.rules import read_ledger
from services.activities.ledger.rules.plan import LedgerPlan, Records, plan_ledger
from services.activities.register.rules import read_roster
from services.activities.register.rules.changes import RegisterNow
from shared.sheets import read_workbook
from shared.tables import Workbook
from tests.activities.conftest import READ_ON, SAMPLES
from tests.activities.ledger.books import empty, kept
from tests.activities.register.registers import after, planned
from tests.mutated import Grid, mutated

SEEDS = range(200)
BRANCHES = {"柳河村党支部", "东庄村党支部"}
GROUPS = {"第一党小组", "第二党小组"}
YEAR = 2025


def grid_of(path: Path, above: int, *needed: str) -> Grid:
    """The rows of four groups."""
    rows = [[cell.value for cell in row] for row in read_workbook(path).sheets[0].rows]
    mine = [row for row in rows[above + 1 :] if BRANCHES & set(row) and GROUPS & set(row)]
    return Grid([row[:1] for row in rows[:above]], rows[above], mine, needed)


@pytest.fixture(scope="module")
def roster() -> Grid:
    return grid_of(SAMPLES / "花名册.xlsx", 2, "所在党支部", "姓 名")


@pytest.fixture(scope="module")
def register(roster: Grid) -> RegisterNow:
    return after(planned(read_roster(roster.book, today=READ_ON)))


@pytest.fixture(scope="module")
def ledger() -> Grid:
    found = grid_of(SAMPLES / "活动台账2025.xlsx", 0, "党支部", "日期", "活动类型")
    found.rows = found.rows[::3]
    return found


@pytest.fixture(scope="module")
def records(register: RegisterNow, ledger: Grid) -> Records:
    return kept(empty(register), read_ledger(ledger.book, YEAR))


def rows_with(book: Workbook, *texts: str) -> set[int]:
    """The rows in which one of these stands."""
    return {row[0].row for row in book.sheets[0].rows if any(cell.text in texts for cell in row)}


def test_a_mutated_roster_moves_nobody_ends_no_post_and_neither_loses_nor_doubles_anybody_without_a_word(
    roster: Grid, register: RegisterNow
):
    for seed in SEEDS:
        grid, how = mutated(roster, seed)
        read = read_roster(grid.book, today=READ_ON)
        plan = planned(read, register)
        said = "\n".join(problem.problem for problem in (*read.problems, *plan.problems))

        assert (plan.moves, plan.endings, plan.ended_posts, plan.updates) == ([], [], [], {}), (seed, how, plan.changes)
        assert plan.leaving == [], (seed, how)
        for at in plan.new_people:
            assert plan.people[at].name in said, (seed, how)
        unmet = [person for person in register.people if person.id not in plan.known.values()]
        wrong = {each.row for each in read.errors}
        for person in unmet:
            stands = rows_with(grid.book, person.name)
            assert person.name in "\n".join(plan.missing) or (stands and stands <= wrong), (seed, how)
        spoken_of = {each.row for each in (*read.people, *read.errors, *read.skipped)}
        assert rows_with(grid.book, *(person.name for person in register.people)) <= spoken_of, (seed, how)


def test_a_mutated_ledger_doubles_no_record_and_says_of_each_row_that_is_not_one_there_already(
    ledger: Grid, records: Records
):
    days = {cell.text for row in ledger.book.sheets[0].rows for cell in row if cell.text.startswith("2025-")}
    for seed in SEEDS:
        grid, how = mutated(ledger, seed)
        read = read_ledger(grid.book, YEAR)
        plan: LedgerPlan = plan_ledger(read, records)

        assert plan.activities == [], (seed, how)
        spoken_of = {each.row for each in (*plan.accepted, *read.errors, *read.skipped, *plan.problems)}
        assert rows_with(grid.book, *days) <= spoken_of, (seed, how)
        assert len(plan.accepted) + sum(len(table.rows) for table in plan.refused) == plan.rows, (seed, how)
