"""A branch dissolved: nobody is left in it, and no group of it; what it recorded stays."""

from datetime import date

from services.activities.register import queries
from services.activities.register.actions.people import move_person
from services.activities.register.actions.posts import cut
from services.activities.register.actions.standing_down import cut_standing_in
from services.activities.register.actions.units import KEEPS_REGISTER, changed, require
from services.activities.register.rules.regrouping import day_said
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.people import Unit, UnitKind


def hindrance(session: Session, actor: Actor, branch: Unit) -> str:
    """Why a branch cannot be dissolved yet: a group of it is there or is to come, or a leader's year is not over."""
    groups = queries.below_ever(session, actor, branch.id)
    left = "、".join(each.name for each in groups if each.dissolved_on is None)
    if left:
        return f"{branch.name}还有{left}，请先撤销这些党小组，或者划转到别的支部。"
    waiting = queries.plan_needing(session, actor, branches=[branch.id])
    if waiting is not None:
        return f"{waiting.waits}，请先撤回那个计划，再撤销{branch.name}。"
    for year in queries.years_under_way(session, actor, branch.township_id or 0, [each.id for each in groups]):
        if year.leaders:
            who = "、".join(year.leaders)
            return f"{year.year}年度考核还没有办结，{who}的考核由{branch.name}办理，办结后再撤销。"
    return ""


def dissolve_branch(
    session: Session, actor: Actor, branch_id: int, *, on: date | None = None, into: int | None = None
) -> Unit:
    """A branch is no more from a day on, today or before; its own members go `into` another unit of the township."""
    queries.hold_township(session, queries.unit_in_reach(session, actor, branch_id, UnitKind.BRANCH), locked=True)
    branch = queries.unit_in_reach(session, actor, branch_id, UnitKind.BRANCH, locked=True)
    require(actor, branch, KEEPS_REGISTER)
    day, today = on or clock.today(session), clock.today(session)
    if branch.dissolved_on is not None:
        raise Conflict(f"{branch.name}已经撤销。")
    if not branch.founded_on < day <= today:
        raise Invalid("撤销日期应在支部成立以后，不能晚于今天。", field="on")
    why_not = hindrance(session, actor, branch)
    if why_not:
        raise Conflict(why_not)
    _after_all_changes(session, actor, branch, day)
    _move_members(session, actor, branch, day, into)
    told: set[int] = set()
    for post in queries.posts_lasting(session, actor, branch.id, on=day):
        cut(session, actor, post, day, "党支部撤销", told=post.person_id not in told)
        told.add(post.person_id)
    cut_standing_in(session, actor, day, "党支部撤销", units=[branch.id])
    branch.dissolved_on = day
    session.flush()
    changed(session, actor, branch, "dissolve", day, others=[into] if into else ())
    return branch


def _after_all_changes(session: Session, actor: Actor, branch: Unit, day: date) -> None:
    """What happened in a branch happened while it was there: no group, member or post of it outlives it."""
    last = queries.last_change(session, actor, branch.id, until=clock.today(session))
    if last is not None and day < last.on:
        said = f"{branch.name}在{day_said(last.on)}还有{last.what}，撤销日期不能早于这一天。"
        raise Invalid(said, field="on")


def _move_members(session: Session, actor: Actor, branch: Unit, day: date, into: int | None) -> None:
    members = queries.members_on(session, actor, branch.id, clock.today(session))
    if not members:
        return
    if into is None:
        raise Invalid(f"{branch.name}还有{len(members)}名党员，请选择编入哪里。", field="into")
    target = queries.unit_in_reach(session, actor, into, UnitKind.BRANCH, UnitKind.GROUP)
    if target.id == branch.id or target.township_id != branch.township_id or target.dissolved_on is not None:
        raise Invalid("请选择本乡镇另一个党支部或党小组。", field="into")
    for member in members:
        move_person(session, actor, member.person_id, target.id, on=day)
