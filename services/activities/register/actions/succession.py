"""A post that passes from one to another on a day, in one act; until that day it is taken back in one."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError

from services.activities.register import queries
from services.activities.register.actions.looking_over import look_over_later
from services.activities.register.actions.posts import (
    APPOINTS,
    appointment,
    begin,
    changed_post,
    check_apart,
    end,
    ending,
    refuse_left,
    refuse_officers,
)
from services.activities.register.actions.units import require, still_there
from services.activities.register.models import Succession
from services.activities.register.rules.regrouping import day_said
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid, Refusal
from shared.people import Person, Post, Unit, UnitKind
from shared.roles import SINGLE, Role

TAKEN_BACK = "撤回接任安排"


def hand_over(
    session: Session, actor: Actor, post_id: int, person_id: int, *, starts_on: date | None = None, reason: str
) -> Post:
    """Whoever holds a post leaves it, and another takes it up on the same day: `starts_on`, today where none is named.

    The one that leaves holds it up to the day before.
    """
    post, unit, day = ending(session, actor, post_id, starts_on)
    refuse_officers(session, actor, post.person_id, unit=unit)
    kind = Role(post.kind)
    if kind not in SINGLE:
        raise Invalid(f"{kind.chinese}可以有几个人同时担任，请分别办理任命和免职。")
    if post.person_id == person_id:
        raise Invalid("接任的就是现在任职的人，请另选一人。", field="person_id")
    if day <= post.starts_on:
        raise Invalid(f"接任的日期要在原任{day_said(post.starts_on)}任职以后。", field="starts_on")
    until = post.ends_on
    end(session, actor, post, day, reason)
    person, _, _ = appointment(session, actor, person_id, unit.id, kind, starts_on=day)
    refuse_officers(session, actor, person.id, unit=unit)
    begun = begin(session, actor, person.id, unit.id, kind, on=day, reason=reason)
    session.add(Succession(post_id=begun.id, unit_id=unit.id, before_id=post.id, before_until=until))
    session.flush()
    return begun


@dataclass(frozen=True, slots=True)
class CalledOff:
    """A post that is not taken up; `said`: in Chinese, who goes on, or why it is vacant from that day."""

    post: Post
    said: str


def call_off(session: Session, actor: Actor, post_id: int) -> CalledOff:
    """A post that is to be taken up on a day to come never is; whoever handed it over goes on, if he still may."""
    post, unit = queries.post_to_end(session, actor, post_id)
    require(actor, unit, APPOINTS[UnitKind(unit.kind)])
    refuse_officers(session, actor, post.person_id, unit=unit)
    if post.starts_on <= clock.today(session) or post.ends_on == post.starts_on:
        raise Conflict("这项任职已经开始，或者已经撤回；已经开始的请另行免去。")
    found = queries.post_before(session, post)
    post.ends_on = post.starts_on
    session.flush()
    announce(session, changed_post(actor, post, "left", post.starts_on, told=True), by=actor, reason=TAKEN_BACK)
    look_over_later(session, post.unit_id)
    if found is None:
        return CalledOff(post, f"从{day_said(post.starts_on)}起这个职务空缺，需要的请另行任命。")
    before, until = found
    person = session.get_one(Person, before.person_id)
    why_not = _hindrance(session, actor, before, person, unit)
    if why_not:
        said = f"{person.name}不能接着任职（{why_not}），从{day_said(post.starts_on)}起这个职务空缺，请另行任命。"
        return CalledOff(post, said)
    _go_on(session, actor, before, until)
    return CalledOff(post, f"{person.name}照常任职{f'，到{day_said(until)}为止' if until else ''}。")


def _hindrance(session: Session, actor: Actor, before: Post, person: Person, unit: Unit) -> str:
    """Why he may not go on: whatever would keep him today from being appointed; empty where nothing does."""
    try:
        still_there(unit)
        refuse_left(session, person)
        refuse_officers(session, actor, person.id, unit=unit)
        check_apart(session, actor, person.id, person.name, Role(before.kind), on=before.ends_on or before.starts_on)
    except Refusal as refused:
        return (refused.detail or "").rstrip("。")
    return ""


def _go_on(session: Session, actor: Actor, post: Post, until: date | None) -> None:
    """He holds it as before, until the day on which it was to end."""
    post.ends_on = until
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as taken:
        raise Conflict("这个职务后来又有别的任职安排，请先撤回那一项。") from taken
    announce(session, changed_post(actor, post, "taken", post.starts_on, told=True), by=actor, reason=TAKEN_BACK)
