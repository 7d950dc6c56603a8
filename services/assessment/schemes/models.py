"""Schemes as they are stored: never changed, only followed by a newer version."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class StoredScheme(Base):
    """A scheme with its hash; one without a township is open to all."""

    __tablename__ = "scheme"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("office.unit.id"))
    name: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text)
    year_from: Mapped[int]
    year_to: Mapped[int | None]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    fingerprint: Mapped[str] = mapped_column(Text)
    stored_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))

    __table_args__ = (
        # The same scheme may be taken over by two townships, but is stored once for each.
        Index("scheme_fingerprint_key", text("coalesce(township_id, 0)"), "fingerprint", unique=True),
        {"schema": "assessment"},
    )
