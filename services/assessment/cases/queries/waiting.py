"""What a year waits for, branch by branch."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func

from services.assessment.cases.models import Case
from services.assessment.cases.queries.cases import Branch, seen_by
from services.assessment.cases.queries.told import stage_told
from services.assessment.cases.rules import CaseStage
from services.assessment.cycles.models import Cycle
from shared.access import Actor
from shared.db import Session


def by_branch(session: Session, actor: Actor, cycle_id: int) -> Sequence[Row[Any]]:
    """How many leaders of each branch stand at each stage: branch_id, branch, and a count named as the stage."""
    told = stage_told(actor)
    counts = [func.count().filter(told == stage).label(stage.value) for stage in CaseStage]
    found: Select[*tuple[Any, ...]] = (
        seen_by(actor)
        .where(Case.cycle_id == cycle_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Branch, Branch.id == Case.branch_id)
        .with_only_columns(Branch.id.label("branch_id"), Branch.name.label("branch"), *counts)
        .group_by(Branch.id)
        .order_by(Branch.sort_key, Branch.id)
    )
    return session.execute(found).all()
