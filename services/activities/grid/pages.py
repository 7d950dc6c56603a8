"""The pages of the grid: the tree with its numbers, a cell, what is to be mended, and one's own cell."""

from typing import Annotated, Any

from fastapi import Query, Response

from services.activities.concerns import queries as views
from services.activities.grid import actions, queries, writers
from services.activities.grid.rules import AGREE, KEEPS_CELLS, LEVELS, PROPOSERS, SORTS, Level, Sort, Stage
from services.activities.grid.schemas import (
    AskedCells,
    AskedGaps,
    CellEnding,
    CellNaming,
    CellUnits,
    CellWords,
    LinkEnding,
    Merging,
    NewCell,
    NewLink,
    OwnResidence,
    Splitting,
)
from services.activities.register import queries as register
from services.activities.register.queries import cells as registered
from services.activities.register.queries.units import places_of
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.files import KINDS as FILES
from shared.people import names_of
from shared.web import Form, Html, Paged, Pages, Sent, Signed, Unit, Viewed
from shared.web.files import taken
from shared.web.lists import Turns

pages = Pages(prefix="/cells")
LIST = "/activities/cells"
PARTS_MOST = 4


@pages.get("")
def listing(view: Viewed, actor: Signed, session: Unit, asked: Annotated[AskedCells, Query()]) -> Html:
    """The cells with which one has to do, as a tree with numbers, and which units belong to which."""
    actor = actor.acting
    township = queries.township_shown(session, actor, asked.township_id)
    rows = queries.known_cells(session, actor, township) if township else []
    known = queries.tree(session, actor, rows)
    return view.show(
        "grid/list.html",
        known=known,
        names=names_of(session, {each for one in known for each in one.unit_ids}),
        levels=LEVELS,
        keeps=bool(township and actor.roles_over(township) & KEEPS_CELLS),
        waiting=queries.proposed_count(session, actor),
    )


@pages.get("/new")
def new(view: Viewed, actor: Signed, session: Unit, asked: Annotated[AskedCells, Query()]) -> Html:
    """The form of a new cell."""
    township = queries.township_shown(session, actor, asked.township_id)
    rows = queries.known_cells(session, actor, township) if township else []
    above = [(row.id, f"{row.name}（{LEVELS[row.level]}）") for row in rows if row.level != Level.MICRO]
    keeps = bool(township and actor.roles_over(township) & KEEPS_CELLS)
    return view.show("grid/new.html", township=township, above=above, levels=list(LEVELS.items()), keeps=keeps)


@pages.post("/in/{township_id}")
def found_cell(view: Viewed, actor: Signed, session: Unit, township_id: int, form: Sent) -> Response:
    """Open one."""
    register.unit_in_reach(session, actor, township_id)
    row = actions.found_cell(session, actor, township_id, form.read(NewCell))
    return view.to(f"{LIST}/{row.id}", said=f"已设立“{row.name}”。")


@pages.get("/gaps")
def gaps(view: Viewed, actor: Signed, session: Unit, *, asked: Annotated[AskedGaps, Query()], turn: Turns) -> Html:
    """What is to be mended: a list, and no score; of a township by branches where one asks for one."""
    actor = actor.acting
    places = [register.unit_in_reach(session, actor, each) for each in actor.units_as(*registered.SEES_CELLS)]
    if not places:
        return view.show("grid/gaps.html", gaps=None, place="")
    branches = queries.branches_of(session, actor, places[0])
    place = register.unit_in_reach(session, actor, asked.branch_id) if asked.branch_id else places[0]
    leaf = queries.unhoused(session, actor, place.id, turn)
    elsewhere = queries.living_elsewhere(session, actor, place)
    ids = {each.unit_id for each in leaf.rows} | {each.unit_id for each in elsewhere}
    suggested = {unit for each in elsewhere for unit in each.suggested}
    return view.show(
        "grid/gaps.html",
        gaps=queries.gaps(session, actor, place),
        place=place.whole_name,
        branches=branches,
        branch_id=asked.branch_id,
        leaf=leaf,
        many=queries.unhoused_count(session, actor, place.id),
        elsewhere=elsewhere,
        names=names_of(session, ids | suggested),
    )


@pages.get("/links")
def links(view: Viewed, actor: Signed, session: Unit, page: Paged) -> Html:
    """What waits to be agreed to, the oldest first."""
    actor = actor.acting
    rows = queries.proposed(session, actor, after=page.after, limit=page.limit)
    return view.show(
        "grid/links.html",
        rows=rows,
        next=rows[-1].id if len(rows) == page.limit else None,
        cells=registered.cell_names(session, {each.cell_id for each in rows}),
        sorts=SORTS,
    )


