"""The grid of a township as it stands, read at once for a file to be compared with; and what stands on an import."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from services.activities.concerns.models import Concern
from services.activities.grid.models import CellLink
from services.activities.grid.rules.known import CellNow, GridNow, LinkNow, MemberNow, paths_of
from services.activities.grid.rules.planned import GridWritten
from services.activities.grid.rules.stages import Level, Sort, Stage
from services.activities.register import queries as register
from services.activities.register.models import CellName, CellUnit, GridCell
from services.activities.register.queries import cells
from services.activities.register.rules.written import Resting, gathered
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.people import Membership, Person, Unit, holds_on

LINKED = "以后又结束或者更正过的网格联系"
DESCRIBED = "以后又更正过的网格"
GONE = "以后又撤销或者合并了原来居住的网格"
UNITED = "以后又取消过对应的网格"
RESTS = {"link": "党员的网格联系", "unit": "网格和党小组的对应", "below": "下级网格", "concern": "群众意见"}


def grid_now(session: Session, actor: Actor, township: Unit) -> GridNow:
    """All of it, for whoever brings a file in."""
    units = register.tree(session, actor, below=township.id)
    rows = [row for row in cells.cells_on(session, actor, township.id, date.max) if row.ends_on is None]
    return GridNow(
        today=clock.today(session),
        cells=_cells(session, rows),
        members=_members(session, actor, township.id),
        links=_links(session, township.id),
        units=register.unit_ids(units),
        former=register.former_places(session, units),
        founded={unit.id: unit.founded_on for unit in units},
        over=_over(session, township.id),
        township=township.name,
    )


def _cells(session: Session, rows: Sequence[GridCell]) -> list[CellNow]:
    paths, ids = paths_of(rows), [row.id for row in rows]
    units: dict[int, set[int]] = {}
    for held in session.scalars(select(CellUnit).where(CellUnit.cell_id.in_(ids), CellUnit.ends_on.is_(None))):
        units.setdefault(held.cell_id, set()).add(held.unit_id)
    former: dict[int, list[str]] = {}
    for one in session.scalars(select(CellName).where(CellName.cell_id.in_(ids)).order_by(CellName.id)):
        former.setdefault(one.cell_id, []).append(one.name)
    return [
        CellNow(
            row.id,
            paths[row.id],
            Level(row.level),
            row.outside_code or "",
            row.extent,
            row.households,
            row.starts_on,
            frozenset(units.get(row.id, ())),
            tuple(former.get(row.id, ())),
        )
        for row in rows
    ]


def _members(session: Session, actor: Actor, township_id: int) -> list[MemberNow]:
    """Whoever is a member today, with the first day on which he is known as one."""
    seen = register.seen_by(actor).with_only_columns(Unit.id)
    ever = select(Membership.person_id, func.min(Membership.starts_on).label("first")).group_by(Membership.person_id)
    first = ever.subquery()
    asked = (
        select(
            Person.id,
            Person.name,
            Membership.unit_id,
            func.coalesce(Unit.branch_id, Unit.id),
            func.least(first.c.first, Person.joined_on),
        )
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .join(first, first.c.person_id == Person.id)
        .where(
            Unit.id.in_(seen),
            or_(Unit.township_id == township_id, Unit.id == township_id),
            holds_on(Membership.starts_on, Membership.ends_on, clock.today(session)),
        )
    )
    return [MemberNow(*row) for row in session.execute(asked.order_by(Person.pinyin, Person.id))]


def _links(session: Session, township_id: int) -> list[LinkNow]:
    asked = select(CellLink).where(CellLink.township_id == township_id, CellLink.ends_on.is_(None))
    return [
        LinkNow(
            row.id,
            row.person_id,
            row.cell_id,
            Sort(row.sort),
            row.doors,
            row.households,
            row.stage == Stage.PROPOSED,
            row.starts_on,
        )
        for row in session.scalars(asked.order_by(CellLink.id))
    ]


def _over(session: Session, township_id: int) -> dict[tuple[int, Sort, int | None], date]:
    """Until when what has ended held."""
    asked = select(CellLink.person_id, CellLink.sort, CellLink.cell_id, CellLink.ends_on).where(
        CellLink.township_id == township_id, CellLink.ends_on > CellLink.starts_on
    )
    found: dict[tuple[int, Sort, int | None], date] = {}
    for person_id, sort, cell_id, ends_on in session.execute(asked):
        until = ends_on or date.min
        key = (person_id, Sort(sort), None if sort == Sort.RESIDENCE else cell_id)
        found[key] = max(until, found.get(key, until))
    return found


def links_by_id(session: Session, ids: Collection[int]) -> dict[int, CellLink]:
    """Some links, locked, in the order of their numbers."""
    asked = select(CellLink).where(CellLink.id.in_(ids)).order_by(CellLink.id).with_for_update(of=CellLink)
    return {row.id: row for row in session.scalars(asked.execution_options(populate_existing=True))}


def cells_by_id(session: Session, ids: Collection[int]) -> dict[int, GridCell]:
    """Some cells, locked, in the order of their numbers."""
    asked = select(GridCell).where(GridCell.id.in_(ids)).order_by(GridCell.id).with_for_update()
    return {row.id: row for row in session.scalars(asked.execution_options(populate_existing=True))}


def cell_units_by_id(session: Session, ids: Collection[int]) -> list[CellUnit]:
    """Some times in which units have to do with cells, locked."""
    asked = select(CellUnit).where(CellUnit.id.in_(ids)).order_by(CellUnit.id).with_for_update()
    return list(session.scalars(asked.execution_options(populate_existing=True)))


def resting_on_grid(session: Session, written: GridWritten) -> list[Resting]:
    """What stands on what an import wrote, or has changed it since."""
    return gathered([*_changed(session, written), *_built_on(session, written)])


def _changed(session: Session, written: GridWritten) -> Iterator[tuple[str, str]]:
    """Of what it wrote, what is not as it wrote it."""
    ended = select(Person.name).join(CellLink, CellLink.person_id == Person.id)
    for name in session.scalars(ended.where(CellLink.id.in_(written.links), CellLink.ends_on.is_not(None))):
        yield LINKED, name
    # what it ended would hold again, and in a cell that is no more nobody can
    gone = ended.join(GridCell, GridCell.id == CellLink.cell_id)
    for name in session.scalars(gone.where(CellLink.id.in_(written.ended), GridCell.ends_on.is_not(None))):
        yield GONE, name
    of_cell = select(GridCell.name).join(CellUnit, CellUnit.cell_id == GridCell.id)
    for name in session.scalars(of_cell.where(CellUnit.id.in_(written.units), CellUnit.ends_on.is_not(None))):
        yield UNITED, name
    touched = {*written.cells, *written.described}
    renamed = set(session.scalars(select(CellName.cell_id).where(CellName.cell_id.in_(written.cells))))
    for row in session.scalars(select(GridCell).where(GridCell.id.in_(touched)).order_by(GridCell.id)):
        now = (row.outside_code or "", row.extent, row.households)
        other = row.id in written.described and tuple(written.described[row.id][1]) != now
        if other or row.ends_on is not None or row.id in renamed:
            yield DESCRIBED, row.name


def _built_on(session: Session, written: GridWritten) -> Iterator[tuple[str, str]]:
    """What others wrote in the cells that it opened."""
    mine = GridCell.id.in_(written.cells)
    asked: dict[str, Select[Any]] = {
        "link": select(GridCell.name).join(
            CellLink, and_(CellLink.cell_id == GridCell.id, CellLink.id.not_in(written.links))
        ),
        "unit": select(GridCell.name).join(
            CellUnit, and_(CellUnit.cell_id == GridCell.id, CellUnit.id.not_in(written.units))
        ),
        "concern": select(GridCell.name).join(Concern, Concern.cell_id == GridCell.id),
    }
    for what, query in asked.items():
        for name in session.scalars(query.where(mine).distinct()):
            yield RESTS[what], name
    below = select(GridCell.name).where(GridCell.parent_id.in_(written.cells), GridCell.id.not_in(written.cells))
    for name in session.scalars(below):
        yield RESTS["below"], name
