"""Whose records somebody may see."""

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from services.activities.ledger.models import Activity
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
    """The records that somebody may see: those of the units where he holds a post, and below them."""
    return select(Activity).where(_in_reach(actor))


def _in_reach(actor: Actor) -> ColumnElement[bool]:
    if actor.reach == "*":
        return true()
    reached = [column.in_(units) for column, roles in LOOKS if (units := actor.units_as(*roles))]
    return or_(*reached) if reached else false()