@pages.get("/links/{cell_link_id}")
def link(view: Viewed, actor: Signed, session: Unit, cell_link_id: int) -> Html:
    """One link, with what may be done with it."""
    row = queries.link(session, actor, cell_link_id)
    return view.show(
        "grid/link.html",
        one=row,
        cell=registered.cell_names(session, [row.cell_id]).get(row.cell_id, ""),
        unit=names_of(session, [row.unit_id]).get(row.unit_id, ""),
        sorts=SORTS,
        agrees=queries.may_agree(session, actor, cell_link_id),
    )


@pages.post("/links/{cell_link_id}/agreements")
def agree(view: Viewed, actor: Signed, session: Unit, cell_link_id: int) -> Response:
    """It holds."""
    row = actions.agree(session, actor, cell_link_id)
    return view.to(f"{LIST}/links", said=f"已确认。{actions.settled_said(session, row)}")


@pages.post("/links/{cell_link_id}/endings")
def end_link(view: Viewed, actor: Signed, session: Unit, cell_link_id: int, form: Sent) -> Response:
    """It holds no more."""
    queries.link(session, actor, cell_link_id)
    row = actions.end_link(session, actor, cell_link_id, form.read(LinkEnding))
    return view.to(f"{LIST}/{row.cell_id}", said="已结束，以前的记录保留。")


@pages.get("/mine")
def mine(view: Viewed, actor: Signed, session: Unit) -> Html:
    """One's own cell, one's own households, and whom to call."""
    own = queries.own_cells(session)
    lives = next((each.cell_id for each in own if each.sort == Sort.RESIDENCE), None)
    return view.show("grid/mine.html", own=own, sorts=SORTS, cells=queries.own_choices(session, actor), lives=lives)


