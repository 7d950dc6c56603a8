"""What is arranged for the register; what it holds stands in shared/people.py."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.attachments import AttachmentColumns, laws
from shared.db import Base
from shared.spans import SpanColumns, alone
from shared.spans import laws as laws_of_spans


class PlannedRegrouping(Base):
    """Groups split, merged, moved or dissolved from a day to come; until then the register knows nothing of it."""

    __tablename__ = "planned_regrouping"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    branch_id: Mapped[int] = mapped_column(BigInteger)
    group_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    into_branch_id: Mapped[int | None] = mapped_column(BigInteger, comment="where a group is to move")
    sort: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    asked: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="ids, names of groups and the day, as they were asked for"
    )
    planned_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    planned_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    failed_why: Mapped[str | None] = mapped_column(Text, comment="why it could not be carried out on its day")
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "planned_regrouping_open_idx",
            "township_id",
            "starts_on",
            postgresql_where=text("done_at is null and withdrawn_at is null"),
        ),
        {"schema": "activities"},
    )


class OfficerAct(Base):
    """What keeper or organiser asks for on an officer's account or post; nothing is changed until another agrees."""

    __tablename__ = "officer_act"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    act: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int | None] = mapped_column(BigInteger, comment="of an appointment")
    kind: Mapped[str | None] = mapped_column(Text)
    post_id: Mapped[int | None] = mapped_column(BigInteger)
    day: Mapped[date | None] = mapped_column(comment="from when; null: the day on which it is done")
    until: Mapped[date | None] = mapped_column(comment="of standing in: the last day on which he does")
    login: Mapped[str | None] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(BigInteger, comment="account")
    asked_as: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    agrees: Mapped[str] = mapped_column(Text, comment="the post whose agreement it wants")
    decided_by: Mapped[int | None] = mapped_column(BigInteger, comment="account; null: the machine's command line")
    decided_at: Mapped[datetime | None]
    why_not: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("decided_by <> asked_by or stage in ('asked', 'withdrawn')", name="another"),
        Index(
            "officer_act_open_key",
            "person_id",
            "act",
            unique=True,
            postgresql_where=text("stage in ('asked', 'agreed')"),
        ),
        Index("officer_act_township_id_id_idx", "township_id", "id"),
        {"schema": "activities"},
    )


class Succession(Base):
    """Which post was ended by one that follows it, and until when it was to be held."""

    __tablename__ = "succession"

    post_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, comment="the post that is taken up"
    )
    unit_id: Mapped[int] = mapped_column(BigInteger)
    before_id: Mapped[int] = mapped_column(BigInteger, comment="the post that it ended")
    before_until: Mapped[date | None] = mapped_column(comment="on which day that would have ended; null: with no end")

    __table_args__ = ({"schema": "activities"},)


class MemberAct(Base):
    """What becomes of somebody's membership from a day on; of a day to come, the register knows nothing until then."""

    __tablename__ = "member_act"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int] = mapped_column(BigInteger, comment="where he belongs when it is written")
    to_unit_id: Mapped[int | None] = mapped_column(BigInteger, comment="where he goes to in the installation")
    turn: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date] = mapped_column(comment="the first day on which it holds")
    basis: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text, comment="of the letter or the decision")
    elsewhere: Mapped[str] = mapped_column(Text, comment="where the relation goes to or comes from, outside")
    decided_on: Mapped[date | None] = mapped_column(comment="the day of the meeting, or of the paper")
    dues_until: Mapped[date | None] = mapped_column(comment="the first day of the last month paid")
    stage: Mapped[str] = mapped_column(Text)
    changed: Mapped[dict[str, Any] | None] = mapped_column(JSONB, comment="what it changed, to be taken back by")
    asked_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    failed_why: Mapped[str | None] = mapped_column(Text)
    handed_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="the file that proposed it, where it was ticked there"
    )

    __table_args__ = (
        CheckConstraint("stage in ('planned', 'done', 'failed', 'withdrawn', 'undone')", name="stage"),
        Index("member_act_handed_id_idx", "handed_id", postgresql_where=text("handed_id is not null")),
        Index("member_act_waiting_key", "person_id", unique=True, postgresql_where=text("stage = 'planned'")),
        Index("member_act_person_id_idx", "person_id"),
        Index("member_act_township_id_starts_on_idx", "township_id", "starts_on"),
        {"schema": "activities"},
    )


