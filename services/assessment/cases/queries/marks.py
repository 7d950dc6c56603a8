"""What people typed of a year's leaders: what holds now, what was corrected, and what a frozen sheet rests on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import aliased

from services.assessment.cases.models import Case, Mark
from services.assessment.cases.queries.cases import WITHOUT_A_GRADE, seen_by
from services.assessment.cycles.models import Cycle
from services.assessment.schemes.models import StoredScheme
from services.assessment.schemes.queries import scheme_of
from services.assessment.schemes.rules import ByHand, Item
from shared.access import Actor
from shared.clock import OFFICE_ZONE
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Account, Person

Later = aliased(Mark)


def marks_seen_by(actor: Actor) -> Select[Mark]:
    """What was typed of the leaders whom one sees."""
    return select(Mark).where(Mark.case_id.in_(seen_by(actor).with_only_columns(Case.id)))


def by_hand(session: Session, cycle: Cycle) -> tuple[ByHand, ...]:
    """The indicators of a year that was seen whose points a person types."""
    return scheme_of(session.get_one(StoredScheme, cycle.scheme_id)).by_hand


def marks_in_force(session: Session, actor: Actor, cycle_id: int) -> dict[tuple[int, str], Mark]:
    """The mark that holds of each leader and indicator of a year, by case and key."""
    corrected = exists().where(Later.corrects == Mark.id)
    found = marks_seen_by(actor).where(Mark.cycle_id == cycle_id, ~corrected).order_by(Mark.id)
    return {(mark.case_id, mark.key): mark for mark in session.scalars(found)}


def mark_to_correct(session: Session, actor: Actor, mark_id: int) -> Mark:
    """A mark that one sees, or OutOfReach; its year is locked by whoever changes it."""
    found = session.scalar(marks_seen_by(actor).where(Mark.id == mark_id))
    if found is None:
        raise OutOfReach
    return found


def with_marks(session: Session, cases: Sequence[Case]) -> set[int]:
    """Those of these cases of which anything was typed."""
    found = select(Mark.case_id).where(Mark.case_id.in_([case.id for case in cases]))
    return set(session.scalars(found)) if cases else set()


def is_corrected(session: Session, mark: Mark) -> bool:
    """Whether another one holds in its place."""
    return bool(session.scalar(select(exists().where(Mark.corrects == mark.id))))


def marks_of_case(session: Session, actor: Actor, case_id: int) -> Sequence[Row[Any]]:
    """Everything that was typed of a leader, what was corrected too, with the name of whoever typed it."""
    return session.execute(_with_names(marks_seen_by(actor).where(Mark.case_id == case_id)).order_by(Mark.id)).all()


def _with_names(found: Select[Mark]) -> Select[*tuple[Any, ...]]:
    return (
        found.outerjoin(Account, Account.id == Mark.given_by)
        .outerjoin(Person, Person.id == Account.person_id)
        .with_only_columns(Mark, func.coalesce(Person.name, "").label("name"))
    )


def with_basis(session: Session, lines: Mapping[int, Iterable[Item]]) -> dict[int, tuple[Item, ...]]:
    """The lines of sheets by case, those that were typed with who, when and on what basis: one statement for all.

    They are of the marks that the sheet was frozen with, whatever was corrected since.
    """
    kept = {case: tuple(items) for case, items in lines.items()}
    ids = [number for items in kept.values() for item in items if item.by_hand for number in item.evidence_ids]
    if not ids:
        return kept
    rows = session.execute(_with_names(select(Mark).where(Mark.id.in_(ids)))).all()
    said = {row.Mark.id: basis_said(row) for row in rows}
    return {case: tuple(_explained(item, said) for item in items) for case, items in kept.items()}


def _explained(item: Item, said: Mapping[int, str]) -> Item:
    told = [said[number] for number in item.evidence_ids if number in said] if item.by_hand else []
    return replace(item, why=item.why + "".join(told)) if told else item


def basis_said(row: Any) -> str:  # noqa: ANN401  a mark with the name of whoever typed it
    """The basis of a mark, who typed it and when, in a sentence."""
    day = row.Mark.given_at.astimezone(OFFICE_ZONE)
    who = f"{row.name} " if row.name else ""
    basis = row.Mark.basis.rstrip("。")
    return f"依据：{basis}。{who}{day.year}年{day.month}月{day.day}日录入。"


def without_marks(session: Session, actor: Actor, cycle: Cycle) -> dict[str, int]:
    """Of how many of a year's leaders whom one sees nothing is typed yet, by the name of each indicator that is."""
    listed = seen_by(actor).where(Case.cycle_id == cycle.id, ~WITHOUT_A_GRADE).with_only_columns(Case.id)
    whole = session.scalar(select(func.count()).select_from(listed.subquery())) or 0
    found = (
        select(Mark.key, func.count(Mark.case_id.distinct()))
        .where(Mark.cycle_id == cycle.id, Mark.case_id.in_(listed))
        .group_by(Mark.key)
    )
    given = {key: count for key, count in session.execute(found)}  # noqa: C416  a Row is no pair to the type checker
    left = {each.name: whole - given.get(each.key, 0) for each in by_hand(session, cycle)}
    return {name: count for name, count in left.items() if count}
