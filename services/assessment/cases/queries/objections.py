"""Objections as they may be read: their words are the township's, and what the others hear of them its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from services.assessment.cases.models import Case, Objection, Published
from services.assessment.cases.queries.cases import BRANCH_NAME, GROUP_NAME, Branch, Group, case_to_change, seen_by
from services.assessment.cases.rules import TOWNSHIP, Channel, ObjectionStage, Words, words_of
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Account, Person

WAITING = (ObjectionStage.RAISED, ObjectionStage.UPHELD)


@dataclass(frozen=True, slots=True)
class ObjectionTold:
    """An objection as one reader has it: what is not for him is none, how it came in too."""

    id: int
    case_id: int
    cycle_id: int
    stage: str
    late: bool
    raised_on: date
    answer_due: date
    channel: str | None
    matter: str | None
    registered_by: str | None  # by name, for the township
    answer: str | None
    answered_at: datetime | None
    branch: str
    group: str
    person: str


def objections_of(session: Session, actor: Actor, case_id: int) -> Sequence[ObjectionTold]:
    """The objections to a case, oldest first, as far as the actor may read them."""
    rows = session.execute(_told(actor).where(Objection.case_id == case_id).order_by(Objection.id))
    return [as_told(actor, row) for row in rows]


def objections_in(session: Session, actor: Actor, cycle_id: int, *, waiting: bool = False) -> Sequence[ObjectionTold]:
    """The objections of a year that one may see, each with the leader whom it is about, newest first."""
    found = _told(actor).where(Objection.cycle_id == cycle_id).order_by(Objection.id.desc())
    rows = session.execute(found.where(Objection.stage.in_(WAITING)) if waiting else found)
    return [as_told(actor, row) for row in rows]


def objection_told(session: Session, actor: Actor, objection_id: int) -> ObjectionTold:
    """One, or OutOfReach."""
    row = session.execute(_told(actor).where(Objection.id == objection_id)).one_or_none()
    if row is None:
        raise OutOfReach
    return as_told(actor, row)


Registrar = Person.__table__.alias("registrar")


def _told(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Objection,
            Case.township_id,
            Case.person_id,
            BRANCH_NAME.label("branch"),
            GROUP_NAME.label("group"),
            func.coalesce(Published.person, Person.name, "").label("person"),
            func.coalesce(Registrar.c.name, "").label("registrar"),
        )
        .join(Case, Case.id == Objection.case_id)
        .join(Branch, Branch.id == Case.branch_id)
        .join(Group, Group.id == Case.group_id)
        .outerjoin(Person, Person.id == Case.person_id)
        .outerjoin(Published, Published.case_id == Case.id)
        .outerjoin(Account, Account.id == Objection.registered_by)
        .outerjoin(Registrar, Registrar.c.id == Account.person_id)
        .where(Case.id.in_(seen_by(actor).with_only_columns(Case.id)))
    )


def as_told(actor: Actor, row: Row[Any]) -> ObjectionTold:
    """A row with as much of its words as the reader may have."""
    one: Objection = row.Objection
    own = row.person_id == actor.person_id
    office = actor.reach == "*" or bool(actor.roles_over(row.township_id) & TOWNSHIP)
    stage, channel = ObjectionStage(one.stage), Channel(one.channel)
    words = words_of(stage, channel, office=office, own=own)
    matter = {Words.ALL: one.matter, Words.TOLD: one.told, Words.NONE: None}[words]
    known = {name: getattr(one, name) for name in ("id", "case_id", "cycle_id", "late", "raised_on", "answer_due")}
    return ObjectionTold(
        **known,
        stage=one.stage,
        channel=one.channel if words is Words.ALL else None,
        matter=matter,
        registered_by=row.registrar if office and not own else None,
        answer=one.answer,
        answered_at=one.answered_at,
        branch=row.branch,
        group=row.group,
        person=row.person,
    )


# --- to change ---


def objection_to_change(session: Session, actor: Actor, objection_id: int) -> tuple[Objection, Case]:
    """An objection and its case, both locked; or OutOfReach."""
    visible = seen_by(actor).with_only_columns(Case.id)
    found = session.scalar(select(Objection).where(Objection.id == objection_id, Objection.case_id.in_(visible)))
    if found is None:
        raise OutOfReach
    case = case_to_change(session, actor, found.case_id)
    session.refresh(found, with_for_update=True)
    return found, case


def upheld_objections(session: Session, case: Case) -> Sequence[Objection]:
    """Those to a case that were upheld and not acted on yet, locked in a steady order."""
    found = select(Objection).where(Objection.case_id == case.id, Objection.stage == ObjectionStage.UPHELD)
    return session.scalars(found.order_by(Objection.id).with_for_update()).all()


def objections_to_end(session: Session, cycle_id: int) -> Sequence[Objection]:
    """Those of a year whose row is locked that wait for anybody, locked in a steady order."""
    waiting = Objection.stage.in_([ObjectionStage.RAISED, ObjectionStage.UPHELD])
    found = select(Objection).where(Objection.cycle_id == cycle_id, waiting).order_by(Objection.id)
    return session.scalars(found.with_for_update()).all()


def open_objections(session: Session, cycle_id: int) -> dict[str, int]:
    """How many objections of a cycle wait for an answer, or for the case to be decided again."""
    found = select(Objection.stage, func.count()).where(
        Objection.cycle_id == cycle_id, Objection.stage.in_([ObjectionStage.RAISED, ObjectionStage.UPHELD])
    )
    rows = session.execute(found.group_by(Objection.stage))
    return {stage: count for stage, count in rows}  # noqa: C416  a Row is no pair to the type checker
