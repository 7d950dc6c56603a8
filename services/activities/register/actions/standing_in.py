"""Standing in for a post (代行): for a span with a last day, refused where the post itself would be; ends by itself."""

from datetime import date

from sqlalchemy.exc import IntegrityError

from services.activities.register import queries
from services.activities.register.actions.posts import APPOINTS, refuse_officers, seated
from services.activities.register.actions.standing_down import NEXT, tell_standing_in
from services.activities.register.actions.units import require
from services.activities.register.rules.offices import APART, clash
from services.activities.register.rules.regrouping import day_said
from shared import clock
from shared.access import Actor, ask_for_another
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours
from shared.people import Person, Unit, UnitKind
from shared.roles import Role
from shared.standing_in import StandIn

TAKEN = "这段时间已有别人代行{kind}，请改填日期，或者先结束原来的代行。"


def stand_in(
    session: Session,
    actor: Actor,
    person_id: int,
    unit_id: int,
    kind: Role,
    *,
    last_day: date,
    reason: str,
    starts_on: date | None = None,
) -> StandIn:
    """Somebody stands in for a post of a group or branch until `last_day`, which is the last one on which he does."""
    person, unit, day = standing_in(session, actor, person_id, unit_id, kind, starts_on=starts_on, last_day=last_day)
    refuse_officers(session, actor, person.id, unit=unit)
    return begin_standing_in(session, actor, person, unit, kind, on=day, last_day=last_day, reason=reason)


def standing_in(
    session: Session,
    actor: Actor,
    person_id: int,
    unit_id: int,
    kind: Role,
    *,
    last_day: date | None,
    starts_on: date | None = None,
) -> tuple[Person, Unit, date]:
    """Who would stand in where and from when, by somebody who appoints there; nothing is written."""
    person, unit = seated(session, actor, person_id, unit_id, kind)
    today = clock.today(session)
    day = starts_on or today
    if last_day is None or last_day < max(day, today):
        raise Invalid("请填写代行到哪一天：代行要有最后一天，不能早于今天，也不能早于开始的那天。", field="last_day")
    if day < unit.founded_on:
        raise Invalid(f"开始的日期不能早于{unit.whole_name}成立的{day_said(unit.founded_on)}。", field="starts_on")
    _check_apart(session, actor, person, unit.id, kind, span=(day, last_day + NEXT))
    return person, unit, day


def begin_standing_in(
    session: Session, actor: Actor, person: Person, unit: Unit, kind: Role, *, on: date, last_day: date, reason: str
) -> StandIn:
    """Write that somebody stands in; what two wrote at once the database judges."""
    becomes_officer = unit.kind == UnitKind.TOWNSHIP and not queries.offices_of(session, person.id)
    row = StandIn(
        person_id=person.id, unit_id=unit.id, kind=kind, starts_on=on, ends_on=last_day + NEXT, reason=reason.strip()
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as overlaps:
        raise Conflict(TAKEN.format(kind=kind.chinese), field="kind") from overlaps
    if becomes_officer:
        ask_for_another(session, person.id)
    tell_standing_in(session, actor, row, "begun", reason)
    return row


def stand_down(
    session: Session, actor: Actor, stand_in_id: int, *, reason: str, ends_on: date | None = None
) -> StandIn:
    """It is over before its last day: from `ends_on` on he stands in no more."""
    row, unit = queries.stand_in_to_end(session, actor, stand_in_id)
    require(actor, unit, APPOINTS[UnitKind(unit.kind)])
    refuse_officers(session, actor, row.person_id, unit=unit)
    return end_standing_in(session, actor, row, ends_on or clock.today(session), reason)


def end_standing_in(session: Session, actor: Actor, row: StandIn, on: date, reason: str) -> StandIn:
    """Write that it is over earlier; what was to begin later never begins."""
    if row.ends_on <= clock.today(session):
        raise Conflict("这次代行已经结束。")
    if on > row.ends_on:
        raise Invalid(f"这次代行到{day_said(row.ends_on - NEXT)}自行结束，请填写更早的日期。", field="last_day")
    row.ends_on = max(on, row.starts_on)
    session.flush()
    tell_standing_in(session, actor, row, "ended", reason)
    return row


def _check_apart(
    session: Session, actor: Actor, person: Person, unit_id: int, kind: Role, *, span: tuple[date, date]
) -> None:
    """Nobody gives it to himself or beside the same post; and nobody sits in two that are kept apart (三员分立)."""
    if actor.person_id == person.id:
        raise NotYours("不能安排自己代行职务，请由另一位工作人员办理。")
    other = clash(kind, queries.posts_beside(session, person.id, span[0], until=span[1]))
    if other is not None:
        raise Conflict(APART.format(name=person.name, other=other.chinese, kind=kind.chinese), field="person_id")
    if queries.sits_in(session, person.id, unit_id, kind, span=span):
        raise Conflict(
            f"{person.name}这段时间已经任{kind.chinese}或者代行{kind.chinese}，不用再安排。", field="person_id"
        )
