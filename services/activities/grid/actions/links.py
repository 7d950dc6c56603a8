"""Links: proposed by a leader, in force by the secretary's word, of residence by the member's own; ended with a day."""

from collections.abc import Collection
from datetime import date

from services.activities.concerns import actions as views
from services.activities.grid import queries
from services.activities.grid.actions.gaps import mended_later
from services.activities.grid.models import CellLink
from services.activities.grid.rules import (
    AGREE,
    MOVES,
    PROPOSERS,
    WAITS,
    Sort,
    Stage,
    Step,
    counted,
    doors_said,
    overlapping,
)
from services.activities.grid.schemas import LinkEnding, NewLink, OwnResidence
from services.activities.register import queries as register
from services.activities.register.actions import require
from services.activities.register.models import GridCell
from services.activities.register.queries import cells
from shared import clock, spans, switches, waiting
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session, beyond
from shared.errors import Conflict, Invalid, NotYours, there
from shared.events import CellLinkMoved
from shared.moves import Moved
from shared.people import Unit, names_of
from shared.roles import Role
from shared.systems import System
from shared.todos import Thing

LEFT = "这名党员已经不在本乡镇的名册里，不能登记、确认网格联系。"


def propose(session: Session, actor: Actor, cell_id: int, asked: NewLink) -> CellLink:
    """Propose what a member has to do with a cell; whoever agrees to it needs not to be asked."""
    cell = cells.cell(session, actor, cell_id, locked=True)
    person = register.person_in_reach(session, actor, asked.person_id, field="person_id")
    unit = register.unit_in_reach(session, actor, person.unit_id)
    require(actor, unit, PROPOSERS)
    row = _begun(session, actor, cell, unit, asked)
    roles = actor.roles_over(unit.id, unit.branch_id, unit.township_id)
    if roles & AGREE:
        _agree(session, actor, row, roles)
    return row


def settle_own(session: Session, actor: Actor, asked: OwnResidence) -> CellLink:
    """Where one lives, by one's own word: it holds at once."""
    person_id = require_member(actor)
    with beyond(session):
        cell = cells.cell(session, SYSTEM, asked.cell_id, locked=True)
        person = register.person_in_reach(session, SYSTEM, person_id)
        unit = session.get_one(Unit, person.unit_id)
        there(cell if cell.township_id == (unit.township_id or unit.id) else None, "这个网格")
        waits = queries.alike(session, person_id, Sort.RESIDENCE, asked.cell_id)
        if waits is not None and waits.stage == Stage.PROPOSED:
            _end(session, actor, waits, frozenset({Role.SYSTEM}), waits.starts_on)
        wanted = NewLink(person_id=person_id, sort=Sort.RESIDENCE, on=asked.on)
        row = _begun(session, actor, cell, unit, wanted, field="cell_id")
        _agree(session, actor, row, frozenset({Role.MEMBER}))
    return row


def require_member(actor: Actor) -> int:
    """The right before the words: somebody speaks for himself."""
    if actor.person_id is None:
        raise NotYours("居住的网格由本人登记。")
    return actor.person_id


