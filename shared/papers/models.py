"""The papers of its own that an office handed in: each upload is a version, kept as long as a paper names it."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base
from shared.people import SCHEMA


class PaperTemplate(Base):
    """A Word or Excel paper of a township (shared/files.py keeps the file); of a kind one at most is in use."""

    __tablename__ = "paper_template"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger)
    paper: Mapped[str] = mapped_column(Text, comment="the kind of paper, of shared/papers/catalogue.py")
    version: Mapped[int] = mapped_column(comment="counted for each township and kind from 1")
    form: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    handed_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    handed_at: Mapped[datetime]
    used_from: Mapped[datetime | None] = mapped_column(comment="null: it was only tried")
    used_until: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$' and size > 0", name="file"),
        CheckConstraint("form in ('docx', 'xlsx') and version > 0", name="form"),
        CheckConstraint("used_until is null or used_from is not null", name="used"),
        UniqueConstraint("township_id", "paper", "version", name="paper_template_version_key"),
        Index(
            "paper_template_in_use_key",
            "township_id",
            "paper",
            unique=True,
            postgresql_where=text("used_from is not null and used_until is null"),
        ),
        SCHEMA,
    )

    @property
    def in_use(self) -> bool:
        """Whether papers are made from it now."""
        return self.used_from is not None and self.used_until is None

    @property
    def mark(self) -> str:
        """What a paper says of the version that it was made by."""
        return f"第{self.version}版 {self.sha256[:12]}"
