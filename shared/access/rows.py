"""What is kept of whoever knocks: wrong tries by where they come from, devices, providers, the set-up code."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
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

OFFICE = {"schema": "office"}


class Guess(Base):
    """How often somebody was wrong lately, and until when he waits."""

    __tablename__ = "guess"

    source: Mapped[str] = mapped_column(Text, primary_key=True, comment="address:…, device:…, or anywhere")
    account_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, index=True, autoincrement=False, comment="0: whoever is tried from there"
    )
    failures: Mapped[int]
    waits_until: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (OFFICE,)


class Device(Base):
    """A browser in which an account has signed in: strangers who guess do not make it wait. It opens nothing."""

    __tablename__ = "device"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("office.account.id"), primary_key=True, index=True, autoincrement=False
    )
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    __table_args__ = (
        {
            **OFFICE,
            "comment": "where an account has signed in: lets it try while strangers are made to wait; opens nothing",
        },
    )


class Trace(Base):
    """From where something was done. It stands apart from the history, whose rows are sealed: it is forgotten."""

    __tablename__ = "trace"

    happening_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    __table_args__ = (
        Index("trace_at_idx", "at"),
        {
            **OFFICE,
            "comment": "from where it was done; apart from the sealed history, for it is forgotten after a while",
        },
    )


class Passkey(Base):
    """What a device signs an account in with: its public half."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (OFFICE,)


class Challenge(Base):
    """A challenge that a passkey has answered: none is accepted twice."""

    __tablename__ = "challenge"

    challenge: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    at: Mapped[datetime]

    __table_args__ = (OFFICE,)


class Provider(Base):
    """Where a township's people are already: an application of its WeCom or DingTalk, or an OpenID provider."""

    __tablename__ = "provider"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(
        Text, comment="the issuer, or scheme, host and port of an application's interface"
    )
    client: Mapped[str] = mapped_column(Text)
    chosen_sealed: Mapped[bytes] = mapped_column(
        LargeBinary, comment="its secret and addresses, as JSON; empty: it is ended"
    )
    keys: Mapped[str | None] = mapped_column(
        Text, comment="the public keys that it signs with, as it published them at keys_at"
    )
    keys_at: Mapped[datetime | None]
    token_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="what an application shows for itself, fetched once for all"
    )
    token_until: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(Text, comment="why the last one could not be signed in by it")
    set_by: Mapped[int | None] = mapped_column(BigInteger)
    set_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind in ('wecom', 'dingtalk', 'oidc')", name="kind"),
        Index("provider_one_open_key", "township_id", "kind", unique=True, postgresql_where=text("ended_at is null")),
        OFFICE,
    )


class Known(Base):
    """As whom a provider knows a person."""

    __tablename__ = "identity"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    provider_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.provider.id"))
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.person.id"), index=True)
    subject_mark: Mapped[str] = mapped_column(
        Text, comment="as whom the provider knows him, by a keyed hash: how he is found"
    )
    subject_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    opens: Mapped[bool] = mapped_column(
        comment="whether it signs him in: bound by himself; else it is for messages alone"
    )
    bound_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("provider_id", "subject_mark", name="identity_subject_key"),
        UniqueConstraint("provider_id", "person_id", name="identity_person_key"),
        OFFICE,
    )


class SetUp(Base):
    """The one-time code that opens the set-up page, or the browser for which it has opened it; one row at the most."""

    __tablename__ = "set_up"

    id: Mapped[bool] = mapped_column(primary_key=True, default=True, server_default=text("true"))
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary, comment="null: it was used")
    tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, comment="of the browser in which it was used")
    valid_until: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("id", name="one"),
        {
            **OFFICE,
            "comment": "the one-time code that opens the set-up page, or the browser that it has opened it for",
        },
    )
