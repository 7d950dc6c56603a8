"""The list of a unit's people by its filters, a page of it; no name stands in its address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, exists, false, func, literal, select
from sqlalchemy.orm import aliased

from services.activities.register.queries.named import is_called
from services.activities.register.queries.units import seen_by, within
from shared.access import Actor
from shared.db import Session
from shared.lists import Leaf, Order, Turn, leaf_of, turned
from shared.people import Circumstance, Membership, Person, Post, Unit, holds_on

Columns = Select[int, str, str, str, date, list[str], list[str]]
OVER = aliased(Unit)  # the branch of a group
UNKNOWN = literal(date(9999, 12, 31))  # whose day is not known comes last
SORTS = {
    "name": Order((Person.pinyin,)),
    "unit": Order((func.coalesce(OVER.sort_key, Unit.sort_key), Unit.sort_key, Person.pinyin)),
    "joined": Order((func.coalesce(Person.joined_on, UNKNOWN), Person.pinyin)),
    "born": Order((func.coalesce(Person.born_on, UNKNOWN), Person.pinyin)),
    "latest": Order((Membership.starts_on,), falling=True),
}


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list is narrowed to, by whoever is called so too; empty: everybody. `sort`: a key of SORTS."""

    group_id: int | None = None
    kind: str = ""
    post: str = ""
    circumstance: str = ""
    words: str = ""
    sort: str = "name"


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


def listed(session: Session, actor: Actor, unit_id: int, sought: Sought, *, on: date, turn: Turn) -> Leaf[Row]:
    """A page of a unit's members on a day."""
    whole = _members(actor, unit_id, on)
    query = turned(whole, _narrowed(whole, sought, on), SORTS[sought.sort], Person.id, turn)
    rows = session.execute(query)
    return leaf_of((Row(*row[:5], _told(row[5]), _told(row[6])) for row in rows), turn)


def _members(actor: Actor, unit_id: int, on: date) -> Columns:
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
        .outerjoin(OVER, OVER.id == Unit.branch_id)
        .where(Membership.unit_id.in_(seen), holds_on(Membership.starts_on, Membership.ends_on, on))
    )


def _narrowed(query: Columns, sought: Sought, on: date) -> Columns:
    if sought.words:
        called = is_called(sought.words)
        query = query.where(false() if called is None else called)
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
