"""What units were called before, and since when they are called as they are."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, or_, select

from services.activities.register.queries.units import in_order, unit_ids
from services.activities.register.rules.changes import Place
from shared.access import Actor
from shared.db import Session
from shared.people import Unit, UnitName
from shared.tables import compact, tidy

FOUND_MAX = 20

RENAMED = "原名："
"""How the history of a unit that was renamed tells its former name."""


class Former(NamedTuple):
    """What a unit was called until a day."""

    name: str
    until: date


def called_since(session: Session, unit_id: int) -> date | None:
    """Since when a unit has its name; None where it never had another."""
    return session.scalar(select(func.max(UnitName.ends_on)).where(UnitName.unit_id == unit_id))


def former_names(session: Session, unit_id: int) -> list[Former]:
    """What a unit was called before, the last name first."""
    query = select(UnitName.name, UnitName.ends_on).where(UnitName.unit_id == unit_id)
    return [Former(*row) for row in session.execute(query.order_by(UnitName.ends_on.desc(), UnitName.id.desc()))]


class UnitFound(NamedTuple):
    """A unit found by a name that it has, or had until a day."""

    id: int
    whole_name: str
    former: str | None
    until: date | None


def units_named(session: Session, actor: Actor, words: str) -> list[UnitFound]:
    """The units in reach in whose name these words stand, or in one that they had; some, no more."""
    words = compact(tidy(words))
    if not words:
        return []
    has, had = Unit.name.contains(words, autoescape=True), UnitName.name.contains(words, autoescape=True)
    query = (
        in_order(actor, None)
        .outerjoin(UnitName, (UnitName.unit_id == Unit.id) & had & ~has)
        .where(or_(has, UnitName.id.is_not(None)))
        .with_only_columns(Unit.id, Unit.whole_name, UnitName.name, UnitName.ends_on)
        .limit(FOUND_MAX)
    )
    return [UnitFound(*row) for row in session.execute(query)]


def former_places(session: Session, units: Iterable[Unit]) -> dict[Place, Place]:
    """What units were called before → what they are called now; a name that another one bears now is that one's.

    A group is known by each name of its branch.
    """
    now = {unit_id: place for place, unit_id in unit_ids(units).items()}
    query = select(UnitName.unit_id, UnitName.name).where(UnitName.unit_id.in_(list(now)))
    branches: dict[str, list[str]] = {}
    groups: list[tuple[Place, str]] = []
    for unit_id, name in session.execute(query.order_by(UnitName.id)):
        place = now[unit_id]
        if place.group is None:
            branches.setdefault(place.branch, []).append(name)
        else:
            groups.append((place, name))
    found = {Place(name, None): Place(branch, None) for branch, names in branches.items() for name in names}
    known = [(place, place.group) for place in now.values() if place.group] + groups
    for place, name in known:
        for branch in (*branches.get(place.branch, []), place.branch):
            found[Place(branch, name)] = place
    return {former: place for former, place in found.items() if former not in now.values()}
