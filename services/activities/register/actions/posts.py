"""Posts: taken up and left, dated; one holder at a time where a post has only one."""

from datetime import date

from services.activities.register import queries
from services.activities.register.actions.units import require, still_there, unit_there
from services.activities.register.rules.regrouping import day_said
from shared import clock
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.events import PostChanged, ReplacementDecided
from shared.people import Person, Post, Unit, UnitKind
from shared.roles import Role

SINGLE = frozenset({Role.LEADER, Role.DEPUTY, Role.SECRETARY})
WHERE: dict[UnitKind, frozenset[Role]] = {
    UnitKind.GROUP: frozenset({Role.LEADER, Role.DEPUTY}),
    UnitKind.BRANCH: frozenset({Role.SECRETARY, Role.COMMITTEE_MEMBER, Role.ORGANISER}),
    UnitKind.TOWNSHIP: frozenset({Role.ORGANISER, Role.COMMITTEE, Role.INSPECTOR, Role.KEEPER, Role.AUDITOR}),
}
# Posts in the township open the system to officers: that is the security keeper's, apart from business (三员分立).
APPOINTS: dict[UnitKind, frozenset[Role]] = {
    UnitKind.GROUP: frozenset({Role.ORGANISER, Role.SYSTEM}),
    UnitKind.BRANCH: frozenset({Role.ORGANISER, Role.SYSTEM}),
    UnitKind.TOWNSHIP: frozenset({Role.KEEPER, Role.SYSTEM}),
}


def appoint(
    session: Session, actor: Actor, person_id: int, unit_id: int, kind: Role, *, starts_on: date | None = None
) -> Post:
    """Somebody takes up a post in a unit. A post that only one can hold must have been left first."""
    unit = unit_there(session, actor, unit_id)
    person = queries.person_in_reach(session, actor, person_id)
    _check_place(unit, kind)
    require(actor, unit, APPOINTS[UnitKind(unit.kind)])
    still_there(unit)
    day = starts_on or clock.today(session)
    _check_day(session, person, unit, day)
    if queries.open_post(session, unit_id, kind, person_id=None if kind in SINGLE else person_id):
        raise Conflict(f"{unit.whole_name}已有{kind.chinese}，请先免去原任。", field="kind")
    return begin(session, actor, person.id, unit.id, kind, on=day)


def end_post(
    session: Session, actor: Actor, post_id: int, *, ends_on: date | None = None, reason: str | None = None
) -> Post:
    """Somebody leaves a post: from `ends_on` on it is vacant."""
    post, unit = queries.post_to_end(session, actor, post_id)
    require(actor, unit, APPOINTS[UnitKind(unit.kind)])
    if post.ends_on is not None:
        raise Conflict("这个职务已经免去。")
    day = ends_on or clock.today(session)
    if day < post.starts_on:
        said = f"免职日期{day_said(day)}早于任职日期{day_said(post.starts_on)}，请填写任职当天或以后的日期。"
        raise Invalid(said, field="ends_on")
    end(session, actor, post, day, reason)
    return post


def follow_replacement(session: Session, fact: ReplacementDecided) -> None:
    """The committee decided to replace a leader: his post ends, if he still holds it. No other ends by itself."""
    if not fact.replaced:
        return
    post = queries.open_post(session, fact.group_id, Role.LEADER, person_id=fact.person_id)
    if post is not None:
        end(session, SYSTEM, post, date.fromisoformat(fact.on), "党委决定调整")


def begin(session: Session, actor: Actor, person_id: int, unit_id: int, kind: Role, *, on: date) -> Post:
    """Write that somebody takes up a post."""
    post = Post(person_id=person_id, unit_id=unit_id, kind=kind, starts_on=on)
    session.add(post)
    session.flush()
    announce(session, _changed(post, "taken", post.starts_on), by=actor)
    return post


def end(session: Session, actor: Actor, post: Post, on: date, reason: str | None) -> None:
    """Write that a post is left; one that was to begin later, in a group that is no more by then, never began."""
    post.ends_on = max(on, post.starts_on)
    session.flush()
    announce(session, _changed(post, "left", post.ends_on), by=actor, reason=reason)


def _changed(post: Post, change: str, since: date) -> PostChanged:
    return PostChanged(
        unit_id=post.unit_id,
        post_id=post.id,
        person_id=post.person_id,
        kind=post.kind,
        change=change,
        since=since.isoformat(),
    )


def _check_day(session: Session, person: Person, unit: Unit, day: date) -> None:
    """A post is taken up in a unit that is there, by somebody who belongs to it; an officer may be no member at all."""
    if day < unit.founded_on:
        raise Invalid(f"任职日期不能早于{unit.whole_name}成立的{day_said(unit.founded_on)}。", field="starts_on")
    since = queries.member_since(session, person.id, unit.id)
    if since is not None and day < since:
        raise Invalid(f"任职日期不能早于{person.name}编入的{day_said(since)}。", field="starts_on")


def _check_place(unit: Unit, kind: Role) -> None:
    if kind not in WHERE[UnitKind(unit.kind)]:
        raise Invalid(f"{unit.whole_name}不设{kind.chinese}。", field="kind")
