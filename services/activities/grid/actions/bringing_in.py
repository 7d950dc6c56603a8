"""A ledger of the grid brought in: compared first, written in pieces; again, it writes nothing. And taken back.

What an import wrote is never deleted: taken back, it ends on the day on which it began, so that it never held, and
what it had ended holds again from the day on which it had begun.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date

from services.activities.grid import queries
from services.activities.grid.actions.gaps import mended_later
from services.activities.grid.models import CellLink
from services.activities.grid.rules import KEEPS_CELLS, MOVES, Stage, Step
from services.activities.grid.rules.known import GridNow, Path
from services.activities.grid.rules.plan import plan_grid
from services.activities.grid.rules.planned import GridPlan, GridWritten, Linking, Opening, Words
from services.activities.grid.rules.sheet import GridSheet
from services.activities.register import queries as register
from services.activities.register.actions import refuse_resting, require
from services.activities.register.models import CellUnit, GridCell
from shared import clock, spans, switches
from shared.access import Actor
from shared.audit import announce_all
from shared.db import Session, beyond
from shared.errors import Invalid
from shared.events import CellChanged, CellLinkMoved
from shared.moves import Moved
from shared.people import Unit, UnitKind
from shared.progress import Gauge, Report, unheard
from shared.systems import System

BACK = "撤销导入"
# Why a file was refused is kept, and goes into the history: never the words themselves.
NOT_AGREED = "有 {many} 处字像是人名，还没有核对。请看预览，确实都是地名的，勾选同意以后再导入。"


def may_bring_in(session: Session, actor: Actor, township_id: int) -> Unit:
    """The township, for whoever may bring its ledger in; asked before anything of a file is read."""
    township = register.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP)
    require(actor, township, KEEPS_CELLS)
    switches.require_on(session, System.GRID, township.id)
    return township


def preview_grid(session: Session, actor: Actor, township_id: int, read: GridSheet) -> GridPlan:
    """What a ledger would change; nothing is written."""
    return _compared(session, actor, township_id, read)[0]


def _compared(session: Session, actor: Actor, township_id: int, read: GridSheet) -> tuple[GridPlan, GridNow]:
    now = queries.grid_now(session, actor, may_bring_in(session, actor, township_id))
    return plan_grid(read, now), now


def commit_grid(
    session: Session,
    actor: Actor,
    township_id: int,
    read: GridSheet,
    *,
    agreed: int = 0,
    report: Report = unheard,
) -> GridPlan:
    """Apply a ledger, compared anew in this transaction: one at a time in a township.

    `agreed`: how many words that read like names were said to be names of places. `report` is told between the pieces.
    """
    register.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP, locked=True)
    report("comparing", 0, 0)
    plan, now = _compared(session, actor, township_id, read)
    if plan.doubts and agreed != len(plan.doubts):
        raise Invalid(NOT_AGREED.format(many=len(plan.doubts)), field="agreed")
    _write(session, actor, township_id, plan, now, report)
    return plan


def _write(  # noqa: PLR0917  a piece of `commit_grid`
    session: Session, actor: Actor, township_id: int, plan: GridPlan, now: GridNow, report: Report
) -> None:
    ids = {each.path: each.id for each in now.cells}
    gauge = Gauge(report, len(plan.openings) + len(plan.joinings) + len(plan.linkings))
    _describe(session, actor, township_id, plan)
    for piece in gauge.pieces("cells", plan.openings):
        for one in piece:
            ids[one.path] = _open(session, township_id, one, ids)
            plan.written.cells.append(ids[one.path])
    _tell_cells(session, actor, township_id, "opened", [(ids[each.path], each.on) for each in plan.openings])
    for joinings in gauge.pieces("cells", plan.joinings):
        rows = [CellUnit(cell_id=ids[each.path], unit_id=each.unit_id, starts_on=each.on) for each in joinings]
        session.add_all(rows)
        session.flush()
        plan.written.units += [row.id for row in rows]
    _tell_cells(session, actor, township_id, "joined", [(ids[each.path], each.on) for each in plan.joinings])
    for linkings in gauge.pieces("links", plan.linkings):
        _link(session, actor, township_id, linkings, ids, plan.written)
    mended_later(session, township_id)


def _open(session: Session, township_id: int, one: Opening, ids: dict[Path, int]) -> int:
    """A cell whose parent is there."""
    row = GridCell(
        township_id=township_id,
        parent_id=ids.get(one.path[:-1]),
        level=one.level,
        name=one.path[-1],
        starts_on=one.on,
        into_ids=[],
    )
    _say(row, one.words)
    session.add(row)
    session.flush()
    return row.id


def _say(row: GridCell, words: Words) -> None:
    row.outside_code, row.extent, row.households = words[0] or None, words[1], words[2]


def _describe(session: Session, actor: Actor, township_id: int, plan: GridPlan) -> None:
    rows = queries.cells_by_id(session, [each.cell_id for each in plan.describings])
    for each in plan.describings:
        _say(rows[each.cell_id], each.after)
        plan.written.described[each.cell_id] = (each.before, each.after)
    session.flush()
    today = clock.today(session)
    _tell_cells(session, actor, township_id, "described", [(each.cell_id, today) for each in plan.describings])


def _tell_cells(  # noqa: PLR0917  what each fact says
    session: Session, actor: Actor, township_id: int, change: str, told: Iterable[tuple[int, date]], why: str = ""
) -> None:
    facts = [
        CellChanged(unit_id=township_id, cell_id=cell_id, change=change, on=on.isoformat()) for cell_id, on in told
    ]
    announce_all(session, facts, by=actor, reason=why or None)


def _link(  # noqa: PLR0917  a piece of `_write`
    session: Session,
    actor: Actor,
    township_id: int,
    linkings: Sequence[Linking],
    ids: dict[Path, int],
    written: GridWritten,
) -> None:
    """What each takes the place of ends, then each begins."""
    roles = actor.roles_over(township_id)
    before = queries.links_by_id(session, [each.ends for each in linkings if each.ends])
    for each in linkings:
        if each.ends:
            spans.end(before[each.ends], each.on, field="on")
            before[each.ends].stage = Stage.ENDED
    session.flush()  # the law of the table sees the end before the beginning
    written.ended += list(before)
    ended = MOVES.move(Stage.IN_FORCE, Step.END, roles=roles)
    _tell_links(session, actor, before.values(), ended, lambda row: row.ends_on or row.starts_on)
    rows = [_begun(actor, township_id, each, ids) for each in linkings]
    session.add_all(rows)
    session.flush()
    written.links += [row.id for row in rows]
    agreed = MOVES.move(Stage.PROPOSED, Step.AGREE, roles=roles)
    _tell_links(session, actor, rows, agreed, lambda row: row.starts_on, what="brought_in")


def _begun(actor: Actor, township_id: int, one: Linking, ids: dict[Path, int]) -> CellLink:
    return CellLink(
        township_id=township_id,
        unit_id=one.unit_id,
        person_id=one.person_id,
        cell_id=ids[one.path],
        sort=one.sort,
        doors=one.doors,
        households=one.households,
        stage=Stage.IN_FORCE,
        starts_on=one.on,
        written_by=actor.account_id,
    )


def _tell_links(
    session: Session,
    actor: Actor,
    rows: Collection[CellLink],
    moved: Moved,
    day: Callable[[CellLink], date],
    *,
    what: str = "",
    why: str = "",
) -> None:
    facts = [
        CellLinkMoved(
            unit_id=row.unit_id,
            cell_link_id=row.id,
            cell_id=row.cell_id,
            person_id=row.person_id,
            sort=row.sort,
            what=what or moved.step,
            on=day(row).isoformat(),
        )
        for row in rows
    ]
    announce_all(session, facts, by=actor, moved=moved, reason=why or None)


# --- taking back ---


def take_grid_back(session: Session, actor: Actor, township_id: int, written: GridWritten) -> None:
    """Undo a ledger, one at a time in a township, as long as nothing stands on it; what does is named."""
    register.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP, locked=True)
    may_bring_in(session, actor, township_id)
    with beyond(session):  # also what stands on it of one who is another township's by now
        refuse_resting(queries.resting_on_grid(session, written))
        _void_links(session, actor, township_id, written)
        _void_cells(session, actor, township_id, written)


def _void_links(session: Session, actor: Actor, township_id: int, written: GridWritten) -> None:
    """What it linked never held; what it ended holds as it did: in rows of their own, for what has ended is history."""
    ended = MOVES.move(Stage.IN_FORCE, Step.END, roles=actor.roles_over(township_id))
    rows = queries.links_by_id(session, written.links)
    for row in rows.values():
        spans.end(row, row.starts_on)
        row.stage = Stage.ENDED
    session.flush()
    _tell_links(session, actor, rows.values(), ended, lambda row: row.starts_on, what="taken_back", why=BACK)
    again = []
    for before in queries.links_by_id(session, written.ended).values():
        following = spans.changed(before, before.starts_on, stage=Stage.IN_FORCE)
        following.ends_on, before.ends_on = None, before.starts_on
        again.append(following)
    session.flush()
    session.add_all(again)
    session.flush()
    agreed = MOVES.move(Stage.PROPOSED, Step.AGREE, roles=actor.roles_over(township_id))
    _tell_links(session, actor, again, agreed, lambda row: row.starts_on, what="taken_back", why=BACK)


def _void_cells(session: Session, actor: Actor, township_id: int, written: GridWritten) -> None:
    for held in queries.cell_units_by_id(session, written.units):
        spans.end(held, held.starts_on)
    rows = queries.cells_by_id(session, [*written.cells, *written.described])
    for cell_id in written.cells:
        spans.end(rows[cell_id], rows[cell_id].starts_on)
    for cell_id, (before, _) in written.described.items():
        _say(rows[cell_id], before)
    session.flush()
    opened = [(cell_id, rows[cell_id].starts_on) for cell_id in written.cells]
    _tell_cells(session, actor, township_id, "ended", opened, BACK)
    today = clock.today(session)
    _tell_cells(session, actor, township_id, "described", [(each, today) for each in written.described], BACK)
