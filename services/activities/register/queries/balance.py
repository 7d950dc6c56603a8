"""The roll of a unit: over a period, and as of any day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select, text

from services.activities.register.models import MemberAct
from services.activities.register.queries.member_acts import acts_seen_by
from services.activities.register.queries.units import seen_unit_ids, within
from services.activities.register.rules.balance import Balance, Somebody, Span, balance, counts
from services.activities.register.rules.membership import Stage, Turn
from shared.access import Actor
from shared.db import Session
from shared.people import Membership, names_of

# Whoever has moved out of reach since is on the roll of a day on which he was there.
ROLL = text("""
    select r.person_id, r.name, r.unit_id, r.kind, r.sex, r.born_on, r.joined_on, r.full_on, r.education
    from activities.roll_on(:units, :day) r join office.unit u on u.id = r.unit_id
    order by u.branch_id, u.sort_key, u.id, r.pinyin, r.person_id""")


@dataclass(frozen=True, slots=True)
class OnRoll:
    """A member as the roster of a day has him; no number, no address."""

    person_id: int
    name: str
    unit_id: int
    unit_name: str
    kind: str
    sex: str | None
    born_on: date | None
    joined_on: date | None
    full_on: date | None
    education: str | None


def balance_of(session: Session, actor: Actor, unit_id: int, *, start: date, end: date) -> Balance:
    """What came and went in a unit and below it, both days counted."""
    mine = seen_unit_ids(actor).where(within(unit_id))
    people = select(Membership.person_id).where(
        Membership.unit_id.in_(mine),
        Membership.starts_on <= end,
        or_(Membership.ends_on.is_(None), Membership.ends_on >= start - timedelta(days=1)),
    )
    rows = session.execute(
        select(
            Membership.person_id,
            Membership.unit_id.in_(mine),
            Membership.kind,
            Membership.starts_on,
            Membership.ends_on,
        ).where(Membership.person_id.in_(people))
    )
    acts = acts_seen_by(actor).with_only_columns(MemberAct.person_id, MemberAct.starts_on, MemberAct.turn)
    acts = acts.where(MemberAct.stage == Stage.DONE, MemberAct.starts_on.between(start, end))
    turns = {(person_id, on): Turn(turn) for person_id, on, turn in session.execute(acts.order_by(MemberAct.id))}
    return balance((Span(*row) for row in rows), turns, start=start, end=end)


def roll_on(session: Session, actor: Actor, unit_id: int, day: date) -> list[OnRoll]:
    """Who belonged to a unit or below it on a day, unit by unit, by pinyin."""
    mine = seen_unit_ids(actor).where(within(unit_id))
    units = list(session.scalars(mine))
    rows = session.execute(ROLL, {"units": units, "day": day}).all()
    names = names_of(session, {row[2] for row in rows}, on=day)
    return [OnRoll(person_id, name, at, names[at], *rest) for person_id, name, at, *rest in rows]


def counts_of(members: Sequence[OnRoll], day: date) -> dict[str, int]:
    """The counts of the same."""
    return counts((Somebody(each.kind, each.sex, each.born_on, each.education) for each in members), day)
