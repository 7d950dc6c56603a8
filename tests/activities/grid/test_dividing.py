"""Cells split, merged and ended on a day: links go along by a list, what goes on goes along, history stays."""

from datetime import date
from threading import Thread

import pytest

from services.activities.concerns import actions as views
from services.activities.concerns.schemas import Placing, Said
from services.activities.grid import actions, queries
from services.activities.grid.schemas import CellEnding, CellNaming, CellUnits, Merging, Part, Splitting
from services.activities.register.queries import cells
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfOrder
from shared.waiting import lines_of
from tests.activities.concerns.test_moves import closed
from tests.activities.grid.conftest import SINCE, Grid
from tests.town import DONGLING, SECOND

TODAY, DAY = date(2025, 3, 3), date(2025, 2, 1)


def held(grid: Grid, cell_id: int, day: date = TODAY) -> list[tuple[str, str]]:
    organiser = grid.people.organiser
    with unit("activities", organiser) as session:
        return [(each.name, each.doors) for each in queries.links_in(session, organiser, [cell_id], day)]


def placing(grid: Grid) -> list[str]:
    secretary = grid.people.secretary
    with unit("activities", secretary) as session:
        lines = lines_of(session, secretary.account_id, secretary.posts)
    return [each.kind for each in lines if each.kind == "activities.cell_place"]


def test_a_cell_is_split_and_everybody_goes_where_the_list_says(grid: Grid):
    people = grid.people
    first, second = grid.link("白梅", grid.east, doors="1-18号"), grid.link("孙勤", grid.east, sort="worker")
    open_view, over = people.note(cell_id=grid.east), people.note(cell_id=grid.east, passes=False)
    people.does(people.leader, views.settle, over, Said(said="换了灯泡。"))
    asked = Splitting(
        parts=[Part(name="东一网格", links=[first]), Part(name="东二网格", links=[second])], on=DAY, matters_to=1
    )

    one, two = people.does(people.organiser, actions.split, grid.east, asked)

    assert held(grid, one.id) == [("白梅", "1-18号")]
    assert held(grid, two.id) == [("孙勤", "")]
    assert held(grid, grid.east) == []
    assert held(grid, grid.east, date(2025, 1, 1)) == [("孙勤", ""), ("白梅", "1-18号")]
    assert (people.row(open_view).cell_id, people.row(over).cell_id) == (two.id, grid.east)
    with unit("activities", people.organiser) as session:
        ended = cells.cell(session, people.organiser, grid.east)
        assert (ended.ends_on, ended.into_ids) == (DAY, [one.id, two.id])
        units = {each.cell_id: each.unit_id for each in cells.cell_units(session, [one.id, two.id], TODAY)}
    assert units == {one.id: people.group, two.id: people.group}


def test_nobody_is_left_behind_at_a_split(grid: Grid):
    people, first = grid.people, grid.link("白梅", grid.east)
    for parts in ([[], []], [[first], [first]], [[first, 10**9], []]):
        asked = Splitting(parts=[Part(name=f"东{at}网格", links=links) for at, links in enumerate(parts)])
        with pytest.raises(Invalid, match=r"名单有重复|没有选去"):
            people.does(people.organiser, actions.split, grid.east, asked)
    assert held(grid, grid.east) == [("白梅", "")]


def test_cells_are_merged_and_who_was_in_both_is_in_the_new_one_once(grid: Grid):
    people = grid.people
    for cell_id, doors in ((grid.east, "1-9号，9户"), (grid.west, "20-25号，6户")):
        grid.link("白梅", cell_id, doors=doors)
    micro = grid.open("桥头微网格", level="micro", parent_id=grid.west)
    view = people.note(cell_id=grid.west)

    new = people.does(people.organiser, actions.merge, grid.east, Merging(with_ids=[grid.west], name="大网格", on=DAY))

    assert held(grid, new.id) == [("白梅", "1-9号，9户、20-25号，6户")]
    assert people.row(view).cell_id == new.id
    with unit("activities", people.organiser) as session:
        assert cells.cell(session, people.organiser, micro).parent_id == new.id
        assert len(cells.cell_units(session, [new.id], TODAY)) == 2


def test_only_cells_of_one_place_and_level_are_merged(grid: Grid):
    people = grid.people
    for other in (grid.village, grid.east):
        with pytest.raises(Invalid):
            people.does(people.organiser, actions.merge, grid.east, Merging(with_ids=[other], name="大网格"))


