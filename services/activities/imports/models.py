"""A file that was handed in, sealed while it waits for a decision: a roster is full of people's numbers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, LargeBinary, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.activities.imports.rules import Stage
from shared.db import Base
from shared.people import Unit

SCHEMA = {"schema": "activities"}


class Handed(Base):
    """A file of one of the kinds. Its content is forgotten after some days, its outcome is kept.

    How far the bringing-in is stands in `step`, `done`, `whole` and `counted_since`: written beside the transaction
    that brings it in, which therefore takes this row's lock only at its very end.
    """

    __tablename__ = "handed_in"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger, ForeignKey(Unit.id))
    kind: Mapped[str] = mapped_column(Text)
    year: Mapped[int | None] = mapped_column(SmallInteger, comment="of a ledger")
    since: Mapped[date | None] = mapped_column(
        comment="of a roster: from when what is new in it counts; null: 1 January of the year before"
    )
    as_of: Mapped[date | None] = mapped_column(comment="of a roster: from when what it moves counts; null: today")
    name: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed")
    understood: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, comment="sealed: what was made of it, so that it is read once; goes with it"
    )
    handed_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    handed_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))
    stage: Mapped[str] = mapped_column(Text, default=Stage.WAITING, server_default=Stage.WAITING)
    run: Mapped[int] = mapped_column(default=0, server_default="0", comment="how often bringing it in was begun")
    begun_by: Mapped[int | None] = mapped_column(BigInteger, comment="account; null: the system")
    step: Mapped[str | None] = mapped_column(Text, comment="what is being done")
    done: Mapped[int] = mapped_column(default=0, server_default="0", comment="rows written")
    whole: Mapped[int] = mapped_column(default=0, server_default="0", comment="rows to write")
    counted_since: Mapped[datetime | None] = mapped_column(comment="when none was written yet")
    refused_why: Mapped[str | None] = mapped_column(Text)
    committed_on: Mapped[date | None]
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB, comment="the figures of what was brought in")
    imported_at: Mapped[datetime | None] = mapped_column(comment="when it wrote something: the last may be taken back")
    written: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, comment="sealed: what it wrote, to be taken back by"
    )

    __table_args__ = (
        CheckConstraint(
            "kind in ('roster', 'ledger', 'committees', 'grid') and (kind = 'ledger') = (year is not null)", name="kind"
        ),
        SCHEMA,
    )

    def goes_on(self, run: int) -> bool:
        """Whether this bringing-in is still wanted."""
        return self.stage == Stage.IMPORTING and self.run == run
