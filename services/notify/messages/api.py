"""The doors of messages: one's inbox, what was sent, read and acknowledged."""

from services.notify.messages import actions, queries
from services.notify.messages.schemas import MessageShown, Unread
from shared.web import Door, Page, Paged, Signed, Unit

door = Door(tags=["messages"])


@door.get("/inbox")
def inbox(actor: Signed, session: Unit, page: Paged, unread: bool = False) -> Page[MessageShown]:  # noqa: FBT001, FBT002
    """One's own messages, the newest first."""
    rows = queries.inbox(session, actor, after=page.after, limit=page.limit, unread=unread)
    return Page(rows=[MessageShown.of(row) for row in rows], next=rows[-1].id if len(rows) == page.limit else None)


@door.get("/inbox/unread")
def unread_count(actor: Signed, session: Unit) -> Unread:
    """How many of one's own messages are unread."""
    return Unread(unread=queries.unread_count(session, actor))


@door.get("/messages")
def messages(
    actor: Signed, session: Unit, page: Paged, fact: str | None = None, unit_id: int | None = None
) -> Page[MessageShown]:
    """What was sent: one's own, and for the township's office all of the township's."""
    rows = queries.messages(session, actor, after=page.after, limit=page.limit, fact=fact, unit_id=unit_id)
    return Page(rows=[MessageShown.of(row) for row in rows], next=rows[-1].id if len(rows) == page.limit else None)


@door.get("/messages/{message_id}")
def message(message_id: int, actor: Signed, session: Unit) -> MessageShown:
    """One message."""
    return MessageShown.of(queries.message(session, actor, message_id))


@door.post("/messages/{message_id}/readings")
def read_message(message_id: int, actor: Signed, session: Unit) -> MessageShown:
    """The recipient has read it."""
    return MessageShown.of(actions.read_message(session, actor, message_id))


@door.post("/messages/{message_id}/acknowledgements")
def acknowledge_message(message_id: int, actor: Signed, session: Unit) -> MessageShown:
    """The recipient confirms that he knows."""
    return MessageShown.of(actions.acknowledge_message(session, actor, message_id))
