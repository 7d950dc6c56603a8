"""What leaves of the grid as a file: that it did is told."""

from services.activities.grid import queries
from services.activities.register.queries import cells
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import OutOfReach
from shared.events import PaperTaken


def take_ledger(session: Session, actor: Actor, township_id: int) -> tuple[list[queries.Known], list[queries.Linked]]:
    """The cells with which one has to do and the links that one sees, to be saved as a table."""
    units = actor.units_as(*cells.SEES_CELLS)
    if not units:
        raise OutOfReach
    known = queries.tree(session, actor, queries.known_cells(session, actor, township_id))
    links = queries.links_in(session, actor, [each.cell.id for each in known], clock.today(session))
    fact = PaperTaken(unit_id=units[0], paper="grid_ledger", form="xlsx", sort="unit", thing_id=units[0])
    announce(session, fact, by=actor)
    return known, links


def take_card(session: Session, actor: Actor, cell_id: int) -> tuple[queries.Known, list[queries.Linked]]:
    """One cell with the links that one sees, to be printed."""
    known, units = queries.whole(session, actor, cell_id), actor.units_as(*cells.SEES_CELLS)
    links = queries.links_in(session, actor, [cell_id], clock.today(session))
    fact = PaperTaken(unit_id=units[0], paper="cell_card", form="pdf", sort="cell", thing_id=cell_id)
    announce(session, fact, by=actor)
    return known, links
