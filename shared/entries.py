"""Entries that are only ever added: whole units (fen, hundredths of a point, minutes), and a balance that is a sum.

An error is a second entry that points at the first and undoes it exactly; both stay, with who and why. Each topic has
its own table with what an entry is about (a member, a month, a batch); a service's role may add rows and change none.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Computed,
    ForeignKeyConstraint,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    func,
    inspect,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid, OutOfOrder

AMOUNT_MAX = 10**12
WHY_LENGTH_MAX = 500


class EntryColumns:
    """What every entry has; beside it a topic says what it is about."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger, comment="in whole units; below nothing where it takes away")
    on_day: Mapped[date] = mapped_column(comment="the day that it counts for")
    why: Mapped[str] = mapped_column(Text, server_default="")
    reverses_id: Mapped[int | None] = mapped_column(BigInteger, comment="the entry that it undoes")
    undoes: Mapped[int] = mapped_column(BigInteger, Computed("-amount", persisted=True))
    entered_by: Mapped[int | None] = mapped_column(BigInteger, comment="account")
    entered_at: Mapped[datetime]


OWN = frozenset(name for name in vars(EntryColumns) if not name.startswith("_"))
Entered = TypeVar("Entered", bound=EntryColumns)


def laws(table: str) -> tuple[Any, ...]:
    """What holds in such a table (`schema.name`): an entry is undone once, whole, and by the exact opposite."""
    return (
        CheckConstraint("amount <> 0", name="amount"),
        UniqueConstraint("id", "amount", name="entry_key"),
        ForeignKeyConstraint(["reverses_id", "undoes"], [f"{table}.id", f"{table}.amount"], name="reverses_fkey"),
        Index("reverses_key", "reverses_id", unique=True),
    )


def enter(session: Session, actor: Actor, row: Entered, *, field: str = "amount") -> Entered:
    """Add an entry. Raises Invalid at `field` where its amount is nothing, or beyond all measure."""
    if not 0 < abs(row.amount) <= AMOUNT_MAX:
        raise Invalid("数额不能为零，也不能过大，请检查。", field=field)
    row.entered_by, row.entered_at = actor.account_id, clock.now(session)
    session.add(row)
    session.flush()
    return row


def reverse(session: Session, actor: Actor, wrong: Entered, *, why: str, on_day: date | None = None) -> Entered:
    """Undo an entry by a second one, dated today unless a day is given; it is about the same.

    Raises Invalid without a reason, OutOfOrder (409) where it was undone before or itself undoes another: what was
    undone by mistake is entered anew. Two at once: one of them goes through.
    """
    if not 0 < len(why.strip()) <= WHY_LENGTH_MAX:
        raise Invalid(f"请写明冲销的原因，不超过 {WHY_LENGTH_MAX} 字。", field="why")
    if wrong.reverses_id is not None:
        raise OutOfOrder("这一笔本身就是冲销，不能再冲销；需要的话请重新登记一笔。")
    kind = type(wrong)
    about = {each.key: getattr(wrong, each.key) for each in inspect(kind).column_attrs if each.key not in OWN}
    values = about | {
        "amount": -wrong.amount,
        "on_day": on_day or clock.today(session),
        "why": why.strip(),
        "reverses_id": wrong.id,
        "entered_by": actor.account_id,
        "entered_at": clock.now(session),
    }
    added = insert(kind).values(values).on_conflict_do_nothing(index_elements=["reverses_id"]).returning(kind)
    made = session.scalars(added).one_or_none()
    if made is None:
        raise OutOfOrder("这一笔已经冲销过了，请刷新后再看。")
    return made


def balance(session: Session, kind: type[EntryColumns], *about: ColumnElement[bool]) -> int:
    """What entries come to; nothing where there is none."""
    return int(session.scalar(select(func.coalesce(func.sum(kind.amount), 0)).where(*about)) or 0)


def balances(
    session: Session, kind: type[EntryColumns], by: "InstrumentedAttribute[int]", *about: ColumnElement[bool]
) -> dict[int, int]:
    """The same for each value of a column, in one statement; who has no entry is not in it."""
    found = session.execute(select(by, func.sum(kind.amount)).where(*about).group_by(by))
    return {key: int(amount) for key, amount in found}


def listed(session: Session, kind: type[Entered], *about: ColumnElement[bool]) -> list[Entered]:
    """Entries as they were made, the first one first."""
    return list(session.scalars(select(kind).where(*about).order_by(kind.id)))


def standing(entries: Sequence[Entered]) -> list[Entered]:
    """Of some entries of one account those that still hold: neither undone nor undoing."""
    undone = {entry.reverses_id for entry in entries}
    return [entry for entry in entries if entry.reverses_id is None and entry.id not in undone]
