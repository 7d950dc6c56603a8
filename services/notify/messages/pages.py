"""The pages of messages: one's inbox, one message, what was sent, who is told what, and the office's own words."""

from typing import Literal

from fastapi.responses import Response

from services.notify.messages import actions, queries
from services.notify.messages.queries.receipts import notices_of, receipts_of
from services.notify.messages.queries.switches import off_in, switches_of
from services.notify.messages.rules import BOOK, KINDS, RECIPIENTS, TOPICS, Entry, Kind, Topic, by_day, heading_of
from services.notify.messages.rules.switching import always_on
from services.notify.messages.schemas import (
    AllRead,
    Asked,
    OwnWords,
    Restored,
    Switch,
    SwitchShown,
    VersionShown,
    WordingShown,
    Words,
    waits,
)
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid
from shared.roles import Role
from shared.web import Html, Kept, Paged, Pages, Sent, Signed, Unit, Viewed

pages = Pages()

Open = Literal["unread", "waiting"]
CHOICES = {"kinds": list(KINDS.items()), "topics": list(TOPICS.items())}


# --- one's own ---


@pages.get("/")
def inbox(
    view: Viewed,
    actor: Signed,
    session: Unit,
    page: Paged,
    *,
    show: Open | None = None,
    kind: Kind | None = None,
    topic: Topic | None = None,
) -> Html:
    """One's own messages, what is unread first."""
    asked = Asked(kind=kind, topic=topic, waiting=show == "waiting", unread=show == "unread" or None)
    fresh = []
    if show is None:
        if page.after is None:
            unread = asked.model_copy(update={"unread": True})
            fresh = queries.inbox(session, actor, unread, after=None, limit=page.limit)
        asked.unread = False
    rows = queries.inbox(session, actor, asked, after=page.after, limit=page.limit)
    return view.show(
        "messages/inbox.html",
        open=(opened := fresh + [row for row in rows if waits(row)]),
        days=by_day(opened),
        rest=[row for row in rows if not waits(row)],
        next=rows[-1].id if len(rows) == page.limit else None,
        units=queries.units_named(session, [*fresh, *rows]),
        show=show or "",
        kind=kind or "",
        topic=topic or "",
        sifted=bool(show or kind or topic),
        now=clock.now(session),
        words=KINDS,
        **CHOICES,
    )


