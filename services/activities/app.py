"""The house of activities: its doors, and the work that it registers."""

from fastapi import APIRouter

from services.activities.duties import tasks as duties_tasks
from services.activities.duties.api import door as duties_door
from services.activities.ledger.api import door as ledger_door
from services.activities.register import tasks as register_tasks
from services.activities.register.api import door as register_door
from shared.audit import hear

__all__ = ["doors", "duties_tasks", "register_tasks"]

doors: list[APIRouter] = [register_door, ledger_door, duties_door]

hear("activities")
