"""What leaves of the grid: its ledger and a cell's card, with who took it in the history, and nobody's name but members'."""

from services.activities.grid import actions, writers
from services.activities.register.queries.units import places_of
from shared import clock
from shared.access import Actor
from shared.db import unit
from shared.people import names_of
from shared.sheets import read_workbook
from tests.activities.grid.conftest import Grid


def ledger(grid: Grid, actor: Actor) -> list[list[str]]:
    with unit("activities", actor) as session:
        known, links = actions.take_ledger(session, actor, grid.people.town.id)
        units = names_of(session, {each for one in known for each in one.unit_ids})
        places = places_of(session, {each.unit_id for each in links})
        book = read_workbook(writers.ledger_book(known, links, units, places))
    return [[cell.text for cell in row] for row in book.sheets[0].rows]


def test_the_ledger_has_a_line_for_each_link_and_for_each_cell_that_has_none(grid: Grid):
    grid.link("白梅", grid.east, doors="1-18号，18户")
    grid.link("许安", grid.west, grid.people.leader)
    heading, *lines = ledger(grid, grid.people.organiser)

    assert heading == list(writers.LEDGER)
    assert [(line[1], line[7], line[8], line[12], line[13]) for line in lines] == [
        ("东岭村", "", "", "", ""),
        ("东网格", "东岭村党支部第一党小组", "白梅", "1-18号，18户", "18"),
        ("西网格", "东岭村党支部第二党小组", "", "", ""),
    ]


def test_a_leader_takes_the_cells_of_his_group_and_the_links_of_his_members(grid: Grid):
    grid.link("白梅", grid.east)
    grid.link("石磊", grid.east)

    assert [(line[1], line[8]) for line in ledger(grid, grid.people.leader)[1:]] == [("东网格", "白梅")]


def test_that_a_file_was_taken_is_told(grid: Grid):
    people = grid.people
    ledger(grid, people.secretary)
    people.does(people.secretary, actions.take_card, grid.east)
    with unit("activities") as session:
        told = session.connection().exec_driver_sql(
            "select body->>'paper' from office.happening where fact = 'PaperTaken' order by id"
        )
        assert [each for (each,) in told] == ["grid_ledger", "cell_card"]


def test_the_card_is_a_page_in_print(grid: Grid):
    grid.link("白梅", grid.east, doors="1-18号，18户")
    people = grid.people
    with unit("activities", people.secretary) as session:
        known, links = actions.take_card(session, people.secretary, grid.east)
        made = writers.card_pdf(known, links, ["第一党小组"], made_at=clock.now(session))
    assert made.startswith(b"%PDF")
