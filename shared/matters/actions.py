"""What is done with a matter, whatever the topic: find → decide → change → announce → what waits follows.

Every function takes a matter that its topic has found for the actor and locked. Where it waits for its holder, it is
the holder's: whoever has that post today, or stands in for it by the list of vacancies.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import select

from shared import clock, numbers, spans, waiting
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.events import Fact
from shared.matters import rules
from shared.matters.columns import HoldingColumns, MatterColumns, RemarkColumns
from shared.matters.rules import DESIGNATES, TEXT_LENGTH_MAX, Holder, reason_given
from shared.moves import Machine, Moved
from shared.numbers import Series
from shared.people import Unit, UnitKind, holders_of
from shared.roles import STANDS_IN, Role
from shared.todos import Thing, Waits
from shared.workdays import Deadline

M = TypeVar("M", bound=MatterColumns)
ABOVE = {
    Role.LEADER: Role.SECRETARY,
    Role.DEPUTY: Role.SECRETARY,
    Role.COMMITTEE_MEMBER: Role.SECRETARY,
    Role.SECRETARY: Role.ORGANISER,
    Role.ORGANISER: Role.COMMITTEE,
}
"""Who grants a holder more time: the next storey."""
BESIDE = {Role.LEADER: Role.DEPUTY}
"""Who does what a holder does though the post is not vacant, as with records."""


@dataclass(frozen=True, slots=True)
class Matters(Generic[M]):
    """A topic's matters.

    name: as their subjects have it (`concern:12`). held: the stages at which it waits for its holder; at any other it
    waits for the post that WAITS names. ended: the stages at which it is over. told: the fact, by the matter and what
    was done: a step of the machine, or opened, handed_on, given_back, time_asked, time_granted, time_refused, remarked.
    time_kind: the kind of to-do of whoever is asked for more time. unsaid: reasons stand on the matter alone, and not
    in the history, where no word can ever be taken back.
    """

    name: str
    holding: type[HoldingColumns]
    remark: type[RemarkColumns]
    machine: Machine[Any, Any]
    waits: Waits
    held: frozenset[str]
    ended: frozenset[str]
    told: Callable[[M, str], Fact]
    time_kind: str
    unsaid: bool = False

    def subject(self, row: M) -> str:
        """As the history, its to-dos and its number name it."""
        return f"{self.name}:{row.id}"

    def reason(self, given: str | None) -> str | None:
        """A reason as the history may have it."""
        return None if self.unsaid else given


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a step leads to another holder, or gives whoever has it a day of his own.

    to: whose it is from now on; None, whoever has it. came: how it came to him: `handed_on` counts as a hand-over among
    holders, `given_back` goes back, whatever else is the topic's own. due: his last day, None where there is none.
    why: what he reads of it.
    """

    to: Holder | None = None
    came: str = "handed_on"
    due: Deadline | None = None
    why: str = ""
    designated: bool = False


# --- from the beginning to the end ---


def begin(
    session: Session,
    actor: Actor,
    kind: Matters[M],
    row: M,
    *,
    due: Deadline | None = None,
    series: Series | None = None,
) -> M:
    """A matter begins, with the holder that it names; with the next number of `series`, where its papers have one."""
    row.stage, row.opened_on = kind.machine.start, clock.today(session)
    row.due_on, row.due_provisional = (due.day, due.provisional) if due else (None, False)
    session.add(row)
    session.flush()
    if series is not None:
        row.number = numbers.give(session, series, kind.subject(row)).said
    _hold(session, actor, kind, row, Holder(row.holder_unit, Role(row.holder_post)), came="opened")
    announce(session, kind.told(row, "opened"), by=actor)
    waiting.wait(session, kind.waits, row.stage, [_thing(kind, row)])
    return row


