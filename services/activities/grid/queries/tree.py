"""The tree of cells with its numbers, and a cell as it is shown."""

from collections.abc import Collection

from sqlalchemy import func, select

from services.activities.concerns import queries as views
from services.activities.concerns.models import Concern
from services.activities.concerns.rules import ENDED
from services.activities.grid.models import Known, Linked
from services.activities.grid.queries.links import links_in
from services.activities.grid.rules import overlapping
from services.activities.register import queries as register
from services.activities.register.models import GridCell
from services.activities.register.queries import cells
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.people import Unit, UnitKind
from shared.roles import Role

IN_BRANCHES = (Role.SECRETARY, Role.COMMITTEE_MEMBER)
IN_TOWNSHIPS = (Role.ORGANISER, Role.COMMITTEE, Role.INSPECTOR)


def townships(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The townships whose grid somebody sees."""
    ids = {session.get_one(Unit, each).township_id or each for each in actor.units_as(*cells.SEES_CELLS)}
    asked = select(Unit.id, Unit.name).where(Unit.id.in_(ids)).order_by(Unit.id)
    return [(row[0], row[1]) for row in session.execute(asked)]


def township_shown(session: Session, actor: Actor, asked: int | None) -> int | None:
    """The township whose grid is shown: the one that is asked for, else the first that one sees."""
    known = [each for each, _ in townships(session, actor)]
    return asked if asked in known else next(iter(known), None)


def known_cells(session: Session, actor: Actor, township_id: int) -> list[GridCell]:
    """The cells that somebody has to do with: his group's, and in a branch or a township the whole tree."""
    whole_tree = actor.units_as(*IN_BRANCHES, *IN_TOWNSHIPS)
    if whole_tree or actor.reach == "*":
        return cells.cells_on(session, actor, township_id, clock.today(session))
    found: dict[int, GridCell] = {}
    for each in actor.units_as(Role.LEADER, Role.DEPUTY):
        unit = session.get_one(Unit, each)
        if unit.township_id == township_id:
            found |= {row.id: row for row in cells.cells_of_unit(session, actor, unit)}
    return list(found.values())


def tree(session: Session, actor: Actor, rows: Collection[GridCell]) -> list[Known]:
    """Cells with their numbers, in the order in which they came."""
    today, ids = clock.today(session), [row.id for row in rows]
    members: dict[int, set[int]] = {}
    for each in links_in(session, actor, ids, today):
        members.setdefault(each.cell_id, set()).add(each.person_id)
    units: dict[int, list[int]] = {}
    for held in cells.cell_units(session, ids, today):
        units.setdefault(held.cell_id, []).append(held.unit_id)
    views_open, depth = _open_views(session, actor, ids), _depths(rows)
    return [
        Known(row, depth[row.id], len(members.get(row.id, ())), units.get(row.id, []), views_open.get(row.id, 0))
        for row in rows
    ]


def _depths(rows: Collection[GridCell]) -> dict[int, int]:
    """How deep each lies among these: a cell comes after the one that it lies in."""
    found: dict[int, int] = {}
    for row in rows:
        found[row.id] = found.get(row.parent_id or 0, -1) + 1
    return found


def _open_views(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, int]:
    """How many views that somebody sees go on in cells."""
    asked = views.seen_by(session, actor).where(Concern.cell_id.in_(ids), Concern.stage.not_in(ENDED))
    counted = asked.with_only_columns(Concern.cell_id, func.count()).group_by(Concern.cell_id)
    return {cell_id: many for cell_id, many in session.execute(counted) if cell_id is not None}


def whole(session: Session, actor: Actor, cell_id: int) -> Known:
    """One cell with its numbers, or OutOfReach."""
    return tree(session, actor, [cells.cell(session, actor, cell_id)])[0]


def units_for(session: Session, actor: Actor, township_id: int) -> list[tuple[int, str]]:
    """The units that somebody may say to have to do with a cell: groups, and branches that are not divided."""
    found = register.names_below(session, actor, township_id)
    divided = {each.branch_id for each in found if each.kind == UnitKind.GROUP}
    return [
        (each.id, each.whole_name)
        for each in found
        if each.kind == UnitKind.GROUP or (each.kind == UnitKind.BRANCH and each.id not in divided)
    ]


def branches_of(session: Session, actor: Actor, unit: Unit) -> list[tuple[int, str]]:
    """The branches of a township, to narrow a list by; of less than one none."""
    if unit.kind != UnitKind.TOWNSHIP:
        return []
    found = register.names_below(session, actor, unit.id)
    return [(each.id, each.name) for each in found if each.kind == UnitKind.BRANCH]


def beside(session: Session, actor: Actor, row: GridCell) -> list[tuple[int, str]]:
    """The cells with which one may be merged: those of the same place and level."""
    found = cells.cells_on(session, actor, row.township_id, clock.today(session))
    mine = (row.parent_id, row.level)
    return [(each.id, each.name) for each in found if each.id != row.id and (each.parent_id, each.level) == mine]


def below(session: Session, actor: Actor, row: GridCell) -> list[GridCell]:
    """What lies in a cell today."""
    return [
        each
        for each in cells.cells_on(session, actor, row.township_id, clock.today(session))
        if each.parent_id == row.id
    ]


def doubled(links: Collection[Linked]) -> set[int]:
    """The links whose doors another of the same cell has too."""
    written = [each for each in links if each.doors]
    return {
        each.id
        for each in written
        if overlapping(each.doors, [other.doors for other in written if other.id != each.id])
    }
