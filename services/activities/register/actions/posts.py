"""Posts: taken up and left, dated; one holder at a time where a post has only one, and offices apart (三员分立)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.exc import IntegrityError

from services.activities.register import queries
from services.activities.register.actions.looking_over import look_over_later
from services.activities.register.actions.standing_down import cut_standing_in
from services.activities.register.actions.taking_over import is_chosen_here, refuse_without_reason
from services.activities.register.actions.units import require, still_there, unit_there
from services.activities.register.rules.membership import AHEAD
from services.activities.register.rules.offices import APART, ASK_FIRST, OFFICES, clash
from services.activities.register.rules.regrouping import day_said
from shared import clock
from shared.access import SYSTEM, Actor, ask_for_another
from shared.audit import announce, came_after, last_told
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours
from shared.events import PostChanged, ReplacementDecided, ReplacementUndone
from shared.people import Person, Post, Unit, UnitKind
from shared.roles import SINGLE, Role

REGROUPED = "党小组调整"

WHERE: dict[UnitKind, frozenset[Role]] = {
    UnitKind.GROUP: frozenset({Role.LEADER, Role.DEPUTY}),
    UnitKind.BRANCH: frozenset({Role.SECRETARY, Role.COMMITTEE_MEMBER}),
    UnitKind.TOWNSHIP: frozenset({Role.ORGANISER, Role.COMMITTEE, Role.INSPECTOR, Role.KEEPER, Role.AUDITOR}),
}
# Posts in the township open the system to officers: keeper and organiser ask for them, another agrees (三员分立).
APPOINTS: dict[UnitKind, frozenset[Role]] = {
    UnitKind.GROUP: frozenset({Role.ORGANISER, Role.SYSTEM}),
    UnitKind.BRANCH: frozenset({Role.ORGANISER, Role.SYSTEM}),
    UnitKind.TOWNSHIP: frozenset({Role.KEEPER, Role.ORGANISER, Role.SYSTEM}),
}


REPLACED, UNDONE = "党委决定调整", "党委撤销调整决定"


def appoint(
    session: Session,
    actor: Actor,
    person_id: int,
    unit_id: int,
    kind: Role,
    *,
    starts_on: date | None = None,
    duties: Sequence[str] = (),
    taken_over_why: str | None = None,
) -> Post:
    """Somebody takes up a post in a unit. A post that only one can hold must have been left first.

    `duties`: what a member of a branch's committee answers for; no right comes with them. `taken_over_why`: why a
    group's post begins without a choosing, where leaders are chosen here.
    """
    if duties and kind != Role.COMMITTEE_MEMBER:
        raise Invalid("只有支部委员写分工，请去掉分工，或者职务选支部委员。", field="duties")
    person, unit, day = appointment(session, actor, person_id, unit_id, kind, starts_on=starts_on)
    refuse_officers(session, actor, person.id, unit=unit)
    refuse_without_reason(session, unit, kind, taken_over_why)
    return begin(session, actor, person.id, unit.id, kind, on=day, reason=taken_over_why, duties=duties)


def seated(session: Session, actor: Actor, person_id: int, unit_id: int, kind: Role) -> tuple[Person, Unit]:
    """Who would sit where, in a post or standing in for it, by somebody who appoints there."""
    unit = unit_there(session, actor, unit_id)
    person = queries.person_in_reach(session, actor, person_id)
    check_place(unit, kind)
    require(actor, unit, APPOINTS[UnitKind(unit.kind)])
    still_there(unit)
    refuse_left(session, person)
    return person, unit


def appointment(
    session: Session, actor: Actor, person_id: int, unit_id: int, kind: Role, *, starts_on: date | None = None
) -> tuple[Person, Unit, date]:
    """Who would take up what, where and from when, by somebody who appoints there; nothing is written."""
    person, unit = seated(session, actor, person_id, unit_id, kind)
    day = starts_on or clock.today(session)
    _check_day(session, person, unit, day)
    _check_free(session, person, unit, kind, day)
    check_apart(session, actor, person.id, person.name, kind, on=day)
    return person, unit, day


def end_post(
    session: Session, actor: Actor, post_id: int, *, ends_on: date | None = None, reason: str | None = None
) -> Post:
    """Somebody leaves a post: from `ends_on` on it is vacant."""
    post, unit, day = ending(session, actor, post_id, ends_on)
    refuse_officers(session, actor, post.person_id, unit=unit)
    end(session, actor, post, day, reason)
    return post


def ending(session: Session, actor: Actor, post_id: int, ends_on: date | None) -> tuple[Post, Unit, date]:
    """Which post would be left and from when; until the day that is recorded it is held, and the day may be another."""
    post, unit = queries.post_to_end(session, actor, post_id)
    require(actor, unit, APPOINTS[UnitKind(unit.kind)])
    today = clock.today(session)
    if post.ends_on is not None and post.ends_on <= today and not post.disputed:
        raise Conflict("这个职务已经免去。")
    day = ends_on or today
    if day < post.starts_on:
        said = f"免职日期{day_said(day)}早于任职日期{day_said(post.starts_on)}，请填写任职当天或以后的日期。"
        raise Invalid(said, field="last_day")
    return post, unit, day


def follow_replacement(session: Session, fact: ReplacementDecided) -> None:
    """The committee decided to replace a leader: his post ends, if he still holds it. No other ends by itself.

    What it took back meanwhile ends nothing.
    """
    if not fact.replaced or came_after(session, ReplacementUndone, fact.subject):
        return
    day = date.fromisoformat(fact.on)
    post = queries.post_held(session, fact.group_id, Role.LEADER, on=day, person_id=fact.person_id)
    if post is not None:
        end(session, SYSTEM, post, day, REPLACED, told=False)


def follow_undoing(session: Session, fact: ReplacementUndone) -> None:
    """The committee took it back before its day: whoever was to leave the post stays in it.

    What it decided anew meanwhile ends the post on its own day: that may have been heard before.
    """
    day = date.fromisoformat(fact.on)
    post = queries.post_ending(session, fact.group_id, Role.LEADER, on=day, person_id=fact.person_id)
    if post is None or queries.post_held(session, fact.group_id, Role.LEADER, on=day) is not None:
        return  # he has left otherwise, or somebody else takes it up on that day
    post.ends_on = None
    _write(session, "这段任期和别人的任期重叠。", field="last_day")
    announce(session, changed_post(SYSTEM, post, "stays", day, told=False), by=SYSTEM, reason=UNDONE)
    look_over_later(session, post.unit_id)
    anew = last_told(session, ReplacementDecided, fact.subject)
    if anew is not None and came_after(session, ReplacementDecided, fact.subject):
        follow_replacement(session, anew)


def begin(
    session: Session,
    actor: Actor,
    person_id: int,
    unit_id: int,
    kind: Role,
    *,
    on: date,
    reason: str | None = None,
    told: bool = True,
    duties: Sequence[str] = (),
    chosen_id: int | None = None,
) -> Post:
    """Write that somebody takes up a post; beside what he holds, and what others hold there, it must be possible.

    A post of a group that follows from no choosing (`chosen_id`), where leaders are chosen here, keeps the reason.
    """
    unit = session.get_one(Unit, unit_id)
    in_township = unit.kind == UnitKind.TOWNSHIP
    becomes_officer = in_township and not queries.offices_of(session, person_id)
    post = Post(person_id=person_id, unit_id=unit_id, kind=kind, starts_on=on, duties=sorted(set(duties)))
    post.chosen_id = chosen_id
    if chosen_id is None and is_chosen_here(session, unit, kind):
        post.taken_over_why = reason or REGROUPED
    session.add(post)
    _write(session, f"已有别人在这段时间任{kind.chinese}，请刷新页面，先免去原任。", field="kind")
    if becomes_officer:
        ask_for_another(session, person_id)
    announce(session, changed_post(actor, post, "taken", post.starts_on, told=told), by=actor, reason=reason)
    look_over_later(session, unit_id)
    cut_standing_in(session, actor, on, "正式任职", people=[person_id], units=[unit_id], kinds=[kind])
    return post


def end(session: Session, actor: Actor, post: Post, on: date, reason: str | None, *, told: bool = True) -> None:
    """Write that a post is left; one that was to begin later, in a group that is no more by then, never began.

    What was marked as overlapping of old is held to the rule again.
    """
    post.ends_on, post.disputed = max(on, post.starts_on), False
    _write(session, "这段任期和别人的任期重叠，请改填更早的免职日期，或者先更正另一人的任期。", field="last_day")
    announce(session, changed_post(actor, post, "left", post.ends_on, told=told), by=actor, reason=reason)
    look_over_later(session, post.unit_id)


def cut(session: Session, actor: Actor, post: Post, on: date, reason: str, *, told: bool = True) -> None:
    """Write that a post ends with its unit, or with whoever leaves it; what ends before, ends then."""
    if post.ends_on is None or post.ends_on > on:
        end(session, actor, post, on, reason, told=told)


def refuse_left(session: Session, person: Person) -> None:
    """Whoever left the roll takes up nothing, and is given no way in."""
    left = queries.has_left(session, person.id)
    if left is not None:
        raise Conflict(f"{person.name}从{day_said(left)}起已不在册，不能办理；办错了的，先撤销减员或者重新编入。")


def refuse_officers(session: Session, actor: Actor, person_id: int, *, unit: Unit | None = None) -> None:
    """What concerns an officer, or a post in the township, nobody does alone, but the machine itself."""
    in_township = unit is not None and unit.kind == UnitKind.TOWNSHIP
    if actor.reach != "*" and (in_township or queries.offices_of(session, person_id)):
        raise NotYours(ASK_FIRST)


def check_apart(session: Session, actor: Actor, person_id: int, name: str, kind: Role, *, on: date) -> None:
    """Nobody gives himself a post, and nobody holds two that are kept apart."""
    if actor.person_id == person_id:
        raise NotYours("不能给自己任命职务，请由另一位工作人员办理。")
    other = clash(kind, queries.posts_beside(session, person_id, on))
    if other is not None:
        raise Conflict(APART.format(name=name, other=other.chinese, kind=kind.chinese), field="person_id")


def _write(session: Session, overlapping: str, *, field: str) -> None:
    """Let the database judge what two wrote at once."""
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as overlaps:
        raise Conflict(overlapping, field=field) from overlaps


def changed_post(actor: Actor, post: Post, change: str, since: date, *, told: bool) -> PostChanged:
    """The fact; of several posts of somebody's that one act changes, he is told of the first (`told`)."""
    return PostChanged(
        unit_id=post.unit_id,
        post_id=post.id,
        person_id=post.person_id,
        kind=post.kind,
        change=change,
        since=since.isoformat(),
        told=told,
        machine=actor.reach == "*" and post.kind in OFFICES,
    )


