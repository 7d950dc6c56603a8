"""The door to the grid."""

from typing import Annotated

from fastapi import Depends, UploadFile

from services.activities.grid import actions, queries
from services.activities.grid.rules import Level, Sort, Stage
from services.activities.grid.rules.sheet import GridSheet, read_grid
from services.activities.grid.schemas import (
    CellEnding,
    CellMade,
    CellNaming,
    CellSeen,
    CellUnits,
    CellWhole,
    CellWords,
    GapsSeen,
    GridOut,
    LinkEnding,
    LinkMade,
    LinkSeen,
    Merging,
    NewCell,
    NewLink,
    OwnResidence,
    Splitting,
    grid_out,
)
from services.activities.register import queries as register
from shared import clock
from shared.shapes import Count
from shared.sheets import understood
from shared.web import Door, Signed, Unit, UrlId

door = Door(prefix="/cells", tags=["cells"])


def seen(known: queries.Known) -> dict[str, object]:
    """A cell as it is answered."""
    cell = known.cell
    return {
        "id": cell.id,
        "parent_id": cell.parent_id,
        "level": Level(cell.level),
        "name": cell.name,
        "outside_code": cell.outside_code,
        "extent": cell.extent,
        "households": cell.households,
        "starts_on": cell.starts_on,
        "ends_on": cell.ends_on,
        "into_ids": cell.into_ids,
        "members": known.members,
        "unit_ids": known.unit_ids,
    }


@door.get("")
def cells(session: Unit, actor: Signed, township_id: UrlId | None = None) -> list[CellSeen]:
    """The cells with which one has to do, each after the one that it lies in; of one's township where none is named."""
    township = queries.township_shown(session, actor, township_id)
    rows = queries.known_cells(session, actor, township) if township else []
    return [CellSeen.model_validate(seen(each)) for each in queries.tree(session, actor, rows)]


@door.post("/in/{township_id}")
def found_cell(session: Unit, actor: Signed, township_id: UrlId, asked: NewCell) -> CellMade:
    """Open one."""
    return CellMade.of(actions.found_cell(session, actor, township_id, asked))


def grid_in(township_id: UrlId, file: UploadFile, actor: Signed, session: Unit) -> GridSheet:
    """The ledger of the grid in an uploaded file, which is opened only for whoever may bring it in."""
    township = actions.may_bring_in(session, actor, township_id).name
    today = clock.today(session).isoformat()
    return understood(file.file.read(), read_grid, name=file.filename or "", today=today, township=township)


SentGrid = Annotated[GridSheet, Depends(grid_in, scope="function")]


@door.post("/in/{township_id}/ledger-previews")
def preview_grid(township_id: UrlId, grid: SentGrid, actor: Signed, session: Unit) -> GridOut:
    """What a ledger of the grid would change; nothing is written."""
    return grid_out(grid, actions.preview_grid(session, actor, township_id, grid))


@door.post("/in/{township_id}/ledgers")
def commit_grid(township_id: UrlId, grid: SentGrid, actor: Signed, session: Unit, *, agreed: Count = 0) -> GridOut:
    """Bring a ledger of the grid in; bringing it in again changes nothing.

    `agreed`: how many words that read like somebody's name were said to be names of places.
    """
    return grid_out(grid, actions.commit_grid(session, actor, township_id, grid, agreed=agreed))


@door.get("/gaps/{unit_id}")
def gaps(session: Unit, actor: Signed, unit_id: UrlId) -> GapsSeen:
    """What is to be mended in a township, a branch or a group; a list, and no score."""
    unit = register.unit_in_reach(session, actor, unit_id)
    found = queries.gaps(session, actor, unit)
    return GapsSeen(
        members=queries.unhoused_ids(session, actor, unit.id),
        cells=[each.id for each in found.cells],
        only_away=[each.id for each in found.only_away],
    )


@door.post("/residence")
def settle_own(session: Unit, actor: Signed, asked: OwnResidence) -> LinkMade:
    """Where one lives, by one's own word."""
    return LinkMade.of(actions.settle_own(session, actor, asked))


@door.post("/links/{cell_link_id}/agreements")
def agree(session: Unit, actor: Signed, cell_link_id: UrlId) -> LinkMade:
    """It holds."""
    return LinkMade.of(actions.agree(session, actor, cell_link_id))


@door.post("/links/{cell_link_id}/endings")
def end_link(session: Unit, actor: Signed, cell_link_id: UrlId, asked: LinkEnding) -> LinkMade:
    """It holds no more."""
    return LinkMade.of(actions.end_link(session, actor, cell_link_id, asked))


@door.get("/{cell_id}")
def cell(session: Unit, actor: Signed, cell_id: UrlId) -> CellWhole:
    """One, with the links of the members whom one reaches."""
    known = queries.whole(session, actor, cell_id)
    linked = queries.links_in(session, actor, [cell_id], clock.today(session))
    links = [
        LinkSeen(
            id=each.id,
            cell_id=each.cell_id,
            person_id=each.person_id,
            name=each.name,
            sort=Sort(each.sort),
            doors=each.doors,
            households=each.households,
            stage=Stage(each.stage),
        )
        for each in linked
    ]
    return CellWhole.model_validate({**seen(known), "links": links})


@door.post("/{cell_id}/links")
def propose(session: Unit, actor: Signed, cell_id: UrlId, asked: NewLink) -> LinkMade:
    """Propose what a member has to do with it."""
    return LinkMade.of(actions.propose(session, actor, cell_id, asked))


@door.post("/{cell_id}/names")
def rename(session: Unit, actor: Signed, cell_id: UrlId, asked: CellNaming) -> CellMade:
    """Another name from a day on."""
    return CellMade.of(actions.rename(session, actor, cell_id, asked))


@door.post("/{cell_id}/descriptions")
def describe(session: Unit, actor: Signed, cell_id: UrlId, asked: CellWords) -> CellMade:
    """Its number in the county's system, its extent, its households."""
    return CellMade.of(actions.describe(session, actor, cell_id, asked))


@door.post("/{cell_id}/endings")
def end_cell(session: Unit, actor: Signed, cell_id: UrlId, asked: CellEnding) -> CellMade:
    """It is no more."""
    return CellMade.of(actions.end_cell(session, actor, cell_id, asked))


@door.post("/{cell_id}/units")
def join(session: Unit, actor: Signed, cell_id: UrlId, asked: CellUnits) -> CellMade:
    """A unit has to do with it."""
    actions.join(session, actor, cell_id, asked)
    return CellMade.of(queries.whole(session, actor, cell_id).cell)


@door.post("/{cell_id}/units/{unit_id}/endings")
def part(session: Unit, actor: Signed, cell_id: UrlId, unit_id: UrlId, asked: CellEnding) -> CellMade:
    """It has to do with it no more."""
    return CellMade.of(actions.part(session, actor, cell_id, unit_id, asked))


@door.post("/{cell_id}/splits")
def split(session: Unit, actor: Signed, cell_id: UrlId, asked: Splitting) -> list[CellMade]:
    """It becomes several."""
    return [CellMade.of(each) for each in actions.split(session, actor, cell_id, asked)]


@door.post("/{cell_id}/mergers")
def merge(session: Unit, actor: Signed, cell_id: UrlId, asked: Merging) -> CellMade:
    """It and others become one."""
    return CellMade.of(actions.merge(session, actor, cell_id, asked))
