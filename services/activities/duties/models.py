"""What the duties keep: which branch was asked on which day to make up what it owes."""

from datetime import date

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base

SCHEMA = {"schema": "activities"}


class Reminder(Base):
    """A branch was reminded by the township: once a day at most."""

    __tablename__ = "reminder"

    branch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    by: Mapped[int | None] = mapped_column(BigInteger, comment="account")

    __table_args__ = (SCHEMA,)
