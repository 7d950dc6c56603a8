"""The audit with its seal: the history, its lines as a workbook, the whole chain, and heads of it on paper."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from services.activities.office import actions, queries
from services.activities.office.pages.tabs import tabs_of
from services.activities.office.queries import Asked
from services.activities.office.rules.words import WORDS
from services.activities.office.schemas import AuditFilter, Called, HeadAsked
from shared import clock
from shared.errors import Invalid
from shared.files import KINDS
from shared.web import Html, Kept, Pages, Sent, Signed, Unit, Viewed
from shared.web.account import drawn
from shared.web.files import taken

pages = Pages(prefix="/office/audit")
ROWS = 50


@pages.get("")
def audit(view: Viewed, actor: Signed, session: Unit, asked: Annotated[AuditFilter, Query()]) -> Html:
    """The history by person, unit, days and kind, each line with its seal."""
    wanted = _wanted(asked)
    found = queries.audit(session, actor, wanted, after=asked.after, limit=ROWS)
    return view.show(
        "office/audit.html",
        tabs=tabs_of(actor),
        asked=asked,
        rows=found,
        next=found[-1].id if len(found) == ROWS else None,
        people=queries.people_on_audit(session, actor),
        units=queries.units_on_audit(session, actor),
        facts=queries.facts_on_audit(actor, WORDS),
        kinds=queries.kinds_on_audit(actor),
    )


@pages.get(".xlsx")
def audit_book(actor: Signed, session: Unit, asked: Annotated[AuditFilter, Query()]) -> Response:
    """The same lines as a workbook; that somebody took them out is on the audit too."""
    data = actions.take_audit(session, actor, _wanted(asked))
    return taken(session, data, KINDS["xlsx"], f"审计记录{clock.today(session)}.xlsx")


def _wanted(asked: AuditFilter) -> Asked:
    return Asked(asked.account, asked.unit, asked.since, asked.until, asked.fact, asked.kind, asked.person)


@pages.post("/people")
def find(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Kept:
    """Those who are called so, each with what concerns him; the name stands in no address."""
    found = queries.people_called(session, actor, form.read(Called).name.strip())
    return Kept(view.show("office/audit_people.html", tabs=tabs_of(actor), found=found))


@pages.get("/lines/{happening_id}")
def line(view: Viewed, happening_id: int, actor: Signed, session: Unit) -> Html:
    """One line whole, with what stood before and after, and the thing itself, to be read."""
    entry = queries.line_on_audit(session, actor, happening_id)
    return view.show(
        "office/audit_line.html",
        tabs=tabs_of(actor),
        entry=entry,
        came=queries.what_came(session, entry.id),
        thing=queries.thing_told(session, entry),
        others=queries.same_subject(session, actor, entry),
    )


@pages.get("/seal")
def seal(view: Viewed, actor: Signed, session: Unit, asked: Annotated[HeadAsked, Query()]) -> Html:
    """Go through the whole chain, and say how far it fits; and what became of a head that somebody kept."""
    found, refusal = None, None
    try:
        found = queries.head_looked_up(session, actor, asked.head, asked.link) if asked.head else None
    except Invalid as wrong:
        refusal = wrong
    return view.show(
        "office/seal.html",
        tabs=tabs_of(actor),
        seal=queries.seal_verified(session, actor),
        asked=asked,
        found=found,
        refusal=refusal,
        kept=queries.heads_kept(session, actor),
    )


@pages.get("/head")
def head(view: Viewed, actor: Signed, session: Unit) -> Html:
    """The head of today, to be printed and kept where nobody of the house can change it."""
    found = queries.head_now(session, actor)
    return view.show("office/head.html", tabs=tabs_of(actor), head=found, picture=drawn(found.line().strip()))
