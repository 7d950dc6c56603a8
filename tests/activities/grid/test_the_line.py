"""The whole line: a cell, a link that waits for the secretary, a view noted there, and what is to be mended."""

from datetime import date

import pytest

from services.activities.concerns import queries as views
from services.activities.grid import actions, queries
from services.activities.grid.schemas import CellEnding, CellUnits, LinkEnding, NewCell, OwnResidence
from services.activities.register import queries as register
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.lists import Turn
from shared.roles import Role
from shared.waiting import lines_of
from tests.activities.grid.conftest import SINCE, Grid
from tests.town import DONGLING, FIRST, SECOND


def waiting(grid: Grid, actor) -> list[str]:
    with unit("activities", actor) as session:
        lines = lines_of(session, actor.account_id, actor.posts)
    return [each.kind for each in lines if each.kind.startswith("activities.cell")]


def links(grid: Grid, actor, cell_id: int) -> list[tuple[str, str, str]]:
    with unit("activities", actor) as session:
        found = queries.links_in(session, actor, [cell_id], date(2025, 3, 3))
    return [(each.name, each.sort.value, each.stage.value) for each in found]


def test_a_leader_proposes_and_the_secretary_agrees(grid: Grid):
    people = grid.people
    number = grid.link("白梅", grid.east, people.leader, doors="1–18号，18户")
    assert links(grid, people.leader, grid.east) == [("白梅", "contact", "proposed")]
    assert waiting(grid, people.secretary) == ["activities.cell_agree"]

    with pytest.raises(NotYours):
        people.does(people.leader, actions.agree, number)
    row = people.does(people.secretary, actions.agree, number)

    assert (row.stage, row.doors, row.households) == ("in_force", "1-18号，18户", 18)
    assert waiting(grid, people.secretary) == []


def test_whoever_agrees_need_not_ask_himself(grid: Grid):
    grid.link("白梅", grid.east)

    assert links(grid, grid.people.secretary, grid.east) == [("白梅", "contact", "in_force")]
    assert waiting(grid, grid.people.secretary) == []


def test_where_one_lives_holds_by_ones_own_word_and_one_lives_in_one_place(grid: Grid):
    people, member = grid.people, grid.people.actor("许安")
    people.does(member, actions.settle_own, OwnResidence(cell_id=grid.east, on=SINCE))
    people.does(member, actions.settle_own, OwnResidence(cell_id=grid.west, on=date(2025, 3, 1)))

    with unit("activities", member) as session:
        own = [(each.cell, each.sort, each.starts_on) for each in queries.own_cells(session)]
    assert own == [("西网格", "residence", date(2025, 3, 1))]
    assert links(grid, people.secretary, grid.east) == []
    with unit("activities", people.secretary) as session:
        spans = [
            (each.starts_on, each.ends_on)
            for each in queries.links_of(session, people.secretary, people.town.people["许安"])
        ]
    assert spans == [(date(2025, 3, 1), None), (SINCE, date(2025, 3, 1))]


def test_a_move_before_the_member_was_is_refused(grid: Grid):
    with pytest.raises(Invalid, match="入党"):
        grid.link(
            "白梅", grid.open("老网格", on=date(2020, 1, 1), parent_id=None, level="village"), on=date(2022, 1, 1)
        )


def test_a_view_is_noted_in_a_cell_and_found_there(grid: Grid):
    people = grid.people
    number = people.note(cell_id=grid.east)

    assert people.row(number).cell_id == grid.east
    with unit("activities", people.secretary) as session:
        found = views.concerns(session, people.secretary, after=None, limit=9, cell_id=grid.east)
        assert [each.id for each in found] == [number]
        assert queries.whole(session, people.secretary, grid.east).open_views == 1


def test_what_is_to_be_mended_is_a_list_both_ways(grid: Grid):
    people, empty = grid.people, grid.open("南网格")
    grid.link("钱老根", grid.west, sort="contact")
    grid.link("白梅", grid.east, sort="residence")
    with unit("activities", people.organiser) as session:
        town = register.unit_in_reach(session, people.organiser, people.town.id)
        found = queries.gaps(session, people.organiser, town)
        members = queries.unhoused(session, people.organiser, town.id, Turn()).rows

    assert "白梅" not in [each.name for each in members]
    assert {"孙勤", "钱老根", "冯实"} <= {each.name for each in members}
    assert [each.id for each in found.cells] == [empty]
    assert [each.id for each in found.only_away] == [grid.west]


