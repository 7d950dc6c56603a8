"""Tables to be filled in: each is read as what it is handed in as, but its example, and what is chosen is understood."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.activities.grid.rules.sheet import GridSheet, read_grid
from services.activities.ledger.rules import Ledger, read_ledger
from services.activities.papers.rules import READ_AGAIN
from services.activities.papers.rules.blanks import BLANKS, READ_AS
from services.activities.register.rules import Roster, read_roster
from services.activities.register.rules.committees import Committees, read_committees
from shared.sheets import read_workbook
from shared.sheets.blanks import write_blank
from shared.tables import Workbook
from shared.tables.blanks import BlankTable
from shared.tables.cells import sheet_from

TODAY, YEAR = date(2026, 1, 15), 2025
NUMBER = "11010519491231002X"
CHOICES = [(key, column.word) for key, table in BLANKS.items() for column in table.columns if column.choices]


def read(key: str, book: Workbook) -> Roster | Ledger | Committees | GridSheet:
    if READ_AS[key] == "grid":
        return read_grid(book, today=TODAY)
    if READ_AS[key] == "committees":
        return read_committees(book, today=TODAY)
    return read_ledger(book, YEAR) if READ_AS[key] == "ledger" else read_roster(book, today=TODAY)


def rows_of(found: Roster | Ledger | Committees | GridSheet) -> int:
    if isinstance(found, Roster):
        return len(found.people) + len(found.guests)
    return len(found.rows if isinstance(found, Ledger | GridSheet) else found.seats)


def filled(table: BlankTable, **otherwise: str) -> Workbook:
    """The blank with its example as a row that counts."""
    row = [otherwise.get(each.word, each.example.removeprefix("例：")) for each in table.columns]
    row = [NUMBER if each.startswith("18 位") else "" if each.startswith("某") else each for each in row]
    return Workbook([sheet_from(table.title, [[table.title], [each.word for each in table.columns], ["1", *row[1:]]])])


def test_everything_that_is_taken_out_and_read_again_has_a_blank_and_each_blank_is_handed_in_as_something():
    assert READ_AS.keys() == BLANKS.keys()
    assert set(READ_AGAIN.values()) <= set(READ_AS.values())


def test_the_page_where_files_are_handed_in_gives_every_blank(visit):
    links = set(visit("organiser").get("/activities/imports").root.xpath("//a/@href"))

    assert {f"/activities/blanks/{key}" for key in BLANKS} <= links


@pytest.mark.parametrize("key", BLANKS)
def test_a_blank_as_it_is_given_holds_nobody_and_nothing_is_wrong_with_it(key: str):
    found = read(key, read_workbook(write_blank(BLANKS[key]), name=f"{key}.xlsx"))

    assert (rows_of(found), found.errors) == (0, [])
    assert [each.why for each in found.skipped if each.row] == ["填写提示或示例"]


@pytest.mark.parametrize("first", [1, 3], ids=["without numbers", "in another order"])
@pytest.mark.parametrize("key", BLANKS)
def test_its_example_is_nobody_however_its_columns_are_arranged(key: str, first: int):
    columns = BLANKS[key].columns
    arranged = replace(BLANKS[key], columns=columns[first:] + (columns[:first] if first > 1 else ()))

    found = read(key, read_workbook(write_blank(arranged), name=f"{key}.xlsx"))

    assert (rows_of(found), found.errors) == (0, [])


@pytest.mark.parametrize("key", BLANKS)
def test_its_example_filled_in_is_a_row_and_every_column_is_understood(key: str):
    found = read(key, filled(BLANKS[key]))

    assert (rows_of(found), found.errors) == (1, [])
    unknown = {each.heading for each in found.columns if each.key is None}
    assert unknown <= {"划分依据", "成立时间", "产生方式", "任职时间"}  # the register has no place for them


@pytest.mark.parametrize(("key", "word"), CHOICES)
def test_whatever_may_be_chosen_is_read(key: str, word: str):
    column = next(each for each in BLANKS[key].columns if each.word == word)

    for choice in column.choices:
        found = read(key, filled(BLANKS[key], **{word: choice}))
        assert (rows_of(found), found.errors) == (1, []), choice
