"""The house of assessment: its doors, and the work that it registers."""

from fastapi import APIRouter

from services.assessment.cases import tasks as case_tasks
from services.assessment.cases.api import door as cases_door
from services.assessment.cycles import tasks as cycle_tasks
from services.assessment.cycles.api import door as cycles_door
from services.assessment.rectifications import tasks as rectification_tasks
from services.assessment.rectifications.api import door as rectifications_door
from services.assessment.schemes.api import door as schemes_door

__all__ = ["case_tasks", "cycle_tasks", "doors", "rectification_tasks"]

doors: list[APIRouter] = [schemes_door, cycles_door, cases_door, rectifications_door]
