"""The pages of people's views: note one in twenty seconds, what is in hand, a year and its papers."""

from typing import Annotated

from fastapi import Query, Response

from services.activities.concerns import actions, queries
from services.activities.concerns.pages.concern import STAGES, Known, given, led
from services.activities.concerns.rules import (
    KINDS,
    PASTS,
    Stage,
    period_of,
    shown,
)
from services.activities.concerns.schemas import (
    AskedList,
    AskedPeriod,
    NewConcern,
    PaperWord,
)
from shared import clock, switches
from shared.access import Actor
from shared.db import Session
from shared.matters.rules import days_late
from shared.papers.press import ListForm
from shared.roles import Role
from shared.systems import System
from shared.web import Html, Paged, Pages, Sent, Signed, Unit, Viewed
from shared.web.files import PaperVersion

pages = Pages(prefix="/concerns")
OVER = (Stage.SETTLED, Stage.CLOSED, Stage.MERGED, Stage.WITHDRAWN)
YEARS_BACK = 4


@pages.get("")
def listing(view: Viewed, actor: Signed, session: Unit, paging: Paged, asked: Annotated[AskedList, Query()]) -> Html:
    """What goes on, the next day first; what is over, or a unit's year, the newest first."""
    actor, today, show = actor.acting, clock.today(session), asked.show
    by_pages = show in OVER or asked.unit_id is not None or asked.cell_id is not None or asked.year is not None
    rows = (
        queries.concerns(
            session,
            actor,
            after=paging.after,
            limit=paging.limit,
            stage=show,
            unit_id=asked.unit_id,
            cell_id=asked.cell_id,
            year=asked.year,
        )
        if by_pages
        else queries.open_concerns(session, actor, after=paging.after, limit=paging.limit, stage=show)
    )
    counts, late = queries.open_counts(session, actor)
    return view.show(
        "concerns/list.html",
        rows=rows,
        names=queries.named(session, rows),
        counts=counts,
        late_many=late,
        late={row.id: days_late(row, today) for row in rows if row.ended_on is None},
        show=show and show.value,
        year=asked.year,
        stages=STAGES,
        kinds=KINDS,
        over=[(stage.value, stage.chinese) for stage in OVER],
        next=rows[-1].id if len(rows) == paging.limit else None,
        notes=notes_here(session, actor),
        answers=bool(actor.units_as(*queries.SEES)),
        usual=bool(actor.units_as(*queries.BRANCHES, *queries.OFFICE)),
    )


def notes_here(session: Session, actor: Actor) -> bool:
    """Whether somebody notes views, where the system is on."""
    if not actor.units_as(*queries.NOTERS) or not actor.duty:
        return False
    return System.CONCERNS in switches.on_for(session, actor.duty[1])


@pages.get("/new")
def new(view: Viewed, actor: Signed, session: Unit, unit_id: Known = None, cell_id: Known = None) -> Html:
    """The form: kind, words, urgent or not."""
    units = queries.units_for(session, actor.acting) or queries.units_for(session, actor)
    if actor.acting.units_as(Role.LEADER, Role.DEPUTY):
        view.keep_copy()  # on his own telephone, for where there is no signal
    return view.show(
        "concerns/new.html",
        units=units,
        cells=queries.cells_for(session, actor.acting),
        cell=cell_id,
        chosen=unit_id or (units[0][0] if units else None),
        kinds=list(KINDS.items()),
        pasts=list(PASTS.items()),
        alike=queries.alike(session, actor, [each for each, _ in units]),
        kinds_said=KINDS,
    )


@pages.post("")
def note(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Note it; words that name somebody are replaced where that is asked for."""
    actions.require_noter(actor)
    if form.text("then") == "clean":
        form.fill({"said": actions.clean(session, form.text("said"))})
    row = actions.note(session, actor, form.read(NewConcern, passes=form.text("then") != "keep"))
    if row.merged_into is not None:
        return led(view, actor, session, row.merged_into, f"已记下（{row.number}），合并到这一条，人次加一。")
    session.flush()
    lost = "选的网格已经撤销，由支部放入新的网格。" if row.cell_lost else ""
    return led(view, actor, session, row.id, f"已记下（{row.number}）。{lost}")


@pages.get("/year")
def year(view: Viewed, actor: Signed, session: Unit, asked: Annotated[AskedPeriod, Query()]) -> Html:
    """The kinds of a period in numbers, and the sheet for the notice board."""
    actor, today = actor.acting, clock.today(session)
    period = period_of(asked.year or today.year, asked.quarter, asked.month)
    least, answers = queries.least_shown(session, actor), bool(actor.units_as(*queries.SEES))
    branch = queries.branch_of(session, actor)
    return view.show(
        "concerns/year.html",
        period=period,
        asked=asked,
        years=range(today.year, today.year - YEARS_BACK, -1),
        answers=answers,
        rows=queries.figures(session, actor, period.start, period.end),
        board=queries.figures(session, actor, period.start, period.end, shown=True)
        if answers or branch is None
        else queries.board(session, branch, period.start, period.end),
        least=least,
        shown=shown,
        kinds=KINDS,
        today=today,
        own=actions.has_own_ledger(session, actor),
    )


@pages.get("/papers/{paper}")
def paper(  # noqa: PLR0917  FastAPI passes them by name
    actor: Signed,
    session: Unit,
    paper: PaperWord,
    asked: Annotated[AskedPeriod, Query()],
    form: Annotated[ListForm, Query()] = "xlsx",
    version: PaperVersion = 0,
) -> Response:
    """The ledger or the figures of a period, as a list."""
    period = period_of(asked.year or clock.today(session).year, asked.quarter, asked.month)
    take = actions.take_ledger if paper == "ledger" else actions.take_figures
    return given(session, take(session, actor.acting, period, form=form, version=version))
