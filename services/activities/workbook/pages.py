"""The work book's pages: where leaders and secretaries land, a meeting written up, and the quarterly books."""

from typing import Annotated

from fastapi import Depends, Path, Query
from fastapi.responses import Response

from services.activities.ledger import actions as ledger
from services.activities.ledger.pages import SAID, attach_to, roll_of, waiting_for
from services.activities.ledger.schemas import NewActivity
from services.activities.workbook import actions, queries
from services.activities.workbook.outside import printed
from services.activities.workbook.rules.books import Quarter
from services.activities.workbook.rules.desk import MOST_LINES
from shared import clock
from shared.roles import Role
from shared.shapes import Day
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed
from shared.web.files import taken

pages = Pages()
Id = Annotated[int, Query(ge=1)]


@pages.get("/desk")
def home(view: Viewed, actor: Signed, session: Unit) -> Html:
    """Where leaders and secretaries land: a secretary's morning, or a leader's month."""
    if actor.acting.units_as(Role.SECRETARY):
        return _secretary(view, actor.acting, session)
    groups = queries.writes_for(session, actor.acting) or queries.writes_for(session, actor)
    if not groups:
        return view.show("workbook/which.html", groups=[], kind="")
    return _desk(view, actor, session, groups[0].id)


@pages.get("/groups/{group_id}")
def desk(view: Viewed, group_id: int, actor: Signed, session: Unit) -> Html:
    """The desk of one group."""
    return _desk(view, actor, session, group_id)


def _desk(view: Viewed, actor: Signed, session: Unit, group_id: int) -> Html:
    groups = queries.writes_for(session, actor)
    found = queries.desk(session, actor, group_id)
    lines = [*found.unfinished, *found.todo]
    _keep_for_leader(view, actor)
    return view.show(
        "workbook/desk.html",
        desk=found,
        unfinished=found.unfinished[:MOST_LINES],
        todo=found.todo[: max(0, MOST_LINES - len(found.unfinished))],
        more=max(0, len(lines) - MOST_LINES),
        groups=groups,
        writes=any(group.id == found.group.id for group in groups),
        today=clock.today(session),
        **SAID,
    )


def _keep_for_leader(view: Viewed, actor: Signed) -> None:
    """A copy stays on a leader's own telephone, for the village without signal; never on a computer of the office."""
    if actor.acting.units_as(Role.LEADER, Role.DEPUTY):
        view.keep_copy()


def _secretary(view: Viewed, actor: Signed, session: Unit) -> Html:
    """Records that wait, what of the year waits, and the branch's groups by months."""
    branches = queries.branches_at_a_glance(session, actor)
    return view.show(
        "workbook/secretary.html",
        branches=branches,
        assessed=queries.waiting_of_the_year(session, [row.branch.id for row in branches]),
        today=clock.today(session),
        **waiting_for(session, actor),
        **SAID,
    )


@pages.get("/todos")
def todos(view: Viewed, actor: Signed, session: Unit) -> Html:
    """What waits for the post that somebody acts in, in all systems; that of his other posts is one line."""
    mine = [line for line in view.todos if (line.holder, line.held_in) == actor.duty]
    return view.show(
        "workbook/todos.html",
        lines=mine,
        others=sum(line.count for line in view.todos) - view.waiting,
        done=queries.done_today(session, actor),
        today=clock.today(session),
    )


# --- a meeting written up ---


@pages.get("/records/new")
def write(
    view: Viewed,
    actor: Signed,
    session: Unit,
    *,
    group_id: Annotated[int | None, Query(ge=1)] = None,
    kind: str = "",
    on: Day | None = None,
) -> Response:
    """The form of a new record, half written; whoever writes for several groups chooses one first."""
    groups = queries.writes_for(session, actor.acting) or queries.writes_for(session, actor)
    if group_id is None and len(groups) != 1:
        return view.show("workbook/which.html", groups=groups, kind=kind)
    start = queries.start(session, actor, group_id or groups[0].id, on)
    chosen = next((each.kind for each in start.kinds if each.kind == kind), start.kinds[0].kind)
    _keep_for_leader(view, actor)
    return view.show("workbook/write.html", start=start, chosen=chosen, today=clock.today(session), **SAID)


@pages.post("/records")
def record(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Write it, as a draft or handed in; photos with it, if there are any."""
    asked = form.read(NewActivity, recorder_id=actor.person_id, **roll_of(form))
    made = ledger.record_activity(session, actor, asked.group_id, ledger.draft_of(asked), submitted=asked.submitted)
    attach_to(session, actor, made.id, form)
    if asked.submitted:
        return view.to("/activities/desk", said="已提交，等待支部书记确认。")
    return view.to(f"/activities/records/{made.id}", said="已存为草稿，写好后请提交。")


# --- books ---


def quarter_of(year: Annotated[int, Path(ge=1950, le=2200)], quarter: Annotated[int, Path(ge=1, le=4)]) -> Quarter:
    """The quarter that an address names."""
    return Quarter(year, quarter)


Chosen = Annotated[Quarter, Depends(quarter_of)]


@pages.get("/books")
def books(view: Viewed, actor: Signed, session: Unit) -> Html:
    """The groups whose books somebody may open, with the present quarter and the one before."""
    now = Quarter.of(clock.today(session))
    return view.show("workbook/books.html", groups=queries.books_of(session, actor.acting), quarters=[now.before, now])


@pages.get("/groups/{group_id}/books/{year}/{quarter}")
def book(view: Viewed, group_id: int, chosen: Chosen, actor: Signed, session: Unit) -> Html:
    """The book of a quarter on the screen; it prints on A4 too."""
    made = queries.book(session, actor, group_id, chosen)
    ahead = chosen.after.starts_on <= clock.today(session)
    return view.show("workbook/book.html", book=made, quarter=chosen, group_id=group_id, ahead=ahead)


@pages.get("/groups/{group_id}/books/{year}/{quarter}/pdf")
def book_as_pdf(group_id: int, chosen: Chosen, actor: Signed, session: Unit) -> Response:
    """The same as a file, to be filed and printed."""
    made = actions.take_book(session, actor, group_id, chosen)
    name = f"{made.branch}{made.group}{made.quarter}工作册.pdf"
    return taken(session, printed(made, made_at=clock.now(session)), "application/pdf", name)
