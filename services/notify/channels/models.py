"""Deliveries and what came of each try; the ways that are set up; what all workers share about each."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base

SCHEMA = {"schema": "notify"}


class Delivery(Base):
    """One message on its way to one person by one channel."""

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("notify.message.id"))
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    channel: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_at: Mapped[datetime | None] = mapped_column(comment="when it is tried, or tried again")
    give_up_at: Mapped[datetime | None] = mapped_column(comment="a transient failure after this is final")
    sending_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    resent: Mapped[bool] = mapped_column(server_default="false", comment="was sent again by itself after being unknown")
    code: Mapped[int | None] = mapped_column(comment="what the server answered")
    reason: Mapped[str | None] = mapped_column(Text)
    within: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("notify.delivery.id"), comment="the letter of the same day that it went in"
    )

    way_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("notify.way.id"), comment="the way that it goes; null: mail, or the inbox"
    )

    __table_args__ = (
        CheckConstraint("state in ('ready', 'sending', 'sent', 'unknown', 'failed', 'suppressed')", name="state"),
        UniqueConstraint(
            "message_id",
            "person_id",
            "channel",
            name="delivery_once_key",
            postgresql_nulls_not_distinct=True,
        ),
        Index("delivery_way_id_idx", "way_id", "state", postgresql_where=text("way_id is not null")),
        Index("delivery_within_idx", "within", postgresql_where=text("within is not null")),
        Index("delivery_open_idx", "state", "id", postgresql_where=text("state <> 'sent'")),
        SCHEMA,
    )


class Attempt(Base):
    """One try of a delivery, and how it ended."""

    __tablename__ = "attempt"

    delivery_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("notify.delivery.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(Text)
    code: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (SCHEMA,)


class Channel(Base):
    """What all workers share about a way out: its tokens, and whether it is closed for a while."""

    __tablename__ = "channel"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    tokens: Mapped[float] = mapped_column(Double, comment="below zero: promised to letters that wait for their turn")
    refilled_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(server_default="0", comment="transient ones in a row")
    opened: Mapped[int] = mapped_column(server_default="0", comment="how often the breaker opened in a row")
    open_until: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(
        Text, comment="what holds up all that goes this way, as a sentence; null: nothing does"
    )
    trouble_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    tried_came: Mapped[str | None] = mapped_column(
        Text, comment="what came of the last test message; null beside its moment: it is under way"
    )
    tried_reason: Mapped[str | None] = mapped_column(Text)
    token_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="what an application shows for itself, fetched once for all workers"
    )
    token_until: Mapped[datetime | None]

    __table_args__ = (SCHEMA,)


class Way(Base):
    """A way out that a township or a branch has set up: a robot of its group, a gateway for text messages."""

    __tablename__ = "way"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"))
    unit_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("office.unit.id"),
        comment="whose it is: a branch for its group, a township for all of its people",
    )
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text, comment="scheme, host and port that are called; empty: nothing is")
    chosen_sealed: Mapped[bytes] = mapped_column(LargeBinary, comment="its address, keys and templates, as JSON")
    set_by: Mapped[int | None] = mapped_column(BigInteger)
    set_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "kind in ('wecom_robot', 'dingtalk_robot', 'feishu_robot', 'sms', 'wecom_app', 'dingtalk_app', 'call',"
            " 'paper')",
            name="kind",
        ),
        Index("way_one_open_key", "unit_id", "kind", unique=True, postgresql_where=text("ended_at is null")),
        Index("way_township_id_idx", "township_id"),
        SCHEMA,
    )
