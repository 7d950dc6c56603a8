"""The templates of the opinion form that an office handed in."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class OpinionTemplate(Base):
    """A Word template of a township (shared/files.py keeps the file); one at most is in use."""

    __tablename__ = "opinion_template"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    handed_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    handed_at: Mapped[datetime]
    used_from: Mapped[datetime | None] = mapped_column(comment="null: it was only tried")
    used_until: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$' and size > 0", name="file"),
        CheckConstraint("used_until is null or used_from is not null", name="used"),
        Index("opinion_template_township_id_idx", "township_id", "id"),
        Index(
            "opinion_template_in_use_key",
            "township_id",
            unique=True,
            postgresql_where=text("used_from is not null and used_until is null"),
        ),
        {"schema": "assessment"},
    )

    @property
    def in_use(self) -> bool:
        """Whether opinion forms are made from it now."""
        return self.used_from is not None and self.used_until is None
