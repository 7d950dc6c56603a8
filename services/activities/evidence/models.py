"""The counters."""

from sqlalchemy import BigInteger, CheckConstraint, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class Tally(Base):
    """The counters of a kind in a group's year, moved in the transaction of each change; with their evidence."""

    __tablename__ = "tally"

    group_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text, primary_key=True, comment="of shared/evidence")
    done: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), comment="things counted, by month as all four")
    present: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    expected: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    minutes: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), comment="of the things, in ascending order")

    __table_args__ = (
        CheckConstraint("cardinality(done) = 12 and 0 <= all (done)", name="done"),
        CheckConstraint("cardinality(present) = 12 and 0 <= all (present)", name="present"),
        CheckConstraint("cardinality(expected) = 12 and 0 <= all (expected)", name="expected"),
        CheckConstraint("cardinality(minutes) = 12 and 0 <= all (minutes)", name="minutes"),
        {"schema": "activities"},
    )