def take(
    session: Session,
    actor: Actor,
    kind: Matters[M],
    row: M,
    step: Any,  # noqa: ANN401  a step of the topic's machine
    *,
    reason: str | None = None,
    outcome: str | None = None,
    onward: Onward | None = None,
    by_holder: bool = True,
) -> Moved:
    """One step by the table of moves; where it leads to an end the clock stops, where it leads back it runs on.

    `onward`: it goes to somebody else by that, or has another day. `by_holder`: only whoever has it may.
    Raises OutOfOrder, or NotYours for other roles and where the matter is another holder's.
    """
    moved = kind.machine.move(row.stage, step, roles=_roles(session, actor, row))
    if by_holder and row.stage in kind.held:
        require_holder(session, actor, row)
    was_over, row.stage = row.ended_on is not None, moved.after
    if onward is not None:
        _go_onward(session, actor, kind, row, onward, was_over=was_over)
    if row.stage in kind.ended and not was_over:
        row.ended_on, row.outcome = clock.today(session), outcome
        _ask_no_more(session, kind, row)
        spans.end(held(session, kind, row)[-1], row.ended_on)
    elif was_over and row.stage not in kind.ended:
        row.ended_on = row.outcome = None
        _hold(session, actor, kind, row, Holder(row.holder_unit, Role(row.holder_post)), came="reopened")
    announce(session, kind.told(row, str(step)), by=actor, moved=moved, reason=kind.reason(reason))
    waiting.follow(session, kind.waits, moved, [_thing(kind, row)])
    return moved


def _go_onward(session: Session, actor: Actor, kind: Matters[M], row: M, way: Onward, *, was_over: bool) -> None:
    """Whose it is from now on, and by when."""
    row.due_on, row.due_provisional = (way.due.day, way.due.provisional) if way.due else (None, False)
    row.extended_to = None
    _ask_no_more(session, kind, row)
    if way.to is None or way.to == (row.holder_unit, row.holder_post):
        return
    holdings = held(session, kind, row)
    if way.came == "handed_on":
        rules.check_hand_over(holdings, way.to, designates=way.designated)
    _refuse_strange(session, row, way.to)
    row.holder_unit, row.holder_post = way.to
    if not was_over:
        came, designated = way.came, way.designated
        _hold(session, actor, kind, row, way.to, came=came, why=way.why, designated=designated, running=holdings[-1])


# --- from hand to hand ---


def hand_on(session: Session, actor: Actor, kind: Matters[M], row: M, to: Holder, *, why: str) -> M:
    """It goes to another unit and post; its clock runs on. Whoever designates says whose it is for good."""
    designates = bool(actor.roles_over(row.township_id) & DESIGNATES)
    if not designates:
        require_holder(session, actor, row)
    _refuse_over(row)
    holdings = held(session, kind, row)
    rules.check_hand_over(holdings, to, designates=designates)
    _refuse_strange(session, row, to)
    given = reason_given(why, said="转交的原因", field="why")
    return _move_on(session, actor, kind, row, to, why=given, what="handed_on", designated=designates)


def give_back(session: Session, actor: Actor, kind: Matters[M], row: M, *, why: str) -> M:
    """It goes back to whoever had it before, with a reason that he reads; no day that he had is given him anew."""
    require_holder(session, actor, row)
    _refuse_over(row)
    to = rules.giver(held(session, kind, row))
    row.returned_why = reason_given(why, said="退回的原因", field="why")
    return _move_on(session, actor, kind, row, to, why=row.returned_why, what="given_back")


def held(session: Session, kind: Matters[M], row: M) -> list[HoldingColumns]:
    """Who has had a matter that was seen, and when, the first one first."""
    table = kind.holding
    return list(session.scalars(select(table).where(table.matter_id == row.id).order_by(table.id)))


def require_holder(session: Session, actor: Actor, row: M) -> None:
    """Only whoever has it, or stands in where the post is vacant. Raises NotYours."""
    if not acts_for(session, actor, Holder(row.holder_unit, Role(row.holder_post))):
        raise NotYours(f"这件事现在由{Role(row.holder_post).chinese}办理，您不能代办。")


