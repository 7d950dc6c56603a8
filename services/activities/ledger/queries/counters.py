"""The counters of a group's year, as they are kept and as a recount has them."""

from typing import Any

from sqlalchemy import select, text

from services.activities.ledger.models import Tally
from services.activities.ledger.queries.reach import SEES
from services.activities.register import queries as register
from shared.access import Actor
from shared.db import Session
from shared.people import Unit


def tallies(session: Session, actor: Actor, unit_id: int, year: int) -> list[Tally]:
    """The counters of a unit's groups for a year: a row a group and kind."""
    seen = register.in_reach(actor, *SEES)
    groups = register.seen_by(actor).with_only_columns(Unit.id).where(seen, register.within(unit_id))
    query = select(Tally).where(Tally.group_id.in_(groups), Tally.year == year)
    return list(session.scalars(query.order_by(Tally.group_id, Tally.kind)))


MONTHS = ", ".join(f"count(*) filter (where extract(month from a.held_on) = {month})" for month in range(1, 13))

RECOUNT = text(f"""
    select a.group_id, a.kind, array[{MONTHS}]::smallint[] as by_month,
      sum(x.present)::int as present, sum(x.expected)::int as expected, sum(a.minutes)::int as minutes,
      array_agg(a.id order by a.id) as activity_ids
    from activities.counting a
    cross join lateral (
      select count(*) filter (where t.counted) as expected,
        count(*) filter (where t.counted and t.state = 'present') as present
      from activities.attendance t
      where t.activity_id = a.id and (not a.parted or t.group_id = a.group_id)) x
    where a.stage = 'confirmed' and extract(year from a.held_on) = :year
      and (cast(:group_id as bigint) is null or a.group_id = :group_id)
    group by a.group_id, a.kind order by a.group_id, a.kind""")


def recount(session: Session, year: int, *, group_id: int | None = None) -> dict[tuple[int, str], dict[str, Any]]:
    """The counters computed anew from the records and their lists: what `tally` must be. All groups, or one."""
    rows = session.execute(RECOUNT, {"year": year, "group_id": group_id}).mappings()
    return {(row["group_id"], row["kind"]): _figures(row) for row in rows}


def counted(session: Session, year: int, *, group_id: int | None = None) -> dict[tuple[int, str], dict[str, Any]]:
    """The counters as they are kept, in the same form."""
    query = select(Tally).where(Tally.year == year)
    if group_id is not None:
        query = query.where(Tally.group_id == group_id)
    return {(tally.group_id, tally.kind): _figures(vars(tally)) for tally in session.scalars(query)}


def _figures(row: Any) -> dict[str, Any]:  # noqa: ANN401  a row of either kind
    return {name: row[name] for name in ("by_month", "present", "expected", "minutes", "activity_ids")}
