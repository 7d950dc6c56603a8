"""What is to be mended waits once a month for whoever mends it, is silent when it is over, and is read a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from deploy import doctor
from services.activities.grid import actions, queries
from services.activities.grid.rules import GAPS_KIND
from services.activities.grid.schemas import LinkEnding
from shared import daily
from shared.access import SYSTEM, Actor
from shared.db import unit
from shared.lists import Turn
from shared.waiting import lines_of
from tests.activities.grid.conftest import Grid
from tests.town import DONGLING, SECOND

APRIL = date(2025, 4, 1)


@pytest.fixture
def next_day(grid: Grid, settle: Callable[[], None]) -> Callable[[date], None]:
    def go_on(day: date) -> None:
        grid.people.move_to(day)
        daily.post("activities")
        settle()

    return go_on


def waits(actor: Actor) -> list[int]:
    with unit("activities", actor) as session:
        lines = lines_of(session, actor.account_id, actor.posts)
    return [each.unit_id for each in lines if each.kind == GAPS_KIND]


def houses(grid: Grid, *groups: int) -> None:
    """Everybody of some groups lives in the eastern cell."""
    with unit("activities", SYSTEM) as session:
        rows = session.connection().exec_driver_sql(
            "select p.name from office.person p join office.membership m on m.person_id = p.id"
            " where m.unit_id = any (%s) and m.ends_on is null",
            (list(groups),),
        )
        names = [name for (name,) in rows]
    for name in names:
        grid.link(name, grid.east, grid.people.organiser, sort="residence", on=None)


def test_a_group_with_members_without_a_cell_waits_for_its_leader_and_cells_for_the_organiser(grid: Grid, next_day):
    people = grid.people
    grid.open("南网格")
    assert (waits(people.leader), waits(people.organiser)) == ([], [])

    next_day(date(2025, 3, 4))

    assert (waits(people.leader), waits(people.sister)) == ([people.group], [people.town.groups[DONGLING, SECOND]])
    assert people.town.id in waits(people.organiser)
    with unit("keeper") as session:
        assert doctor.waiting_is_what_stands(session) == doctor.OK


def test_it_is_silent_when_it_is_mended_and_speaks_again_only_in_the_next_month(grid: Grid, next_day):
    people, first = grid.people, grid.people.group
    houses(grid, first)
    next_day(date(2025, 3, 4))
    assert (waits(people.leader), len(waits(people.sister))) == ([], 1)
    houses(grid, people.town.groups[DONGLING, SECOND])
    assert waits(people.sister) == []  # at once

    (lives,) = [each for each in links_of(grid, "白梅") if each.sort == "residence"]
    people.does(people.organiser, actions.end_link, lives.id, LinkEnding())
    next_day(date(2025, 3, 20))
    assert waits(people.leader) == []
    next_day(APRIL)
    assert waits(people.leader) == [first]


def links_of(grid: Grid, name: str):
    organiser = grid.people.organiser
    with unit("activities", organiser) as session:
        return queries.links_of(session, organiser, grid.people.town.people[name])


def test_where_the_grid_is_switched_off_nothing_of_it_waits(grid: Grid, next_day):
    people = grid.people
    next_day(date(2025, 3, 4))
    assert waits(people.leader)
    people.does(people.organiser, actions.end_open, people.town.id)
    assert waits(people.leader) == []


def test_the_list_is_read_a_page_at_a_time_and_by_branches(grid: Grid, visit):
    people = grid.people
    with unit("activities", people.organiser) as session:
        first = queries.unhoused(session, people.organiser, people.town.id, Turn(limit=2))
        second = queries.unhoused(session, people.organiser, people.town.id, Turn(after=first.next, limit=2))
        many = queries.unhoused_count(session, people.organiser, people.town.id)
        of_branch = queries.unhoused_ids(session, people.organiser, people.branch)
    assert len({each.id for each in [*first.rows, *second.rows]}) == 4
    assert len(of_branch) < many

    page = visit("organiser").get(f"/activities/cells/gaps?branch_id={people.branch}")
    assert f"没有登记居住网格的党员（{len(of_branch)}）" in page.text
