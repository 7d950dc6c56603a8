"""Which group a member's residence suggests, and why: by the cells of groups. Never more than that."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import text

from services.activities.register.queries.cells import cell, cell_units, cells_on
from shared import clock, switches
from shared.access import Actor
from shared.db import Session
from shared.people import Unit, names_of
from shared.systems import System

# The links of members are the grid's; where somebody lives is all that is asked of them here.
LIVES = text("""
    select cell_id from activities.cell_link where person_id = :person and sort = 'residence' and stage = 'in_force'
      and starts_on <= office.today() and (ends_on is null or ends_on > office.today())""")


class Suggestion(NamedTuple):
    """A cell, and the units that have to do with it, by their whole names."""

    cell: str
    units: dict[int, str]


def township_cells(session: Session, actor: Actor, unit: Unit) -> list[tuple[int, str]]:
    """The cells among which it is said where somebody lives, where the township has the grid; else none."""
    township_id = unit.township_id or unit.id
    if not switches.is_on(session, System.GRID, township_id):
        return []
    rows = cells_on(session, actor, township_id, clock.today(session))
    names = {row.id: row.name for row in rows}
    return [(row.id, f"{names[row.parent_id]}{row.name}" if row.parent_id in names else row.name) for row in rows]


def suggested_by(session: Session, actor: Actor, cell_id: int, *, instead_of: int) -> Suggestion | None:
    """The units of a cell, where the one that was chosen is none of them."""
    found = cell(session, actor, cell_id)
    held = {each.unit_id for each in cell_units(session, [cell_id], clock.today(session))}
    if not held or instead_of in held:
        return None
    return Suggestion(found.name, names_of(session, held))


def suggested_for(session: Session, actor: Actor, person_id: int, unit: Unit) -> Suggestion | None:
    """The same for a member, by where he lives."""
    lives = session.scalar(LIVES, {"person": person_id})
    known = lives is not None and switches.is_on(session, System.GRID, unit.township_id or unit.id)
    return suggested_by(session, actor, lives, instead_of=unit.id) if known and lives is not None else None


def with_cells(session: Session, actor: Actor, unit: Unit, places: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Units to choose from, each with the cells that suggest it."""
    cells = dict(township_cells(session, actor, unit))
    beside: dict[int, list[str]] = {}
    for held in cell_units(session, list(cells), clock.today(session)):
        beside.setdefault(held.unit_id, []).append(cells[held.cell_id])
    return [
        (unit_id, f"{name}（{'、'.join(beside[unit_id])}）" if unit_id in beside else name) for unit_id, name in places
    ]