def _check_free(session: Session, person: Person, unit: Unit, kind: Role, day: date) -> None:
    """A single post is held by one at a time, any other once by the same person."""
    held = queries.post_held(session, unit.id, kind, on=day, person_id=None if kind in SINGLE else person.id)
    if held is None:
        return
    until = f"（到{day_said(held.ends_on)}为止）" if held.ends_on else ""
    raise Conflict(f"{unit.whole_name}已有{kind.chinese}{until}，请先免去原任，或者从他卸任那天起任职。", field="kind")


def _check_day(session: Session, person: Person, unit: Unit, day: date) -> None:
    """A post is taken up in a unit that is there, by somebody who belongs to it; an officer may be no member at all."""
    if day > clock.today(session) + AHEAD:
        raise Invalid("最多提前一年安排，请核对日期。", field="starts_on")
    if day < unit.founded_on:
        raise Invalid(f"任职日期不能早于{unit.whole_name}成立的{day_said(unit.founded_on)}。", field="starts_on")
    since = queries.member_since(session, person.id, unit.id)
    if since is not None and day < since:
        raise Invalid(f"任职日期不能早于{person.name}编入的{day_said(since)}。", field="starts_on")


def check_place(unit: Unit, kind: Role) -> None:
    """A post stands in the storey that it belongs to."""
    if kind not in WHERE[UnitKind(unit.kind)]:
        raise Invalid(f"{unit.whole_name}不设{kind.chinese}。", field="kind")
