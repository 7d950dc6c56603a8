"""A leader's year, its score sheets with their frozen evidence, and the objections to its result."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.cases.rules import CaseStage, ObjectionStage
from services.assessment.schemes.rules import evidence_of
from shared.db import Base


class Case(Base):
    """The year of somebody who led a group in it."""

    __tablename__ = "leader_case"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.cycle.id"))
    township_id: Mapped[int] = mapped_column(BigInteger)
    branch_id: Mapped[int] = mapped_column(BigInteger)
    group_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    post_id: Mapped[int] = mapped_column(
        BigInteger, comment="his last one of the stretch in which he held it without a gap"
    )
    year: Mapped[int]
    stage: Mapped[str] = mapped_column(Text, server_default=CaseStage.NOMINATION)

    self_statement: Mapped[str | None] = mapped_column(Text)
    stated_at: Mapped[datetime | None] = mapped_column(comment="when he wrote it himself; null: the branch did")
    nominated_by_self: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="by himself as secretary: the organiser proposes"
    )
    office_grade: Mapped[str | None] = mapped_column(Text)
    office_reasons: Mapped[str | None] = mapped_column(Text)
    branch_grade: Mapped[str | None] = mapped_column(Text)
    branch_reasons: Mapped[str | None] = mapped_column(Text)
    nominated_at: Mapped[datetime | None]
    returned_why: Mapped[str | None] = mapped_column(Text)
    filing_number: Mapped[str | None] = mapped_column(Text)
    reviewed_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    reviewed_at: Mapped[datetime | None]
    grade: Mapped[str | None] = mapped_column(Text, comment="null in notice or closed: not assessed this year")
    grade_why: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    decided_at: Mapped[datetime | None]
    began_on: Mapped[date | None] = mapped_column(comment="of that stretch")
    ended_on: Mapped[date | None] = mapped_column(comment="the first day after it; null: it goes on")
    part: Mapped[bool] = mapped_column(
        server_default="false", comment="scored on the months that he held whole, not on the group's year"
    )
    sheet_run: Mapped[int | None] = mapped_column(
        comment="the run that it was decided on; null: not decided on any yet"
    )
    sheet_on: Mapped[date | None] = mapped_column(comment="what was due before it was owed in that run")

    __table_args__ = (
        Index("leader_case_cycle_id_group_id_key", "cycle_id", "group_id", "post_id", unique=True),
        Index("leader_case_person_id_idx", "person_id", "year"),
        Index(
            "leader_case_filing_number_idx",
            "cycle_id",
            "filing_number",
            postgresql_where=text("filing_number is not null"),
        ),
        {"schema": "assessment"},
    )


class Sheet(Base):
    """A score sheet with the evidence that it was computed from. Written once, never changed: no role may."""

    __tablename__ = "sheet"

    cycle_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    run: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    group_id: Mapped[int] = mapped_column(BigInteger)
    base: Mapped[int | None] = mapped_column(comment="points in hundredths, as all here")
    bonus: Mapped[int]
    deducted: Mapped[int]
    total: Mapped[int | None]
    vetoed: Mapped[bool]
    proposed: Mapped[str | None] = mapped_column(Text)
    items: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # The evidence; all three are null where activities said nothing of the group.
    kinds: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="of activities, in the order of the figures")
    figures: Mapped[list[int] | None] = mapped_column(
        ARRAY(Integer), comment="kind by kind: done, months, owed, present, expected, minutes"
    )
    ids: Mapped[list[int] | None] = mapped_column(
        ARRAY(BigInteger), comment="of the activities, kind by kind as many as were done"
    )

    __table_args__ = ({"schema": "assessment"},)

    @property
    def tally(self) -> dict[str, Any] | None:
        """The evidence by name: `done_study` and so on, and `ids` by kind."""
        if self.kinds is None or self.figures is None or self.ids is None:
            return None
        return evidence_of(self.kinds, self.figures, self.ids)


class Mark(Base):
    """Points that a person typed for an indicator of a case. Written once; a correction is another that names it."""

    __tablename__ = "mark"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.cycle.id"))
    case_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.leader_case.id"))
    group_id: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str] = mapped_column(Text, comment="of the indicator in the scheme of the year")
    points: Mapped[int] = mapped_column(comment="in hundredths")
    basis: Mapped[str] = mapped_column(Text)
    given_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    given_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    corrects: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("assessment.mark.id"), unique=True)
    corrected_why: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("(corrects is null) = (corrected_why is null)", name="corrected_why"),
        Index("mark_case_id_key_key", "case_id", "key", unique=True, postgresql_where=text("corrects is null")),
        Index("mark_cycle_id_idx", "cycle_id", "case_id", "key", text("id desc")),
        {"schema": "assessment"},
    )


class Published(Base):
    """What a case was called in the public notice, and where it stood there. Written once, never changed."""

    __tablename__ = "published"

    case_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("assessment.leader_case.id"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(comment="in the order of the notice")
    branch: Mapped[str] = mapped_column(Text)
    group: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(Text)

    __table_args__ = ({"schema": "assessment"},)


class Objection(Base):
    """An objection to a result on public notice; the matter is recorded, not the person who raised it."""

    __tablename__ = "objection"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("assessment.leader_case.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(BigInteger, index=True)
    group_id: Mapped[int] = mapped_column(BigInteger)
    stage: Mapped[str] = mapped_column(Text, default=ObjectionStage.RAISED)
    channel: Mapped[str] = mapped_column(Text)
    matter: Mapped[str] = mapped_column(Text)
    raised_on: Mapped[date]
    answer_due: Mapped[date]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    answered_at: Mapped[datetime | None]
    told: Mapped[str | None] = mapped_column(Text, comment="what others than the township hear of the matter")
    registered_by: Mapped[int | None] = mapped_column(BigInteger, comment="account; not who objects, but of one's own")
    late: Mapped[bool] = mapped_column(server_default=text("false"), comment="after the last day of the notice")

    __table_args__ = ({"schema": "assessment"},)
