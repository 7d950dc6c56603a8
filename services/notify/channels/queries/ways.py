"""What may be read of ways out: those of one's township, without their keys; and what a worker needs to use them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, exists, false, func, select
from sqlalchemy.orm import aliased

from services.notify.channels.models import Channel, Delivery, Way
from services.notify.channels.queries import seen_by as deliveries_seen_by
from services.notify.channels.rules import MAIL, State
from services.notify.channels.rules.ways import LINE
from services.notify.channels.rules.ways import Way as WayKind
from services.notify.messages.models import Message
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Account, Person, Unit, UnitKind
from shared.roles import Role


class Stands(NamedTuple):
    """How a way out stands, for people: what holds it up, how it was tried, how much waits to go that way."""

    line: str
    open_until: datetime | None
    trouble: str | None
    trouble_at: datetime | None
    tried_at: datetime | None
    tried_came: str | None
    tried_reason: str | None
    waiting: int


class Shown(NamedTuple):
    """A way that is set up, whose it is, and how it stands."""

    way: Way
    unit: str
    stands: Stands


def seen_by(actor: Actor) -> Select[Way]:
    """The ways of the townships that he serves as organiser or keeper; the committee may look."""
    if Role.SYSTEM in actor.roles_over():
        return select(Way)
    offices = actor.units_as(Role.ORGANISER, Role.KEEPER, Role.COMMITTEE)
    return select(Way).where(Way.township_id.in_(offices) if offices else false())


def ways(session: Session, actor: Actor) -> list[Shown]:
    """What is set up in the townships that he serves, a township's own first."""
    asked = seen_by(actor).where(Way.ended_at.is_(None))
    named = asked.join(Unit, Unit.id == Way.unit_id).add_columns(Unit.name)
    order = (Way.township_id, Way.unit_id != Way.township_id, Unit.sort_key, Way.id)
    rows = session.execute(named.order_by(*order)).all()
    lines = stands(session, [LINE.format(way.id) for way, _ in rows])
    return [Shown(way, unit, lines[LINE.format(way.id)]) for way, unit in rows]


def way(session: Session, actor: Actor, way_id: int) -> Shown:
    """One that is set up, or OutOfReach."""
    found = way_to_change(session, actor, way_id, locked=False)
    name = session.scalars(select(Unit.name).where(Unit.id == found.unit_id)).one()
    line = LINE.format(way_id)
    return Shown(found, name, stands(session, [line])[line])


def way_to_change(session: Session, actor: Actor, way_id: int, *, locked: bool = True) -> Way:
    """One that is set up, locked; OutOfReach where there is none."""
    asked = seen_by(actor).where(Way.id == way_id, Way.ended_at.is_(None))
    found = session.scalar(asked.with_for_update() if locked else asked)
    if found is None:
        raise OutOfReach
    return found


def open_way(session: Session, actor: Actor, unit_id: int, kind: str) -> Way | None:
    """What a unit has of a kind, locked."""
    asked = seen_by(actor).where(Way.unit_id == unit_id, Way.kind == kind, Way.ended_at.is_(None))
    return session.scalar(asked.with_for_update())


def stands(session: Session, lines: list[str]) -> dict[str, Stands]:
    """How ways out stand, by their lines; until when one is closed only as long as it is."""
    waits = select(func.coalesce("way:" + func.cast(Delivery.way_id, Channel.name.type), MAIL), func.count())
    waits = waits.where(Delivery.state == State.READY, Delivery.channel != "inbox").group_by(Delivery.way_id)
    counted: dict[str, int] = dict(session.execute(waits).all())
    now = clock.now(session)
    return {
        row.name: Stands(
            row.name,
            row.open_until if row.open_until and row.open_until > now else None,
            row.trouble,
            row.trouble_at,
            row.tried_at,
            row.tried_came,
            row.tried_reason,
            counted.get(row.name, 0),
        )
        for row in session.scalars(select(Channel).where(Channel.name.in_(lines)))
    }


def places_of(session: Session, township_id: int) -> list[tuple[int, str]]:
    """The units of a township that may have a robot: itself and its branches, as a choice."""
    living = (Unit.dissolved_on.is_(None), Unit.kind.in_([UnitKind.TOWNSHIP, UnitKind.BRANCH]))
    asked = select(Unit.id, Unit.name).where((Unit.id == township_id) | (Unit.township_id == township_id), *living)
    return [(row[0], row[1]) for row in session.execute(asked.order_by(Unit.kind.desc(), Unit.sort_key, Unit.id))]


def people_named(session: Session, township_id: int, names: Collection[str]) -> list[tuple[int, str, str]]:
    """Whoever of a township has one of these names, with where he is."""
    asked = select(Person.id, Person.name, Unit.whole_name).join(Unit, Unit.id == Person.unit_id)
    here = (Unit.id == township_id) | (Unit.township_id == township_id)
    rows = session.execute(asked.where(here, Person.name.in_(names)).order_by(Person.id))
    return [(row[0], row[1], row[2]) for row in rows]


class Call(NamedTuple):
    """Somebody who is to be rung: of which delivery, who, of which unit, why, since when."""

    id: int
    person_id: int
    person: str
    unit: str
    title: str
    kind: str
    at: datetime
    account: bool


def calls(session: Session, actor: Actor, *, after: int | None, limit: int) -> list[Call]:
    """Who is still to be rung, the oldest first; whoever has read it meanwhile is not."""
    signs_in = exists().where(Account.person_id == Person.id, Account.ended_at.is_(None))
    asked = (
        deliveries_seen_by(actor)
        .where(Delivery.channel == WayKind.CALL, Delivery.state == State.READY, Delivery.id > (after or 0))
        .join(Message, Message.id == Delivery.message_id)
        .join(Person, Person.id == Delivery.person_id)
        .join(Unit, Unit.id == Message.unit_id)
        .where(Message.read_at.is_(None), Message.done_at.is_(None))
        .order_by(Delivery.id)
        .limit(limit)
        .with_only_columns(
            Delivery.id,
            Person.id,
            Person.name,
            Unit.whole_name,
            Message.title,
            Message.kind,
            Message.created_at,
            signs_in,
        )
    )
    return [Call._make(row) for row in session.execute(asked)]


# --- for the workers ---


def way_of(session: Session, line: str) -> Way:
    """The way of a line; also one that is used no more."""
    return session.get_one(Way, int(line.partition(":")[2]))


def ended(session: Session, ids: Collection[int]) -> dict[int, int | None]:
    """Those of these ways that are ended, each with the open one of its kind that the unit has instead."""
    other = aliased(Way)
    same = and_(other.unit_id == Way.unit_id, other.kind == Way.kind, other.ended_at.is_(None))
    asked = select(Way.id, other.id).outerjoin(other, same).where(Way.id.in_(ids), Way.ended_at.is_not(None))
    found: dict[int, int | None] = dict(session.execute(asked).all())
    return found


def townships_of_line(session: Session, line: str) -> list[int]:
    """The townships whose messages go by a way out: for mail all that live; for what is ended meanwhile none."""
    if line != MAIL:
        way = session.get_one(Way, int(line.partition(":")[2]), populate_existing=True)
        return [way.township_id] if way.ended_at is None else []
    living = (Unit.kind == UnitKind.TOWNSHIP, Unit.dissolved_on.is_(None))
    return list(session.scalars(select(Unit.id).where(*living).order_by(Unit.id)))
