"""What the ledger counts: its confirmed records, as they were written down and as a recount has them."""

from services.activities.evidence import queries as evidence
from services.activities.evidence.models import Tally
from services.activities.evidence.queries import Figures
from services.activities.evidence.rules import keeps
from services.activities.ledger.queries.reach import SEES
from services.activities.ledger.rules.kinds import Kind
from shared.access import Actor
from shared.db import Session

KINDS = [kind.value for kind in Kind]

THINGS = """
    select group_id, kind, held_on as on_day, present, expected, minutes, id
    from activities.counting where id = any(:ids)"""

keeps("""
    select group_id, kind, held_on as on_day, present, expected, minutes, id
    from activities.counting where stage = 'confirmed'""")

RECOUNT = """
    select a.group_id, a.kind, a.held_on as on_day, x.present, x.expected, a.minutes, a.id
    from activities.counting a
    cross join lateral (
      select count(*) filter (where t.counted) as expected,
        count(*) filter (where t.counted and t.state = 'present') as present
      from activities.attendance t
      where t.activity_id = a.id and (not a.parted or t.group_id = a.group_id)) x
    where a.stage = 'confirmed' and extract(year from a.held_on) = :year
      and (cast(:group_id as bigint) is null or a.group_id = :group_id)"""


def tallies(session: Session, actor: Actor, unit_id: int, year: int) -> list[Tally]:
    """The counters of a unit's groups for a year: a row a group and kind of the ledger's."""
    return evidence.tallies(session, actor, unit_id, year, roles=SEES, kinds=KINDS)


def recount(session: Session, year: int, *, group_id: int | None = None) -> Figures:
    """The counters computed anew from the records and their lists: what `tally` must be. All groups, or one."""
    return evidence.recount(session, RECOUNT, {"year": year, "group_id": group_id})


def counted(session: Session, year: int, *, group_id: int | None = None) -> Figures:
    """The counters as they are kept, in the same form."""
    return evidence.counted(session, year, kinds=KINDS, group_id=group_id)