class Correction(Base):
    """What was registered of somebody otherwise before, and what is to stand: sealed, kept for good."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text))
    wanted_sealed: Mapped[bytes]
    before_sealed: Mapped[bytes | None]
    reason: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    decided_at: Mapped[datetime | None]
    why_not: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("stage in ('asked', 'done', 'declined')", name="stage"),
        Index("correction_person_id_idx", "person_id"),
        Index("correction_asked_key", "person_id", unique=True, postgresql_where=text("stage = 'asked'")),
        {"schema": "activities"},
    )


class Transfer(Base):
    """A letter by which a member goes to another township of the installation; what it says of him, as it was sent."""

    __tablename__ = "transfer"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int] = mapped_column(BigInteger, comment="where he belongs when it is written")
    to_township_id: Mapped[int] = mapped_column(BigInteger)
    at_unit_id: Mapped[int] = mapped_column(BigInteger, comment="where it waits: there while sent, else at home")
    person_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    sex: Mapped[str | None] = mapped_column(Text)
    born_on: Mapped[date | None]
    joined_on: Mapped[date | None]
    full_on: Mapped[date | None]
    number: Mapped[str] = mapped_column(Text, comment="of the letter")
    basis: Mapped[str] = mapped_column(Text)
    dues_until: Mapped[date] = mapped_column(comment="the first day of the last month paid")
    starts_on: Mapped[date] = mapped_column(comment="from when he may be taken")
    stage: Mapped[str] = mapped_column(Text)
    why_not: Mapped[str | None] = mapped_column(Text)
    sent_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    sent_at: Mapped[datetime]
    taken_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    taken_at: Mapped[datetime | None]
    left_act_id: Mapped[int | None] = mapped_column(BigInteger, comment="the act by which he left")
    came_act_id: Mapped[int | None] = mapped_column(BigInteger, comment="the act by which he came")

    __table_args__ = (
        CheckConstraint("stage in ('sent', 'taken', 'returned', 'withdrawn')", name="stage"),
        CheckConstraint("township_id <> to_township_id", name="another"),
        Index("transfer_sent_key", "person_id", unique=True, postgresql_where=text("stage = 'sent'")),
        Index("transfer_township_id_idx", "township_id", "id"),
        Index("transfer_to_township_id_idx", "to_township_id", "id"),
        {"schema": "activities"},
    )


class Care(Base):
    """A mobile member, out or in, or a member in need, as the branch looks after him; what is told is sealed."""

    __tablename__ = "care"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    branch_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="null: who came from elsewhere and is no member here"
    )
    contact_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="the contact person in the branch, or the helper"
    )
    sort: Mapped[str] = mapped_column(Text)
    abroad: Mapped[bool]
    told_sealed: Mapped[bytes]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    ended_sealed: Mapped[bytes | None] = mapped_column(comment="why it ended")
    ended_act_id: Mapped[int | None] = mapped_column(BigInteger, comment="the act on the member that ended it")
    last_on: Mapped[date | None] = mapped_column(comment="of the last contact or visit")
    waits: Mapped[bool] = mapped_column(server_default="false", comment="a contact is owed, and stands on the desk")
    written_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    written_at: Mapped[datetime]
    handed_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="the file that proposed it, where it was ticked there"
    )
    away_id: Mapped[int | None] = mapped_column(BigInteger, comment="the circumstance that began with it")

    __table_args__ = (
        CheckConstraint("sort in ('mobile_out', 'mobile_in', 'in_need', 'lost')", name="sort"),
        Index("care_handed_id_idx", "handed_id", postgresql_where=text("handed_id is not null")),
        Index("care_open_key", "person_id", "sort", unique=True, postgresql_where=text("ends_on is null")),
        Index("care_branch_id_idx", "branch_id", "sort"),
        Index("care_person_id_idx", "person_id"),
        {"schema": "activities"},
    )


class CareEntry(Base):
    """A contact or a visit, by its day; what was said or brought is sealed."""

    __tablename__ = "care_entry"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    care_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("activities.care.id"), index=True)
    branch_id: Mapped[int] = mapped_column(BigInteger)
    on_day: Mapped[date]
    note_sealed: Mapped[bytes | None]
    written_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    written_at: Mapped[datetime]

    __table_args__ = ({"schema": "activities"},)


class GridCell(SpanColumns, Base):
    """A cell of the grid: a village, a cell of it or a small one; of households it knows how many, and no resident."""

    __tablename__ = "cell"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    parent_id: Mapped[int | None] = mapped_column(BigInteger, comment="the cell above, of a higher level")
    level: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    outside_code: Mapped[str | None] = mapped_column(Text, comment="its number in the county's system")
    extent: Mapped[str] = mapped_column(Text, server_default="", comment="where it reaches, in words")
    households: Mapped[int | None] = mapped_column(comment="how many; whose, is nowhere")
    into_ids: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger), server_default="{}", comment="the cells that it became when it was split or merged"
    )

    __table_args__ = (
        *laws_of_spans(),
        CheckConstraint("level in ('village', 'cell', 'micro')", name="level"),
        Index(
            "cell_name_key",
            "township_id",
            text("coalesce(parent_id, 0)"),
            "name",
            unique=True,
            postgresql_where=text("ends_on is null"),
        ),
        Index(
            "cell_outside_code_key",
            "township_id",
            "outside_code",
            unique=True,
            postgresql_where=text("ends_on is null and outside_code is not null"),
        ),
        {"schema": "activities"},
    )


class CellName(Base):
    """What a cell was called before, in [starts_on, ends_on); what it is called now stands on it."""

    __tablename__ = "cell_name"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    cell_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("activities.cell.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(comment="the first day on which it was called otherwise")

    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="days"),
        alone("cell_name_one_a_day_excl", "cell_id"),
        {"schema": "activities"},
    )


class CellUnit(SpanColumns, Base):
    """A time in which a group, or a branch that is not divided, has to do with a cell."""

    __tablename__ = "cell_unit"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    cell_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("activities.cell.id"))
    unit_id: Mapped[int] = mapped_column(BigInteger, index=True)

    __table_args__ = (
        *laws_of_spans(),
        alone("cell_unit_one_excl", "cell_id", "unit_id"),
        {"schema": "activities"},
    )


class Attachment(AttachmentColumns, Base):
    """A photo or a paper of an act of the register, of a record, or of a thing of another topic of this service."""

    __tablename__ = "attachment"
    __table_args__ = (*laws(), {"schema": "activities"})
