"""The pages of the schemes: each in plain words, its versions, and a new one from its text."""

from fastapi import Response

from services.assessment.schemes import actions, queries
from services.assessment.schemes.actions import MAY_STORE
from services.assessment.schemes.rules import (
    bounds_said,
    counted_said,
    kinds_said,
    left_out_said,
    sort_said,
    text_of,
)
from services.assessment.schemes.schemas import SchemeText
from shared import clock
from shared.access import Actor
from shared.errors import NotYours
from shared.roles import Role
from shared.web import Html, Paged, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/schemes")
OFFICE = tuple(MAY_STORE - {Role.SYSTEM})


def writes(actor: Actor) -> tuple[int, ...]:
    """The townships whose schemes somebody keeps."""
    return actor.units_as(*OFFICE)


@pages.get("")
def schemes(view: Viewed, actor: Signed, session: Unit, paging: Paged) -> Html:
    """The schemes that one sees, and which holds this year."""
    rows = queries.schemes_newest_first(session, actor, after=paging.after, limit=paging.limit)
    year = clock.today(session).year
    townships = {row.township_id for row in rows if row.township_id} | set(writes(actor))
    holding = [queries.scheme_in_force(session, each, year) for each in writes(actor)]
    return view.show(
        "schemes/list.html",
        rows=rows,
        year=year,
        holding={each.id for each in holding if each is not None},
        townships=queries.township_names(session, townships),
        writes=bool(writes(actor)),
        next=rows[-1].id if len(rows) == paging.limit else None,
    )


@pages.get("/new")
def writing(view: Viewed, actor: Signed, session: Unit, scheme: int | None = None) -> Html:
    """A new scheme, begun from one that is there."""
    if not writes(actor):
        raise NotYours("考核方案由组织委员或党委维护，您没有这个职务。")
    begun = text_of(queries.scheme_of(queries.scheme_seen(session, actor, scheme))) if scheme else actions.example()
    return view.show(
        "schemes/new.html",
        begun=begun,
        townships=list(queries.township_names(session, writes(actor)).items()),
        year=clock.today(session).year + 1,
    )


@pages.post("")
def store(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Store it, from what was typed or from a file."""
    sent = form.files("file")
    known = {"yaml": sent[0].content.decode("utf-8", "replace")} if sent else {}
    asked = form.read(SchemeText, **known)
    stored = actions.store_scheme(session, actor, asked.yaml, township_id=asked.township_id)
    return view.to(f"/assessment/schemes/{stored.id}", said="方案已保存；已经启动的年度不受影响。")


@pages.get("/{scheme_id}")
def scheme(view: Viewed, actor: Signed, session: Unit, scheme_id: int) -> Html:
    """One scheme: each indicator in plain words, and its text."""
    row = queries.scheme_seen(session, actor, scheme_id)
    read = queries.scheme_of(row)
    return view.show(
        "schemes/scheme.html",
        row=row,
        scheme=read,
        bounds=bounds_said(read),
        indicators=[
            (each.name, sort_said(each), counted_said(each), kinds_said(each.kinds), left_out_said(each))
            for each in read.indicators
        ],
        text=text_of(read),
        township=queries.township_names(session, [row.township_id]).get(row.township_id) if row.township_id else None,
        writes=bool(writes(actor)),
    )
