"""A long list: sorted as one asks, and turned a page at a time both ways, by keys and never by counting rows.

A page begins behind a row (`after`) or ends before one (`before`), named by its id: no name stands in an address. The
row need not be in the list any more, as long as it is in reach: it is looked for among all that the list begins from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

PAGE_ROWS = 50
Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")
Key = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """Which page: the rows after one, or those before one; neither is the first page."""

    after: int | None = None
    before: int | None = None
    limit: int = PAGE_ROWS


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by, all of it rising or all of it falling; none of it may be null."""

    columns: tuple[Key, ...]
    falling: bool = False


@dataclass(frozen=True, slots=True)
class Leaf(Generic[Row]):
    """A page of a list: its rows, and by which row one turns back or on, where there is anything."""

    rows: Sequence[Row]
    previous: int | None = None
    next: int | None = None


def turned(
    whole: Select[*tuple[Any, ...]], narrowed: Select[*Columns], order: Order, key: Key, turn: Turn
) -> Select[*Columns]:
    """The rows of a page and one more, which tells whether there is another; `key` is the last to sort by.

    Where one turns back they come the other way round, and `leaf_of` puts them right.
    """
    columns = (*order.columns, key)
    back = turn.after is None and turn.before is not None
    falling = order.falling != back
    at = turn.before if back else turn.after
    if at is not None:
        keys = (column.label(f"key_{number}") for number, column in enumerate(columns))
        mark = whole.with_only_columns(*keys, maintain_column_froms=True).where(key == at).limit(1).subquery()
        here, there = tuple_(*columns), tuple_(*mark.c)
        narrowed = narrowed.join(mark, here < there if falling else here > there)
    ordered = (column.desc() if falling else column.asc() for column in columns)
    return narrowed.order_by(None).order_by(*ordered).limit(turn.limit + 1)


def leaf_of(found: Iterable[Row], turn: Turn, key: str = "id") -> Leaf[Row]:
    """The page out of the rows that `turned` found, of which `key` names the id."""
    rows = list(found)
    more, rows = len(rows) > turn.limit, rows[: turn.limit]
    back = turn.after is None and turn.before is not None
    if back:
        rows.reverse()
    if not rows:
        return Leaf(rows)
    first, last = getattr(rows[0], key), getattr(rows[-1], key)
    begun = more if back else turn.after is not None
    return Leaf(rows, first if begun else None, last if more or back else None)
