"""Who stands in for which post, today and ahead, in the units that somebody sees."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select

from services.activities.register.queries.units import seen_by, seen_unit_ids
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.people import Person, Post, Unit
from shared.roles import Role
from shared.standing_in import StandIn


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who stands in for a post; `last_day` is the last on which he does."""

    stand_in_id: int
    person_id: int
    name: str
    unit_id: int
    unit_name: str
    kind: str
    starts_on: date
    last_day: date
    reason: str


def stand_ins(
    session: Session, actor: Actor, *, unit_id: int | None = None, person_id: int | None = None, past: bool = False
) -> list[Standing]:
    """Who stands in, or will, in a unit, or where somebody does; with `past`, what is over too. The latest first."""
    query = (
        select(StandIn, Person.name, Unit.whole_name)
        .join(Person, Person.id == StandIn.person_id)
        .join(Unit, Unit.id == StandIn.unit_id)
        .where(StandIn.unit_id.in_(seen_unit_ids(actor)), StandIn.ends_on > StandIn.starts_on)
        .order_by(StandIn.starts_on.desc(), StandIn.id.desc())
    )
    if unit_id is not None:
        query = query.where(StandIn.unit_id == unit_id)
    if person_id is not None:
        query = query.where(StandIn.person_id == person_id)
    if not past:
        query = query.where(StandIn.ends_on > clock.today(session))
    return [_shown(row, name, unit_name) for row, name, unit_name in session.execute(query)]


def _shown(row: StandIn, name: str, unit_name: str) -> Standing:
    last = row.ends_on - timedelta(days=1)
    return Standing(row.id, row.person_id, name, row.unit_id, unit_name, row.kind, row.starts_on, last, row.reason)


def stand_in_to_end(session: Session, actor: Actor, stand_in_id: int) -> tuple[StandIn, Unit]:
    """What is stood in for, locked, with its unit."""
    query = seen_by(actor).join(StandIn, StandIn.unit_id == Unit.id).where(StandIn.id == stand_in_id)
    row = session.execute(query.add_columns(StandIn).with_for_update(of=StandIn)).one_or_none()
    unit, found = there(row, "这次代行")
    return found, unit


def stand_in_of(session: Session, person_id: int, unit_id: int, kind: str) -> StandIn | None:
    """What somebody stands in for, today or ahead, locked; of several the first."""
    query = select(StandIn).where(StandIn.person_id == person_id, StandIn.unit_id == unit_id, StandIn.kind == kind)
    lasting = query.where(StandIn.ends_on > clock.today(session), StandIn.ends_on > StandIn.starts_on)
    return session.scalars(lasting.order_by(StandIn.starts_on, StandIn.id).limit(1).with_for_update()).one_or_none()


def standing_in_from(
    session: Session,
    on: date,
    *,
    people: Collection[int] | None,
    units: Collection[int] | None,
    kinds: Collection[Role] | None,
) -> Sequence[StandIn]:
    """What is stood in for on a day or later, by these people, in these units, of these posts; locked. None is all."""
    query = select(StandIn).where(StandIn.ends_on > on, StandIn.ends_on > StandIn.starts_on)
    for column, wanted in ((StandIn.person_id, people), (StandIn.unit_id, units), (StandIn.kind, kinds)):
        query = query if wanted is None else query.where(column.in_(wanted))
    return session.scalars(query.order_by(StandIn.id).with_for_update()).all()


def sits_in(session: Session, person_id: int, unit_id: int, kind: Role, *, span: tuple[date, date]) -> bool:
    """Whether somebody holds a post, or stands in for it, at some time of a span [from, to)."""
    start, end = span
    held = select(Post.id).where(Post.person_id == person_id, Post.unit_id == unit_id, Post.kind == kind)
    held = held.where(Post.starts_on < end, func.coalesce(Post.ends_on, end) > start)
    stands = select(StandIn.id).where(StandIn.person_id == person_id, StandIn.unit_id == unit_id, StandIn.kind == kind)
    stands = stands.where(StandIn.starts_on < end, StandIn.ends_on > start)
    return bool(session.scalar(select(or_(held.exists(), stands.exists()))))
