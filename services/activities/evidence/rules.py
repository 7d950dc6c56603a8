"""The counters' arithmetic as SQL, and the registry: what counts of each topic, and what is owed of its kinds."""

from typing import Final

from shared.evidence import KINDS

FIGURES: Final = {"done": "smallint[]", "present": "int[]", "expected": "int[]", "minutes": "int[]"}
"""What is counted of each month: the counters' columns with their types."""
AMOUNTS: Final = {"done": "count(*)", "present": "sum(present)", "expected": "sum(expected)", "minutes": "sum(minutes)"}
MONTHS: Final = range(1, 13)

PARTS: dict[str, str] = {}
"""kind → what is owed and met of it at collection; see `gives`."""
COUNTED: list[str] = []
"""What counts now, topic by topic; see `keeps`."""


def keeps(counted: str) -> None:
    """A topic says everything that counts of it now, as `sums` takes it: the counters can be recomputed from it."""
    COUNTED.append(counted)


def gives(kind: str, part: str) -> None:
    """A topic says what groups owe of its kind: a SELECT of (g, owed, met), a row a group at most.

    It stands over the relation `life` (g, township_id, founded, dissolved: a group and its days within the year) and
    knows :year, :start, :end (the year's first day and that after its last) and :due_by: only what fell due before that
    day is owed. By the rule of each period's first day, less whom nothing could be asked of. Asked for once a chunk,
    where the township has the kind's system switched on. What each member owes is `of_members`.
    """
    if kind not in KINDS or KINDS[kind].cadence:
        raise LookupError(f"{kind!r} is no kind of evidence of its own: see shared/evidence")
    PARTS[kind] = part


def of_members(kind: str, done: str) -> str:
    """The part of a kind that each member owes by a cadence of the rules (shared/duties.member_owes).

    `done` is a SELECT of (person_id, on_day) of what counts for it, which may join `life`. Beside `life` stands the
    relation `period` (township_id, kind, starts_on, ends_on, begun_by, count, exempt: kinds of circumstances), of what
    was due by the day of the run.
    """
    return f"""
    select owing.g, sum(owing.count) as owed, sum(least(owing.count, coalesce(kept.done, 0))) as met
    from (
      select life.g, m.person_id, period.starts_on, period.ends_on, period.count
      from life join period on period.township_id = life.township_id and period.kind = '{kind}'
      join office.membership m on m.unit_id = life.g and m.starts_on <= period.begun_by
        and (m.ends_on is null or m.ends_on > period.ends_on)
      where life.founded <= period.begun_by and life.dissolved > period.ends_on and not exists (
        select 1 from office.circumstance c where c.person_id = m.person_id and c.kind = any (period.exempt)
          and c.starts_on <= period.starts_on and (c.ends_on is null or c.ends_on > period.starts_on))) as owing
    left join (
      select done.person_id, period.starts_on, count(*) as done
      from ({done}) as done
      join period on period.kind = '{kind}' and done.on_day between period.starts_on and period.ends_on
      group by 1, 2) as kept using (person_id, starts_on)
    group by owing.g"""


def sums(things: str) -> str:
    """Things as counters: a row a group, year and kind, sorted, so that two at once take the rows in one order.

    `things` is a SELECT of (group_id, kind, on_day, present, expected, minutes, id).
    """
    figures = ", ".join(f"array[{_months(amount)}]::{FIGURES[name]} as {name}" for name, amount in AMOUNTS.items())
    return f"""
    select group_id, extract(year from on_day)::smallint as year, kind, {figures}, array_agg(id order by id) as ids
    from ({things}) as thing group by 1, 2, 3 order by 1, 2, 3"""


def _months(amount: str) -> str:
    """An amount of each month."""
    return ", ".join(f"coalesce({amount} filter (where extract(month from on_day) = {month}), 0)" for month in MONTHS)


def whole(figure: str) -> str:
    """A figure over the year, out of its twelve months."""
    return " + ".join(f"{figure}[{month}]" for month in MONTHS)


def joined(sign: str, left: str, right: str) -> str:
    """Two rows of counters added, or the one taken from the other, month by month."""
    pairs = ", ".join(f"{left}.{name}, {right}.{name}" for name in FIGURES)
    names = ", ".join(f"had_{name}, more_{name}" for name in FIGURES)
    added = ", ".join(f"array_agg(had_{name} {sign} more_{name} order by at)" for name in FIGURES)
    return f"(select {added} from unnest({pairs}) with ordinality as month({names}, at))"
