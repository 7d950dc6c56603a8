"""Views and the cells of the grid in which they were heard."""

from sqlalchemy import select

from services.activities.concerns.models import Concern
from services.activities.concerns.queries.reach import NOTERS
from services.activities.concerns.rules import ENDED
from services.activities.register.models import GridCell
from services.activities.register.queries import cells
from shared import clock, switches
from shared.access import Actor
from shared.db import Session
from shared.people import Unit
from shared.systems import System


def open_in_cell(session: Session, cell_id: int) -> list[Concern]:
    """What goes on in a cell; locked."""
    asked = select(Concern).where(Concern.cell_id == cell_id, Concern.stage.not_in(ENDED))
    return list(session.scalars(asked.order_by(Concern.id).with_for_update()))


def lost_in(session: Session, township_id: int) -> list[Concern]:
    """What of a township waits for its cell; locked."""
    asked = select(Concern).where(Concern.township_id == township_id, Concern.cell_lost.is_not(None))
    return list(session.scalars(asked.order_by(Concern.id).with_for_update()))


def cells_for(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The cells in which somebody may note a view: those of his groups, or of the groups of his branch."""
    found: dict[int, GridCell] = {}
    for each in actor.units_as(*NOTERS):
        unit = session.get_one(Unit, each)
        if switches.is_on(session, System.GRID, unit.township_id):
            found |= {row.id: row for row in cells.cells_of_unit(session, actor, unit)}
    return [(row.id, row.name) for row in found.values()]


def cells_to_place_in(session: Session, actor: Actor, row: Concern) -> list[tuple[int, str]]:
    """The cells of a view's township today, for whoever says in which it is."""
    found = cells.cells_on(session, actor, row.township_id, clock.today(session))
    return [(each.id, each.name) for each in found]


def cell_said(session: Session, row: Concern) -> str:
    """What the cell of a view that was seen is called; empty where it has none."""
    return cells.cell_names(session, [row.cell_id]).get(row.cell_id, "")
