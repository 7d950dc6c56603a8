"""The demo township has a grid that shows something: cells of groups, links that hold, and gaps to be mended."""

from deploy.demo import grid
from services.activities.grid import queries
from services.activities.register import queries as register
from services.activities.register.queries import cells
from shared import clock, switches
from shared.access import SYSTEM
from shared.db import unit
from shared.systems import System
from tests.town import Town


def test_the_grid_of_the_demo_is_laid_by_the_products_own_acts(town: Town):
    with unit("activities") as session:
        before = switches.on_in(session, town.id)
        grid.lay(session, town.id)
    with unit("activities") as session:
        today = clock.today(session)
        found = cells.cells_on(session, SYSTEM, town.id, today)
        links = queries.links_in(session, SYSTEM, [each.id for each in found], today)
        gaps = queries.gaps(session, SYSTEM, register.unit_in_reach(session, SYSTEM, town.id))
        unhoused = queries.unhoused_ids(session, SYSTEM, town.id)

        assert switches.on_in(session, town.id) == before | {System.GRID}
        assert [each.level for each in found].count("cell") == 6
        assert {each.sort.value for each in links} == {"worker", "residence", "contact"}
        assert {each.stage.value for each in links} == {"in_force"}
        assert unhoused == []  # six in each group: nobody is the seventh
        assert [each.name for each in gaps.only_away] == []
