"""Tables of the ledger: an activity, who attended, and its earlier forms."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base
from shared.people import Unit

SCHEMA = {"schema": "activities"}


class Activity(Base):
    """One activity of a group. It names its branch and township too, so that no look-up climbs the tree."""

    __tablename__ = "activity"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    group_id: Mapped[int] = mapped_column(BigInteger, ForeignKey(Unit.id))
    branch_id: Mapped[int] = mapped_column(BigInteger)
    township_id: Mapped[int] = mapped_column(BigInteger)
    group_ids: Mapped[list[int] | None] = mapped_column(
        ARRAY(BigInteger), comment="of a meeting of a whole branch: the units in each of which it counts once"
    )
    kind: Mapped[str] = mapped_column(Text)
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(Text, server_default="")
    chair_id: Mapped[int | None] = mapped_column(BigInteger)
    recorder_id: Mapped[int | None] = mapped_column(BigInteger)
    speaker: Mapped[str] = mapped_column(Text, server_default="", comment="who gave the lecture")
    guests: Mapped[str] = mapped_column(Text, server_default="", comment="who sat in and is in no roll, as written")
    topic: Mapped[str] = mapped_column(Text, server_default="")
    content: Mapped[str] = mapped_column(Text, server_default="")
    minutes: Mapped[int] = mapped_column(server_default="0")
    stage: Mapped[str] = mapped_column(Text, server_default="draft")
    expected: Mapped[int] = mapped_column(comment="members of that day, less those whom nothing may be asked of")
    present: Mapped[int] = mapped_column(comment="of those expected")
    revision: Mapped[int] = mapped_column(server_default="1", comment="how many forms it has had")
    source_key: Mapped[str | None] = mapped_column(Text, comment="names a row of a file or a request: taken in once")
    returned_why: Mapped[str | None] = mapped_column(Text)
    written_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    written_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    submitted_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")

    @property
    def units(self) -> list[int]:
        """The units in each of which it counts once."""
        return [self.group_id] if self.group_ids is None else self.group_ids

    __table_args__ = (
        CheckConstraint(
            "kind in ('study', 'group_meeting', 'life_meeting', 'theme_day', 'service', 'lecture', 'branch_meeting',"
            " 'committee_meeting')",
            name="kind",
        ),
        CheckConstraint("stage in ('draft', 'submitted', 'confirmed', 'returned', 'discarded')", name="stage"),
        CheckConstraint("0 <= present and present <= expected and minutes >= 0", name="figures"),
        Index("activity_group_id_held_on_idx", "group_id", "held_on"),
        Index("activity_branch_id_held_on_idx", "branch_id", "held_on", "id"),
        Index("activity_township_id_held_on_idx", "township_id", "held_on", "id"),
        Index(
            "activity_group_ids_idx",
            "group_ids",
            postgresql_using="gin",
            postgresql_where=text("group_ids is not null"),
        ),
        Index("activity_source_key_key", "source_key", unique=True),
        Index("activity_waiting_idx", "branch_id", postgresql_where=text("stage = 'submitted'")),
        SCHEMA,
    )


class Attendance(Base):
    """Who was there and who was not. `counted`: he stands in the denominator."""

    __tablename__ = "attendance"

    activity_id: Mapped[int] = mapped_column(BigInteger, ForeignKey(Activity.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    group_id: Mapped[int] = mapped_column(BigInteger, comment="on whose roll he stood")
    state: Mapped[str] = mapped_column(Text)
    counted: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text, comment="code of the reason for being absent")
    reason_text: Mapped[str | None] = mapped_column(Text, comment="as it was written")

    __table_args__ = (
        CheckConstraint("state in ('present', 'absent', 'excused')", name="state"),
        Index("attendance_person_id_idx", "person_id"),
        SCHEMA,
    )


class Revision(Base):
    """An earlier form of a record, kept whole."""

    __tablename__ = "revision"

    activity_id: Mapped[int] = mapped_column(BigInteger, ForeignKey(Activity.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    replaced_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    replaced_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    why: Mapped[str] = mapped_column(Text)

    __table_args__ = (SCHEMA,)
