"""Founding townships, branches and groups."""

from collections.abc import Sequence
from datetime import date

from services.activities.register import queries
from services.activities.register.actions.looking_over import look_over_later
from services.activities.register.rules.pinyin import unit_key
from services.activities.register.rules.regrouping import day_said
from shared import clock, work
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours
from shared.events import UnitChanged
from shared.people import Unit, UnitKind
from shared.roles import Role
from shared.rulebase import shipped

KEEPS_REGISTER = frozenset({Role.ORGANISER, Role.SYSTEM})


def require(actor: Actor, unit: Unit, roles: frozenset[Role]) -> None:
    """Refuse whoever reaches the unit but holds none of these roles over it."""
    if not actor.roles_over(unit.id, unit.branch_id, unit.township_id) & roles:
        allowed = "、".join(sorted(role.chinese for role in roles if role is not Role.SYSTEM))
        raise NotYours(f"这一步由{allowed or '系统'}办理，您没有这个职务。")


def unit_there(session: Session, actor: Actor, unit_id: int, *kinds: UnitKind) -> Unit:
    """A unit for somebody or something to come into: until the transaction ends it cannot be dissolved."""
    queries.hold_township(session, queries.unit_in_reach(session, actor, unit_id, *kinds))
    return queries.unit_in_reach(session, actor, unit_id, *kinds, shared=True)


def still_there(unit: Unit, *, field: str | None = None) -> None:
    """Nothing begins in a unit that was dissolved, not even before that day: it would have no end."""
    if unit.dissolved_on is not None:
        raise Conflict(
            f"{unit.whole_name}已从{day_said(unit.dissolved_on)}起撤销，请刷新页面，换一个单位。", field=field
        )


def found_township(
    session: Session,
    actor: Actor,
    name: str,
    *,
    rule_set: str,
    founded_on: date | None = None,
    begins_on: date | None = None,
) -> Unit:
    """Set up a township with its local rule set, `xiang` or `zhen`: no character of its name says which.

    `begins_on`: from when it keeps its book here; what was due before is not owed.

    Only the machine itself may: there is nobody yet who could hold a post in it.
    """
    if actor.reach != "*":
        raise NotYours("设立乡镇只能在系统所在的机器上进行。")
    shipped(rule_set)
    unit = _found(session, UnitKind.TOWNSHIP, name, founded_on, above=None, rule_set=rule_set)
    unit.begins_on = begins_on
    session.flush()
    work.post(session, "activities.start_reminders", key=f"township:{unit.id}", payload={"township_id": unit.id})
    work.post(session, "assessment.schedule_opening", key=f"township:{unit.id}", payload={"township_id": unit.id})
    return unit


def found_branch(
    session: Session, actor: Actor, township_id: int, name: str, *, founded_on: date | None = None
) -> Unit:
    """Set up a branch in a township."""
    township = queries.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP)
    require(actor, township, KEEPS_REGISTER)
    branch = _found(session, UnitKind.BRANCH, name, founded_on, above=township)
    changed(session, actor, branch, "founded", branch.founded_on)
    return branch


def found_group(session: Session, actor: Actor, branch_id: int, name: str, *, founded_on: date | None = None) -> Unit:
    """Set up a group in a branch."""
    branch = unit_there(session, actor, branch_id, UnitKind.BRANCH)
    require(actor, branch, KEEPS_REGISTER)
    still_there(branch)
    group = _found(session, UnitKind.GROUP, name, founded_on, above=branch)
    changed(session, actor, group, "founded", group.founded_on)
    return group


def changed(
    session: Session,
    actor: Actor,
    unit: Unit,
    change: str,
    on: date,
    *,
    others: Sequence[int] = (),
    reason: str | None = None,
) -> None:
    """Write into a unit's history what happened to it."""
    fact = UnitChanged(unit_id=unit.id, change=change, on=on.isoformat(), others=sorted(others))
    announce(session, fact, by=actor, reason=reason)
    look_over_later(session, unit.id)


def _found(
    session: Session,
    kind: UnitKind,
    name: str,
    founded_on: date | None,
    *,
    above: Unit | None,
    rule_set: str | None = None,
) -> Unit:
    """A unit of its own name below `above`."""
    name = name.strip()
    if not name:
        raise Invalid("请填写名称。", field="name")
    if queries.namesake(session, kind, name, above_id=above.id if above else None):
        raise Conflict(f"“{name}”已经存在。", field="name")
    today = clock.today(session)
    if above is not None and founded_on is not None and founded_on > today:
        raise Invalid(f"{day_said(founded_on)}还没有到，请在成立那天设立。", field="founded_on")
    unit = Unit(
        kind=kind,
        name=name,
        sort_key=unit_key(name),
        township_id=above and (above.township_id or above.id),
        branch_id=above.id if above and kind is UnitKind.GROUP else None,
        rule_set=rule_set,
        founded_on=founded_on or today,
    )
    session.add(unit)
    session.flush()
    return unit
