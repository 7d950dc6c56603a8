"""What may be read of messages: one's own, and what was sent in one's township."""

from typing import NamedTuple

from sqlalchemy import Select, false, func, or_, select, text, true
from sqlalchemy.orm import aliased

from services.notify.messages.models import Message
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Unit
from shared.roles import Role

Branch = aliased(Unit)


class Place(NamedTuple):
    """A unit with the storeys above it; a branch is its own branch, a township its own township."""

    id: int
    name: str
    branch_id: int
    township_id: int


class Unacknowledged(NamedTuple):
    """A township's units that have not acknowledged a telling."""

    township_id: int
    fact: str
    title: str
    units: int


def seen_by(actor: Actor) -> Select[Message]:
    """One's own messages; an organiser and the committee also see what was sent in their township."""
    if Role.SYSTEM in actor.roles_over():
        return select(Message)
    own = Message.person_id == actor.person_id if actor.person_id is not None else false()
    offices = actor.units_as(Role.ORGANISER, Role.COMMITTEE)
    return select(Message).where(or_(own, Message.township_id.in_(offices) if offices else false()))


def inbox(session: Session, actor: Actor, *, after: int | None, limit: int, unread: bool = False) -> list[Message]:
    """One's own messages, the newest first."""
    asked = seen_by(actor).where(Message.person_id == actor.person_id, Message.read_at.is_(None) if unread else true())
    return _page(session, asked, after=after, limit=limit)


def unread_count(session: Session, actor: Actor) -> int:
    """How many of one's own messages are unread."""
    own = seen_by(actor).where(Message.person_id == actor.person_id, Message.read_at.is_(None))
    return session.scalar(select(func.count()).select_from(own.subquery())) or 0


def messages(
    session: Session,
    actor: Actor,
    *,
    after: int | None,
    limit: int,
    fact: str | None = None,
    unit_id: int | None = None,
) -> list[Message]:
    """What was sent, the newest first."""
    asked = seen_by(actor)
    if fact is not None:
        asked = asked.where(Message.fact == fact)
    if unit_id is not None:
        asked = asked.where(Message.unit_id == unit_id)
    return _page(session, asked, after=after, limit=limit)


def message(session: Session, actor: Actor, message_id: int) -> Message:
    """One message, or OutOfReach."""
    found = session.scalar(seen_by(actor).where(Message.id == message_id))
    if found is None:
        raise OutOfReach
    return found


def message_to_change(session: Session, actor: Actor, message_id: int) -> Message:
    """One message, locked, or OutOfReach."""
    found = session.scalar(seen_by(actor).where(Message.id == message_id).with_for_update())
    if found is None:
        raise OutOfReach
    return found


def is_awaited(session: Session, *, happening_id: int, telling: str) -> bool:
    """Whether anybody has still to acknowledge a telling; asked by one recipient, who sees no message of the others."""
    asked = {"about": happening_id, "entry": telling}
    return bool(session.scalar(text("select notify.awaits_acknowledgement(:about, :entry)"), asked))


def unacknowledged(session: Session, *, happening_id: int, telling: str) -> list[Unacknowledged]:
    """How many units of each township have not acknowledged a telling yet; no rows where all have."""
    waiting = (
        seen_by(SYSTEM)
        .where(Message.happening_id == happening_id, Message.telling == telling)
        .where(Message.wants_acknowledgement, Message.acknowledged_at.is_(None))
        .subquery()
    )
    rows = session.execute(
        select(
            waiting.c.township_id,
            func.min(waiting.c.fact),
            func.min(waiting.c.title),
            func.count(waiting.c.unit_id.distinct()),
        ).group_by(waiting.c.township_id)
    )
    return [Unacknowledged(*row) for row in rows]


def place_of(session: Session, unit_id: int) -> Place:
    """A unit with its branch and its township; a group is known by its branch and its own name."""
    branch_id, township_id = func.coalesce(Unit.branch_id, Unit.id), func.coalesce(Unit.township_id, Unit.id)
    row = session.execute(
        select(Unit.id, Unit.name, branch_id, township_id, Branch.name)
        .outerjoin(Branch, Branch.id == Unit.branch_id)
        .where(Unit.id == unit_id)
    ).one()
    branch = row[4] or ""
    return Place(row[0], row[1] if row[1].startswith(branch) else branch + row[1], row[2], row[3])


def _page(session: Session, asked: Select[Message], *, after: int | None, limit: int) -> list[Message]:
    """Rows before the cursor, the newest first."""
    if after is not None:
        asked = asked.where(Message.id < after)
    return list(session.scalars(asked.order_by(Message.id.desc()).limit(limit)))
