"""The rules of a township as they are stored: what ships, and over it the versions of the local set that it decided.

A version holds from a day to come, so that what was judged before stays judged by what held then. A township's rules
are read as one text, of which the book is made once a process.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from json import loads
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    Text,
    bindparam,
    cast,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from shared import people
from shared.db import Base, Session
from shared.documents import check_document
from shared.duties import A_GROUPS_OWN, Duty, calendar_of
from shared.people import Unit
from shared.rulebase import NATIONAL, Bearer, RuleBook, Rules, RuleSet, lay_over, shipped
from shared.workdays import Workdays


class RuleVersion(Base):
    """A version of a township's local set, from a day on; a later row for the same day takes its place."""

    __tablename__ = "rule_version"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    township_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("office.unit.id"))
    version: Mapped[str] = mapped_column(Text)
    effective_from: Mapped[date]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="the local set in full")
    reason: Mapped[str] = mapped_column(Text)
    stored_by: Mapped[int | None] = mapped_column(BigInteger, comment="account; null: the system or the console")
    stored_at: Mapped[datetime] = mapped_column(server_default=text("office.now()"))

    __table_args__ = (
        Index("rule_version_township_id_idx", "township_id", "effective_from", "id"),
        {"schema": "office"},
    )


def text_of(township_id: "InstrumentedAttribute[int | None] | BindParameter[int]") -> ColumnElement[str]:
    """What a township's rules are made of, as one text for `book_in`: for a select of something else too."""
    township = Unit.__table__.alias("township")
    one = func.json_build_array(RuleVersion.effective_from, RuleVersion.body)
    ordered = aggregate_order_by(one, RuleVersion.effective_from, RuleVersion.id)
    stored = select(func.json_agg(ordered)).where(RuleVersion.township_id == township.c.id).scalar_subquery()
    whole = cast(func.json_build_array(township.c.rule_set, stored, township.c.begins_on), Text)
    return select(whole).where(township.c.id == township_id).scalar_subquery()


TEXT = select(text_of(bindparam("township_id", type_=BigInteger)))


@lru_cache(maxsize=64)
def book_in(found: str | None) -> RuleBook:
    """The book that such a text holds; the floor alone where there is no township."""
    local, stored, _ = loads(found) if found else (None, None, None)
    later = tuple((date.fromisoformat(start), set_of(body)) for start, body in stored or ())
    return lay_over(shipped(NATIONAL), shipped(local) if local else None, later)


def set_of(body: object) -> RuleSet:
    """A rule set from its stored form, or `Invalid`."""
    return check_document(body, RuleSet, title="制度版本")


def book_of(session: Session, township_id: int | None) -> RuleBook:
    """Everything that holds in a township, on every date; asked once a transaction."""
    return book_in(_found(session, township_id))


def begins_on(session: Session, township_id: int | None) -> date | None:
    """From which day on a township keeps its book here: what was due before is neither owed nor overdue."""
    found = _found(session, township_id)
    begun = loads(found)[2] if found else None
    return date.fromisoformat(begun) if begun else None


def _found(session: Session, township_id: int | None) -> str | None:
    """The text of a township, asked once a transaction."""
    texts: dict[int | None, str | None] = session.info.setdefault("rule_texts", {})
    if township_id not in texts:
        texts[township_id] = None if township_id is None else session.scalar(TEXT, {"township_id": township_id})
    return texts[township_id]


def rules_of(session: Session, township_id: int | None, on: date) -> Rules:
    """What holds in a township on a day."""
    return book_of(session, township_id).on(on)


def calendar(
    session: Session, township_id: int | None, year: int, *, bearers: Sequence[Bearer] = A_GROUPS_OWN
) -> tuple[Duty, ...]:
    """Every duty of a year under the rules of a township, by the office's working days: of a group, or as named.

    Without those that were due before the township began to keep its book here.
    """
    book, days = book_of(session, township_id), people.workdays_of(session)
    begins = begins_on(session, township_id) or date.min
    return _calendar(book, year, tuple(days.overrides.items()), days.announced, begins, bearers=tuple(bearers))


@lru_cache(maxsize=64)
def _calendar(
    book: RuleBook,
    year: int,
    overrides: tuple[tuple[date, bool], ...],
    announced: frozenset[int],
    begins: date,
    *,
    bearers: tuple[Bearer, ...],
) -> tuple[Duty, ...]:
    """The same: made again only when a rule, a working day or the day of beginning has changed."""
    duties = calendar_of(book.on, year, Workdays(dict(overrides), announced), bearers=bearers)
    return tuple(duty for duty in duties if duty.due.day >= begins)


def forget(session: Session) -> None:
    """A version was stored, or another day of beginning: what was read before is old."""
    session.info.pop("rule_texts", None)
