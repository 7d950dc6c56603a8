"""Rectifications and proposed replacements, each of one case."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.attachments import AttachmentColumns, laws
from shared.db import Base

SCHEMA = {"schema": "assessment"}


class Rectification(Base):
    """What a branch does about a leader's year that was graded incompetent."""

    __tablename__ = "rectification"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.leader_case.id"))
    cycle_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.cycle.id"), index=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    branch_id: Mapped[int] = mapped_column(BigInteger)
    group_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    year: Mapped[int]
    stage: Mapped[str] = mapped_column(Text, server_default="plan")

    ordered_on: Mapped[date]
    due_on: Mapped[date]
    causes: Mapped[str | None] = mapped_column(Text)
    measures: Mapped[str | None] = mapped_column(Text)
    planned_at: Mapped[datetime | None]
    report: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(Text)
    reported_at: Mapped[datetime | None]
    returned_why: Mapped[str | None] = mapped_column(Text)
    checked_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    checked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(comment="a grade decided later orders it anew")

    __table_args__ = (
        CheckConstraint("stage in ('plan', 'work', 'returned', 'check', 'cleared', 'ended')", name="stage"),
        Index("rectification_case_id_key", "case_id", unique=True, postgresql_where=text("stage <> 'ended'")),
        Index(
            "rectification_open_idx",
            "township_id",
            "due_on",
            postgresql_where=text("stage not in ('cleared', 'ended')"),
        ),
        SCHEMA,
    )


class ReturnedReport(Base):
    """A report as the township sent it back, with the deadline before and after. Written once, never changed."""

    __tablename__ = "returned_report"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    rectification_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.rectification.id"), index=True)
    group_id: Mapped[int] = mapped_column(BigInteger)
    report: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[datetime | None]
    returned_at: Mapped[datetime]
    returned_why: Mapped[str] = mapped_column(Text)
    due_before: Mapped[date]
    due_after: Mapped[date]

    __table_args__ = (SCHEMA,)


class Attachment(AttachmentColumns, Base):
    """What shows that something was done about a rectification, or a paper of a thing of another topic."""

    __tablename__ = "attachment"
    __table_args__ = (*laws(), SCHEMA)


class Replacement(Base):
    """The proposal to replace a leader after incompetent years in a row, and what the committee decided."""

    __tablename__ = "replacement"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.leader_case.id"))
    cycle_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.cycle.id"), index=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    branch_id: Mapped[int] = mapped_column(BigInteger)
    group_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    year: Mapped[int]
    stage: Mapped[str] = mapped_column(Text, server_default="proposed")

    proposed_on: Mapped[date]
    decided_why: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    decided_on: Mapped[date | None]
    effective_on: Mapped[date | None] = mapped_column(comment="the first day on which he leads no more")
    succeed_by: Mapped[date | None] = mapped_column(comment="until when the group should have another leader")

    __table_args__ = (
        CheckConstraint("stage in ('proposed', 'decided', 'replaced', 'kept', 'ended')", name="stage"),
        Index("replacement_case_id_key", "case_id", unique=True, postgresql_where=text("stage <> 'ended'")),
        SCHEMA,
    )
