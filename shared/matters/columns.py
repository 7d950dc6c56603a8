"""The columns of a matter, of who has had it, and of what was said of it: for each topic's own tables.

All three name in `unit_id` the unit that the matter is about, so that the wall of each asks nobody else.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared import spans
from shared.spans import SpanColumns


class MatterColumns:
    """A matter: its number, its stage, whose it is, and its clock. What it is about the topic adds."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger, comment="what it is about")
    township_id: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[str | None] = mapped_column(Text, comment="as written (shared/numbers)")
    stage: Mapped[str] = mapped_column(Text)
    holder_unit: Mapped[int] = mapped_column(BigInteger)
    holder_post: Mapped[str] = mapped_column(Text)
    opened_on: Mapped[date]
    due_on: Mapped[date | None]
    due_provisional: Mapped[bool] = mapped_column(server_default="false")
    asked_until: Mapped[date | None] = mapped_column(comment="more time that is asked for and not yet decided")
    asked_why: Mapped[str | None] = mapped_column(Text)
    asked_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    extended_to: Mapped[date | None] = mapped_column(comment="granted; the first day stays in due_on")
    returned_why: Mapped[str | None] = mapped_column(Text, comment="by whom it was given back last")
    ended_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(Text)


class HoldingColumns(SpanColumns):
    """A time in which a unit and a post had a matter, and how it came to them."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    matter_id: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    holder_unit: Mapped[int] = mapped_column(BigInteger)
    holder_post: Mapped[str] = mapped_column(Text)
    designated: Mapped[bool] = mapped_column(server_default="false", comment="by the township: for good")
    came: Mapped[str] = mapped_column(Text, comment="opened, handed_on, given_back, or reopened")
    why: Mapped[str] = mapped_column(Text, server_default="")
    handed_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")


class RemarkColumns:
    """What somebody wrote on a matter on the way; never changed."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    matter_id: Mapped[int] = mapped_column(BigInteger, index=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    said: Mapped[str] = mapped_column(Text)
    said_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    said_at: Mapped[datetime]


def laws(name: str) -> tuple[Any, ...]:
    """What holds of every matter: time is granted beyond its day, and asked for with a reason."""
    return (
        CheckConstraint("extended_to is null or extended_to > due_on", name="extended"),
        CheckConstraint("(asked_until is null) = (asked_why is null)", name="asked"),
        Index(f"{name}_open_idx", "township_id", "due_on", postgresql_where=text("ended_on is null")),
        Index(f"{name}_holder_idx", "holder_unit", postgresql_where=text("ended_on is null")),
    )


def laws_of_holding(name: str) -> tuple[Any, ...]:
    """What holds of its holders: one at a time."""
    return (*spans.laws(), spans.alone(f"{name}_one_excl", "matter_id"), Index(f"{name}_matter_idx", "matter_id", "id"))
