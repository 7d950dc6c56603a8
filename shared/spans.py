"""Dated spans [starts_on, ends_on): what holds from a day on, until the first day on which it holds no more.

Whom or what a span is about is never edited. What changes is a new span: the one that ran ends on the day on which the
next begins, and both stay. That two do not overlap is a law of the table (`alone`), not a check of the code.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import CheckConstraint, ColumnElement, and_, inspect, or_, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from shared.db import Session
from shared.errors import Invalid, OutOfOrder


class SpanColumns:
    """The two days of a span."""

    starts_on: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(comment="the first day on which it holds no more")


Spanned = TypeVar("Spanned", bound=SpanColumns)


def alone(name: str, *columns: str, where: str | None = None) -> ExcludeConstraint:
    """That of rows alike in these whole-number columns no two overlap; of those only that fit `where`, if given.

    Without btree_gist a number is the range from itself to itself.
    """
    alike = [(text(f"int8range({column}, {column}, '[]')"), "&&") for column in columns]
    over = (text("daterange(starts_on, ends_on)"), "&&")
    return ExcludeConstraint(*alike, over, where=text(where) if where else None, name=name)


def laws() -> tuple[CheckConstraint, ...]:
    """What holds for every span: it does not end before it begins. One that ends where it begins never held."""
    return (CheckConstraint("ends_on is null or ends_on >= starts_on", name="days"),)


def holds_on(
    starts_on: "InstrumentedAttribute[date] | ColumnElement[date]",
    ends_on: "InstrumentedAttribute[date | None] | ColumnElement[date]",
    day: "date | ColumnElement[date]",
) -> ColumnElement[bool]:
    """The span covers the day."""
    return and_(starts_on <= day, or_(ends_on.is_(None), ends_on > day))


def lasts(
    starts_on: "InstrumentedAttribute[date]",
    ends_on: "InstrumentedAttribute[date | None]",
    day: "date | ColumnElement[date]",
) -> ColumnElement[bool]:
    """The span covers the day or a later one: what is to begin is held, and so is what ends on a day to come."""
    return or_(ends_on.is_(None), and_(ends_on > day, ends_on > starts_on))


def begin(session: Session, row: Spanned, *, running: Spanned | None = None, field: str = "starts_on") -> Spanned:
    """Let a span begin; the one that ran (locked by whoever calls) ends on that day.

    On its very first day it is corrected: it never held. Raises Invalid at `field` for a day before that.
    """
    if running is not None:
        end(running, row.starts_on, field=field)
        session.flush()  # the law of the table sees the end before the beginning
    session.add(row)
    session.flush()
    return row


def end(running: SpanColumns, day: date, *, field: str = "ends_on") -> None:
    """Let a span end: `day` is the first on which it holds no more; a later end is brought forward.

    Raises OutOfOrder where it has ended by then, Invalid at `field` for a day before it began.
    """
    if running.ends_on is not None and running.ends_on <= day:
        raise OutOfOrder(f"已经在{running.ends_on}结束，不能再次结束，请刷新后再看。")
    if day < running.starts_on:
        raise Invalid(f"日期不能早于开始日期{running.starts_on}。", field=field)
    running.ends_on = day


def changed(running: Spanned, day: date, **new: Any) -> Spanned:  # noqa: ANN401  columns of the topic
    """The span that follows one: the same in everything but its days and what is `new`; for `begin`."""
    mapper = inspect(type(running))
    left_out = {"starts_on", "ends_on", *(column.key for column in mapper.primary_key)}
    same = {each.key: getattr(running, each.key) for each in mapper.column_attrs if each.key not in left_out}
    made: Any = type(running)  # its columns are a mapped class's arguments
    following: Spanned = made(**same | new, starts_on=day, ends_on=running.ends_on)
    return following


def on(rows: Iterable[Spanned], day: date) -> list[Spanned]:
    """Those of some spans that cover a day."""
    return [row for row in rows if row.starts_on <= day and (row.ends_on is None or day < row.ends_on)]
