"""Messages: one for each recipient of a telling, as they stand in the inbox."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class Message(Base):
    """What one person is told in a unit because of one happening. Told again, it is the same row."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    happening_id: Mapped[int] = mapped_column(BigInteger)
    fact: Mapped[str] = mapped_column(Text)
    telling: Mapped[str] = mapped_column(Text, comment="which entry of the table of recipients")
    kind: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(BigInteger, comment="the unit whose post it is addressed to")
    township_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int | None] = mapped_column(BigInteger, comment="null: nobody holds any post that it could go to")
    stands_in: Mapped[bool] = mapped_column(server_default="false", comment="the post is vacant: the township is told")
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    wants_acknowledgement: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    read_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind in ('information', 'reminder', 'formal', 'urgent')", name="kind"),
        UniqueConstraint(
            "happening_id",
            "unit_id",
            "person_id",
            "telling",
            name="message_told_once_key",
            postgresql_nulls_not_distinct=True,
        ),
        Index("message_person_id_id_idx", "person_id", "id"),
        Index("message_unread_idx", "person_id", postgresql_where=text("read_at is null")),
        Index("message_township_id_id_idx", "township_id", "id"),
        {"schema": "notify"},
    )