@pages.post("/residence")
def settle_own(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Where one lives, by one's own word."""
    actions.require_member(actor)
    actions.settle_own(session, actor, form.read(OwnResidence))
    return view.to(f"{LIST}/mine", said="居住的网格已登记。")


@pages.get("/ledger.xlsx")
def ledger(actor: Signed, session: Unit, asked: Annotated[AskedCells, Query()]) -> Response:
    """网格台账 of what one sees, as a table."""
    actor = actor.acting
    township = queries.township_shown(session, actor, asked.township_id)
    known, links = actions.take_ledger(session, actor, township or 0)
    units = names_of(session, {unit for each in known for unit in each.unit_ids})
    places = places_of(session, {each.unit_id for each in links})
    return taken(session, writers.ledger_book(known, links, units, places), FILES["xlsx"], "网格台账.xlsx")


@pages.get("/{cell_id}/card.pdf")
def card(actor: Signed, session: Unit, cell_id: int) -> Response:
    """The card of a cell in print."""
    known, links = actions.take_card(session, actor, cell_id)
    units = list(names_of(session, known.unit_ids).values())
    data = writers.card_pdf(known, links, units, made_at=clock.now(session))
    return taken(session, data, FILES["pdf"], f"{known.cell.name}网格卡.pdf")


@pages.get("/{cell_id}")
def cell(view: Viewed, actor: Signed, session: Unit, cell_id: int) -> Html:
    """One cell: where it is, who looks after it, what goes on there, and what may be done."""
    known = queries.whole(session, actor, cell_id)
    linked = queries.links_in(session, actor, [cell_id], clock.today(session))
    return view.show(
        "grid/cell.html",
        one=known.cell,
        known=known,
        here=f"{LIST}/{cell_id}",
        links=linked,
        doubled=queries.doubled(linked),
        former=registered.former_cell_names(session, cell_id),
        became=registered.cell_names(session, known.cell.into_ids),
        above=registered.cell_names(session, [known.cell.parent_id]).get(known.cell.parent_id, ""),
        names=names_of(session, known.unit_ids),
        levels=LEVELS,
        sorts=SORTS,
        notes=bool(actor.units_as(*views.NOTERS)),
        **_may(session, actor, known),
    )


def _may(session: Session, actor: Actor, known: queries.Known) -> dict[str, Any]:
    """What the forms of a cell hold, each only for whom it is; of one that has ended, nothing."""
    township, ended = known.cell.township_id, known.cell.ends_on is not None
    units = dict(queries.units_for(session, actor, township))
    keeps = bool(actor.roles_over(township) & KEEPS_CELLS) and not ended
    agrees = bool(actor.units_as(*AGREE)) and not ended
    return {
        "people": queries.members_for(session, actor) if actor.units_as(*PROPOSERS) and not ended else [],
        "units": [(key, word) for key, word in units.items() if key not in known.unit_ids] if agrees else [],
        "parts": [each for each in known.unit_ids if each in units] if agrees else [],
        "keeps": keeps,
        "beside": queries.beside(session, actor, known.cell) if keeps else [],
    }


def there(session: Session, actor: Actor, cell_id: int) -> None:
    """That it is there for whoever asks, before any word is read."""
    registered.cell(session, actor, cell_id)


@pages.post("/{cell_id}/links")
def propose(view: Viewed, actor: Signed, session: Unit, cell_id: int, form: Sent) -> Response:
    """Propose what a member has to do with it."""
    there(session, actor, cell_id)
    row = actions.propose(session, actor, cell_id, form.read(NewLink))
    said = "已登记。" if row.stage == Stage.IN_FORCE else "已提出，等支部书记确认。"
    return view.to(f"{LIST}/{cell_id}", said=said + actions.settled_said(session, row))


@pages.post("/{cell_id}/names")
def rename(view: Viewed, actor: Signed, session: Unit, cell_id: int, form: Sent) -> Response:
    """Another name from a day on."""
    there(session, actor, cell_id)
    row = actions.rename(session, actor, cell_id, form.read(CellNaming))
    return view.to(f"{LIST}/{cell_id}", said=f"已改名为“{row.name}”。")


@pages.post("/{cell_id}/descriptions")
def describe(view: Viewed, actor: Signed, session: Unit, cell_id: int, form: Sent) -> Response:
    """Its number in the county's system, its extent, its households."""
    there(session, actor, cell_id)
    actions.describe(session, actor, cell_id, form.read(CellWords))
    return view.to(f"{LIST}/{cell_id}", said="已更新。")


@pages.post("/{cell_id}/endings")
def end_cell(view: Viewed, actor: Signed, session: Unit, cell_id: int, form: Sent) -> Response:
    """It is no more."""
    there(session, actor, cell_id)
    actions.end_cell(session, actor, cell_id, form.read(CellEnding))
    return view.to(f"{LIST}/{cell_id}", said="已撤销，以前的记录保留；没有办结的群众意见由支部放入新的网格。")


@pages.post("/{cell_id}/units")
def join(view: Viewed, actor: Signed, session: Unit, cell_id: int, form: Sent) -> Response:
    """A unit has to do with it."""
    there(session, actor, cell_id)
    actions.join(session, actor, cell_id, form.read(CellUnits))
    return view.to(f"{LIST}/{cell_id}", said="已对应。")


@pages.post("/{cell_id}/units/{unit_id}/endings")
def part(view: Viewed, actor: Signed, session: Unit, form: Sent, *, cell_id: int, unit_id: int) -> Response:
    """It has to do with it no more."""
    there(session, actor, cell_id)
    actions.part(session, actor, cell_id, unit_id, form.read(CellEnding))
    return view.to(f"{LIST}/{cell_id}", said="不再对应，以前的记录保留。")


@pages.get("/{cell_id}/splits")
def splitting(view: Viewed, actor: Signed, session: Unit, cell_id: int) -> Html:
    """The list by which links go into the parts."""
    row = registered.cell(session, actor, cell_id)
    linked = queries.links_in(session, actor, [cell_id], clock.today(session))
    return view.show(
        "grid/split.html",
        one=row,
        here=f"{LIST}/{cell_id}",
        links=linked,
        below=queries.below(session, actor, row),
        sorts=SORTS,
        most=PARTS_MOST,
        keeps=bool(actor.roles_over(row.township_id) & KEEPS_CELLS) and row.ends_on is None,
    )


@pages.post("/{cell_id}/splits")
def split(view: Viewed, actor: Signed, session: Unit, cell_id: int, form: Sent) -> Response:
    """It becomes several."""
    there(session, actor, cell_id)
    made = actions.split(session, actor, cell_id, form.read(Splitting, **parts_of(form)))
    return view.to(LIST, said=f"已拆分为{'、'.join(each.name for each in made)}。")


def parts_of(form: Form) -> dict[str, Any]:
    """The parts that have a name, each with what is to go into it, and which of them takes what goes on there."""
    named = [number for number in range(PARTS_MOST) if form.text(f"name_{number}")]
    parts = [
        {
            "name": form.text(f"name_{number}"),
            "links": _into(form, "link_", number),
            "cells": _into(form, "cell_", number),
        }
        for number in named
    ]
    at = {str(number): place for place, number in enumerate(named)}
    chosen = form.text("matters_to") or "0"
    return {"parts": parts, "matters_to": at.get(chosen, PARTS_MOST)}  # one without a name is no part


def _into(form: Form, begins: str, number: int) -> list[int]:
    """Whatever is to go into a part: fields link_7 or cell_7 that say its number."""
    return [thing for thing, value in form.numbered(begins) if value == str(number)]


@pages.post("/{cell_id}/mergers")
def merge(view: Viewed, actor: Signed, session: Unit, cell_id: int, form: Sent) -> Response:
    """It and others become one."""
    there(session, actor, cell_id)
    row = actions.merge(session, actor, cell_id, form.read(Merging))
    return view.to(f"{LIST}/{row.id}", said=f"已合并为“{row.name}”。")
