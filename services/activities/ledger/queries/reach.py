"""Whose records somebody may see."""

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from services.activities.ledger.models import Activity, Attendance
from shared.access import Actor
from shared.roles import Role

# Where each post looks: each kind has its column, so that a page of records is read from one index.
# The keeper of accounts and the auditor have no business with records.
OF_GROUPS = (Role.LEADER, Role.DEPUTY)
OF_BRANCHES = (Role.SECRETARY, Role.COMMITTEE_MEMBER)
OF_TOWNSHIPS = (Role.ORGANISER, Role.COMMITTEE, Role.INSPECTOR)
SEES = (*OF_GROUPS, *OF_BRANCHES, *OF_TOWNSHIPS)
LOOKS = (
    (Activity.group_id, OF_GROUPS),
    (Activity.branch_id, OF_BRANCHES),
    (Activity.township_id, OF_TOWNSHIPS),
)


def seen_by(actor: Actor) -> Select[Activity]:
    """The records that somebody may see: those of the units where he holds a post, and below them.

    Of a meeting of the whole branch a group's leader sees the record, and of its rolls that of his group.
    """
    return select(Activity).where(_in_reach(actor))


def _in_reach(actor: Actor) -> ColumnElement[bool]:
    if actor.reach == "*":
        return true()
    reached = [column.in_(units) for column, roles in LOOKS if (units := actor.units_as(*roles))]
    if groups := actor.units_as(*OF_GROUPS):
        reached.append(Activity.group_ids.overlap(list(groups)))
    return or_(*reached) if reached else false()


def roll_in_reach(actor: Actor) -> ColumnElement[bool]:
    """The lines of a list that somebody may see of records that he may: of a whole branch's a leader his group's."""
    if actor.reach == "*":
        return true()
    wider = [column.in_(units) for column, roles in LOOKS[1:] if (units := actor.units_as(*roles))]
    own = Attendance.group_id.in_(actor.units_as(*OF_GROUPS))
    return or_(Activity.group_ids.is_(None), own, *wider)


def counts_in(unit_id: int) -> ColumnElement[bool]:
    """The records of a group itself, and of its whole branch where they count in it."""
    return or_(Activity.group_id == unit_id, Activity.group_ids.contains([unit_id]))
