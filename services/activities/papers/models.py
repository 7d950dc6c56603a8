"""A large list that is made behind the page, sealed until it is taken or forgotten: it is full of names."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base

SCHEMA = {"schema": "activities"}


class Ordered(Base):
    """A list that somebody asked for. It is made once, kept some days for him alone, and then forgotten whole."""

    __tablename__ = "ordered_paper"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    of_unit: Mapped[int] = mapped_column(BigInteger, comment="a list rests on no unit: one may be taken back under it")
    listing: Mapped[str] = mapped_column(Text)
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    asked_by: Mapped[int] = mapped_column(BigInteger, comment="account")
    asked_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    lines: Mapped[int] = mapped_column(comment="how many there were when it was asked for")
    made_at: Mapped[datetime | None]
    refused_why: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    form: Mapped[str | None] = mapped_column(Text)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, comment="sealed")

    __table_args__ = (SCHEMA,)
