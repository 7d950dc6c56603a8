"""The rating board: every leader of a year in one list, with score, proposed and decided grade."""

from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ColumnExpressionArgument, ScalarSelect, Select, and_, case, func
from sqlalchemy.orm import aliased

from services.assessment.cases.models import Case, Published, Sheet
from services.assessment.cases.queries.cases import (
    BRANCH_NAME,
    BY_TOTAL,
    GROUP_NAME,
    Branch,
    Group,
    at_line,
    over_quota,
    seen_by,
)
from services.assessment.cases.queries.told import EVERYTHING, OFFICE, known, reaches, run_told, stage_told
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
SCORE: Order = BY_TOTAL
UNIT: Order = (Published.place, Branch.sort_key, Branch.id, Group.sort_key, Group.id)
ORDERS: dict[BoardOrder, Order] = {
    BoardOrder.SCORE: SCORE,
    BoardOrder.UNIT: UNIT,
    BoardOrder.NAME: (Person.pinyin, Case.id),
    BoardOrder.PROPOSED: (func.array_position(GRADES, Sheet.proposed), *SCORE),
    BoardOrder.DECIDED: (func.array_position(GRADES, Case.grade), *SCORE),
}
Before, Later = aliased(Case), aliased(Sheet)  # the year before; what a run after the decision came to


class Line(NamedTuple):
    """A leader in a line: who, where, what branch and sheet propose, what was decided, and last year's grade."""

    id: int
    cycle_id: int
    year: int
    branch_id: int
    group_id: int
    person_id: int
    stage: str
    branch_grade: str | None
    branch_reasons: str | None
    returned_why: str | None
    nominated_by_self: bool
    grade: str | None
    grade_why: str | None
    began_on: date | None
    ended_on: date | None
    part: bool
    branch: str
    branch_key: str
    group: str
    person: str
    total: int | None
    proposed: str | None
    vetoed: bool | None
    over_quota: bool
    at_line: bool
    total_later: int | None
    proposed_later: str | None
    grade_before: str | None


CASE_COLUMNS = {name: getattr(Case, name) for name in Line._fields if hasattr(Case, name)}


def board(session: Session, actor: Actor, cycle_id: int, order: BoardOrder) -> list[Line]:
    """All leaders of a year that the office sees, as plain lines: 300 of them cost a page a few milliseconds."""
    found = lined_up(actor).where(Case.cycle_id == cycle_id).order_by(*ORDERS[order])
    return lines(session, found if actor.reach == "*" else found.where(reaches(actor, *OFFICE)))


def leaders(session: Session, actor: Actor, cycle_id: int, *, stage: CaseStage | None = None) -> list[Line]:
    """The leaders of a year that one may see, unit by unit; at a stage as one is told it."""
    found = lined_up(actor).where(Case.cycle_id == cycle_id).order_by(*UNIT)
    return lines(session, found.where(stage_told(actor) == stage) if stage else found)


def own(session: Session, actor: Actor) -> list[Line]:
    """One's own years as a leader, the newest first; also after one has left the post."""
    found = lined_up(actor).where(Case.person_id == actor.person_id)
    return lines(session, found.order_by(Case.year.desc(), Case.id.desc()))


def lines(session: Session, found: Select[*tuple[Any, ...]]) -> list[Line]:
    """What was found, as lines; read past the session, which would look for objects in each row of plain columns."""
    return [Line._make(row) for row in session.connection().execute(found).all()]


SAME_RUN = (Later.cycle_id == Case.cycle_id, Later.run == Cycle.run, Later.case_id == Case.id)


def told(actor: Actor) -> dict[str, ColumnElement[Any]]:
    """What the committee weighs before the notice, as the reader has it: it stays with the township."""
    if actor.reach == "*":
        return {}
    return {
        "stage": stage_told(actor),
        "grade": case((known(actor), Case.grade)),
        "grade_why": case((known(actor), Case.grade_why)),
    }


def grade_before(actor: Actor) -> ScalarSelect[str | None]:
    """The grade of the year before; of two, for whoever led two groups or one twice, the worse."""
    found = seen_by(actor, Before).where(Before.person_id == Case.person_id, Before.year == Case.year - 1)
    worst_first = func.array_position(GRADES, Before.grade).desc().nulls_last()
    closed = found.where(Before.stage == CaseStage.CLOSED).with_only_columns(Before.grade)
    return closed.order_by(worst_first).limit(1).correlate(Case).scalar_subquery()


def lined_up(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The cases that somebody sees, with the columns of a line in its order."""
    office = EVERYTHING if actor.reach == "*" else reaches(actor, *OFFICE)
    return (
        seen_by(actor)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .outerjoin(Sheet, and_(Sheet.cycle_id == Case.cycle_id, Sheet.run == run_told(actor), Sheet.case_id == Case.id))
        .outerjoin(Later, and_(Case.sheet_run != Cycle.run, *SAME_RUN, office))
        .join(Branch, Branch.id == Case.branch_id)
        .join(Group, Group.id == Case.group_id)
        .outerjoin(Person, Person.id == Case.person_id)
        .outerjoin(Published, Published.case_id == Case.id)
        .with_only_columns(
            *(CASE_COLUMNS | told(actor)).values(),
            BRANCH_NAME,
            Branch.sort_key,
            GROUP_NAME,
            func.coalesce(Published.person, Person.name, ""),
            Sheet.total,
            Sheet.proposed,
            Sheet.vetoed,
            over_quota(known(actor)),
            at_line(known(actor)),
            Later.total,
            Later.proposed,
            grade_before(actor),
        )
    )
