"""Moving the counters: things are counted, or taken out again, in the transaction of the change; exact inverses.

Each topic gives its things as a SELECT of (group_id, kind, on_day, present, expected, minutes, id) with the numbers
:ids, and calls `count` where they begin to count, `take_back` before they are changed or cease to. Set-based: a
thousand things cost a statement.
"""

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import TextClause, text

from services.activities.evidence.rules import FIGURES, joined, sums
from shared.db import Session

NAMES = ", ".join(FIGURES)


@lru_cache(maxsize=64)
def counting(things: str) -> TextClause:
    """The statement that counts."""
    return text(f"""
        insert into activities.tally as t (group_id, year, kind, {NAMES}, ids) {sums(things)}
        on conflict (group_id, year, kind) do update set ({NAMES}) = {joined("+", "t", "excluded")},
          ids = (select array_agg(x.id order by x.id) from unnest(t.ids || excluded.ids) as x(id))""")


@lru_cache(maxsize=64)
def holding(things: str) -> TextClause:
    """The statement that locks the counters, in the order in which counting takes them: two at once wait in line."""
    return text(f"""
        select from activities.tally t join ({sums(things)}) gone using (group_id, year, kind)
        order by group_id, year, kind for update of t""")


@lru_cache(maxsize=64)
def taking_back(things: str) -> tuple[TextClause, TextClause]:
    """The statements that take out, and that sweep away what holds nothing any more."""
    same = "(t.group_id, t.year, t.kind) = (gone.group_id, gone.year, gone.kind)"
    return (
        text(f"""
        with gone as ({sums(things)})
        update activities.tally t set ({NAMES}) = {joined("-", "t", "gone")},
          ids = array(select x.id from unnest(t.ids) as x(id) where x.id <> all (gone.ids) order by x.id)
        from gone where {same}"""),
        text(f"""
        with gone as ({sums(things)})
        delete from activities.tally t using gone where {same} and cardinality(t.ids) = 0"""),
    )


def count(session: Session, things: str, ids: Iterable[int]) -> None:
    """From now on these things count."""
    session.execute(counting(things), {"ids": list(ids)})


def take_back(session: Session, things: str, ids: Iterable[int]) -> None:
    """They count no more; called while they are still as they were counted."""
    numbers = list(ids)
    session.execute(holding(things), {"ids": numbers})
    for statement in taking_back(things):
        session.execute(statement, {"ids": numbers})
