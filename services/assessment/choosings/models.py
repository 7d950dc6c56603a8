"""Choosings: one for each time that a post of leader or deputy is to be filled; and who may not stand."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base
from shared.spans import SpanColumns, alone, laws

SCHEMA = {"schema": "assessment"}
STAGES = (
    "stage in ('draft', 'called', 'counted', 'review', 'approval', 'agreed', 'filed', 'seating', 'in_post',"
    " 'unseated', 'ended')"
)
GOES_ON = "stage not in ('in_post', 'ended')"


class Choosing(Base):
    """That somebody is chosen for a post in a group: why, by which way, who, and where it stands."""

    __tablename__ = "choosing"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    branch_id: Mapped[int] = mapped_column(BigInteger)
    group_id: Mapped[int] = mapped_column(BigInteger)
    post: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text, comment="by the rule of the day on which it was opened")
    stage: Mapped[str] = mapped_column(Text, server_default="draft")
    opened_on: Mapped[date]
    due_on: Mapped[date]
    edition: Mapped[str] = mapped_column(Text, comment="fingerprint of the rules of that day")
    former_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="person: who held the post, or holds it until then"
    )
    replacement_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("assessment.replacement.id"))

    person_id: Mapped[int | None] = mapped_column(BigInteger, comment="who is put forward")
    resolved_on: Mapped[date | None] = mapped_column(comment="the day of the branch's resolution")
    expected: Mapped[int | None]
    present: Mapped[int | None]
    in_favour: Mapped[int | None]
    conduct: Mapped[str | None] = mapped_column(Text, comment="health, culture, principle: the branch's one sentence")
    consent_on: Mapped[date | None] = mapped_column(comment="the day on which he agreed to stand")
    consent_by: Mapped[int | None] = mapped_column(BigInteger, comment="account: whoever recorded it, himself or not")
    checks: Mapped[list[list[str]] | None] = mapped_column(JSONB, comment="[rule, verdict, ground]: as they came out")
    nominated_at: Mapped[datetime | None]
    nominated_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")

    from_on: Mapped[date | None] = mapped_column(comment="the day from which he holds the post")
    term_ends_on: Mapped[date | None] = mapped_column(comment="the last day of the branch's term, where one is known")
    returned_why: Mapped[str | None] = mapped_column(Text)
    agreed_on: Mapped[date | None]
    agreed_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    number_id: Mapped[int | None] = mapped_column(BigInteger)
    filing_number: Mapped[str | None] = mapped_column(Text)
    filed_on: Mapped[date | None]
    filed_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    stranded_why: Mapped[str | None] = mapped_column(Text, comment="a word of rules.STRANDED")
    post_id: Mapped[int | None] = mapped_column(BigInteger, comment="what the register wrote")
    ended_on: Mapped[date | None]
    ended_why: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint(STAGES, name="stage"),
        CheckConstraint("post in ('leader', 'deputy')", name="post"),
        CheckConstraint("reason in ('term', 'vacancy', 'adjustment', 'addition', 'new_group')", name="reason"),
        CheckConstraint("way in ('nominate', 'elect')", name="way"),
        CheckConstraint(
            "number_id is not null or stage not in ('filed', 'seating', 'unseated', 'in_post')", name="filed"
        ),
        Index("choosing_one_open_key", "group_id", "post", unique=True, postgresql_where=text(GOES_ON)),
        Index("choosing_township_id_open_idx", "township_id", "due_on", postgresql_where=text(GOES_ON)),
        Index("choosing_township_id_id_idx", "township_id", "id"),
        Index("choosing_person_id_idx", "person_id"),
        SCHEMA,
    )


class Consent(Base):
    """Whether somebody agrees to stand: asked by the branch, answered by himself. From paper it is typed elsewhere."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    choosing_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.choosing.id"))
    group_id: Mapped[int] = mapped_column(BigInteger)
    post: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(BigInteger)
    asked_on: Mapped[date]
    asked_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    agrees: Mapped[bool | None] = mapped_column(comment="null: not answered yet")
    answered_on: Mapped[date | None]
    answered_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    ended_on: Mapped[date | None] = mapped_column(comment="nobody needs the answer any more")

    __table_args__ = (
        CheckConstraint("(agrees is null) = (answered_on is null)", name="answered"),
        UniqueConstraint("choosing_id", "person_id", name="consent_choosing_id_person_id_key"),
        Index("consent_person_id_idx", "person_id"),
        SCHEMA,
    )


class NotStanding(SpanColumns, Base):
    """That somebody may not be put forward for a time. Why is nobody's to read, so it is not written."""

    __tablename__ = "not_standing"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger)
    township_id: Mapped[int] = mapped_column(BigInteger)
    set_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")

    __table_args__ = (*laws(), alone("not_standing_once_excl", "person_id"), SCHEMA)
