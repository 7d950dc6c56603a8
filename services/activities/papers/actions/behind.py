"""A list too large for a request: asked for, made behind the page, told of, taken by whoever asked, and forgotten.

A township's year of 10,000 records with 300,000 names in their rolls takes 10 s of a processor and 45 MiB as Excel.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import timedelta

from services.activities.papers import queries
from services.activities.papers.actions.lists import asking_of, made_of
from services.activities.papers.models import Ordered
from services.activities.papers.rules import FORGET, MAKE, OF_RECORDS, PDF_MOST, TRIES, Listing
from services.activities.papers.schemas import AskedForm
from shared import clock, privacy, work
from shared.access import SYSTEM, Actor, actor_behind
from shared.audit import announce
from shared.db import Session, enter
from shared.errors import Away, Conflict, Invalid, NotYours, Permanent, Refusal, Transient, there
from shared.events import PaperMade, PaperTaken
from shared.papers.press import Made

KEPT_DAYS = 7
AT_ONCE_MOST = 3
TOO_MANY = f"您已有 {AT_ONCE_MOST} 张表在后台制作，请等做好再要。"
LONG = f"有 {{lines}} 条记录，PDF 最多印 {PDF_MOST} 条。请选 Excel，或者选一个季度、一个支部再印。"
GONE = "要这张表的人已经没有账号。"
FAILED = "没有做成，重做也是一样。请告诉安全管理员，或者只选一个季度、一个支部再要。"
GIVEN_UP = f"试了 {TRIES} 次都没有做成。请只选一个季度或者一个支部再要；还是不成，请告诉安全管理员。"


def order(session: Session, actor: Actor, unit_id: int, listing: Listing, asked: AskedForm) -> Ordered:
    """Have a list of records made behind the page; whoever asks is told when it can be taken."""
    if listing is not Listing.LEDGER:
        raise Invalid("只有活动台账可以在后台制作，其他的表请直接下载。", field="listing")
    if actor.account_id is None:
        raise NotYours("后台制作的表交给登录的人，系统自己不能要。")
    asking = asking_of(session, actor, unit_id, listing, asked)
    if queries.being_made(session, actor) >= AT_ONCE_MOST:
        raise Conflict(TOO_MANY)
    lines = queries.how_many(session, actor, unit_id, asking.time, kind=asked.kind, stage=asked.stage)
    if asked.file == "pdf" and lines > PDF_MOST:
        raise Invalid(LONG.format(lines=lines), field="file")
    made = Ordered(
        of_unit=unit_id,
        listing=listing,
        asked=asked.model_dump(mode="json", exclude_none=True),
        asked_by=actor.account_id,
        asked_at=clock.now(session),
        lines=lines,
    )
    session.add(made)
    session.flush()
    work.post(session, MAKE, key=f"paper:{made.id}", payload={"paper_id": made.id})
    forgotten = clock.now(session) + timedelta(days=KEPT_DAYS)
    work.post(session, FORGET, key=f"paper:{made.id}", payload={"paper_id": made.id}, run_at=forgotten)
    return made


def make(session: Session, paper_id: int) -> None:
    """Make a list as whoever asked for it, with what he may see now; what refuses him is what he reads.

    What failed at every try, or killed whoever tried, is refused as well: it would be "being made" for a week.
    """
    found = queries.ordered(session, SYSTEM, paper_id, locked=True)
    if found is None or found.made_at or found.refused_why:
        return
    try:
        if work.attempt() > TRIES:
            raise Conflict(GIVEN_UP)
        with session.begin_nested():
            made = _made(session, found)
    except Away as busy:
        raise Transient("other lists are being set") from busy
    except (Refusal, Permanent) as refused:
        enter(session, session.info["service"], SYSTEM)
        found.refused_why = refused.detail if isinstance(refused, Refusal) else FAILED
    else:
        enter(session, session.info["service"], SYSTEM)
        found.name, found.form, found.made_at = made.name, made.form, clock.now(session)
        found.content = privacy.seal(b64encode(made.data).decode(), place=_place(paper_id))
    session.flush()
    fact = PaperMade(
        unit_id=found.of_unit, paper_id=paper_id, account_id=found.asked_by, refused=found.refused_why is not None
    )
    announce(session, fact, by=SYSTEM)


def _made(session: Session, found: Ordered) -> Made:
    actor = actor_behind(session, found.asked_by)
    if actor is None:
        raise NotYours(GONE)
    enter(session, session.info["service"], actor)
    listing = Listing(found.listing)
    return made_of(asking_of(session, actor, found.of_unit, listing, AskedForm(**found.asked)), listing)[0]


def take_ordered(session: Session, actor: Actor, paper_id: int) -> Made:
    """The list that somebody asked for himself, as long as he sees what it is of; that he took it is told."""
    found = there(queries.ordered(session, actor, paper_id), "这张表")
    queries.unit_of(session, actor, found.of_unit, of_records=Listing(found.listing) in OF_RECORDS)
    if found.content is None or found.name is None or found.form is None:
        raise Conflict(found.refused_why or "还在制作，做好会告诉您。")
    fact = PaperTaken(
        unit_id=found.of_unit,
        paper=found.listing,
        form=found.form,
        sort="unit",
        thing_id=found.of_unit,
        year=found.asked.get("year", 0),
    )
    announce(session, fact, by=actor)
    data = b64decode(privacy.unseal(found.content, place=_place(paper_id)))
    return Made(found.name.rpartition(".")[0], found.form, data)


def forget(session: Session, paper_id: int) -> None:
    """It has been kept long enough."""
    found = queries.ordered(session, SYSTEM, paper_id, locked=True)
    if found is not None:
        work.give_up(session, MAKE, key=f"paper:{paper_id}")
        session.delete(found)
        session.flush()


def _place(paper_id: int) -> str:
    return f"ordered_paper|content|{paper_id}"
