"""Notices that an office wrote, the units that they are for, and their files."""

from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.attachments import AttachmentColumns, laws
from shared.db import Base

SCHEMA = {"schema": "notify"}


class Circular(Base):
    """A notice: what it says, to which posts, whether it wants a receipt, and the meeting that it announces."""

    __tablename__ = "circular"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"))
    unit_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("office.unit.id"), comment="whose it is: a township or a branch"
    )
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    wants_receipt: Mapped[bool]
    urgent: Mapped[bool]
    due_on: Mapped[date | None]
    meets: Mapped[str | None] = mapped_column(
        Text, comment="what meeting it announces: where its record belongs and its kind; null: none"
    )
    meets_on: Mapped[date | None]
    meets_at: Mapped[str] = mapped_column(Text, server_default="")
    place: Mapped[str] = mapped_column(Text, server_default="")
    stage: Mapped[str] = mapped_column(Text, server_default="draft")
    written_by: Mapped[int | None] = mapped_column(BigInteger)
    written_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    sent_at: Mapped[datetime | None]
    happening_id: Mapped[int | None] = mapped_column(BigInteger, comment="by which its messages are told")
    corrects: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("notify.circular.id"), comment="the notice in whose place it goes"
    )
    first_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("notify.circular.id"), comment="the first of a row of corrections; null: itself"
    )
    ended_why: Mapped[str | None] = mapped_column(Text)
    drafted_on: Mapped[date | None] = mapped_column(comment="the day on which the drafts of its records were asked for")

    __table_args__ = (
        CheckConstraint("stage in ('draft', 'sent', 'corrected', 'withdrawn', 'dropped')", name="stage"),
        CheckConstraint("(stage in ('draft', 'dropped')) = (happening_id is null)", name="told"),
        CheckConstraint("not wants_receipt or due_on is not null", name="receipt"),
        CheckConstraint("(meets is null) = (meets_on is null)", name="meeting"),
        Index("circular_unit_id_id_idx", "unit_id", "id"),
        Index("circular_township_id_id_idx", "township_id", "id"),
        Index("circular_happening_id_key", "happening_id", unique=True),
        Index(
            "circular_one_correction_key",
            "corrects",
            unique=True,
            postgresql_where=text("corrects is not null and stage <> 'dropped'"),
        ),
        Index(
            "circular_to_meet_idx",
            "meets_on",
            postgresql_where=text("meets_on is not null and drafted_on is null and stage = 'sent'"),
        ),
        SCHEMA,
    )


class CircularUnit(Base):
    """A unit that a notice is for: itself, and of a branch all of its groups where their posts are meant."""

    __tablename__ = "circular_unit"

    circular_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("notify.circular.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("office.unit.id"), primary_key=True, autoincrement=False
    )

    __table_args__ = (SCHEMA,)


class Attachment(AttachmentColumns, Base):
    """A file of a notice."""

    __tablename__ = "attachment"
    __table_args__ = (*laws(), SCHEMA)