@pages.post("/marks")
def mark(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Read or acknowledged: the one whose button was pressed, or those that are ticked."""
    step = "acknowledge" if form.text("acknowledge") else "read"
    chosen = form.numbers("message_ids") if form.text(step) == "chosen" else form.numbers(step)
    if not chosen:
        raise Invalid("请先勾选要处理的通知。", field="message_ids")
    if step == "read":
        done = len(actions.read_messages(session, actor, chosen))
        return view.back(form, said=f"已把{done}条通知标为已读。" if done else "这些通知早已读过。")
    done = len(actions.acknowledge_messages(session, actor, chosen))
    return view.back(form, said=f"已确认收到{done}条通知。" if done else "这些通知早已确认，或者不需要确认。")


@pages.post("/marks/all")
def mark_all(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """All read that the page stood for."""
    done = len(actions.read_all(session, actor, form.read(AllRead).until))
    return view.back(form, said=f"已把{done}条通知标为已读。" if done else "没有未读的通知。")


@pages.get("/messages/{message_id}")
def message(view: Viewed, message_id: int, actor: Signed, session: Unit) -> Html:
    """One message, with what it is about."""
    found = queries.message(session, actor, message_id)
    return view.show(
        "messages/message.html",
        message=found,
        facts=queries.gathered(session, actor, message_id) if found.gathers > 1 else [],
        former=queries.former(session, actor, message_id),
        unit=queries.units_named(session, [found]).get(found.id, ""),
        mine=found.person_id is not None and found.person_id == actor.person_id,
        office=found.township_id in actor.units_as(Role.ORGANISER, Role.COMMITTEE),
        heading=heading_of(found.fact),
        kinds=KINDS,
    )


@pages.post("/messages/{message_id}/openings")
def open_message(view: Viewed, message_id: int, actor: Signed, session: Unit) -> Response:
    """Read, and on to the page that it is about."""
    return view.to(actions.read_message(session, actor, message_id).link or f"/notify/messages/{message_id}")


# --- what was sent ---


@pages.get("/sent")
def sent(
    view: Viewed,
    actor: Signed,
    session: Unit,
    page: Paged,
    *,
    topic: Topic | None = None,
    kind: Kind | None = None,
    unit_id: int | None = None,
    show: Open | None = None,
) -> Html:
    """What was sent in the township, to whom, and who has read or acknowledged it."""
    township = queries.township_of_office(actor, _first_office(actor), looking=True)
    asked = Asked(topic=topic, kind=kind, unit_id=unit_id, waiting=show == "waiting")
    asked.unread = True if show == "unread" else None
    rows = queries.sent(session, actor, asked, after=page.after, limit=page.limit)
    return view.show(
        "messages/sent.html",
        rows=rows,
        next=rows[-1].message.id if len(rows) == page.limit else None,
        branches=queries.branches(session, township),
        topic=topic or "",
        kind=kind or "",
        unit_id=unit_id or "",
        show=show or "",
        words=KINDS,
        **CHOICES,
    )


@pages.get("/receipts")
def notices(view: Viewed, actor: Signed, session: Unit) -> Html:
    """The formal notices of the township, each with the units that have not confirmed it."""
    return view.show("messages/notices.html", rows=notices_of(session, actor))


@pages.get("/receipts/{message_id}")
def receipts(view: Viewed, message_id: int, actor: Signed, session: Unit) -> Html:
    """How a notice stands with each unit, and who sits in the post now."""
    found, rows = receipts_of(session, actor, message_id)
    return view.show("messages/receipts.html", message=found, rows=rows)


# --- who is told what, and in which words ---


@pages.get("/book")
def book(view: Viewed, actor: Signed, session: Unit) -> Html:
    """Which fact is told to whom, by which way, and in which words: the table itself."""
    office = _first_office(actor)
    own = queries.wordings(session, actor, office) if office else {}
    off = off_in(session, office) if office else set()
    rows = [(entry, WordingShown.of(entry, own.get(key))) for key, entry in BOOK.items()]
    headings = [(TOPICS[topic], [row for row in rows if row[0].topic is topic]) for topic in Topic]
    return view.show("messages/book.html", topics=headings, office=office, off=off, kinds=KINDS, facts=len(RECIPIENTS))


@pages.get("/wordings/{fact}/{telling}")
def wording(view: Viewed, fact: str, telling: str, actor: Signed, session: Unit) -> Html:
    """One entry: its words, how they read, and what it said before."""
    return _wording(view, actor, session, queries.entry_of((fact, telling)))


@pages.post("/wordings/{fact}/{telling}/trials")
def try_wording(view: Viewed, fact: str, telling: str, actor: Signed, session: Unit, form: Sent) -> Response:  # noqa: PLR0917  as pages have it
    """How it would read; nothing is kept yet."""
    entry = queries.entry_of((fact, telling))
    asked = form.read(Words)
    return Kept(_wording(view, actor, session, entry, tried=Words.tried(entry, asked.title, asked.body), form=form))


def _wording(
    view: Viewed, actor: Actor, session: Session, entry: Entry, *, tried: Words | None = None, form: Sent | None = None
) -> Html:
    township = queries.township_of_office(actor, _first_office(actor), looking=True)
    versions = queries.wording_history(session, actor, township, entry.key)
    if form is not None:
        view.typed = form
    return view.show(
        "messages/wording.html",
        entry=entry,
        shown=WordingShown.of(entry, versions[0].wording if versions else None),
        versions=[VersionShown.of(entry, version) for version in versions],
        shipped=Words(title=entry.for_people(entry.telling.title), body=entry.for_people(entry.telling.body)),
        tried=tried,
        edits=township in actor.units_as(Role.ORGANISER),
        address=f"/notify/wordings/{entry.fact}/{entry.telling.name}",
        kinds=KINDS,
        switches=[SwitchShown.of(each) for each in switches_of(session, actor, township, entry.key)],
        always_on=always_on(entry),
    )


@pages.post("/wordings/{fact}/{telling}/switches")
def switch_kind(view: Viewed, fact: str, telling: str, actor: Signed, session: Unit, form: Sent) -> Response:  # noqa: PLR0917  as pages have it
    """This kind is said no more in the township, or again."""
    entry = queries.entry_of((fact, telling))
    queries.township_of_office(actor, _first_office(actor))
    asked = form.read(Switch, on=form.text("on") == "1")
    made = actions.switch_kind(
        session,
        actor,
        entry,
        on=asked.on,
        reason=asked.reason,
        based_on=asked.based_on,
        township_id=_first_office(actor),
    )
    stopped = f"，{made.stopped}封等着发的信不再发送" if made.stopped else ""
    said = "已启用，从现在起照常发。" if made.is_on else f"已停用{stopped}。要办的事仍在待办里。"
    return view.to(f"/notify/wordings/{fact}/{telling}", said=said)


@pages.post("/wordings/{fact}/{telling}")
def set_wording(view: Viewed, fact: str, telling: str, actor: Signed, session: Unit, form: Sent) -> Response:  # noqa: PLR0917  as pages have it
    """From now on this is said."""
    entry = queries.entry_of((fact, telling))
    asked = form.read(OwnWords)
    actions.set_wording(
        session,
        actor,
        entry,
        title=asked.title,
        body=asked.body,
        reason=asked.reason,
        based_on=asked.based_on,
        township_id=_first_office(actor),
    )
    return view.to(f"/notify/wordings/{fact}/{telling}", said="已保存。从现在起，这条通知用新的文字。")


@pages.post("/wordings/{fact}/{telling}/restorations")
def restore_wording(view: Viewed, fact: str, telling: str, actor: Signed, session: Unit, form: Sent) -> Response:  # noqa: PLR0917  as pages have it
    """Back to the shipped words."""
    entry = queries.entry_of((fact, telling))
    asked = form.read(Restored)
    actions.restore_wording(
        session, actor, entry, reason=asked.reason, based_on=asked.based_on, township_id=_first_office(actor)
    )
    return view.to(f"/notify/wordings/{fact}/{telling}", said="已恢复为系统原来的文字。")


def _first_office(actor: Actor) -> int | None:
    """The township in whose office he serves; whoever serves two acts for the first."""
    return next(iter(actor.units_as(Role.ORGANISER) or actor.units_as(Role.COMMITTEE)), None)
