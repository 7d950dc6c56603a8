"""Whoever died or went elsewhere: his links hinder nothing, nothing of him waits, and he is nobody to call."""

from datetime import date, timedelta

import pytest

from services.activities.grid import actions, queries
from services.activities.grid.models import CellLink
from services.activities.grid.schemas import CellEnding, Merging, Part, Splitting
from services.activities.register import actions as register
from services.activities.register.schemas import NewTurn
from shared import daily
from shared.db import unit
from shared.errors import Invalid
from shared.people import Membership, Person
from tests.activities.grid.conftest import Grid
from tests.activities.grid.test_dividing import DAY, TODAY, held
from tests.activities.grid.test_the_line import waiting

LEFT = date(2025, 3, 1)


def leaves(grid: Grid, name: str, turn: str = "died") -> None:
    """It is written by the organiser that somebody is a member no more since two days ago."""
    people = grid.people
    asked = NewTurn(turn=turn, basis="证明。", on=LEFT)
    people.does(people.organiser, register.turn, people.town.people[name], asked.asked(TODAY))


def ends(grid: Grid, name: str) -> list[tuple[str, date | None]]:
    with unit("activities") as session:
        rows = session.query(CellLink).filter_by(person_id=grid.people.town.people[name]).order_by(CellLink.id)
        return [(row.stage, row.ends_on) for row in rows]


def test_a_cell_is_split_by_the_list_of_those_who_are_there(grid: Grid):
    people = grid.people
    stays = grid.link("石磊", grid.east)
    grid.link("白梅", grid.east)
    leaves(grid, "白梅")
    parts = [Part(name="东一网格", links=[stays]), Part(name="东二网格")]
    one, _ = people.does(people.organiser, actions.split, grid.east, Splitting(parts=parts, on=TODAY))

    assert held(grid, one.id) == [("石磊", "")]
    assert ends(grid, "白梅") == [("ended", LEFT)]


def test_a_cell_is_split_on_a_day_before_he_left(grid: Grid):
    people = grid.people
    grid.link("白梅", grid.east)
    leaves(grid, "白梅")
    parts = [Part(name="东一网格"), Part(name="东二网格")]
    people.does(people.organiser, actions.split, grid.east, Splitting(parts=parts, on=DAY))

    assert ends(grid, "白梅") == [("ended", DAY)]


def test_who_is_another_townships_by_now_has_to_do_with_the_cell_no_more(grid: Grid):
    people = grid.people
    number, there = people.town.people["白梅"], people.town.units["新桥村党支部"]
    grid.link("白梅", grid.east)
    with unit("activities") as session:
        session.query(Membership).filter_by(person_id=number).update({"ends_on": LEFT})
        session.add(Membership(person_id=number, unit_id=there, kind="full", starts_on=LEFT))
        session.query(Person).filter_by(id=number).update({"unit_id": there})
    parts = [Part(name="东一网格"), Part(name="东二网格")]
    people.does(people.organiser, actions.split, grid.east, Splitting(parts=parts))

    assert ends(grid, "白梅") == [("ended", LEFT)]


def test_where_cells_are_merged_or_end_his_links_end_too(grid: Grid):
    people = grid.people
    grid.link("白梅", grid.east)
    leaves(grid, "白梅")
    new = people.does(people.organiser, actions.merge, grid.east, Merging(with_ids=[grid.west], name="大网格"))
    assert ends(grid, "白梅") == [("ended", LEFT)]

    grid.link("许安", new.id, on=TODAY)
    leaves(grid, "许安")
    people.does(people.organiser, actions.end_cell, new.id, CellEnding())
    assert ends(grid, "许安") == [("ended", TODAY)]


def test_the_secretary_is_not_asked_about_one_who_left(grid: Grid, settle):
    people = grid.people
    grid.link("白梅", grid.east, people.leader, on=DAY)
    leaves(grid, "白梅")
    people.move_to(TODAY + timedelta(days=1))
    daily.post("activities")
    settle()

    assert ends(grid, "白梅") == [("ended", DAY)]
    assert waiting(grid, people.secretary) == []


def test_nobody_calls_a_worker_who_left(grid: Grid):
    member = grid.people.actor("许安")
    grid.link("许安", grid.east, sort="residence")
    grid.link("白梅", grid.east, sort="worker")
    leaves(grid, "白梅")
    with unit("activities", member) as session:
        assert [each.calls for each in queries.own_cells(session)] == [""]
    leaves(grid, "许安")
    with unit("activities", member) as session:
        assert queries.own_cells(session) == []


def test_of_one_who_left_nothing_is_proposed_and_nothing_agreed_to(grid: Grid):
    people = grid.people
    proposed = grid.link("白梅", grid.east, people.leader, on=DAY)
    leaves(grid, "白梅")
    for act in (
        lambda: people.does(people.secretary, actions.agree, proposed),
        lambda: grid.link("白梅", grid.west, on=DAY),
    ):
        with pytest.raises(Invalid) as refused:
            act()
        assert "已经不在本乡镇的名册里" in refused.value.detail
