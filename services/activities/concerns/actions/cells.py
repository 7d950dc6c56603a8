"""In which cell of the grid a view was heard: a cell that has ended in between is no reason to lose it."""

from collections.abc import Iterable, Sequence

from services.activities.concerns import queries
from services.activities.concerns.actions.kind import PLACE_KIND, told
from services.activities.concerns.models import Concern
from services.activities.concerns.schemas import Placing
from services.activities.register.queries import cells
from shared import clock, switches, waiting
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session, beyond
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.people import Unit
from shared.roles import Role
from shared.systems import System
from shared.todos import Thing

PLACES = frozenset({Role.SECRETARY, Role.ORGANISER})


def put_in_cell(session: Session, actor: Actor, row: Concern, cell_id: int | None) -> None:
    """Before it is noted: the cell, or that it has ended since the draft was written. Where the grid is off, none."""
    if cell_id is None or not switches.is_on(session, System.GRID, row.township_id):
        return
    cell = cells.cell(session, actor, cell_id, locked=True)  # nobody ends or divides it before this is in it
    if cell.township_id != row.township_id:
        raise Invalid("这个网格不属于这个乡镇，请另选。", field="cell_id")
    if cell.ends_on is None or cell.ends_on > clock.today(session):
        row.cell_id = cell.id
    elif row.past is None:  # whom it is about would have to place it
        row.cell_lost = cell.id


def let_be_placed(session: Session, actor: Actor, rows: Iterable[Concern]) -> None:
    """What has lost its cell waits for the branch to say where it belongs; whoever noted it is told."""
    lost = [row for row in rows if row.cell_lost is not None and row.cell_id is None]
    waiting.begin_waiting(
        session, PLACE_KIND, Role.SECRETARY, [Thing(f"concern:{row.id}", row.unit_id) for row in lost]
    )
    for row in lost:
        announce(session, told(row, "cell_lost"), by=actor)


def place(session: Session, actor: Actor, concern_id: int, asked: Placing) -> Concern:
    """The branch says in which cell it is now."""
    (row,) = queries.to_change(session, actor, concern_id)
    unit = session.get_one(Unit, row.unit_id)
    if not actor.roles_over(unit.id, unit.branch_id, unit.township_id) & PLACES:
        raise NotYours("放入哪个网格由支部书记或者组织委员办理，您没有这个职务。")
    switches.require_on(session, System.GRID, row.township_id)
    if row.cell_lost is None:
        raise OutOfOrder("这条意见不用再选网格，请刷新后再看。")
    cell = cells.cell(session, actor, asked.cell_id, locked=True)
    if cell.township_id != row.township_id or cell.ends_on is not None:
        raise Invalid("请选现在的网格。", field="cell_id")
    row.cell_id, row.cell_lost = cell.id, None
    session.flush()
    waiting.close(session, PLACE_KIND, [f"concern:{row.id}"])
    announce(session, told(row, "placed"), by=actor)
    return row


def carry_cell(session: Session, cell_id: int, into_id: int) -> None:
    """What goes on in a cell goes along to another; what is over stays where it was."""
    with beyond(session):
        for row in queries.open_in_cell(session, cell_id):
            row.cell_id = into_id


def lose_cell(session: Session, actor: Actor, cell_id: int) -> None:
    """A cell is no more, and nothing followed it: what goes on there is to be placed anew."""
    with beyond(session):
        rows = queries.open_in_cell(session, cell_id)
        _lose(session, actor, rows)


def look_for_cell(session: Session, actor: Actor, row: Concern) -> None:
    """It is taken up again: where its cell has ended meanwhile, it is to be placed anew."""
    if row.cell_id is None or not switches.is_on(session, System.GRID, row.township_id):
        return
    with beyond(session):
        cell = cells.cell(session, SYSTEM, row.cell_id, locked=True)  # nobody ends it before this goes on in it
        if cell.ends_on is not None:
            _lose(session, actor, [row])


def _lose(session: Session, actor: Actor, rows: Sequence[Concern]) -> None:
    for row in rows:
        row.cell_id, row.cell_lost = None, row.cell_id if row.past is None else None
    session.flush()
    let_be_placed(session, actor, rows)


def forget_lost(session: Session, township_id: int) -> None:
    """The grid is no more used: nothing waits for a cell."""
    with beyond(session):
        rows = queries.lost_in(session, township_id)
        for row in rows:
            row.cell_lost = None
        waiting.close(session, PLACE_KIND, [f"concern:{row.id}" for row in rows])
