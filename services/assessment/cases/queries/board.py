"""The rating board: every leader of a year in one list, with score, proposed and decided grade."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnExpressionArgument, Row, Select, and_, func
from sqlalchemy.orm import aliased

from services.assessment.cases.models import Case, Sheet
from services.assessment.cases.queries.cases import OFFICE, Branch, Group, over_quota, reaches, seen_by
from services.assessment.cases.rules import CaseStage
from services.assessment.cycles.models import Cycle
from services.assessment.schemes.rules import Grade
from shared.access import Actor
from shared.db import Session
from shared.people import Person

Order = tuple[ColumnExpressionArgument[Any], ...]


class BoardOrder(StrEnum):
    """What the board is sorted by."""

    SCORE = "score"
    UNIT = "unit"
    NAME = "name"
    PROPOSED = "proposed"
    DECIDED = "decided"


GRADES = [str(grade) for grade in Grade]  # the best first, which is not the order of the letters
SCORE: Order = (Sheet.total.desc().nulls_last(), Case.id)
UNIT: Order = (Branch.sort_key, Branch.id, Group.sort_key, Group.id)
ORDERS: dict[BoardOrder, Order] = {
    BoardOrder.SCORE: SCORE,
    BoardOrder.UNIT: UNIT,
    BoardOrder.NAME: (Person.pinyin, Case.id),
    BoardOrder.PROPOSED: (func.array_position(GRADES, Sheet.proposed), *SCORE),
    BoardOrder.DECIDED: (func.array_position(GRADES, Case.grade), *SCORE),
}
Before = aliased(Case)


def board(session: Session, actor: Actor, cycle_id: int, order: BoardOrder) -> Sequence[Row[Any]]:
    """All leaders of a year that the office sees, as plain columns: 300 rows cost a page a few milliseconds."""
    found = lined_up(actor).where(Case.cycle_id == cycle_id).order_by(*ORDERS[order])
    return session.execute(found if actor.reach == "*" else found.where(reaches(actor, *OFFICE))).all()


def leaders(session: Session, actor: Actor, cycle_id: int, *, stage: CaseStage | None = None) -> Sequence[Row[Any]]:
    """The leaders of a year that one may see, unit by unit."""
    found = lined_up(actor).where(Case.cycle_id == cycle_id).order_by(*UNIT)
    return session.execute(found.where(Case.stage == stage) if stage else found).all()


def own(session: Session, actor: Actor) -> Sequence[Row[Any]]:
    """One's own years as a leader, the newest first; also after one has left the post."""
    found = lined_up(actor).where(Case.person_id == actor.person_id).order_by(Case.year.desc(), Case.id.desc())
    return session.execute(found).all()


def lined_up(actor: Actor) -> Select[*tuple[Any, ...]]:
    """A leader in a line: who, where, what branch and sheet propose, what was decided, and last year's grade."""
    columns = (Case.id, Case.cycle_id, Case.branch_id, Case.group_id, Case.person_id, Case.stage, Case.branch_grade)
    more = (Case.year, Case.branch_reasons, Case.returned_why, Case.filing_number, Case.grade, Case.grade_why)
    return (
        seen_by(actor)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .outerjoin(Sheet, and_(Sheet.cycle_id == Case.cycle_id, Sheet.run == Cycle.run, Sheet.case_id == Case.id))
        .join(Branch, Branch.id == Case.branch_id)
        .join(Group, Group.id == Case.group_id)
        .outerjoin(Person, Person.id == Case.person_id)
        .outerjoin(
            Before,
            and_(
                Before.person_id == Case.person_id,
                Before.year == Case.year - 1,
                Before.stage == CaseStage.CLOSED,
                Before.id.in_(seen_by(actor).with_only_columns(Case.id)),
            ),
        )
        .with_only_columns(
            *columns,
            *more,
            Branch.name.label("branch"),
            Group.name.label("group"),
            func.coalesce(Person.name, "").label("person"),
            Sheet.total,
            Sheet.proposed,
            Sheet.vetoed,
            over_quota().label("over_quota"),
            Before.grade.label("grade_before"),
        )
    )