def test_a_cell_is_not_divided_before_what_is_in_it_began(grid: Grid):
    people, number = grid.people, grid.link("白梅", grid.east, on=TODAY)
    asked = Splitting(parts=[Part(name="东一网格", links=[number]), Part(name="东二网格")], on=DAY)
    with pytest.raises(Invalid, match="日期不能更早"):
        people.does(people.organiser, actions.split, grid.east, asked)


def test_a_cell_does_not_end_before_a_unit_joined_it_or_it_was_called_so(grid: Grid):
    people, sister = grid.people, grid.people.town.groups[DONGLING, SECOND]
    joined, named = grid.open("南网格"), grid.open("北网格")
    people.does(people.organiser, actions.join, joined, CellUnits(unit_id=sister, on=TODAY))
    people.does(people.organiser, actions.rename, named, CellNaming(name="河北网格", on=TODAY))
    parts = Splitting(parts=[Part(name="南一网格"), Part(name="南二网格")], on=DAY)
    for cell_id in (joined, named):
        for act, asked in ((actions.split, parts), (actions.end_cell, CellEnding(on=DAY))):
            with pytest.raises(Invalid, match="2025-03-03还有登记"):
                people.does(people.organiser, act, cell_id, asked)


def test_a_view_reopened_after_its_cell_ended_is_placed_by_the_branch(grid: Grid):
    people = grid.people
    over, open_one = closed(people, cell_id=grid.east), closed(people, cell_id=grid.west)
    people.does(people.organiser, actions.end_cell, grid.east, CellEnding())
    assert placing(grid) == []
    for view in (over, open_one):
        people.does(people.leader, views.reopen, view, Said(said="灯又坏了。"))

    assert (people.row(over).cell_id, people.row(over).cell_lost) == (None, grid.east)
    assert (people.row(open_one).cell_id, people.row(open_one).cell_lost) == (grid.west, None)
    assert placing(grid) == ["activities.cell_place"]


def test_what_was_proposed_waits_in_the_new_cell(grid: Grid):
    people, number = grid.people, grid.link("白梅", grid.east, grid.people.leader)
    asked = Splitting(parts=[Part(name="东一网格", links=[number]), Part(name="东二网格")], on=DAY)
    one, _ = people.does(people.organiser, actions.split, grid.east, asked)
    with unit("activities", people.secretary) as session:
        (waits,) = queries.proposed(session, people.secretary)

    assert waits.cell_id == one.id
    assert people.does(people.secretary, actions.agree, waits.id).stage == "in_force"


def test_a_cell_that_ends_leaves_its_views_to_the_branch_and_nothing_is_lost(grid: Grid):
    people, view = grid.people, grid.people.note(cell_id=grid.east)
    grid.link("白梅", grid.east)
    people.does(people.organiser, actions.end_cell, grid.east, CellEnding())

    assert placing(grid) == ["activities.cell_place"]
    assert held(grid, grid.east) == []
    with pytest.raises(NotYours):
        people.does(people.leader, views.place, view, Placing(cell_id=grid.west))
    people.does(people.secretary, views.place, view, Placing(cell_id=grid.west))
    assert (people.row(view).cell_id, placing(grid)) == (grid.west, [])
    with pytest.raises(OutOfOrder):
        people.does(people.secretary, views.place, view, Placing(cell_id=grid.west))


def test_a_draft_for_a_cell_that_has_ended_goes_to_the_branch(grid: Grid):
    people = grid.people
    people.does(people.organiser, actions.end_cell, grid.east, CellEnding())
    view = people.note(cell_id=grid.east)

    assert (people.row(view).cell_id, people.row(view).cell_lost) == (None, grid.east)
    assert placing(grid) == ["activities.cell_place"]
    people.does(people.leader, views.withdraw, view, Said(said="记错了。"))
    assert placing(grid) == []


def test_of_what_goes_past_the_secretary_he_is_not_asked_the_cell(grid: Grid):
    people = grid.people
    people.does(people.organiser, actions.end_cell, grid.east, CellEnding())
    people.note(cell_id=grid.east, past="secretary")

    assert placing(grid) == []


def test_what_lies_in_a_cell_is_ended_before_it(grid: Grid):
    with pytest.raises(Conflict, match="东网格"):
        grid.people.does(grid.people.organiser, actions.end_cell, grid.village, CellEnding())


