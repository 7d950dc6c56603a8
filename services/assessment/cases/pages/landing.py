"""Where each begins: the office with the year and what waits, a secretary with his leaders, a leader with himself."""

from typing import Annotated

from fastapi import Query, Response

from services.assessment.cases import actions, queries
from services.assessment.cases.pages.seen import year_of
from services.assessment.cases.queries import OFFICE
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.rules import assessed_year
from services.assessment.cycles.schemas import Year as Opening
from services.assessment.schemes.queries import example, kinds_owed_in, scheme_in_force, scheme_of
from services.assessment.schemes.rules import idle
from shared import clock
from shared.errors import NotYours
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages()
YEARS = 12
Wanted = Annotated[int | None, Query(ge=1950, le=2200)]


@pages.get("/")
def landing(view: Viewed, actor: Signed, session: Unit) -> Html:
    """What of the newest year concerns whoever looks in the post that he acts in, and the years before."""
    actor = actor.acting
    years = cycles.cycles_page(session, actor, after=None, limit=YEARS)
    year = year_of(session, actor, years[0].id) if years else None
    return view.show(
        "cycles/landing.html",
        year=year,
        years=years,
        townships=cycles.townships_as(session, actor, *OFFICE),
        assessed=assessed_year(clock.today(session)),
        own=queries.own(session, actor)[:1],
    )


@pages.get("/cycles/new")
def opening(view: Viewed, actor: Signed, session: Unit, year: Wanted = None) -> Html:
    """Open a year: one form, with the calendar that it would have."""
    townships = cycles.townships_as(session, actor, *OFFICE)
    if not townships:
        raise NotYours("年度考核由组织委员或党委启动，您没有这个职务。")
    where, today = townships[0], clock.today(session)
    wanted = year or assessed_year(today)
    stored = scheme_in_force(session, where.id, wanted)
    scheme = scheme_of(stored) if stored else example(session, where.id, wanted)
    return view.show(
        "cycles/new.html",
        options=[(each.id, each.name) for each in townships],
        today=today,
        year=wanted,
        calendar=cycles.calendar_today(session, where.id),
        scheme=scheme,
        stored=stored,
        idle=idle(scheme, kinds_owed_in(session, where.id, wanted)),
        opened=cycles.cycle_of(session, actor, township_id=where.id, year=wanted),
    )


@pages.post("/cycles")
def open_cycle(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Open it."""
    asked = form.read(Opening)
    cycle = actions.open_cycle(session, actor, township_id=asked.township_id, year=asked.year)
    return view.to(f"/assessment/cycles/{cycle.id}", said=f"{cycle.year}年度考核已启动，各支部已收到通知。")
