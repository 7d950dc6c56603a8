"""Cells are opened, named, described and ended, and units begin and cease to have to do with them."""

from collections.abc import Sequence
from datetime import date

from services.activities.concerns import actions as views
from services.activities.concerns import queries as words
from services.activities.grid import queries
from services.activities.grid.actions.gaps import mended_later
from services.activities.grid.actions.links import let_go, let_go_of_left
from services.activities.grid.rules import AGREE, KEEPS_CELLS, LEVELS, Level, cell_said, may_lie_in
from services.activities.grid.schemas import CellEnding, CellNaming, CellUnits, CellWords, NewCell
from services.activities.register import queries as register
from services.activities.register.actions import require
from services.activities.register.models import CellName, CellUnit, GridCell
from services.activities.register.queries import cells
from shared import clock, spans, switches
from shared.access import Actor
from shared.audit import announce
from shared.db import Session, beyond
from shared.errors import Conflict, Invalid
from shared.events import CellChanged
from shared.people import Unit, UnitKind
from shared.systems import System


def found_cell(session: Session, actor: Actor, township_id: int, asked: NewCell) -> GridCell:
    """Open a cell, from today or a day that has come."""
    township = _kept(session, actor, township_id)
    day = has_come(session, asked.on)
    _lies(session, actor, township, asked, day)
    row = GridCell(
        township_id=township.id,
        parent_id=asked.parent_id,
        level=asked.level,
        name=_free(session, township.id, asked.parent_id, names_nobody(session, asked.name, "name", asked)),
        starts_on=day,
        into_ids=[],
    )
    write(session, row, asked)
    session.add(row)
    session.flush()
    tell(session, actor, row, "opened", day)
    return row


def has_come(session: Session, day: date | None) -> date:
    """The day of an act: today, or one before."""
    today = clock.today(session)
    if day is not None and day > today:
        raise Invalid("日期不能晚于今天。", field="on")
    return day or today


def _kept(session: Session, actor: Actor, township_id: int) -> Unit:
    """The township, for whoever keeps its cells, held against another who divides them at the same time."""
    township = register.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP, locked=True)
    require(actor, township, KEEPS_CELLS)
    switches.require_on(session, System.GRID, township.id)
    return township


def _lies(session: Session, actor: Actor, township: Unit, asked: NewCell, day: date) -> None:
    """A cell lies in one of a higher level of the same township, which is there on that day."""
    if asked.parent_id is None:
        if not may_lie_in(asked.level, None):
            raise Invalid(f"{LEVELS[asked.level]}要选它所在的上级（村或者网格）。", field="parent_id")
        return
    above = cells.cell(session, actor, asked.parent_id, locked=True)
    if above.township_id != township.id or not may_lie_in(asked.level, Level(above.level)):
        raise Invalid(f"{LEVELS[asked.level]}不能放在“{above.name}”（{LEVELS[above.level]}）下面。", field="parent_id")
    if above.ends_on is not None:
        raise Invalid(f"“{above.name}”已经在{above.ends_on}撤销，请另选。", field="parent_id")
    if day < above.starts_on:
        raise Invalid(f"“{above.name}”从{above.starts_on}才有，日期不能更早。", field="on")


def names_nobody(session: Session, said: str, field: str, asked: CellWords | CellNaming) -> str:
    """The words, as they may be kept of a place."""
    return cell_said(said, words.names_within(session, said), field=field, confirmed=asked.confirmed)


def _free(session: Session, township_id: int, parent_id: int | None, name: str) -> str:
    if cells.cell_alike(session, township_id, parent_id=parent_id, name=name):
        raise Conflict(f"这里已经有“{name}”，请换一个名称。", field="name")
    return name


def write(session: Session, row: GridCell, asked: CellWords) -> None:
    """Number, extent and households of a cell; two of one number in a township are refused by name."""
    code = asked.outside_code or None
    other = cells.cell_coded(session, row.township_id, code) if code else None
    if other is not None and other.id != row.id:
        raise Conflict(f"“{other.name}”已经用了编号{code}，请核对。", field="outside_code")
    row.outside_code, row.households = code, asked.households
    row.extent = names_nobody(session, asked.extent, "extent", asked)


def tell(session: Session, actor: Actor, row: GridCell, change: str, day: date) -> None:
    """The fact."""
    fact = CellChanged(unit_id=row.township_id, cell_id=row.id, change=change, on=day.isoformat())
    with beyond(session):  # a cell is the township's, and a secretary says which of his groups it belongs to
        announce(session, fact, by=actor)


def to_change(session: Session, actor: Actor, cell_id: int) -> GridCell:
    """A cell that has not ended, locked, for whoever keeps the cells of its township."""
    _kept(session, actor, cells.cell(session, actor, cell_id).township_id)
    row = cells.cell(session, actor, cell_id, locked=True)
    refuse_ended(row)
    return row


