"""The history of a unit: what happened to it, to the posts in it, and what was arranged for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select

from services.activities.register.queries.planned import plans_about
from services.activities.register.queries.units import seen_unit_ids
from shared.access import Actor
from shared.audit import Happening
from shared.db import Session
from shared.people import Account, Person, Unit, UnitKind, names_of

HISTORY_MAX = 200
OF_THE_UNIT = ("PostChanged", "StandInChanged", "TermChanged", "RosterImported")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a unit's history: when it was written, by whom, what happened, and to whom or with which units.

    Of what was arranged, `about` says what it is; of what happened to a unit right below, it is that unit.
    """

    at: datetime
    fact: str
    body: dict[str, Any]
    on: date | None
    reason: str | None
    by: str | None
    about: str | None
    others: tuple[str, ...]


def below_ever(session: Session, actor: Actor, unit_id: int) -> Sequence[Unit]:
    """The branches of a township or the groups of a branch, those that are dissolved too."""
    right_below = or_(Unit.branch_id == unit_id, and_(Unit.township_id == unit_id, Unit.kind == UnitKind.BRANCH))
    query = select(Unit).where(Unit.id.in_(seen_unit_ids(actor)), right_below)
    return session.scalars(query.order_by(Unit.sort_key, Unit.id)).all()


def history(session: Session, actor: Actor, unit_id: int) -> list[Line]:
    """What happened to a unit, to the posts in it and to the units right below, and what was arranged for it.

    The latest first.
    """
    plans = {each.id: each for each in plans_about(session, actor, unit_id)}
    below = {each.id: each.name for each in below_ever(session, actor, unit_id)}
    writer = Person.__table__.alias("writer")
    mine = or_(Happening.subject == f"unit:{unit_id}", Happening.fact.in_(OF_THE_UNIT))
    arranged = Happening.subject.in_([f"planned:{each}" for each in plans])
    changed = and_(Happening.fact == "UnitChanged", Happening.unit_id.in_(list(below)))
    query = (
        select(Happening, writer.c.name, Person.name)
        .outerjoin(Account, Account.id == Happening.actor_id)
        .outerjoin(writer, writer.c.id == Account.person_id)
        .outerjoin(Person, Person.id == Happening.body["person_id"].as_integer())
        .where(Happening.unit_id.in_({unit_id, *below, *(each.branch_id for each in plans.values())}))
        .where(Happening.unit_id.in_(seen_unit_ids(actor)))
        .where(or_(and_(Happening.unit_id == unit_id, mine), arranged, changed))
        .order_by(Happening.id.desc())
        .limit(HISTORY_MAX)
    )
    rows = session.execute(query).all()
    named = {each for happening, _, _ in rows for each in happening.body.get("others", ())}
    names = names_of(session, session.scalars(seen_unit_ids(actor).where(Unit.id.in_(named))).all())
    return [
        Line(
            at=happening.at,
            fact=happening.fact,
            body=happening.body,
            on=date.fromisoformat(happening.body["on"]) if "on" in happening.body else None,
            reason=happening.reason,
            by=by,
            about=plans[happening.body["planned_id"]].title
            if "planned_id" in happening.body
            else about or below.get(happening.unit_id),
            others=tuple(names[each] for each in happening.body.get("others", ()) if each in names),
        )
        for happening, by, about in rows
    ]
