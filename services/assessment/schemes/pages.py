"""The pages of the schemes: each in plain words, its versions, and a new one from its text."""

from fastapi import Response

from services.assessment.schemes import actions, queries
from services.assessment.schemes.actions import MAY_STORE
from services.assessment.schemes.rules import (
    MEASURES,
    OPTIONAL,
    SAVE,
    Row,
    Scheme,
    base_typed,
    bounds_said,
    counted_said,
    fields_of,
    kinds_offered,
    left_out_said,
    looks_at,
    rows_of,
    rows_typed,
    sort_said,
    text_of,
)
from services.assessment.schemes.schemas import InTownship, SchemeText
from shared import clock, switches
from shared.access import Actor
from shared.db import Session
from shared.errors import NotYours
from shared.roles import Role
from shared.web import Form, Html, Kept, Paged, Pages, Sent, Signed, Unit, View, Viewed

pages = Pages(prefix="/schemes")
FORM = "scheme"
STORED = "方案已保存；已经启动的年度不受影响。"
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
    """A new scheme in fields, begun from one that is there: the one named, the one that holds, or the example."""
    if not writes(actor):
        raise NotYours("考核方案由组织委员或党委维护，您没有这个职务。")
    begun, year = begun_from(session, actor, scheme), clock.today(session).year + 1
    typed = view.typed if view.typed and view.typed.text("form") == FORM else None
    rows = rows_typed(typed) if typed else rows_of(begun)
    if typed:  # a row that was just added has no measure typed yet
        typed.entries += [(f"measure-{row.number}", row.measure) for row in rows]
    return view.show(
        "schemes/new.html",
        scheme_key=typed.text("scheme_key") if typed else begun.key,
        fields=fields_of(begun) | {"year_from": year, "version": year, "year_to": ""},
        over_base=begun.over_base,
        rows=rows,
        next_row=max((row.number for row in rows), default=-1) + 1,
        opened=opened(view, typed, rows),
        worth=base_typed(rows),
        kinds=kinds_offered(rows, switches.on_for(session, writes(actor)[0])),
        measures=MEASURES,
        optional=OPTIONAL,
        townships=list(queries.township_names(session, writes(actor)).items()),
        based_on=scheme,
    )


def opened(view: View, typed: Form | None, rows: list[Row]) -> set[int]:
    """The rows that stand open: the one that a button was about, those without a name, and where something is wrong."""
    flawed = view.trouble.fields if typed and view.trouble else ()
    about = {name.rpartition("-")[2] for name in (*flawed, typed.text("do") if typed else "")}
    return {row.number for row in rows if str(row.number) in about or not row.values["name"]}


@pages.post("/new")
def written_in_fields(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Save the fields as a new version; any other button changes the rows of the form, and nothing is stored."""
    if form.text("do") != SAVE:
        view.typed = form
        return Kept(writing(view, actor, session))
    stored = actions.store_draft(session, actor, form, township_id=form.read(InTownship).township_id)
    return view.to(f"/assessment/schemes/{stored.id}", said=STORED)


@pages.get("/new/text")
def writing_text(view: Viewed, actor: Signed, session: Unit, scheme: int | None = None) -> Html:
    """The same from its text, for whoever writes schemes elsewhere."""
    if not writes(actor):
        raise NotYours("考核方案由组织委员或党委维护，您没有这个职务。")
    return view.show(
        "schemes/text.html",
        begun=text_begun(session, actor, scheme),
        townships=list(queries.township_names(session, writes(actor)).items()),
        year=clock.today(session).year + 1,
    )


def begun_from(session: Session, actor: Actor, scheme_id: int | None) -> Scheme:
    """The scheme that a new one begins from."""
    if scheme_id is not None:
        return queries.scheme_of(queries.scheme_seen(session, actor, scheme_id))
    where, year = writes(actor)[0], clock.today(session).year
    holds = queries.scheme_in_force(session, where, year)
    return queries.scheme_of(holds) if holds else queries.example(session, where, year)


def text_begun(session: Session, actor: Actor, scheme_id: int | None) -> str:
    """The text that a new one begins from: that of a scheme, or the example with its comments."""
    if scheme_id is not None:
        return text_of(queries.scheme_of(queries.scheme_seen(session, actor, scheme_id)))
    owed = queries.kinds_owed_in(session, writes(actor)[0], clock.today(session).year)
    return queries.example_text(owed)


@pages.post("")
def store(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Store it, from what was typed or from a file."""
    actions.refuse_others(actor, form.read(InTownship).township_id)
    sent = form.files("file")
    known = {"yaml": sent[0].content.decode("utf-8", "replace")} if sent else {}
    asked = form.read(SchemeText, **known)
    stored = actions.store_scheme(session, actor, asked.yaml, township_id=asked.township_id)
    return view.to(f"/assessment/schemes/{stored.id}", said=STORED)


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
            (each.name, sort_said(each), counted_said(each), looks_at(each), left_out_said(each))
            for each in read.indicators
        ],
        text=text_of(read),
        township=queries.township_names(session, [row.township_id]).get(row.township_id) if row.township_id else None,
        writes=bool(writes(actor)),
    )
