"""Cells of the grid: a township's tree on a day, one of them, and which units have to do with which."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select

from services.activities.register.models import CellName, CellUnit, GridCell
from services.activities.register.queries.units import in_reach
from services.activities.register.rules.pinyin import by_number
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.people import Unit, UnitKind, holds_on
from shared.roles import Role

SEES_CELLS = (
    *(Role.LEADER, Role.DEPUTY, Role.SECRETARY, Role.COMMITTEE_MEMBER),
    *(Role.ORGANISER, Role.COMMITTEE, Role.INSPECTOR),
)
"""Whoever has to do with the grid; a member knows of his own cell alone."""


def cells_seen_by(actor: Actor) -> Select[GridCell]:
    """The cells of the townships in which somebody has a part of the work: a cell is a name on a map, nobody's own."""
    if actor.reach == "*":
        return select(GridCell)
    townships = select(func.coalesce(Unit.township_id, Unit.id)).where(in_reach(actor, *SEES_CELLS))
    return select(GridCell).where(GridCell.township_id.in_(townships))


def cell(session: Session, actor: Actor, cell_id: int, *, locked: bool = False) -> GridCell:
    """One of them, or OutOfReach."""
    query = cells_seen_by(actor).where(GridCell.id == cell_id)
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return there(session.scalars(query).one_or_none(), "这个网格")


def cells_on(session: Session, actor: Actor, township_id: int, day: date) -> list[GridCell]:
    """The cells of a township on a day, each after the one that it lies in."""
    covers = holds_on(GridCell.starts_on, GridCell.ends_on, day)
    query = cells_seen_by(actor).where(GridCell.township_id == township_id, covers)
    return _in_order(_by_name(session.scalars(query)))


def _by_name(rows: Iterable[GridCell]) -> list[GridCell]:
    """Numbers in a name by their size, as groups are ordered."""
    return sorted(rows, key=lambda row: (by_number(row.name), row.id))


def _in_order(rows: Sequence[GridCell]) -> list[GridCell]:
    """As a tree is read; what lies in one that is not there stands as if it lay in none."""
    known = {row.id for row in rows}
    below: dict[int | None, list[GridCell]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    found: list[GridCell] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        found.append(row := waiting.pop())
        waiting.extend(reversed(below.get(row.id, [])))
    return found


def cells_below(session: Session, cell_id: int) -> list[GridCell]:
    """What lies in a cell and has not ended, locked."""
    query = select(GridCell).where(GridCell.parent_id == cell_id, GridCell.ends_on.is_(None))
    return list(session.scalars(query.order_by(GridCell.id).with_for_update()))


def cell_alike(session: Session, township_id: int, *, parent_id: int | None, name: str) -> GridCell | None:
    """One that is called so at the same place, and has not ended."""
    query = select(GridCell).where(GridCell.township_id == township_id, GridCell.name == name)
    return session.scalars(query.where(GridCell.parent_id.is_not_distinct_from(parent_id), _living())).first()


def cell_coded(session: Session, township_id: int, code: str) -> GridCell | None:
    """The one that has this number in the county's system, and has not ended."""
    query = select(GridCell).where(GridCell.township_id == township_id, GridCell.outside_code == code, _living())
    return session.scalars(query).first()


def _living() -> ColumnElement[bool]:
    return GridCell.ends_on.is_(None)


def cell_names(session: Session, cell_ids: Collection[int | None]) -> dict[int | None, str]:
    """What cells are called, whoever asks: a name on a map is no secret."""
    known = {each for each in cell_ids if each is not None}
    asked = select(GridCell.id, GridCell.name).where(GridCell.id.in_(known))
    return {row.id: row.name for row in session.execute(asked)} if known else {}


def former_cell_names(session: Session, cell_id: int) -> list[CellName]:
    """What a cell was called before, the latest first."""
    return list(session.scalars(select(CellName).where(CellName.cell_id == cell_id).order_by(CellName.id.desc())))


def cell_units(session: Session, cell_ids: Collection[int], day: date) -> list[CellUnit]:
    """Which units have to do with some cells on a day."""
    covers = holds_on(CellUnit.starts_on, CellUnit.ends_on, day)
    return list(session.scalars(select(CellUnit).where(CellUnit.cell_id.in_(cell_ids), covers).order_by(CellUnit.id)))


def cell_unit_to_change(session: Session, cell_id: int, unit_id: int) -> CellUnit | None:
    """That a unit has to do with a cell, and has not ceased to; locked."""
    query = select(CellUnit).where(CellUnit.cell_id == cell_id, CellUnit.unit_id == unit_id, CellUnit.ends_on.is_(None))
    return session.scalars(query.with_for_update()).one_or_none()


def cells_of_unit(session: Session, actor: Actor, unit: Unit) -> list[GridCell]:
    """The cells with which a unit, or a group of it, has to do today; of a township all."""
    today = clock.today(session)
    if unit.kind == UnitKind.TOWNSHIP:
        return cells_on(session, actor, unit.id, today)
    own = select(Unit.id).where((Unit.id == unit.id) | (Unit.branch_id == unit.id))
    held = select(CellUnit.cell_id).where(
        CellUnit.unit_id.in_(own), holds_on(CellUnit.starts_on, CellUnit.ends_on, today)
    )
    covers = holds_on(GridCell.starts_on, GridCell.ends_on, today)
    query = cells_seen_by(actor).where(GridCell.id.in_(held), covers)
    return _by_name(session.scalars(query))
