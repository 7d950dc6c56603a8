"""Cells split and merged on a day: the links go along by a list, and so does what goes on there; history stays."""

from collections.abc import Callable, Sequence
from datetime import date

from services.activities.concerns import actions as views
from services.activities.grid import queries
from services.activities.grid.actions.cells import finish, has_come, names_nobody, refuse_before, tell, to_change, write
from services.activities.grid.actions.links import carry, let_go, let_go_of_left
from services.activities.grid.models import CellLink
from services.activities.grid.rules import Stage
from services.activities.grid.schemas import CellWords, Merging, Part, Splitting
from services.activities.register.models import CellUnit, GridCell
from services.activities.register.queries import cells
from shared import spans
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.people import Person


def split(session: Session, actor: Actor, cell_id: int, asked: Splitting) -> list[GridCell]:
    """One cell becomes several; every link and every cell below goes into exactly one of them."""
    row, day = to_change(session, actor, cell_id), has_come(session, asked.on)
    let_go_of_left(session, actor, day, [row.id])
    links, below = queries.links_to_carry(session, [row.id]), cells.cells_below(session, row.id)
    goes = _placed(asked.parts, lambda part: part.links, {each.id for each in links}, "党员联系")
    nests = _placed(asked.parts, lambda part: part.cells, {each.id for each in below}, "下级网格")
    if asked.matters_to >= len(asked.parts):
        raise Invalid("请选没有办结的事归哪个新网格。", field="matters_to")
    refuse_before(session, [row], day)
    units = cells.cell_units(session, [row.id], day)
    finish(session, row, day)
    session.flush()
    made = [_made(session, row, each, asked, day) for each in asked.parts]
    for link in links:
        carry(session, actor, link, made[goes[link.id]], day)
    for each in below:
        each.parent_id = made[nests[each.id]].id
    for new, part in zip(made, asked.parts, strict=True):
        _hold(session, new, [each for each in units if not part.units or each.unit_id in part.units], day)
    views.carry_cell(session, row.id, made[asked.matters_to].id)
    _end_into(session, actor, [row], made, "split")
    return made


def _placed(parts: Sequence[Part], of: Callable[[Part], list[int]], wanted: set[int], what: str) -> dict[int, int]:
    """Which part each goes to: each one is named, and once."""
    found: dict[int, int] = {}
    for number, part in enumerate(parts):
        for each in of(part):
            if each in found or each not in wanted:
                raise Invalid(f"{what}的名单有重复，或者已经变动，请刷新后再办。", field="parts")
            found[each] = number
    if left := len(wanted - found.keys()):
        raise Invalid(f"还有{left}项{what}没有选去哪个新网格。", field="parts")
    return found


def _made(session: Session, row: GridCell, part: Part, asked: Splitting, day: date) -> GridCell:
    """One of the parts of a cell, at its place in the tree."""
    described = CellWords(
        outside_code=part.outside_code,
        extent=part.extent,
        households=part.households,
        confirmed=asked.confirmed,
    )
    return _begun(session, row, part.name, described, day)


def _begun(session: Session, row: GridCell, name: str, words: CellWords, day: date) -> GridCell:
    said = names_nobody(session, name, "name", words)
    if cells.cell_alike(session, row.township_id, parent_id=row.parent_id, name=said):
        raise Conflict(f"这里已经有“{said}”，请换一个名称。", field="name")
    new = GridCell(
        township_id=row.township_id,
        parent_id=row.parent_id,
        level=row.level,
        name=said,
        starts_on=day,
        into_ids=[],
    )
    write(session, new, words)
    session.add(new)
    session.flush()
    return new


def _hold(session: Session, cell: GridCell, units: Sequence[CellUnit], day: date) -> None:
    """The units go on to have to do with a new cell."""
    for unit_id in dict.fromkeys(each.unit_id for each in units):
        spans.begin(session, CellUnit(cell_id=cell.id, unit_id=unit_id, starts_on=day))


def _end_into(session: Session, actor: Actor, ended: Sequence[GridCell], made: Sequence[GridCell], change: str) -> None:
    """What the ended cells became is kept, and told."""
    day = made[0].starts_on
    for row in ended:
        row.into_ids = [each.id for each in made]
        tell(session, actor, row, change, day)
    for new in made:
        tell(session, actor, new, "opened", day)


def merge(session: Session, actor: Actor, cell_id: int, asked: Merging) -> GridCell:
    """Several cells of the same place and level become one."""
    rows = [to_change(session, actor, each) for each in sorted({cell_id, *asked.with_ids})]
    if len(rows) < 2:  # noqa: PLR2004  another one
        raise Invalid("请选要合并的另一个网格。", field="with_ids")
    if len({(each.township_id, each.parent_id, each.level) for each in rows}) > 1:
        raise Invalid("只有同一个上级下面的同级网格可以合并。", field="with_ids")
    day = has_come(session, asked.on)
    ids = [each.id for each in rows]
    let_go_of_left(session, actor, day, ids)
    links, units = queries.links_to_carry(session, ids), cells.cell_units(session, ids, day)
    refuse_before(session, rows, day)
    for row in rows:
        finish(session, row, day)
    session.flush()
    new = _begun(session, rows[0], asked.name, asked, day)
    _carried_once(session, actor, links, new, day)
    for below in [each for row in rows for each in cells.cells_below(session, row.id)]:
        below.parent_id = new.id
    _hold(session, new, units, day)
    for row in rows:
        views.carry_cell(session, row.id, new.id)
    _end_into(session, actor, rows, [new], "merged")
    return new


def _carried_once(session: Session, actor: Actor, links: Sequence[CellLink], new: GridCell, day: date) -> None:
    """Who had to do with two of them has to do with the new one once; all his doors go along."""
    found: dict[tuple[int, str], CellLink] = {}
    for link in sorted(links, key=lambda each: each.stage != Stage.IN_FORCE):  # what holds goes before a proposal
        known = found.get((link.person_id, link.sort))
        if known is None:
            found[link.person_id, link.sort] = carry(session, actor, link, new, day)
        else:
            _refuse_unsettled(session, known, link)
            _add_doors(known, link)
            let_go(session, actor, link, day)


def _refuse_unsettled(session: Session, known: CellLink, link: CellLink) -> None:
    """What is only proposed joins nothing that holds, and is not lost either: it is settled first."""
    unsettled = link.stage == Stage.PROPOSED and (link.doors or link.households is not None)
    if known.stage == Stage.IN_FORCE and unsettled:
        name = session.get_one(Person, link.person_id).name
        said = f"{name}在要合并的网格里还有一项待确认的联系（{link.doors or f'{link.households}户'}）"
        raise Conflict(f"{said}，请先在“待确认的网格联系”里确认或者结束，再合并。")


def _add_doors(known: CellLink, link: CellLink) -> None:
    known.doors = "、".join(each for each in (known.doors, link.doors) if each)
    if link.households is not None:
        known.households = (known.households or 0) + link.households
