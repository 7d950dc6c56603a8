"""The terms of the committees of branches. The leaders of a branch's groups have the same term.

A term ends when the next begins, never by itself: past its last day the office says 届满未改选, and all posts go on.
"""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.db import Base
from shared.people.units import Unit
from shared.spans import SpanColumns, alone, holds_on, laws

SCHEMA = {"schema": "office"}


class Term(SpanColumns, Base):
    """A term of a branch's committee; one that ends where it begins was entered by mistake."""

    __tablename__ = "term"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"), index=True)
    due_on: Mapped[date] = mapped_column(comment="its last day by the rule; nothing ends on it by itself")
    basis: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        *laws(),
        CheckConstraint("due_on >= starts_on", name="length"),
        alone("term_one_a_day_excl", "unit_id"),
        SCHEMA,
    )


def term_on(session: Session, unit: Unit, day: date) -> Term | None:
    """The term that runs on a day in a branch, or in the branch of a group; also one that is over by the rule."""
    branch_id = unit.branch_id or unit.id
    return session.scalars(
        select(Term).where(Term.unit_id == branch_id, holds_on(Term.starts_on, Term.ends_on, day))
    ).one_or_none()
