"""Ways in: accounts, sittings, second steps; and what a request was answered."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base

SCHEMA = {"schema": "office"}


class Account(Base):
    """A way in for one person. A first password works once: it only lets him choose his own."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.person.id"), unique=True)
    login: Mapped[str] = mapped_column(Text, unique=True)
    password_hash: Mapped[str] = mapped_column(Text)
    first_password: Mapped[bool] = mapped_column(default=True)
    first_until: Mapped[datetime | None] = mapped_column(comment="until when a first password opens; null: for good")
    renewal_due: Mapped[bool] = mapped_column(server_default=text("false"), comment="chosen before he was an officer")
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    sheet_id: Mapped[int | None] = mapped_column(BigInteger, comment="the sheet of slips that its first password is on")

    __table_args__ = (SCHEMA,)


class Sitting(Base):
    """A signed-in session. Only the hash of its token is kept."""

    __tablename__ = "sitting"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.account.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    id: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True, comment="names it; opens nothing")
    device: Mapped[str] = mapped_column(Text, default="", comment="what the browser calls itself, coarsely")
    awaits: Mapped[str | None] = mapped_column(Text, comment="what it must have before it may do anything else")
    acting_role: Mapped[str | None] = mapped_column(Text, comment="the post whose work is shown; null: the widest")
    acting_unit_id: Mapped[int | None] = mapped_column(BigInteger, comment="the unit of that post")
    proved_at: Mapped[datetime | None] = mapped_column(comment="when the password was last given in it")
    strong: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="whether a second step was taken: a one-time code, or a passkey"
    )
    through: Mapped[str] = mapped_column(
        Text, default="", server_default="", comment="the provider by whom he came in; empty: by his password"
    )

    __table_args__ = (
        CheckConstraint("awaits in ('password', 'code', 'enrolment')", name="awaits"),
        SCHEMA,
    )


class Totp(Base):
    """The secret from which a telephone makes one-time codes, and the last code that was accepted."""

    __tablename__ = "totp"

    account_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("office.account.id"), primary_key=True, autoincrement=False
    )
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary, comment="empty: reset by the keeper")
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="null: a first code is still to come")
    last_step: Mapped[int] = mapped_column(BigInteger, comment="no code of this step or an earlier one is accepted")

    __table_args__ = (SCHEMA,)


class Reply(Base):
    """What a POST was answered, by the idempotency key that it came with: the same key gets the same answer."""

    __tablename__ = "reply"

    principal: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    body: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (SCHEMA,)


class Heartbeat(Base):
    """When a process was last seen at work."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime]
    release: Mapped[str | None] = mapped_column(Text, comment="which code it runs; null: one that did not say so yet")

    __table_args__ = (SCHEMA,)
