"""The grid as it stands in the named world once it is on, and a cell at its forms."""

from datetime import date
from io import BytesIO

import xlsxwriter

from services.activities.concerns import actions as views
from services.activities.concerns.schemas import NewConcern
from services.activities.grid import actions
from services.activities.grid.schemas import CellEnding, CellUnits, NewCell, NewLink
from shared.access import console
from shared.db import unit
from shared.roles import Role
from tests.acts import Act
from tests.concerns import let_views_be_noted
from tests.town import DONGLING, FIRST, Town

SINCE = date(2024, 1, 1)
NEW_CELL = {"level": "village", "name": "新村"}
NEW_LINK = {"person_id": "person_id", "sort": "contact"}
PARTS = {"parts": [{"name": "甲网格"}, {"name": "乙网格"}]}
"""What whoever has no business there writes."""


def lay_the_grid(town: Town) -> None:
    """东岭村 has three cells: one of the first group with two links, one that nobody looks after, one that has ended."""
    organiser, leader = (
        console(Role.ORGANISER, unit_id=town.id),
        console(Role.LEADER, unit_id=town.groups[DONGLING, FIRST]),
    )
    with unit("activities", organiser) as session:
        village = actions.found_cell(session, organiser, town.id, NewCell(level="village", name="东岭村", on=SINCE)).id
        east, _, old = (
            actions.found_cell(
                session,
                organiser,
                town.id,
                NewCell(level="cell", name=name, parent_id=village, on=SINCE, households=40),
            ).id
            for name in ("东网格", "西网格", "老网格")
        )
        actions.join(session, organiser, east, CellUnits(unit_id=town.groups[DONGLING, FIRST], on=SINCE))
        actions.propose(session, organiser, east, NewLink(person_id=town.people["孙勤"], sort="worker", on=SINCE))
    with unit("activities", leader) as session:
        asked = NewLink(person_id=town.people["许安"], sort="contact", doors="1-18号，18户", on=SINCE)
        actions.propose(session, leader, east, asked)
        noted = NewConcern(
            unit_id=town.groups[DONGLING, FIRST], kind="road", said="桥栏杆松了。", cell_id=old, passes=True
        )
        views.note(session, leader, noted)
    with unit("activities", organiser) as session:
        actions.end_cell(session, organiser, old, CellEnding())


def ledger_of_one(village: str, cell: str) -> bytes:
    """A ledger of the grid with a single cell."""
    book = BytesIO()
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ("网格", "级别", "上级网格", "户数"))
        sheet.write_row(1, 0, (cell, "网格", village, "30"))
    return book.getvalue()


FILES = "/activities/imports"
LEDGER = {"kind": "grid", "file": {"网格台账.xlsx": ledger_of_one("东岭村", "南网格")}}
HERE, CELLS = "/activities/cells", "/activities/cells/{cell}"
OF, OF_LINK = "/activities/cells/{cell_id}", "/activities/cells/links/{cell_link_id}"
NEW = Act(
    "organiser", f"{HERE}/new", f"{HERE}/in/{{township_id}}", {"level": "village", "name": "东岭村", "households": "90"}
)
CELL = Act(
    "organiser", f"{HERE}/new", f"{HERE}/in/{{township_id}}", {"level": "cell", "parent_id": "东岭村", "name": "东网格"}
)
GRID = (
    let_views_be_noted,
    NEW,
    Act("organiser", FILES, FILES, LEDGER, shows="逐条变化", changes=False),
    CELL,
    Act("organiser", "", f"{OF}/units", {"unit_id": DONGLING + FIRST}),
    Act("diligent", CELLS, f"{OF}/links", {"person_id": "许安", "sort": "contact", "doors": "1–18号，18户"}),
    Act("dongling", "/activities/cells/links/{cell_link}", f"{OF_LINK}/agreements"),
    Act("dongling", "/activities/cells/links/{cell_link}", f"{OF_LINK}/endings"),
    Act("organiser", CELLS, f"{OF}/links", {"person_id": "孙勤", "sort": "worker"}),
    Act("member", f"{HERE}/mine", f"{HERE}/residence", {"cell_id": "东网格"}),
    Act("organiser", CELLS, f"{OF}/descriptions", {"extent": "东到大河，西到县道。", "households": "61"}),
    Act("organiser", "", f"{OF}/names", {"name": "河东网格"}),
    Act("organiser", f"{CELLS}/splits", f"{OF}/splits", {"name_0": "河东一网格", "name_1": "河东二网格"}),
    Act("organiser", CELLS, f"{OF}/mergers", {"with_ids": True, "name": "东网格"}),
    Act("organiser", "", f"{OF}/units/{{unit_id}}/endings"),
    Act(
        "diligent",
        "/activities/concerns/new",
        "/activities/concerns",
        {"kind": "road", "said": "桥栏杆松了。"},
        "先记下",
    ),
    lambda world: world.asked("update activities.concern set cell_id = (select max(id) from activities.cell)"),
    Act("organiser", CELLS, f"{OF}/endings"),
    CELL,
    Act(
        "dongling",
        "/activities/concerns/{concern}",
        "/activities/concerns/{concern_id}/placings",
        {"cell_id": "东网格"},
    ),
)
"""The forms of the grid, by whoever is entitled to them."""