def test_a_name_has_its_days(grid: Grid):
    people = grid.people
    people.does(people.organiser, actions.rename, grid.east, CellNaming(name="河东网格", on=DAY))
    with unit("activities", people.organiser) as session:
        (former,) = cells.former_cell_names(session, grid.east)
    assert (former.name, former.starts_on, former.ends_on) == ("东网格", SINCE, DAY)
    for name, on in (("新网格", date(2025, 1, 1)), ("西网格", None), ("河东网格", None)):
        with pytest.raises((Invalid, Conflict)):
            people.does(people.organiser, actions.rename, grid.east, CellNaming(name=name, on=on))


def test_where_the_grid_is_switched_off_nothing_of_it_waits(grid: Grid):
    people = grid.people
    grid.link("白梅", grid.west, people.leader)
    people.does(people.organiser, actions.end_cell, grid.east, CellEnding())
    people.note(cell_id=grid.east)
    people.does(people.organiser, actions.end_open, people.town.id)

    secretary = people.secretary
    with unit("activities", secretary) as session:
        lines = lines_of(session, secretary.account_id, secretary.posts)
    assert [each.kind for each in lines if each.kind.startswith("activities.cell")] == []


def test_who_is_to_move_is_no_hindrance_to_dividing_where_he_lives_or_will_live(grid: Grid):
    people = grid.people
    lives = grid.link("白梅", grid.east, sort="residence")
    moves = grid.link("白梅", grid.west, people.leader, sort="residence", on=date(2025, 1, 1))
    for cell_id, number, names in ((grid.east, lives, ("东一", "东二")), (grid.west, moves, ("西一", "西二"))):
        first, second = (Part(name=f"{name}网格", links=[number][at:]) for at, name in enumerate(names))
        people.does(people.organiser, actions.split, cell_id, Splitting(parts=[first, second], on=DAY))
    with unit("activities", people.secretary) as session:
        rows = queries.links_of(session, people.secretary, people.town.people["白梅"])

    open_ones = [(each.stage, each.starts_on) for each in rows if each.ends_on is None]
    assert open_ones == [("proposed", DAY), ("in_force", DAY)]
    assert {each.id: each.ends_on for each in rows}[moves] == date(2025, 1, 1)


def test_what_holds_is_not_lost_to_a_proposal_where_cells_are_merged(grid: Grid):
    people = grid.people
    grid.link("白梅", grid.west, people.leader)
    grid.link("白梅", grid.east, doors="1-9号")
    new = people.does(people.organiser, actions.merge, grid.east, Merging(with_ids=[grid.west], name="大网格", on=DAY))
    with unit("activities", people.organiser) as session:
        (kept,) = queries.links_in(session, people.organiser, [new.id], TODAY)

    assert kept.stage == "in_force"


def test_no_part_of_a_cell_is_called_after_somebody(grid: Grid):
    people = grid.people
    with pytest.raises(Invalid, match="白梅"):
        people.does(people.organiser, actions.merge, grid.east, Merging(with_ids=[grid.west], name="白梅网格"))
    asked = Splitting(parts=[Part(name="白梅网格"), Part(name="东二网格")])
    with pytest.raises(Invalid, match="白梅"):
        people.does(people.organiser, actions.split, grid.east, asked)


def test_a_view_noted_while_its_cell_ends_is_placed_by_the_branch(grid: Grid):
    people, noted = grid.people, []
    with unit("activities", people.organiser) as session:
        actions.end_cell(session, people.organiser, grid.east, CellEnding())
        meanwhile = Thread(target=lambda: noted.append(people.note(cell_id=grid.east)))
        meanwhile.start()
        meanwhile.join(1)
    meanwhile.join()

    assert (people.row(noted[0]).cell_id, people.row(noted[0]).cell_lost) == (None, grid.east)
    assert placing(grid) == ["activities.cell_place"]


def test_what_is_only_proposed_joins_nothing_that_holds_and_is_settled_first(grid: Grid):
    people = grid.people
    grid.link("白梅", grid.east, doors="1-9号")
    proposed = grid.link("白梅", grid.west, people.leader, doors="20-29号")
    merging = Merging(with_ids=[grid.west], name="大网格")
    with pytest.raises(Conflict) as refused:
        people.does(people.organiser, actions.merge, grid.east, merging)
    assert "白梅在要合并的网格里还有一项待确认的联系（20-29号）" in refused.value.detail

    people.does(people.secretary, actions.agree, proposed)
    new = people.does(people.organiser, actions.merge, grid.east, merging)
    assert held(grid, new.id) == [("白梅", "1-9号、20-29号")]
