"""Posts of a group that were come by without a choosing, where leaders are chosen: each says why (接管)."""

from sqlalchemy import text

from services.activities.register.rules.changes import RosterPlan
from shared import switches
from shared.db import Session
from shared.errors import Invalid
from shared.people import Unit
from shared.roles import Role
from shared.systems import System

TAKEN_OVER_ASKED = "文件里有新的党小组长或者副组长。本乡镇的组长、副组长经“选配换届”产生，请写明接管的原因。"
OF_GROUP = frozenset({Role.LEADER, Role.DEPUTY})
TAKE_OVER = text("""
    update office.post p set taken_over_why = :why from office.unit u
    where u.id = p.unit_id and u.township_id = :township and p.kind in ('leader', 'deputy')
      and (p.ends_on is null or p.ends_on > greatest(office.today(), p.starts_on))
      and p.chosen_id is null and p.taken_over_why is null
    returning p.id""")


def is_chosen_here(session: Session, unit: Unit, kind: Role) -> bool:
    """Whether such a post begins by a choosing: the township has switched it on."""
    return kind in OF_GROUP and switches.is_on(session, System.CHOOSINGS, unit.township_id)


def refuse_without_reason(session: Session, unit: Unit, kind: Role, why: str | None) -> None:
    """A post that would begin by a choosing is written without one only with a reason."""
    if not why and is_chosen_here(session, unit, kind):
        said = f"本乡镇的{kind.chinese}经“选配换届”产生；已经在任、补登记的，请写明接管的原因。"
        raise Invalid(said, field="taken_over_why")


def plan_takes_over(session: Session, township_id: int, plan: RosterPlan) -> bool:
    """Whether a roster would write a post of a group, in a township where these are chosen."""
    of_group = any(Role(each.kind) in OF_GROUP for each in plan.posts)
    return of_group and switches.is_on(session, System.CHOOSINGS, township_id)


def take_over(session: Session, township_id: int, why: str) -> int:
    """Whoever holds a group's post, when leaders begin to be chosen in a township, holds it: all in one act.

    Returns how many were taken over; those that follow from a choosing, or were taken over before, are not.
    """
    return len(session.execute(TAKE_OVER, {"township": township_id, "why": why}).all())
