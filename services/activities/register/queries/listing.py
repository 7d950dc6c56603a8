"""The list of a unit's people by its filters, a page of it; no name stands in its address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, exists, func, select, tuple_

from services.activities.register.queries.units import seen_by, within
from shared.access import Actor
from shared.db import Session
from shared.people import Circumstance, Membership, Person, Post, Unit, holds_on


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list is narrowed to; empty: everybody."""

    group_id: int | None = None
    kind: str = ""
    post: str = ""
    circumstance: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody of the list, with what he holds in the unit or below it and what keeps him away today."""

    id: int
    name: str
    unit_name: str
    kind: str
    starts_on: date
    posts: tuple[str, ...]
    circumstances: tuple[str, ...]


def listed(
    session: Session, actor: Actor, unit_id: int, sought: Sought, *, on: date, after: int | None, limit: int
) -> list[Row]:
    """A page of a unit's members on a day, by pinyin."""
    query = _narrowed(_members(actor, unit_id, on), sought, on)
    if after is not None:
        before = select(Person.pinyin).where(Person.id == after).scalar_subquery()
        query = query.where(tuple_(Person.pinyin, Person.id) > tuple_(before, after))
    rows = session.execute(query.order_by(Person.pinyin, Person.id).limit(limit))
    return [Row(*row[:5], _told(row[5]), _told(row[6])) for row in rows]


def _members(actor: Actor, unit_id: int, on: date) -> Select[int, str, str, str, date, list[str], list[str]]:
    seen = seen_by(actor).with_only_columns(Unit.id).where(within(unit_id))
    posts = select(func.array_agg(Post.kind.distinct())).where(Post.person_id == Person.id, Post.unit_id.in_(seen))
    away = select(func.array_agg(Circumstance.kind.distinct())).where(Circumstance.person_id == Person.id)
    return (
        select(
            Person.id,
            Person.name,
            Unit.whole_name,
            Membership.kind,
            Membership.starts_on,
            posts.where(holds_on(Post.starts_on, Post.ends_on, on)).scalar_subquery(),
            away.where(holds_on(Circumstance.starts_on, Circumstance.ends_on, on)).scalar_subquery(),
        )
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.unit_id.in_(seen), holds_on(Membership.starts_on, Membership.ends_on, on))
    )


def _narrowed(
    query: Select[int, str, str, str, date, list[str], list[str]], sought: Sought, on: date
) -> Select[int, str, str, str, date, list[str], list[str]]:
    if sought.group_id is not None:
        query = query.where(Membership.unit_id == sought.group_id)
    if sought.kind:
        query = query.where(Membership.kind == sought.kind)
    if sought.post:
        holds = exists().where(Post.person_id == Person.id, Post.kind == sought.post)
        query = query.where(holds.where(holds_on(Post.starts_on, Post.ends_on, on)))
    if sought.circumstance:
        kept = exists().where(Circumstance.person_id == Person.id, Circumstance.kind == sought.circumstance)
        query = query.where(kept.where(holds_on(Circumstance.starts_on, Circumstance.ends_on, on)))
    return query


def _told(kinds: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(sorted(kinds or ()))