def acts_for(session: Session, actor: Actor, holder: Holder) -> bool:
    """Whether somebody holds that post today, or the first of the list of vacancies that anybody holds."""
    if actor.reach == "*":
        return True
    place, today = session.get_one(Unit, holder.unit_id), clock.today(session)
    for role in STANDS_IN[holder.post]:
        where = _storey(place, role)
        if (role, where) in actor.posts or (BESIDE.get(role), where) in actor.posts:
            return True
        if holders_of(session, where, [role], today):
            return False
    return False


# --- more time ---


def ask_for_time(session: Session, actor: Actor, kind: Matters[M], row: M, until: date, *, latest: date, why: str) -> M:
    """The holder asks the next storey for more time, once; `latest` is the furthest day that the rule grants."""
    require_holder(session, actor, row)
    _refuse_over(row)
    above = _above(row)
    rules.check_time_asked(row, until, today=clock.today(session), latest=latest)
    row.asked_until, row.asked_by = until, actor.account_id
    row.asked_why = reason_given(why, said="申请延期的原因", field="why")
    thing = Thing(kind.subject(row), row.holder_unit, barred_account_id=actor.account_id)
    waiting.begin_waiting(session, kind.time_kind, above, [thing])
    announce(session, kind.told(row, "time_asked"), by=actor, reason=kind.reason(row.asked_why))
    return row


def grant_time(session: Session, actor: Actor, kind: Matters[M], row: M) -> M:
    """The next storey grants it: the old day stays visible beside the new one."""
    until = require_decider(session, actor, row)
    row.extended_to, row.due_provisional = until, False
    _ask_no_more(session, kind, row)
    announce(session, kind.told(row, "time_granted"), by=actor)
    waiting.wait(session, kind.waits, row.stage, [_thing(kind, row)])
    return row


def refuse_time(session: Session, actor: Actor, kind: Matters[M], row: M, *, why: str) -> M:
    """It does not: the day stays as it was."""
    require_decider(session, actor, row)
    given = reason_given(why, said="不同意延期的原因", field="why")
    _ask_no_more(session, kind, row)
    announce(session, kind.told(row, "time_refused"), by=actor, reason=kind.reason(given))
    return row


# --- what is said on the way ---


def remark(session: Session, actor: Actor, kind: Matters[M], row: M, said: str) -> RemarkColumns:
    """Somebody who sees it writes something on it."""
    text = said.strip()
    if not 0 < len(text) <= TEXT_LENGTH_MAX:
        raise Invalid(f"请写明内容，不超过 {TEXT_LENGTH_MAX} 字。", field="said")
    made: Any = kind.remark  # its columns are a mapped class's arguments
    about = {"matter_id": row.id, "unit_id": row.unit_id}
    added: RemarkColumns = made(**about, said=text, said_by=actor.account_id, said_at=clock.now(session))
    session.add(added)
    session.flush()
    announce(session, kind.told(row, "remarked"), by=actor)
    return added


def remarks(session: Session, kind: Matters[M], row: M) -> list[RemarkColumns]:
    """What was said of a matter that was seen, in its order."""
    table = kind.remark
    return list(session.scalars(select(table).where(table.matter_id == row.id).order_by(table.id)))


# --- what all of it needs ---


def _hold(
    session: Session,
    actor: Actor,
    kind: Matters[M],
    row: M,
    to: Holder,
    *,
    came: str,
    why: str = "",
    designated: bool = False,
    running: HoldingColumns | None = None,
) -> None:
    """A holder's time begins today, and another's ends."""
    made: Any = kind.holding  # its columns are a mapped class's arguments
    about = {"matter_id": row.id, "unit_id": row.unit_id, "holder_unit": to.unit_id, "holder_post": to.post}
    how = {"came": came, "why": why, "designated": designated, "handed_by": actor.account_id}
    spans.begin(session, made(starts_on=clock.today(session), **about, **how), running=running)


