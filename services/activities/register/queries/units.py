"""What somebody may see of units, and the units themselves."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, Select, bindparam, false, func, or_, select, true
from sqlalchemy.orm import aliased

from services.activities.register.rules.changes import Place
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.people import Unit, UnitKind, name_on
from shared.roles import Role

# Whoever answers for the work of groups. The keeper of accounts finds people here, but sees no record of activities.
SEES = (
    Role.LEADER,
    Role.DEPUTY,
    Role.SECRETARY,
    Role.COMMITTEE_MEMBER,
    Role.ORGANISER,
    Role.COMMITTEE,
    Role.INSPECTOR,
    Role.KEEPER,
)


def seen_by(actor: Actor) -> Select[Unit]:
    """The units that somebody may see: those where he holds a post, and what lies below them."""
    return select(Unit).where(in_reach(actor))


def in_reach(actor: Actor, *roles: Role) -> ColumnElement[bool]:
    """The condition on Unit for somebody's reach in these roles (any that sees, unless some are named)."""
    if actor.reach == "*":
        return true()
    roots = actor.units_as(*(roles or SEES))
    return or_(Unit.id.in_(roots), Unit.branch_id.in_(roots), Unit.township_id.in_(roots)) if roots else false()


def seen_unit_ids(actor: Actor) -> Select[int]:
    """The ids of the same units, for a subquery."""
    return seen_by(actor).with_only_columns(Unit.id)


def unit_in_reach(
    session: Session, actor: Actor, unit_id: int, *kinds: UnitKind, locked: bool = False, shared: bool = False
) -> Unit:
    """A unit, of one of these kinds if some are named; OutOfReach where it is not to be seen.

    `locked` holds it against every other change until the transaction ends, `shared` against its being dissolved; it
    is read again then, whatever this transaction knew of it.
    """
    query = seen_by(actor).where(Unit.id == unit_id)
    if kinds:
        query = query.where(Unit.kind.in_(kinds))
    if locked or shared:
        query = query.with_for_update(read=shared and not locked).execution_options(populate_existing=True)
    return there(session.scalars(query).one_or_none(), "这个单位")


def hold_township(session: Session, unit: Unit, *, locked: bool = False) -> None:
    """Nothing of the township is dissolved until the transaction ends; with `locked` nothing else is begun in it.

    It is taken before the lock of any unit below, so that nobody waits for one who waits for him.
    """
    query = select(Unit.id).where(Unit.id == (unit.township_id or unit.id)).with_for_update(read=not locked)
    session.execute(query)


def unit_above(session: Session, actor: Actor, unit: Unit) -> Unit | None:
    """The unit that one belongs to, if it is to be seen."""
    query = seen_by(actor).where(Unit.id == (unit.branch_id or unit.township_id))
    return session.scalars(query).one_or_none()


def township_named(session: Session, actor: Actor, name: str) -> Unit | None:
    """A township by its name, if it is there and to be seen."""
    query = seen_by(actor).where(Unit.kind == UnitKind.TOWNSHIP, Unit.name == name, Unit.dissolved_on.is_(None))
    return session.scalars(query).one_or_none()


class Named(NamedTuple):
    """A unit for a choice of hundreds: what it is called, in its branch and elsewhere, and the branch of a group."""

    id: int
    kind: str
    name: str
    branch_id: int | None
    whole_name: str


def tree(session: Session, actor: Actor, *, below: int | None = None) -> list[Unit]:
    """Units that are not dissolved, each after the one that it belongs to, in the order that people expect."""
    return list(session.scalars(in_order(actor, below)))


def names_below(session: Session, actor: Actor, unit_id: int | None = None) -> list[Named]:
    """The same, of one unit and what is below it where one is named, as plain rows."""
    columns = (Unit.id, Unit.kind, Unit.name, Unit.branch_id, Unit.whole_name)
    found = in_order(actor, unit_id).with_only_columns(*columns)
    return [Named._make(row) for row in session.connection().execute(found)]


def in_order(actor: Actor, below: int | None) -> Select[Unit]:
    """The units that somebody sees and that are not dissolved, each after the one that it belongs to."""
    above = aliased(Unit)
    query = seen_by(actor).outerjoin(above, above.id == Unit.branch_id).where(Unit.dissolved_on.is_(None))
    if below is not None:
        query = query.where(or_(Unit.id == below, Unit.branch_id == below, Unit.township_id == below))
    order = func.coalesce(above.sort_key, Unit.sort_key)
    # A branch and its groups share the key and the id of the branch; the branch itself has no branch_id.
    by = (
        func.coalesce(Unit.township_id, Unit.id),
        Unit.township_id.is_not(None),
        order,
        func.coalesce(Unit.branch_id, Unit.id),
        Unit.branch_id.is_not(None),
        Unit.sort_key,
        Unit.id,
    )
    return query.order_by(*by)


def within(unit_id: int) -> ColumnElement[bool]:
    """The condition on Unit of being this unit, or below it."""
    return or_(Unit.id == unit_id, Unit.branch_id == unit_id, Unit.township_id == unit_id)


def unit_ids(units: Iterable[Unit]) -> dict[Place, int]:
    """The branches and groups among some units, by their names."""
    units = list(units)
    branches = {unit.id: unit.name for unit in units if unit.kind == UnitKind.BRANCH}
    return {
        Place(branches[unit.branch_id or unit.id], unit.name if unit.kind == UnitKind.GROUP else None): unit.id
        for unit in units
        if unit.kind != UnitKind.TOWNSHIP
    }


def places_of(session: Session, unit_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Branch and group of units by their names, whoever reaches them; a branch has no group, a township neither."""
    above = aliased(Unit)
    asked = select(Unit.id, Unit.kind, Unit.name, above.name).outerjoin(above, above.id == Unit.branch_id)
    return {
        unit_id: (over, name) if over else (name, "")
        for unit_id, kind, name, over in session.execute(asked.where(Unit.id.in_(unit_ids)))
        if kind != UnitKind.TOWNSHIP
    }


_NAMED = select(Unit.id, Unit.kind, name_on(Unit.id, Unit.name, bindparam("day", type_=Date))).where(
    Unit.id.in_(bindparam("ids", expanding=True))
)


def names_above(session: Session, unit: Unit, on: date) -> tuple[str, str]:
    """What the township and the branch are called on a day that a unit belongs to, or is; empty where there is none."""
    wanted = [unit.township_id or unit.id, unit.branch_id or unit.id]
    found = {other: (kind, name) for other, kind, name in session.execute(_NAMED, {"ids": wanted, "day": on})}
    township, branch = (found.get(wanted[at], ("", "")) for at in (0, 1))
    return township[1], branch[1] if branch[0] == UnitKind.BRANCH else ""


def namesake(session: Session, kind: UnitKind, name: str, *, above_id: int | None) -> Unit | None:
    """A unit of the same kind and name at the same place, whoever sees it."""
    above = {UnitKind.GROUP: Unit.branch_id, UnitKind.BRANCH: Unit.township_id}.get(kind)
    query = select(Unit).where(Unit.kind == kind, Unit.name == name, Unit.dissolved_on.is_(None))
    return session.scalars(query if above is None else query.where(above == above_id)).first()
