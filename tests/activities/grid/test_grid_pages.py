"""The pages of the grid: a cell is split by the numbers on its page, and a long list is read page by page."""

import pytest

from services.activities.grid.models import CellLink
from services.activities.register.models import GridCell
from shared.db import unit
from tests.activities.grid.conftest import SINCE, Grid
from tests.activities.grid.test_dividing import held

PAGE = "/activities/cells"
NAMED = {"name_0": "东一网格", "name_2": "东三网格"}


def parts(grid: Grid) -> dict[str, int]:
    """The cells that came out of the split, by name."""
    with unit("activities") as session:
        rows = session.query(GridCell).filter(GridCell.name.in_(NAMED.values()))
        return {row.name: row.id for row in rows}


def test_a_name_left_out_between_two_leads_nobody_astray(grid: Grid, visit):
    number, view = grid.link("白梅", grid.east), grid.people.note(cell_id=grid.east)
    micro, organiser = grid.open("桥头微网格", level="micro", parent_id=grid.east), visit("organiser")
    page = organiser.get(f"{PAGE}/{grid.east}/splits")
    wrong = {**NAMED, f"link_{number}": "2", f"cell_{micro}": "2", "matters_to": "1"}
    refused = organiser.submit(page, "splitting", 422, **wrong)
    assert "请选没有办结的事归哪个新网格" in refused.text
    organiser.submit(page, "splitting", **wrong | {"matters_to": "2"})

    third = parts(grid)["东三网格"]
    assert held(grid, third) == [("白梅", "")]
    assert grid.people.row(view).cell_id == third
    with unit("activities") as session:
        assert session.get_one(GridCell, micro).parent_id == third


@pytest.mark.parametrize("field", ["link_", "cell_"])
def test_a_number_too_long_to_be_one_splits_nothing_and_breaks_nothing(grid: Grid, visit, field: str):
    organiser = visit("organiser")
    page = organiser.get(f"{PAGE}/{grid.east}/splits")
    organiser.submit(page, "splitting", **NAMED, **{field + "9" * 5000: "0"})

    assert set(parts(grid)) == set(NAMED.values())


def test_what_waits_is_read_page_by_page(grid: Grid, visit):
    people = grid.people
    cells = [grid.open(f"{at}号网格") for at in range(51)]
    with unit("activities") as session:
        for cell_id in cells:
            more = {"sort": "contact", "stage": "proposed", "starts_on": SINCE, "doors": ""}
            row = CellLink(township_id=people.town.id, unit_id=people.group, cell_id=cell_id, **more)
            row.person_id = people.town.people["白梅"]
            session.add(row)
    secretary = visit("dongling")
    assert "51 项联系待确认" in secretary.get(PAGE).text
    first = secretary.get(f"{PAGE}/links")
    assert "50号网格" not in first.text
    (following,) = [each for each in first.links() if "after=" in each]
    assert "50号网格" in secretary.get(following).text