def _begun(
    session: Session, actor: Actor, cell: GridCell, unit: Unit, asked: NewLink, *, field: str = "person_id"
) -> CellLink:
    """A link as it is proposed, where it can be."""
    switches.require_on(session, System.GRID, cell.township_id)
    if (unit.township_id or unit.id) != cell.township_id:
        raise Invalid("这名党员不属于这个乡镇。", field=field)
    day = _day(session, cell, asked)
    _refuse_left(session, asked.person_id, cell.township_id)
    if other := queries.alike(session, asked.person_id, asked.sort, cell.id):
        said = "已经登记过了" if other.stage == Stage.IN_FORCE else "已经提出过，等支部确认"
        raise Conflict(f"这项联系{said}。", field=field)
    _not_over(session, asked.person_id, asked.sort, cell.id, day)
    doors = doors_said(asked.doors) if asked.sort is not Sort.RESIDENCE else ""
    row = CellLink(
        township_id=cell.township_id,
        unit_id=unit.id,
        person_id=asked.person_id,
        cell_id=cell.id,
        sort=asked.sort,
        doors=doors,
        households=asked.households if asked.households is not None else counted(doors),
        stage=Stage.PROPOSED,
        starts_on=day,
        written_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    _tell(session, actor, row, day, "proposed")
    waiting.wait(session, WAITS, Stage.PROPOSED, [_thing(row)])
    return row


def _day(session: Session, cell: GridCell, asked: NewLink) -> date:
    """From when it holds: not before the cell was, nor before the member was one."""
    today = clock.today(session)
    day = asked.on or today
    if day > today:
        raise Invalid("日期不能晚于今天。", field="on")
    if cell.ends_on is not None:
        raise Invalid(f"“{cell.name}”已经在{cell.ends_on}撤销，请另选网格。", field="cell_id")
    if day < cell.starts_on:
        raise Invalid(f"“{cell.name}”从{cell.starts_on}才有，日期不能更早。", field="on")
    member_since = queries.first_day(session, asked.person_id)
    if member_since is None:
        raise Invalid("这个人没有编入党支部或党小组，只登记党员。", field="person_id")
    if day < member_since:
        raise Invalid(f"日期不能早于入党、编入的日期{member_since}。", field="on")
    return day


def _not_over(session: Session, person_id: int, sort: Sort, cell_id: int, day: date) -> None:
    """What held and has ended is history: nothing begins within it."""
    until = queries.held_until(session, person_id, sort, cell_id)
    if until is not None and day < until:
        raise Invalid(f"以前的登记到{until}才结束，日期不能更早。", field="on")


def agree(session: Session, actor: Actor, link_id: int) -> CellLink:
    """The secretary says that it holds."""
    row, unit = _to_change(session, actor, link_id)
    _refuse_left(session, row.person_id, row.township_id)
    _agree(session, actor, row, actor.roles_over(unit.id, unit.branch_id, unit.township_id))
    return row


def _refuse_left(session: Session, person_id: int, township_id: int) -> None:
    """Whoever died or went elsewhere has to do with cells no more, before the daily work says so too."""
    if not queries.belongs(session, person_id, township_id):
        raise Invalid(LEFT, field="person_id")


def _agree(session: Session, actor: Actor, row: CellLink, roles: frozenset[Role]) -> None:
    """It holds; where he lived until then, he lives no more."""
    moved = MOVES.move(row.stage, Step.AGREE, roles=roles)
    if row.sort == Sort.RESIDENCE:
        _not_over(session, row.person_id, Sort.RESIDENCE, row.cell_id, row.starts_on)
    before = queries.residence_to_end(session, row.person_id) if row.sort == Sort.RESIDENCE else None
    if before is not None:
        if row.starts_on < before.starts_on:
            raise Invalid(f"原来的居住从{before.starts_on}起，新的日期不能更早。", field="on")
        _end(session, actor, before, roles, row.starts_on)
        session.flush()  # the law of the table sees the end before the beginning
    row.stage = moved.after
    session.flush()
    _tell(session, actor, row, row.starts_on, moved)
    mended_later(session, row.township_id)
    waiting.follow(session, WAITS, moved, [_thing(row)])


def end_link(session: Session, actor: Actor, link_id: int, asked: LinkEnding) -> CellLink:
    """It holds no more from a day on; what was only proposed never did."""
    row, unit = _to_change(session, actor, link_id)
    today = clock.today(session)
    day = asked.on or today
    if day > today:
        raise Invalid("日期不能晚于今天。", field="on")
    roles = actor.roles_over(unit.id, unit.branch_id, unit.township_id)
    _end(session, actor, row, roles, day)
    return row


def let_go(session: Session, actor: Actor, row: CellLink, day: date) -> None:
    """It ends because its cell does."""
    _end(session, actor, row, frozenset({Role.SYSTEM}), day)


def let_go_of_left(session: Session, actor: Actor, day: date, cell_ids: Collection[int] | None = None) -> None:
    """Who died or went elsewhere has to do with cells no more, some or all, since he left; at the latest from a day."""
    with beyond(session):  # whoever left may be another township's by now
        for row, left in queries.links_left(session, cell_ids):
            let_go(session, actor, row, max(row.starts_on, min(left or day, day)))


def end_open(session: Session, actor: Actor, township_id: int) -> None:
    """The office switches the grid off: what is only proposed never holds, and no view waits for a cell any more."""
    with beyond(session):
        for row in queries.proposed_in(session, township_id):
            _end(session, actor, row, frozenset({Role.SYSTEM}), row.starts_on)
        queries.close_gaps(session, township_id, off=True)
    views.forget_lost(session, township_id)


def carry(session: Session, actor: Actor, row: CellLink, cell: GridCell, day: date) -> CellLink:
    """It goes on in another cell from a day on; what was proposed is proposed there.

    What holds is not proposed anew: another residence of the same member may be proposed already.
    """
    following = spans.changed(row, day, cell_id=cell.id)
    let_go(session, actor, row, day)
    session.flush()
    session.add(following)
    session.flush()
    _tell(session, actor, following, day, "carried")
    if following.stage == Stage.IN_FORCE:
        moved = MOVES.move(Stage.PROPOSED, Step.AGREE, roles=frozenset({Role.SYSTEM}))
        _tell(session, actor, following, day, moved)
    else:
        waiting.wait(session, WAITS, Stage.PROPOSED, [_thing(following)])
    return following


def _to_change(session: Session, actor: Actor, link_id: int) -> tuple[CellLink, Unit]:
    """A link, locked, and the unit where its member belongs now."""
    row = queries.link_to_change(session, actor, link_id)
    unit = register.unit_in_reach(session, actor, queries.link(session, actor, link_id).unit_id)
    switches.require_on(session, System.GRID, row.township_id)
    return row, unit


def _end(session: Session, actor: Actor, row: CellLink, roles: frozenset[Role], day: date) -> None:
    """It holds no more from a day on; what was only proposed never held, on no day."""
    moved = MOVES.move(row.stage, Step.END, roles=roles)
    if row.stage == Stage.PROPOSED:
        day = row.starts_on
    spans.end(row, day, field="on")
    row.stage = moved.after
    session.flush()
    _tell(session, actor, row, day, moved)
    waiting.follow(session, WAITS, moved, [_thing(row)])


def _thing(row: CellLink) -> Thing:
    return Thing(f"cell_link:{row.id}", row.unit_id)


def _tell(session: Session, actor: Actor, row: CellLink, day: date, how: Moved | str) -> None:
    """The fact; of a step with how it was taken."""
    moved = how if isinstance(how, Moved) else None
    fact = CellLinkMoved(
        unit_id=row.unit_id,
        cell_link_id=row.id,
        cell_id=row.cell_id,
        person_id=row.person_id,
        sort=row.sort,
        what=moved.step if moved else str(how),
        on=day.isoformat(),
        own_word=actor.person_id == row.person_id,
    )
    announce(session, fact, by=actor, moved=moved)


def settled_said(session: Session, row: CellLink) -> str:
    """What to look at after a link was written: doors that others have too, a group that the residence suggests."""
    said = []
    if row.doors and overlapping(row.doors, queries.doors_beside(session, row)):
        said.append("这些门牌和别的党员联系的有重叠，请核对。")
    if row.sort == Sort.RESIDENCE:
        held = {each.unit_id for each in cells.cell_units(session, [row.cell_id], clock.today(session))}
        if held and row.unit_id not in held:
            names = "、".join(names_of(session, held).values())
            said.append(f"这个网格对应{names}，可以考虑编入。")
    return "".join(said)
