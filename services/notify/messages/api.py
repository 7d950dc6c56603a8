"""The doors of messages: one's inbox, what was sent, read and acknowledged; the office's own wordings."""

from typing import Annotated

from fastapi import Depends

from services.notify.messages import actions, queries
from services.notify.messages.queries.receipts import notices_of, receipts_of
from services.notify.messages.queries.switches import switches_of
from services.notify.messages.rules import BOOK, Kind, Topic
from services.notify.messages.schemas import (
    Asked,
    Chosen,
    FactShown,
    Marked,
    MessageShown,
    NoticeOut,
    OwnWords,
    ReceiptOut,
    Restored,
    Switch,
    SwitchShown,
    Unread,
    WordingShown,
    WordingWithVersions,
    Words,
)
from shared.shapes import Keyword
from shared.web import Door, Page, Paged, Signed, Unit, UrlId, refusals

door = Door(tags=["messages"])


def asked_for(
    *,
    unread: bool | None = None,
    waiting: bool = False,
    kind: Kind | None = None,
    topic: Topic | None = None,
    fact: Keyword | None = None,
    unit_id: UrlId | None = None,
) -> Asked:
    """Which messages, from the query string."""
    return Asked(unread=unread or None, waiting=waiting, kind=kind, topic=topic, fact=fact, unit_id=unit_id)


Filters = Annotated[Asked, Depends(asked_for)]


@door.get("/inbox")
def inbox(actor: Signed, session: Unit, page: Paged, asked: Filters) -> Page[MessageShown]:
    """One's own messages, the newest first."""
    rows = queries.inbox(session, actor, asked, after=page.after, limit=page.limit)
    return Page(rows=[MessageShown.of(row) for row in rows], next=rows[-1].id if len(rows) == page.limit else None)


@door.get("/inbox/unread")
def unread_count(actor: Signed, session: Unit) -> Unread:
    """How many of one's own messages are unread."""
    return Unread(unread=queries.unread_count(session, actor))


@door.get("/messages")
def messages(actor: Signed, session: Unit, page: Paged, asked: Filters) -> Page[MessageShown]:
    """What was sent: one's own, and for the township's office all of the township's."""
    rows = queries.messages(session, actor, asked, after=page.after, limit=page.limit)
    return Page(rows=[MessageShown.of(row) for row in rows], next=rows[-1].id if len(rows) == page.limit else None)


@door.get("/messages/{message_id}")
def message(message_id: UrlId, actor: Signed, session: Unit) -> MessageShown:
    """One message."""
    return MessageShown.of(queries.message(session, actor, message_id))


@door.get("/messages/{message_id}/facts")
def gathered(message_id: UrlId, actor: Signed, session: Unit) -> list[FactShown]:
    """The facts of a line of the day; none where a message tells of one alone."""
    queries.message(session, actor, message_id)
    return [FactShown.of(fact) for fact in queries.gathered(session, actor, message_id)]


@door.post("/messages/{message_id}/readings")
def read_message(message_id: UrlId, actor: Signed, session: Unit) -> MessageShown:
    """The recipient has read it."""
    return MessageShown.of(actions.read_message(session, actor, message_id))


@door.post("/messages/{message_id}/acknowledgements")
def acknowledge_message(message_id: UrlId, actor: Signed, session: Unit) -> MessageShown:
    """The recipient confirms that he knows."""
    return MessageShown.of(actions.acknowledge_message(session, actor, message_id))


@door.post("/readings")
def read_messages(asked: Chosen, actor: Signed, session: Unit) -> Marked:
    """Several are read: all of them, or none."""
    marked = actions.read_messages(session, actor, asked.message_ids)
    return Marked(message_ids=[message.id for message in marked])


@door.post("/acknowledgements")
def acknowledge_messages(asked: Chosen, actor: Signed, session: Unit) -> Marked:
    """Several are acknowledged, or read where no acknowledgement is wanted: all of them, or none."""
    marked = actions.acknowledge_messages(session, actor, asked.message_ids)
    return Marked(message_ids=[message.id for message in marked])