def _move_on(
    session: Session,
    actor: Actor,
    kind: Matters[M],
    row: M,
    to: Holder,
    *,
    why: str,
    what: str,
    designated: bool = False,
) -> M:
    """From one holder to the next; who was asked for more time is asked by nobody any more."""
    _ask_no_more(session, kind, row)
    running = held(session, kind, row)[-1]
    _hold(session, actor, kind, row, to, came=what, why=why, designated=designated, running=running)
    row.holder_unit, row.holder_post = to
    if what == "handed_on":
        row.returned_why = None
    announce(session, kind.told(row, what), by=actor, reason=kind.reason(why))
    waiting.wait(session, kind.waits, row.stage, [_thing(kind, row)])
    return row


def _thing(kind: Matters[M], row: M) -> Thing:
    """How it waits: with its holder until its last day, or for a post over what it is about."""
    subject = kind.subject(row)
    if row.stage not in kind.held:
        return Thing(subject, row.unit_id)
    provisional = row.due_provisional and row.extended_to is None
    return Thing(subject, row.holder_unit, None, rules.last_day(row), provisional, Role(row.holder_post))


def require_decider(session: Session, actor: Actor, row: M) -> date:
    """The day that is asked for, before whoever decides on it: never who asked."""
    above = _above(row)
    if not acts_for(session, actor, Holder(row.holder_unit, above)):
        raise NotYours(f"延期由{above.chinese}决定，您没有这个职务。")
    if row.asked_until is None:
        raise OutOfOrder("没有等待决定的延期申请，请刷新后再看。")
    if actor.account_id is not None and actor.account_id == row.asked_by:
        raise NotYours("延期是您代为申请的，按规定应当回避，请由其他人决定。")
    return row.asked_until


def _above(row: M) -> Role:
    """Who decides on more time for whoever has it. Raises OutOfOrder where nobody is above him."""
    above = ABOVE.get(Role(row.holder_post))
    if above is None:
        raise OutOfOrder(f"这件事由{Role(row.holder_post).chinese}办理，没有上一级可以同意延期，请按期办结。")
    return above


def _ask_no_more(session: Session, kind: Matters[M], row: M) -> None:
    if row.asked_until is not None:
        row.asked_until = row.asked_why = row.asked_by = None
        waiting.close(session, kind.time_kind, [kind.subject(row)])


def _refuse_over(row: M) -> None:
    if row.ended_on is not None:
        raise OutOfOrder(f"这件事已经在{row.ended_on}办结，请刷新后再看。")


def _refuse_strange(session: Session, row: M, to: Holder) -> None:
    """It stays in its township, with a unit that is there."""
    place = session.get(Unit, to.unit_id)
    if place is None or (place.township_id or place.id) != row.township_id or place.dissolved_on is not None:
        raise Invalid("请选择本乡镇现有的单位。", field="holder")
    if to.post not in OF_STOREY[UnitKind(place.kind)]:
        raise Invalid(f"{place.name}没有{to.post.chinese}这个职务，请另选。", field="holder")


OF_STOREY = {
    UnitKind.GROUP: (Role.LEADER, Role.DEPUTY),
    UnitKind.BRANCH: (Role.SECRETARY, Role.COMMITTEE_MEMBER),
    UnitKind.TOWNSHIP: (Role.ORGANISER, Role.COMMITTEE),
}


def _storey(place: Unit, post: Role) -> int:
    """The unit above a place (or itself) in which a post is held."""
    if post in (Role.LEADER, Role.DEPUTY):
        return place.id
    if post in (Role.SECRETARY, Role.COMMITTEE_MEMBER):
        return place.branch_id or place.id
    return place.township_id or place.id


def _roles(session: Session, actor: Actor, row: M) -> frozenset[Role]:
    """What somebody is over what it is about, and over whoever has it."""
    places = [session.get_one(Unit, each) for each in {row.unit_id, row.holder_unit}]
    return actor.roles_over(*(unit for place in places for unit in (place.id, place.branch_id, place.township_id)))
