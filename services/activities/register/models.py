"""What is arranged for the register; what it holds stands in shared/people.py."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


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
