"""The house of activities put together: its doors, and its work."""

from fastapi import APIRouter

from services.activities.concerns.actions import PRESSES as CONCERN_PRESSES
from services.activities.concerns.api import door as concerns_door
from services.activities.concerns.pages import pages as concerns_pages
from services.activities.duties.api import door as duties_door
from services.activities.duties.pages import pages as duties_pages
from services.activities.grid.api import door as grid_door
from services.activities.grid.pages import pages as grid_pages
from services.activities.imports.pages import pages as imports_pages
from services.activities.landing import pages as landing_pages
from services.activities.ledger.api import door as ledger_door
from services.activities.ledger.pages import pages as ledger_pages
from services.activities.office.api import door as office_door
from services.activities.office.pages import pages as pages_of_the_office
from services.activities.own.pages import pages as own_pages
from services.activities.papers.actions import PRESSES
from services.activities.papers.api import door as papers_door
from services.activities.papers.pages import pages as papers_pages
from services.activities.register.api import doors as register_doors
from services.activities.register.pages import office_pages as first_pages
from services.activities.register.pages import pages as register_pages
from services.activities.work import DEAD
from services.activities.workbook.api import door as workbook_door
from services.activities.workbook.pages import pages as workbook_pages
from shared.web import dead_work, papers

doors: list[APIRouter] = [
    *register_doors,
    ledger_door,
    duties_door,
    concerns_door,
    grid_door,
    workbook_door,
    papers_door,
    papers.door_of("activities"),
    office_door,
    dead_work.door_of(DEAD),
]
pages: list[APIRouter] = [
    landing_pages,
    workbook_pages,
    papers_pages,
    papers.pages_of("activities", {**PRESSES, **CONCERN_PRESSES}),
    ledger_pages,
    duties_pages,
    *concerns_pages,
    grid_pages,
    *register_pages,
    imports_pages,
    own_pages,
    dead_work.pages_of(DEAD),
]
office_pages: list[APIRouter] = [*pages_of_the_office, *first_pages]
