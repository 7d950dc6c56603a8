"""The grid of the demo: a village a branch, a cell a group; members linked, and some gaps left to be mended."""

from datetime import date, timedelta

from services.activities.grid import actions
from services.activities.grid.schemas import CellUnits, NewCell, NewLink
from services.activities.register import queries as register
from shared import clock, office_settings, switches
from shared.access import SYSTEM
from shared.db import Session
from shared.office_settings import Key
from shared.people import Unit, branches_of, groups_of, names_of, short_names_of
from shared.systems import SWITCHED, System

HOUSES, LEFT_OUT, GROUPS_MOST = 18, 7, 20
"""So many households a member keeps touch with; of so many members one has no cell yet; so many groups are laid out."""
SINCE = timedelta(days=200)


def lay(session: Session, township_id: int) -> None:
    """Switch the grid on, and lay it by the units of the township; some villages have still to be divided."""
    on = switches.on_in(session, township_id) | {System.GRID}
    value = [system.value for system in SWITCHED if system in on]
    office_settings.put(session, SYSTEM, township_id, Key.SYSTEMS, value, reason="开通网格。")
    day = clock.today(session) - SINCE
    branches = branches_of(session, township_id)
    names, laid = names_of(session, branches), 0
    for branch_id in branches:
        asked = NewCell(level="village", name=names[branch_id].removesuffix("党支部"), on=day, confirmed=True)
        village = actions.found_cell(session, SYSTEM, township_id, asked).id
        groups = groups_of(session, branch_id)
        for group_id in groups[: max(GROUPS_MOST - laid, 0)]:
            _of_group(session, township_id, group_id, village, day)
        laid += len(groups)


def _of_group(session: Session, township_id: int, group_id: int, village: int, day: date) -> None:
    """A cell for a group: its first member looks after it, the others live there, some keep touch with households."""
    name = short_names_of(session, [group_id], day)[group_id].removesuffix("党小组")
    founded = session.get_one(Unit, group_id).founded_on
    asked = NewCell(
        level="cell",
        name=f"{name}网格",
        parent_id=village,
        households=HOUSES * 3,
        on=max(day, founded),
        confirmed=True,
    )
    cell = actions.found_cell(session, SYSTEM, township_id, asked).id
    actions.join(session, SYSTEM, cell, CellUnits(unit_id=group_id, on=max(day, founded)))
    members = register.members_on(session, SYSTEM, group_id, clock.today(session))
    for at, member in enumerate(members):
        since = max(day, founded, member.starts_on)
        if at == 0:
            actions.propose(session, SYSTEM, cell, NewLink(person_id=member.person_id, sort="worker", on=since))
        if at % LEFT_OUT != LEFT_OUT - 1:
            actions.propose(session, SYSTEM, cell, NewLink(person_id=member.person_id, sort="residence", on=since))
        if at % LEFT_OUT in {1, 2}:
            doors = f"{at * HOUSES + 1}-{(at + 1) * HOUSES}号"
            linked = NewLink(person_id=member.person_id, sort="contact", doors=doors, households=HOUSES, on=since)
            actions.propose(session, SYSTEM, cell, linked)
