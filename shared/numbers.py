"""Numbers that papers are filed under: by township, purpose and year from 1 on, without gaps, each given once.

A number is given in the transaction that needs it: what is taken back leaves no gap. One may stand for many subjects
(`also`). What becomes void keeps its number, so that a list of them explains itself. How they are written is the
township's to decide (Key.NUMBER_PATTERN); what was given stays as it was given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column

from shared import office_settings
from shared.db import Base, Session
from shared.errors import Conflict
from shared.office_settings import Key
from shared.people import SCHEMA

WORDS = {"assessment.filing": "考备", "assessment.choosing": "选备", "activities.concern": "民"}
"""By purpose, `service.what`, the word that stands for it in its numbers."""

GIVE = text("select * from office.give_number(:township_id, :year, :purpose, :pattern, :asked, :subject)")
ALSO = text("select office.use_number_for(:number_id, cast(:subjects as text[]))")
GIVE_EACH = text("""
    select g.id, g.said from unnest(cast(:subjects as text[])) with ordinality as x (subject, n)
    cross join lateral office.give_number(:township_id, :year, :purpose, :pattern, null, x.subject) g order by x.n""")
VOID = text("select office.void_number(:number_id, :why)")


class Counted(Base):
    """How far a series has come; moved by `office.give_number` alone."""

    __tablename__ = "series"

    township_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("office.unit.id"), primary_key=True, autoincrement=False
    )
    purpose: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]

    __table_args__ = (SCHEMA,)


class Number(Base):
    """A number that was given: as written, and how it counts in its series (null: written by hand, out of turn)."""

    __tablename__ = "number"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"))
    year: Mapped[int]
    purpose: Mapped[str] = mapped_column(Text)
    place: Mapped[int | None] = mapped_column(comment="in its series; null: written by hand, out of turn")
    said: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime]
    given_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    void_why: Mapped[str | None] = mapped_column(Text)
    voided_at: Mapped[datetime | None]

    __table_args__ = (
        Index("number_said_key", "township_id", "purpose", "year", "said", unique=True),
        Index("number_place_key", "township_id", "purpose", "year", "place", unique=True),
        SCHEMA,
    )


class NumberUse(Base):
    """What a number stands for: `case:12`."""

    __tablename__ = "number_use"

    number_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.number.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)

    __table_args__ = (Index("number_use_subject_idx", "subject"), SCHEMA)


@dataclass(frozen=True, slots=True)
class Series:
    """In which numbers follow one another."""

    township_id: int
    year: int
    purpose: str


@dataclass(frozen=True, slots=True)
class Given:
    """A number, for the row that carries it."""

    id: int
    said: str


def give(session: Session, series: Series, subject: str, *, asked: str | None = None, field: str = "number") -> Given:
    """The next number of a series for a subject, or the one `asked` for.

    Whoever asks for the next one of a series waits until the one before is given or not. Raises Conflict where the
    one that was asked for (in `field`) has been given, LookupError where the purpose is unknown.
    """
    values = {**_of(session, series), "asked": asked, "subject": subject}
    found = session.execute(GIVE, values).one()
    if found.id is None:
        raise Conflict(f"编号「{asked}」本年度已经使用，请换一个。", field=field)
    return Given(found.id, found.said)


def give_each(session: Session, series: Series, subjects: Sequence[str]) -> list[Given]:
    """The next numbers of a series, one for each of these subjects, in their order."""
    values = {**_of(session, series), "subjects": list(subjects)}
    return [Given(*row) for row in session.execute(GIVE_EACH, values)]


def _of(session: Session, series: Series) -> dict[str, object]:
    pattern = office_settings.written(session, Key.NUMBER_PATTERN, series.township_id)
    said = pattern.replace("{字}", WORDS[series.purpose]).replace("{年}", str(series.year))
    return {"township_id": series.township_id, "year": series.year, "purpose": series.purpose, "pattern": said}


def also(session: Session, number_id: int, *subjects: str) -> None:
    """Let a number stand for more subjects."""
    session.execute(ALSO, {"number_id": number_id, "subjects": list(subjects)})


def void(session: Session, number_id: int, why: str) -> None:
    """It stands for nothing any more, and is given to nobody again."""
    session.execute(VOID, {"number_id": number_id, "why": why})


def given(session: Session, series: Series) -> list[Number]:
    """What was given in a series, in its order; those that were written by hand come last. For whoever reaches it."""
    mine = select(Number).where(
        Number.township_id == series.township_id, Number.year == series.year, Number.purpose == series.purpose
    )
    return list(session.scalars(mine.order_by(Number.place.nulls_last(), Number.id)))
