"""Nowhere in the grid is a place for whoever lives there and is no member: no column, shape, field or word."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from services.activities.grid import actions, schemas
from services.activities.grid.models import CellLink
from services.activities.grid.rules import counted, doors_said, overlapping
from services.activities.grid.schemas import CellWords
from services.activities.register.models import CellName, CellUnit, GridCell
from shared.errors import Invalid
from shared.events import CATALOGUE
from tests.activities.grid.conftest import Grid

# Every column there is: each is of a place, of a unit, or of a member and what he has to do there.
KNOWN = {
    GridCell: {
        *("id", "township_id", "parent_id", "level", "name", "outside_code", "extent", "households", "into_ids"),
        *("starts_on", "ends_on"),
    },
    CellName: {"id", "cell_id", "name", "starts_on", "ends_on"},
    CellUnit: {"id", "cell_id", "unit_id", "starts_on", "ends_on"},
    CellLink: {
        *("id", "township_id", "unit_id", "person_id", "cell_id", "sort", "doors", "households", "stage", "written_by"),
        *("starts_on", "ends_on"),
    },
}
RESIDENT = re.compile(r"resident|householder|owner|tenant|head|phone|address|citizen|family|who\b|note|remark")
OF_MEMBERS = {"person_id"}
TEMPLATES = Path("services/activities/templates/grid")


@pytest.mark.parametrize("table", KNOWN)
def test_no_column_is_for_whoever_lives_there(table: type):
    assert {column.name for column in table.__table__.columns} == KNOWN[table]


def test_no_shape_no_fact_and_no_form_is_for_whoever_lives_there():
    shapes = [each for each in vars(schemas).values() if isinstance(each, type) and issubclass(each, BaseModel)]
    told = {name for fact in ("CellChanged", "CellLinkMoved") for name in CATALOGUE[fact].__dataclass_fields__}
    forms = {name for page in TEMPLATES.glob("*.html") for name in re.findall(r'\("(\w+)", "', page.read_text())}
    fields = {name for shape in shapes for name in shape.model_fields}

    assert {name for name in fields | told | forms if RESIDENT.search(name)} == set()
    assert {name for name in fields | told if "person" in name} == OF_MEMBERS
    # A name is a cell's, or a member's whom the register has.
    assert {shape.__name__ for shape in shapes if "name" in shape.model_fields} <= {
        *("NewCell", "CellNaming", "Part", "Merging", "CellSeen", "CellWhole", "CellMade", "LinkSeen"),
    }


@pytest.mark.parametrize(
    "typed",
    ["1-18号，张三家", "王大爷", "13812345678", "1号（李）", "户主老赵", "330102199001011234", "天" * 61],
)
def test_doors_hold_no_name_and_no_number_of_anybody(typed: str):
    with pytest.raises(Invalid):
        doors_said(typed)


@pytest.mark.parametrize(
    ("typed", "kept", "many"),
    [
        ("１–１８号，18户", "1-18号，18户", 18),
        ("东路2栋1单元101-302室", "东路2栋1单元101-302室", None),
        ("东巷3号、5号至9号", "东巷3号、5号至9号", None),
        ("", "", None),
    ],
)
def test_doors_are_kept_as_numbers(typed: str, kept: str, many: int | None):
    assert (doors_said(typed), counted(doors_said(typed))) == (kept, many)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("1-18号，18户", "18-20号", True),
        ("1-18号，18户", "19-36号，18户", False),
        ("东巷1-9号", "西巷1-9号", False),
        ("5号", "1-9号", True),
        ("1-18号", "", False),
    ],
)
def test_overlapping_doors_are_found(one: str, other: str, both: bool):
    assert overlapping(one, [other]) is both


@pytest.mark.parametrize("extent", ["张某家以东", "王大爷的院子", "联系13812345678"])
def test_where_a_cell_reaches_names_nobody(grid: Grid, extent: str):
    with pytest.raises(Invalid, match="只写地方"):
        grid.people.does(grid.people.organiser, actions.describe, grid.east, CellWords(extent=extent))


def test_a_place_may_be_called_as_somebody_is_and_no_number_passes(grid: Grid):
    people = grid.people
    with pytest.raises(Invalid, match="白梅"):
        people.does(people.organiser, actions.describe, grid.east, CellWords(extent="白梅岭以东"))
    people.does(people.organiser, actions.describe, grid.east, CellWords(extent="白梅岭以东", confirmed=True))
    with pytest.raises(Invalid):
        people.does(people.organiser, actions.describe, grid.east, CellWords(extent="电话13812345678", confirmed=True))
