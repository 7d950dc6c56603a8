"""What a year waits for: branch by branch, and the objections."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select

from services.assessment.cases.models import Case, Objection, Published
from services.assessment.cases.queries.cases import BRANCH_NAME, GROUP_NAME, Branch, Group, seen_by
from services.assessment.cases.rules import CaseStage, ObjectionStage
from shared.access import Actor
from shared.db import Session
from shared.people import Person

WAITING = (ObjectionStage.RAISED, ObjectionStage.UPHELD)


def by_branch(session: Session, actor: Actor, cycle_id: int) -> Sequence[Row[Any]]:
    """How many leaders of each branch stand at each stage: branch_id, branch, and a count named as the stage."""
    counts = [func.count().filter(Case.stage == stage).label(stage.value) for stage in CaseStage]
    found: Select[*tuple[Any, ...]] = (
        seen_by(actor)
        .where(Case.cycle_id == cycle_id)
        .join(Branch, Branch.id == Case.branch_id)
        .with_only_columns(Branch.id.label("branch_id"), Branch.name.label("branch"), *counts)
        .group_by(Branch.id)
        .order_by(Branch.sort_key, Branch.id)
    )
    return session.execute(found).all()


def objections_in(session: Session, actor: Actor, cycle_id: int, *, waiting: bool = False) -> Sequence[Row[Any]]:
    """The objections of a year that one may see, each with the leader whom it is about, newest first."""
    found: Select[*tuple[Any, ...]] = (
        select(
            Objection,
            Case.township_id,
            BRANCH_NAME.label("branch"),
            GROUP_NAME.label("group"),
            func.coalesce(Published.person, Person.name, "").label("person"),
        )
        .join(Case, Case.id == Objection.case_id)
        .join(Branch, Branch.id == Case.branch_id)
        .join(Group, Group.id == Case.group_id)
        .outerjoin(Person, Person.id == Case.person_id)
        .outerjoin(Published, Published.case_id == Case.id)
        .where(Objection.cycle_id == cycle_id, Case.id.in_(seen_by(actor).with_only_columns(Case.id)))
        .order_by(Objection.id.desc())
    )
    return session.execute(found.where(Objection.stage.in_(WAITING)) if waiting else found).all()
