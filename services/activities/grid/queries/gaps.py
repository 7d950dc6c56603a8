"""What is to be mended: members whom no cell has, and cells that nobody of them looks after. Lists, and no score."""

from typing import NamedTuple

from services.activities.grid.models import Linked
from services.activities.grid.queries.links import links_in
from services.activities.grid.rules import Sort, Stage
from services.activities.register import queries as register
from services.activities.register.models import GridCell
from services.activities.register.queries import cells
from services.activities.register.queries.members import Member
from shared import clock
from shared.access import SYSTEM, Actor
from shared.db import Session, beyond
from shared.people import Unit

KEPT_AWAY = frozenset({"aged", "ill", "away"})
"""Who cannot look after a cell for a time, or for good."""


class Gaps(NamedTuple):
    """Members without a cell in which they live; cells without a member; cells with aged, ill or distant ones only."""

    members: list[Member]
    cells: list[GridCell]
    only_away: list[GridCell]


def gaps(session: Session, actor: Actor, unit: Unit) -> Gaps:
    """Those of a unit that somebody sees: its members, and the cells that it has to do with; of a township all."""
    today = clock.today(session)
    members = register.members_on(session, actor, unit.id, today)
    mine = cells.cells_of_unit(session, actor, unit)
    with beyond(session):  # whether anybody looks after a cell, whosoever he is; who, nobody learns here
        tree = cells.cells_on(session, SYSTEM, unit.township_id or unit.id, today)
        held = [
            each for each in links_in(session, SYSTEM, [row.id for row in tree], today) if each.stage is Stage.IN_FORCE
        ]
        away = _away(session, unit)
    housed = {each.person_id for each in held if each.sort is Sort.RESIDENCE}
    above = {row.parent_id for row in tree}
    smallest = [row for row in mine if row.id not in above]
    by_cell = _by_cell(held)
    return Gaps(
        [each for each in members if each.person_id not in housed],
        [row for row in smallest if row.id not in by_cell],
        [row for row in smallest if row.id in by_cell and by_cell[row.id] <= away],
    )


def _by_cell(held: list[Linked]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for each in held:
        found.setdefault(each.cell_id, set()).add(each.person_id)
    return found


def _away(session: Session, unit: Unit) -> set[int]:
    """Who of the township is aged, ill or away today."""
    everybody = register.members_on(session, SYSTEM, unit.township_id or unit.id, clock.today(session))
    return {each.person_id for each in everybody if KEPT_AWAY & {*each.circumstances}}


class Elsewhere(NamedTuple):
    """A member who lives in a cell of other groups than his own: which group is suggested."""

    person_id: int
    name: str
    unit_id: int
    cell: str
    suggested: list[int]


def living_elsewhere(session: Session, actor: Actor, unit: Unit) -> list[Elsewhere]:
    """Members whose cell has groups, and not theirs: by residence they would belong to one of those."""
    today = clock.today(session)
    rows = cells.cells_on(session, actor, unit.township_id or unit.id, today)
    names = {row.id: row.name for row in rows}
    groups: dict[int, list[int]] = {}
    for held in cells.cell_units(session, list(names), today):
        groups.setdefault(held.cell_id, []).append(held.unit_id)
    belongs = {each.person_id: each for each in register.members_on(session, actor, unit.id, today)}
    return [
        Elsewhere(each.person_id, each.name, belongs[each.person_id].unit_id, names[each.cell_id], groups[each.cell_id])
        for each in links_in(session, actor, list(groups), today)
        if each.sort is Sort.RESIDENCE
        and each.stage is Stage.IN_FORCE
        and each.person_id in belongs
        and belongs[each.person_id].unit_id not in groups[each.cell_id]
    ]
