"""The ways that somebody chose, and those of a post."""

from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base

SCHEMA = {"schema": "notify"}


class OwnWays(Base):
    """By which ways somebody is told besides his inbox, in his order."""

    __tablename__ = "own_ways"

    person_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("office.person.id"), primary_key=True, autoincrement=False
    )
    ways: Mapped[list[str]] = mapped_column(ARRAY(Text))
    set_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))

    __table_args__ = (SCHEMA,)


class PostWays(Base):
    """By which ways a township tells whoever sits in a post and chose none himself."""

    __tablename__ = "post_ways"

    township_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("office.unit.id"), primary_key=True, autoincrement=False
    )
    post: Mapped[str] = mapped_column(Text, primary_key=True)
    ways: Mapped[list[str]] = mapped_column(ARRAY(Text))
    set_by: Mapped[int | None] = mapped_column(BigInteger)
    set_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))

    __table_args__ = (SCHEMA,)
