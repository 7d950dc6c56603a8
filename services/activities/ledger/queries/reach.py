"""Whose records somebody may see."""

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from services.activities.ledger.models import Activity
from shared.access import Actor
from shared.roles import Role

# The keeper of accounts and the auditor have no business with records.
SEES = (
    Role.LEADER,
    Role.DEPUTY,
    Role.SECRETARY,
    Role.COMMITTEE_MEMBER,
    Role.ORGANISER,
    Role.COMMITTEE,
    Role.INSPECTOR,
)


def seen_by(actor: Actor) -> Select[Activity]:
    """The records that somebody may see: those of the units where he holds a post, and below them."""
    return select(Activity).where(_in_reach(actor))


def _in_reach(actor: Actor) -> ColumnElement[bool]:
    if actor.reach == "*":
        return true()
    roots = actor.units_as(*SEES)
    reached = (Activity.group_id.in_(roots), Activity.branch_id.in_(roots), Activity.township_id.in_(roots))
    return or_(*reached) if roots else false()
