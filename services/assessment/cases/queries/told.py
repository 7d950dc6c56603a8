"""What of a case is told to whom: what the committee weighs before the notice stays with the township's office."""

from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, true

from services.assessment.cases.models import Case
from services.assessment.cases.rules import CaseStage
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.rules import PUBLIC
from shared.access import Actor
from shared.db import Session
from shared.roles import Role

OFFICE = (Role.ORGANISER, Role.COMMITTEE)
BRANCH = (Role.SECRETARY, Role.COMMITTEE_MEMBER)

IN_FORCE = func.coalesce(Case.sheet_run, Cycle.run)
"""The run whose sheet a case rests on: a decision keeps the one that it was taken on, else it is the last."""
EVERYTHING = true()
"""What the office knows of its cases."""


def reaches(actor: Actor, *roles: Role) -> ColumnElement[bool]:
    """The cases of the units in which somebody holds one of these roles."""
    units = actor.units_as(*roles)
    return or_(Case.township_id.in_(units), Case.branch_id.in_(units))


def in_office(actor: Actor, township_id: int) -> bool:
    """Whether somebody is of a township's own office, with which stays what the committee weighs before the notice."""
    return actor.reach == "*" or bool(actor.roles_over(township_id) & {*OFFICE})


def known(actor: Actor) -> ColumnElement[bool]:
    """Whether the reader has a case as it stands, or is told that it waits for the committee whatever that decided.

    Outside the office it is known once the results are. Whom the office leaves out before he was filed is known at
    once: his branch has nobody to put forward any more.
    """
    if actor.reach == "*":
        return true()
    return or_(Cycle.stage.in_(PUBLIC), Case.filing_number.is_(None), reaches(actor, *OFFICE))


def stage_told(actor: Actor) -> ColumnElement[str]:
    """The stage of a case as the reader has it: it is shown, counted and looked for by this one alone."""
    return case((and_(Case.stage == CaseStage.NOTICE, ~known(actor)), CaseStage.RATING), else_=Case.stage)


def stage_for(session: Session, actor: Actor, case: Case) -> str:
    """The same of one case that he wants to take on: a refusal tells him no more than the case does."""
    decided = case.stage == CaseStage.NOTICE and case.filing_number is not None
    if not decided or in_office(actor, case.township_id):
        return case.stage
    return case.stage if session.get_one(Cycle, case.cycle_id).stage in PUBLIC else CaseStage.RATING


def run_told(actor: Actor) -> ColumnElement[int]:
    """The run whose sheet the reader has; that another one was kept would tell him of a decision."""
    return case((known(actor), IN_FORCE), else_=Cycle.run)


def as_told(session: Session, row: Row[Any]) -> Row[Any]:
    """A row of `listed` as the reader has it: what the committee weighs before the notice stays with the township.

    The case is let go of by the session first, so that what is left out is only not read.
    """
    case = row.Case
    if row.known:
        return row
    session.expunge(case)
    case.grade = case.grade_why = case.decided_by = case.decided_at = case.sheet_run = case.sheet_on = None
    case.stage = CaseStage.RATING if case.stage == CaseStage.NOTICE else case.stage
    return row
