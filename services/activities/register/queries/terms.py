"""The terms of a branch's committee."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select

from services.activities.register.queries.units import seen_unit_ids, within
from services.activities.register.rules.checking import TermNow
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.people import Unit
from shared.people.terms import Term
from shared.spans import holds_on


def lasting() -> Select[Term]:
    """Terms that were, are or are to be: one that ended where it began never was."""
    return select(Term).where(or_(Term.ends_on.is_(None), Term.ends_on > Term.starts_on))


def terms_of(session: Session, unit: Unit) -> Sequence[Term]:
    """The terms of a branch, or of the branch of a group, the latest first."""
    query = lasting().where(Term.unit_id == (unit.branch_id or unit.id))
    return session.scalars(query.order_by(Term.starts_on.desc())).all()


def last_term(session: Session, unit_id: int) -> Term | None:
    """The last term of a branch, locked."""
    query = lasting().where(Term.unit_id == unit_id).order_by(Term.starts_on.desc()).limit(1)
    return session.scalars(query.with_for_update()).one_or_none()


def term_before(session: Session, term: Term) -> Term | None:
    """The term that ended when this one began, locked."""
    query = lasting().where(Term.unit_id == term.unit_id, Term.ends_on == term.starts_on)
    return session.scalars(query.with_for_update()).one_or_none()


def term_to_change(session: Session, actor: Actor, term_id: int) -> Term:
    """One of them, locked."""
    query = lasting().where(Term.id == term_id, Term.unit_id.in_(seen_unit_ids(actor)))
    return there(session.scalars(query.with_for_update()).one_or_none(), "这一届任期")


def terms_now(session: Session, actor: Actor, unit_id: int, today: date) -> list[TermNow]:
    """The terms that run today in a unit and below it."""
    query = (
        select(Unit.id, Unit.whole_name, Term.due_on)
        .join(Term, Term.unit_id == Unit.id)
        .where(Unit.id.in_(seen_unit_ids(actor)), within(unit_id), Unit.dissolved_on.is_(None))
        .where(holds_on(Term.starts_on, Term.ends_on, today))
        .order_by(Unit.sort_key, Unit.id)
    )
    return [TermNow(*row) for row in session.execute(query)]
