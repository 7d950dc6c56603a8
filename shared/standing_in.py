"""Who stands in for a post for a span, with a last day, and what comes with it: the desk, and not the post itself.

Whoever asks who held a post asks `Post` alone; whoever asks who sits there today asks the view `office.seat`, in which
both are. A keeper and an auditor are stood in for at their desk, without their rights (三员分立).
"""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Identity, Index, Text, column, table, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, Session
from shared.people import Person, Unit, held_by_one
from shared.roles import SINGLE, Role

DESK_ALONE = (Role.KEEPER, Role.AUDITOR)
"""Whoever stands in for these is told what they are told, and may do nothing that they may."""


class StandIn(Base):
    """Somebody sits in another's post until a day that is known from the first."""

    __tablename__ = "stand_in"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey(Person.id), index=True)
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey(Unit.id))
    kind: Mapped[str] = mapped_column(Text, comment="the post that is stood in for")
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(comment="the first day on which he does no longer: there is always one")
    reason: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="span"),
        *(held_by_one(kind, "stand_in", "") for kind in SINGLE),
        Index("stand_in_unit_id_kind_idx", "unit_id", "kind"),
        {"schema": "office"},
    )


SEAT = table(
    "seat",
    column("person_id", BigInteger),
    column("unit_id", BigInteger),
    column("kind", Text),
    column("starts_on", Date),
    column("ends_on", Date),
    schema="office",
)
"""The view of both: whoever holds a post, and whoever stands in for it."""

SEATS = text("""
    select kind, unit_id, bool_and(stands_in) as stands_in from office.seat
    where person_id = :person and starts_on <= :day and (ends_on is null or ends_on > :day)
      and not (stands_in and kind = any (:desk_alone))
    group by kind, unit_id order by 3, 2, 1""")


def seats_of(session: Session, person_id: int, day: date) -> dict[tuple[Role, int], bool]:
    """The posts in which somebody acts on a day, as (role, unit) → whether he only stands in for it."""
    rows = session.execute(SEATS, {"person": person_id, "day": day, "desk_alone": list(DESK_ALONE)})
    return {(Role(kind), unit_id): stands_in for kind, unit_id, stands_in in rows}