@door.get("/notices")
def notices(actor: Signed, session: Unit) -> list[NoticeOut]:
    """The formal notices of the township, each with the units that have not confirmed it."""
    return [NoticeOut.of(each) for each in notices_of(session, actor)]


@door.get("/messages/{message_id}/receipts")
def receipts(message_id: UrlId, actor: Signed, session: Unit) -> list[ReceiptOut]:
    """How the notice of a message stands with each unit, and who sits in the post now; for the township's office."""
    return [ReceiptOut.of(each) for each in receipts_of(session, actor, message_id)[1]]


# --- the office's own words ---


@door.get("/wordings", responses=refusals(409))
def wordings(actor: Signed, session: Unit, township_id: UrlId | None = None) -> list[WordingShown]:
    """The book: who is told what by which fact, in the words of the office."""
    township = queries.township_of_office(actor, township_id, looking=True)
    own = queries.wordings(session, actor, township)
    return [WordingShown.of(entry, own.get(key)) for key, entry in BOOK.items()]


@door.get("/wordings/{fact}/{telling}", responses=refusals(409))
def wording(
    fact: Keyword, telling: Keyword, actor: Signed, session: Unit, township_id: UrlId | None = None
) -> WordingWithVersions:
    """One entry, with what it said before and why it was changed."""
    entry = queries.entry_of((fact, telling))
    township = queries.township_of_office(actor, township_id, looking=True)
    return WordingWithVersions.all_of(entry, queries.wording_history(session, actor, township, entry.key))


@door.get("/wordings/{fact}/{telling}/switches", responses=refusals(409))
def switches(
    fact: Keyword, telling: Keyword, actor: Signed, session: Unit, township_id: UrlId | None = None
) -> list[SwitchShown]:
    """How a kind was switched off and on, the newest first."""
    entry = queries.entry_of((fact, telling))
    township = queries.township_of_office(actor, township_id, looking=True)
    return [SwitchShown.of(each) for each in switches_of(session, actor, township, entry.key)]


@door.post("/wordings/{fact}/{telling}/switches", responses=refusals(409))
def switch_kind(fact: Keyword, telling: Keyword, asked: Switch, actor: Signed, session: Unit) -> list[SwitchShown]:
    """This kind is said no more in the township, or again."""
    entry = queries.entry_of((fact, telling))
    actions.switch_kind(session, actor, entry, **asked.model_dump())
    township = queries.township_of_office(actor, asked.township_id, looking=True)
    return [SwitchShown.of(each) for each in switches_of(session, actor, township, entry.key)]


@door.post("/wordings/{fact}/{telling}/trials")
def try_wording(fact: Keyword, telling: Keyword, asked: Words, actor: Signed, session: Unit) -> Words:  # noqa: ARG001  keeps the answer
    """How a wording would read, with invented names; nothing of it is kept."""
    queries.township_of_office(actor, looking=True)
    return Words.tried(queries.entry_of((fact, telling)), asked.title, asked.body)


@door.post("/wordings/{fact}/{telling}/versions")
def set_wording(fact: Keyword, telling: Keyword, asked: OwnWords, actor: Signed, session: Unit) -> WordingShown:
    """From now on this is said."""
    entry = queries.entry_of((fact, telling))
    stored = actions.set_wording(
        session,
        actor,
        entry,
        title=asked.title,
        body=asked.body,
        reason=asked.reason,
        based_on=asked.based_on,
        township_id=asked.township_id,
    )
    return WordingShown.of(entry, stored)


@door.post("/wordings/{fact}/{telling}/restorations")
def restore_wording(fact: Keyword, telling: Keyword, asked: Restored, actor: Signed, session: Unit) -> WordingShown:
    """Back to the shipped words."""
    entry = queries.entry_of((fact, telling))
    stored = actions.restore_wording(
        session, actor, entry, reason=asked.reason, based_on=asked.based_on, township_id=asked.township_id
    )
    return WordingShown.of(entry, stored)
