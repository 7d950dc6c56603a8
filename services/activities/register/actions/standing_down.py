"""What was stood in for ends with what it rests on (the roll, the group, the unit), and is given back with it."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy.exc import IntegrityError

from services.activities.register import queries
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.events import StandInChanged
from shared.people import Unit
from shared.roles import Role
from shared.standing_in import StandIn

NEXT = timedelta(days=1)
OF_GROUP = (Role.LEADER, Role.DEPUTY)


def cut_standing_in(
    session: Session,
    actor: Actor,
    on: date,
    reason: str,
    *,
    people: Collection[int] | None = None,
    units: Collection[int] | None = None,
    kinds: Collection[Role] | None = None,
) -> list[tuple[int, date]]:
    """What these people, or anybody in these units, stood in for on a day or later is over from that day on.

    None is everybody, everywhere, every post. Returns the ids, with the days on which it would have ended.
    """
    ended = []
    for row in queries.standing_in_from(session, on, people=people, units=units, kinds=kinds):
        ended.append((row.id, row.ends_on))
        row.ends_on = max(on, row.starts_on)
        session.flush()
        tell_standing_in(session, actor, row, "ended", reason)
    return ended


def cut_with_group(session: Session, actor: Actor, unit_id: int, on: date, person_id: int) -> list[tuple[int, date]]:
    """Whoever leaves a group leads it no more in anybody's place."""
    return cut_standing_in(session, actor, on, "离开党小组", people=[person_id], units=[unit_id], kinds=OF_GROUP)


def stand_in_again(session: Session, actor: Actor, stand_in_id: int, until: date, reason: str) -> None:
    """He stands in as he would have, if days are left of it, the unit is there and nobody else stands in by now."""
    row = session.get_one(StandIn, stand_in_id, with_for_update=True)
    if until <= clock.today(session) or session.get_one(Unit, row.unit_id).dissolved_on is not None:
        return
    try:
        with session.begin_nested():
            row.ends_on = until
            session.flush()
    except IntegrityError:  # somebody else does by now
        session.refresh(row)
        return
    tell_standing_in(session, actor, row, "begun", reason)


def tell_standing_in(session: Session, actor: Actor, row: StandIn, change: str, reason: str) -> None:
    """The fact, with the span as it is by now."""
    fact = StandInChanged(
        unit_id=row.unit_id,
        stand_in_id=row.id,
        person_id=row.person_id,
        kind=row.kind,
        change=change,
        since=row.starts_on.isoformat(),
        last_day=(row.ends_on - NEXT).isoformat(),
    )
    announce(session, fact, by=actor, reason=reason)
