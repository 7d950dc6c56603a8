"""The house of assessment put together: its doors, and its work."""

from fastapi import APIRouter

from services.assessment.ballots.actions import PRESSES as BALLOT_PRESSES
from services.assessment.ballots.api import door as ballots_door
from services.assessment.ballots.pages import pages as ballot_pages
from services.assessment.cases.api import door as cases_door
from services.assessment.cases.pages import pages as case_pages
from services.assessment.choosings.actions import PRESSES as CHOOSING_PRESSES
from services.assessment.choosings.api import door as choosings_door
from services.assessment.choosings.pages import pages as choosing_pages
from services.assessment.cycles.api import door as cycles_door
from services.assessment.papers.actions import PRESSES
from services.assessment.papers.api import door as papers_door
from services.assessment.papers.pages import pages as paper_pages
from services.assessment.rectifications.actions import PRESSES as RECTIFICATION_PRESSES
from services.assessment.rectifications.api import door as rectifications_door
from services.assessment.rectifications.pages import pages as rectification_pages
from services.assessment.schemes.api import door as schemes_door
from services.assessment.schemes.pages import pages as scheme_pages
from services.assessment.trials.api import door as trials_door
from services.assessment.trials.pages import pages as trial_pages
from services.assessment.work import DEAD
from shared.web import dead_work, papers

doors: list[APIRouter] = [
    schemes_door,
    trials_door,
    cycles_door,
    cases_door,
    papers_door,
    papers.door_of("assessment"),
    rectifications_door,
    ballots_door,
    choosings_door,
    dead_work.door_of(DEAD),
]
KNOWN = {**PRESSES, **BALLOT_PRESSES, **CHOOSING_PRESSES, **RECTIFICATION_PRESSES}
pages: list[APIRouter] = [
    *case_pages,
    scheme_pages,
    trial_pages,
    paper_pages,
    papers.pages_of("assessment", KNOWN),
    rectification_pages,
    *ballot_pages,
    *choosing_pages,
    dead_work.pages_of(DEAD),
]
