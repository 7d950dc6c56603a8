"""The counters of a group's year, kept in the transaction that confirms or takes back: exact inverses."""

from collections.abc import Iterable

from sqlalchemy import text

from services.activities.ledger.queries import MONTHS
from shared.db import Session

# Sorted, so that two who confirm at once take the rows in the same order.
FIGURES = f"""
    select a.group_id, extract(year from a.held_on)::smallint as year, a.kind, array[{MONTHS}]::smallint[] as by_month,
      sum(a.present)::int as present, sum(a.expected)::int as expected, sum(a.minutes)::int as minutes,
      array_agg(a.id order by a.id) as activity_ids
    from activities.counting a where a.id = any(:ids)
    group by 1, 2, 3 order by 1, 2, 3"""

COUNT = text(f"""
    insert into activities.tally as t (group_id, year, kind, by_month, present, expected, minutes, activity_ids)
    {FIGURES}
    on conflict (group_id, year, kind) do update set
      by_month = (select array_agg(x.had + x.more order by x.at)
                  from unnest(t.by_month, excluded.by_month) with ordinality as x(had, more, at)),
      present = t.present + excluded.present, expected = t.expected + excluded.expected,
      minutes = t.minutes + excluded.minutes,
      activity_ids = (select array_agg(x.id order by x.id)
                      from unnest(t.activity_ids || excluded.activity_ids) as x(id))
    """)

TAKE_BACK = text(f"""
    with gone as ({FIGURES})
    update activities.tally t set
      by_month = (select array_agg(x.had - x.less order by x.at)
                  from unnest(t.by_month, gone.by_month) with ordinality as x(had, less, at)),
      present = t.present - gone.present, expected = t.expected - gone.expected, minutes = t.minutes - gone.minutes,
      activity_ids = array(select x.id from unnest(t.activity_ids) as x(id)
                           where x.id <> all (gone.activity_ids) order by x.id)
    from gone where (t.group_id, t.year, t.kind) = (gone.group_id, gone.year, gone.kind)
    """)

SWEEP_EMPTY = text("""
    delete from activities.tally t using activities.counting a
    where a.id = any(:ids) and t.group_id = a.group_id and t.kind = a.kind
      and t.year = extract(year from a.held_on) and cardinality(t.activity_ids) = 0""")


def count(session: Session, activity_ids: Iterable[int]) -> None:
    """Add confirmed records to the counters."""
    session.execute(COUNT, {"ids": list(activity_ids)})


def take_back(session: Session, activity_ids: Iterable[int]) -> None:
    """Take records out of the counters again, while they are still as they were counted."""
    ids = list(activity_ids)
    session.execute(TAKE_BACK, {"ids": ids})
    session.execute(SWEEP_EMPTY, {"ids": ids})
