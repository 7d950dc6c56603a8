"""Reading and acknowledging: by the recipient alone, one message or several, once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.notify.messages import queries
from services.notify.messages.actions.passing import not_his
from services.notify.messages.actions.waits import let_notices_rest
from services.notify.messages.models import Message
from services.notify.messages.schemas import is_asked
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session, beyond
from shared.errors import Conflict, Invalid, NotYours
from shared.events import MessageRead


def read_message(session: Session, actor: Actor, message_id: int) -> Message:
    """The recipient has read it; again, nothing changes."""
    (message,) = _own(session, actor, [message_id])
    _read(session, actor, [message])
    return message


def read_messages(session: Session, actor: Actor, message_ids: Iterable[int]) -> list[Message]:
    """Several read at once: all of them, or none. Returns those that were unread until now."""
    return _read(session, actor, _own(session, actor, message_ids))


def read_all(session: Session, actor: Actor, until: datetime) -> list[Message]:
    """All of his own that were unread at a moment. What wants to be acknowledged still waits for it."""
    return _read(session, actor, queries.unread_until(session, actor, until))


def acknowledge_message(session: Session, actor: Actor, message_id: int) -> Message:
    """The recipient confirms that he knows; again, nothing changes."""
    (message,) = _own(session, actor, [message_id])
    if not message.wants_acknowledgement:
        raise Invalid("这条消息不需要确认收到。")
    if _others(session, [message]):
        raise Conflict("这份通知已交给现任的人，或者同一职务的人已经确认，您不用再办。")
    _acknowledge(session, actor, [message])
    return message


def acknowledge_messages(session: Session, actor: Actor, message_ids: Iterable[int]) -> list[Message]:
    """Several at once, all of them or none; those that want none, or none of him any more, are read.

    Returns those that were acknowledged just now.
    """
    found = _own(session, actor, message_ids)
    others = _others(session, found)
    awaited = [message for message in found if message.wants_acknowledgement and message.id not in others]
    _read(session, actor, [message for message in found if message not in awaited])
    return _acknowledge(session, actor, awaited)


def _own(session: Session, actor: Actor, message_ids: Iterable[int]) -> Sequence[Message]:
    """Messages of his own, locked; those of others in his township he may see, no more."""
    found = queries.messages_to_change(session, actor, message_ids)
    if any(message.person_id is None or message.person_id != actor.person_id for message in found):
        raise NotYours("只有收件人本人可以标记已读或确认收到。")
    return found


def _others(session: Session, found: Sequence[Message]) -> set[int]:
    """Of somebody's own messages those that another has to acknowledge: passed on, or not his by today's posts."""
    open_yet = [message for message in found if is_asked(message)]
    passed = {message.id for message in found if message.passed_to is not None}
    return passed | not_his(session, found[0].person_id, [each.id for each in open_yet]) if open_yet else passed


def _read(session: Session, actor: Actor, found: Iterable[Message]) -> list[Message]:
    """Mark those that are unread, each with its line in the history."""
    unread = [message for message in found if message.read_at is None]
    with beyond(session):  # it is his own, of whichever unit it speaks
        for message in unread:
            message.read_at = clock.now(session)
            announce(session, MessageRead(unit_id=message.unit_id, message_id=message.id, acknowledged=False), by=actor)
    return unread


def _acknowledge(session: Session, actor: Actor, found: Iterable[Message]) -> list[Message]:
    """Mark those that wait for it; what waited for the post is done."""
    waiting, now = [message for message in found if message.acknowledged_at is None], clock.now(session)
    with beyond(session):
        for message in waiting:
            message.acknowledged_at, message.read_at = now, message.read_at or now
            announce(session, MessageRead(unit_id=message.unit_id, message_id=message.id, acknowledged=True), by=actor)
    let_notices_rest(session, [message.id for message in waiting])
    return waiting