def refuse_ended(row: GridCell) -> None:
    """What has ended is history."""
    if row.ends_on is not None:
        raise Conflict(f"“{row.name}”已经在{row.ends_on}撤销，不能再改。")


def rename(session: Session, actor: Actor, cell_id: int, asked: CellNaming) -> GridCell:
    """Another name from a day on; the former one is kept with its days."""
    row = to_change(session, actor, cell_id)
    day, name = has_come(session, asked.on), names_nobody(session, asked.name, "name", asked)
    if name == row.name:
        raise Invalid("名称没有改动。", field="name")
    _free(session, row.township_id, row.parent_id, name)
    before = cells.former_cell_names(session, row.id)
    since = before[0].ends_on if before else row.starts_on
    if day < since:
        raise Invalid(f"从{since}起才叫“{row.name}”，日期不能更早。", field="on")
    session.add(CellName(cell_id=row.id, name=row.name, starts_on=since, ends_on=day))
    row.name = name
    session.flush()
    tell(session, actor, row, "renamed", day)
    return row


def describe(session: Session, actor: Actor, cell_id: int, asked: CellWords) -> GridCell:
    """Its number in the county's system, where it reaches, and how many households there are."""
    row = to_change(session, actor, cell_id)
    write(session, row, asked)
    tell(session, actor, row, "described", clock.today(session))
    return row


def end_cell(session: Session, actor: Actor, cell_id: int, asked: CellEnding) -> GridCell:
    """It is no more: its links end on that day, and what goes on there waits for the branch to say where it belongs."""
    row, day = to_change(session, actor, cell_id), has_come(session, asked.on)
    if below := cells.cells_below(session, row.id):
        raise Conflict(f"里面还有“{below[0].name}”等{len(below)}个，请先撤销或者合并。")
    let_go_of_left(session, actor, day, [row.id])
    links = queries.links_to_carry(session, [row.id])
    refuse_before(session, [row], day)
    for link in links:
        let_go(session, actor, link, day)
    finish(session, row, day)
    mended_later(session, row.township_id)
    views.lose_cell(session, actor, row.id)
    tell(session, actor, row, "ended", day)
    return row


def refuse_before(session: Session, rows: Sequence[GridCell], day: date) -> None:
    """No cell ends before what was in it began, or ended."""
    with beyond(session):  # also what was of one who is another township's by now
        last = queries.latest_day(session, [each.id for each in rows])
    days = [*(each.starts_on for each in rows), last]
    latest = max(each for each in days if each is not None)
    if day < latest:
        raise Invalid(f"这里的网格、名称、联系、对应的党组织到{latest}还有登记，日期不能更早。", field="on")


def finish(session: Session, row: GridCell, day: date) -> None:
    """The cell ends, and with it that units have to do with it."""
    spans.end(row, day, field="on")
    for held in cells.cell_units(session, [row.id], day):
        if held.ends_on is None:
            spans.end(held, max(day, held.starts_on), field="on")


def join(session: Session, actor: Actor, cell_id: int, asked: CellUnits) -> CellUnit:
    """A group, or a branch that is not divided, has to do with a cell."""
    cell, unit = _both(session, actor, cell_id, asked.unit_id)
    refuse_ended(cell)
    if unit.id not in dict(queries.units_for(session, actor, cell.township_id)):
        raise Invalid("请选党小组，或者不分组的党支部。", field="unit_id")
    if cells.cell_unit_to_change(session, cell.id, unit.id):
        raise Conflict(f"{unit.whole_name}已经对应“{cell.name}”。", field="unit_id")
    day = has_come(session, asked.on)
    if day < max(cell.starts_on, unit.founded_on):
        raise Invalid("日期不能早于网格设立、党小组成立的日期。", field="on")
    row = spans.begin(session, CellUnit(cell_id=cell.id, unit_id=unit.id, starts_on=day), field="on")
    tell(session, actor, cell, "joined", day)
    return row


def part(session: Session, actor: Actor, cell_id: int, unit_id: int, asked: CellEnding) -> GridCell:
    """It has to do with it no more."""
    cell, unit = _both(session, actor, cell_id, unit_id)
    row = cells.cell_unit_to_change(session, cell.id, unit.id)
    if row is None:
        raise Conflict(f"{unit.whole_name}没有对应“{cell.name}”，请刷新后再看。")
    day = has_come(session, asked.on)
    spans.end(row, day, field="on")
    tell(session, actor, cell, "parted", day)
    return cell


def _both(session: Session, actor: Actor, cell_id: int, unit_id: int) -> tuple[GridCell, Unit]:
    """A cell and a unit of its township, for whoever answers for the unit."""
    cell = cells.cell(session, actor, cell_id, locked=True)
    unit = register.unit_in_reach(session, actor, unit_id, shared=True)
    require(actor, unit, AGREE)
    switches.require_on(session, System.GRID, cell.township_id)
    if unit.township_id != cell.township_id:
        raise Invalid("这个单位不属于这个乡镇。", field="unit_id")
    return cell, unit
