"""Every workflow of the house: its table of moves, and the table in which its stage stands."""

from dataclasses import dataclass
from typing import Any

from services.activities.imports.rules import MOVES as HANDED
from services.activities.ledger.rules.stages import MOVES as ACTIVITY
from services.activities.register.rules.officers import MOVES as OFFICER_ACT
from services.assessment.cases.rules import MOVES as CASE
from services.assessment.cases.rules import OBJECTION_MOVES as OBJECTION
from services.assessment.cycles.rules import MOVES as CYCLE
from services.assessment.rectifications.rules import MOVES as RECTIFICATION
from services.assessment.rectifications.rules import REPLACEMENT_MOVES as REPLACEMENT
from shared.moves import Machine


@dataclass(frozen=True)
class Workflow:
    """A table of moves and where it is lived: happenings about `name:7` are steps of row 7 of `table`."""

    name: str
    machine: Machine[Any, Any]
    table: str


WORKFLOWS = (
    Workflow("activity", ACTIVITY, "activities.activity"),
    Workflow("handed", HANDED, "activities.handed_in"),
    Workflow("officer_act", OFFICER_ACT, "activities.officer_act"),
    Workflow("cycle", CYCLE, "assessment.cycle"),
    Workflow("case", CASE, "assessment.leader_case"),
    Workflow("objection", OBJECTION, "assessment.objection"),
    Workflow("rectification", RECTIFICATION, "assessment.rectification"),
    Workflow("replacement", REPLACEMENT, "assessment.replacement"),
)