def test_who_lives_in_another_groups_cell_is_suggested_to_it(grid: Grid):
    people = grid.people
    grid.link("白梅", grid.west, sort="residence")
    with unit("activities", people.secretary) as session:
        branch = register.unit_in_reach(session, people.secretary, people.branch)
        (found,) = queries.living_elsewhere(session, people.secretary, branch)

    assert (found.name, found.unit_id) == ("白梅", people.town.groups[DONGLING, FIRST])
    assert found.suggested == [people.town.groups[DONGLING, SECOND]]


def test_an_outsider_sees_no_cell_and_no_link(grid: Grid):
    people = grid.people
    number = grid.link("白梅", grid.east)
    outsider = people.actor("顾远", (Role.SECRETARY, people.town.units["新桥村党支部"]))
    with unit("activities", outsider) as session:
        for asked in (
            lambda: queries.whole(session, outsider, grid.east),
            lambda: queries.link(session, outsider, number),
        ):
            with pytest.raises(OutOfReach):
                asked()
        for table in ("cell", "cell_unit", "cell_link"):
            rows = session.connection().exec_driver_sql(f"select count(*) from activities.{table}").scalar()
            assert rows == 0, table


def test_a_neighbour_sees_the_cell_and_nobody_in_it(grid: Grid):
    grid.link("白梅", grid.east)

    assert links(grid, grid.people.neighbour, grid.east) == []


def test_two_of_one_code_or_name_are_refused_by_name(grid: Grid):
    grid.open("南网格", outside_code="330102-7")
    with pytest.raises(Conflict, match="南网格"):
        grid.open("北网格", outside_code="330102-7")
    with pytest.raises(Conflict, match="东网格"):
        grid.open("东网格")


def test_nothing_lies_in_what_is_no_larger(grid: Grid):
    for level in ("village", "cell"):
        with pytest.raises(Invalid, match="不能放在"):
            grid.open("怪网格", level=level, parent_id=grid.east)


def test_a_link_ends_with_a_day_and_stays_to_be_read(grid: Grid):
    people = grid.people
    number = grid.link("白梅", grid.east)
    with pytest.raises(Invalid):
        people.does(people.secretary, actions.end_link, number, LinkEnding(on=date(2023, 12, 31)))
    row = people.does(people.secretary, actions.end_link, number, LinkEnding(on=date(2025, 3, 1)))

    assert (row.stage, row.ends_on) == ("ended", date(2025, 3, 1))


def test_a_secretary_says_which_of_his_groups_a_cell_belongs_to(grid: Grid):
    people, cell = grid.people, grid.open("南网格")
    people.does(people.secretary, actions.join, cell, CellUnits(unit_id=people.group))
    with pytest.raises(OutOfReach):
        people.does(people.neighbour, actions.join, cell, CellUnits(unit_id=people.group))
    people.does(people.secretary, actions.part, cell, people.group, CellEnding())
    with pytest.raises(Conflict):
        people.does(people.secretary, actions.part, cell, people.group, CellEnding())


def test_only_the_township_opens_cells(grid: Grid):
    people = grid.people
    asked = NewCell(level="cell", name="新网格", parent_id=grid.village)
    for actor in (people.leader, people.secretary):
        with pytest.raises((NotYours, OutOfReach)):
            people.does(actor, actions.found_cell, people.town.id, asked)


def test_cells_are_read_in_the_order_of_their_numbers(grid: Grid):
    for name in ("第十网格", "第三网格", "第二网格", "第一网格", "10号网格", "9号网格"):
        grid.open(name)
    people = grid.people
    with unit("activities", people.secretary) as session:
        names = [row.name for row in queries.known_cells(session, people.secretary, people.town.id)]

    assert [each for each in names if each[0] in "第91"] == [
        *("9号网格", "10号网格"),
        *("第一网格", "第二网格", "第三网格", "第十网格"),
    ]
