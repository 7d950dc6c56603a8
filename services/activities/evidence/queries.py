"""The counters of groups' years, as they are kept; of some kinds, for each topic shows its own to whom it may."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select, text

from services.activities.evidence.models import Tally
from services.activities.evidence.rules import FIGURES, sums
from services.activities.register import queries as register
from shared.access import Actor
from shared.db import Session
from shared.people import Unit
from shared.roles import Role

Figures = dict[tuple[int, str], dict[str, Any]]
"""(group, kind) → the four figures, twelve months each, and the ids."""


def seen_by(actor: Actor, roles: Sequence[Role]) -> Select[Tally]:
    """The counters of the groups that somebody reaches in one of these roles."""
    groups = register.seen_by(actor).with_only_columns(Unit.id).where(register.in_reach(actor, *roles))
    return select(Tally).where(Tally.group_id.in_(groups))


def tallies(
    session: Session, actor: Actor, unit_id: int, year: int, *, roles: Sequence[Role], kinds: Iterable[str]
) -> list[Tally]:
    """The counters of a unit's groups for a year: a row a group and kind."""
    groups = register.seen_by(actor).with_only_columns(Unit.id).where(register.within(unit_id))
    found = seen_by(actor, roles).where(Tally.year == year, Tally.kind.in_(list(kinds)), Tally.group_id.in_(groups))
    return list(session.scalars(found.order_by(Tally.group_id, Tally.kind)))


def counted(session: Session, year: int, *, kinds: Iterable[str], group_id: int | None = None) -> Figures:
    """The counters of a year as they are kept; of all groups, or one."""
    query = select(Tally).where(Tally.year == year, Tally.kind.in_(list(kinds)))
    if group_id is not None:
        query = query.where(Tally.group_id == group_id)
    return {(row.group_id, row.kind): _figures(vars(row)) for row in session.scalars(query)}


def recount(session: Session, things: str, values: dict[str, Any]) -> Figures:
    """The counters computed anew from things: what the kept ones must be."""
    rows = session.execute(text(sums(things)), values).mappings()
    return {(row["group_id"], row["kind"]): _figures(row) for row in rows}


def _figures(row: Any) -> dict[str, Any]:  # noqa: ANN401  a row of either kind
    return {name: row[name] for name in (*FIGURES, "ids")}
