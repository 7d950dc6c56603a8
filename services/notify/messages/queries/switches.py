"""Which kinds of message a township has switched off, and how often it changed its mind."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Select, false, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.notify.messages.models import TellingSwitch
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.people import Account, Person
from shared.roles import Role


class Switched(NamedTuple):
    """A turn of the switch, and who made it."""

    switch: TellingSwitch
    by: str | None


def switches_seen_by(actor: Actor) -> Select[TellingSwitch]:
    """Those of his office's township."""
    if Role.SYSTEM in actor.roles_over():
        return select(TellingSwitch)
    offices = actor.units_as(Role.ORGANISER, Role.COMMITTEE)
    return select(TellingSwitch).where(TellingSwitch.township_id.in_(offices) if offices else false())


def switches_of(session: Session, actor: Actor, township_id: int, key: tuple[str, str]) -> list[Switched]:
    """How one kind was switched in a township, the newest first."""
    asked = (
        switches_seen_by(actor)
        .where(TellingSwitch.township_id == township_id)
        .where(TellingSwitch.fact == key[0], TellingSwitch.telling == key[1])
        .outerjoin(Account, Account.id == TellingSwitch.account_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .add_columns(Person.name)
        .order_by(TellingSwitch.version.desc())
    )
    return [Switched(*row) for row in session.execute(asked)]


def off_in(session: Session, township_id: int, facts: Iterable[str] | None = None) -> set[tuple[str, str]]:
    """The kinds that are off in a township today, by fact and telling; of some facts, or of all."""
    asked = switches_seen_by(SYSTEM).where(TellingSwitch.township_id == township_id)
    if facts is not None:
        asked = asked.where(TellingSwitch.fact.in_(list(facts)))
    newest = asked.ext(distinct_on(TellingSwitch.fact, TellingSwitch.telling)).order_by(
        TellingSwitch.fact, TellingSwitch.telling, TellingSwitch.version.desc()
    )
    return {(row.fact, row.telling) for row in session.scalars(newest) if not row.is_on}
