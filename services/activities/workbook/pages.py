"""The work book's pages: what waits for everybody, a meeting written up, and the quarterly books."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Path, Query
from fastapi.responses import Response

from services.activities.ledger import actions as ledger
from services.activities.ledger.pages import SAID, attach_to, read_pasted, roll_of, waiting_for
from services.activities.ledger.rules.stages import WRITERS
from services.activities.ledger.schemas import NewActivity
from services.activities.workbook import actions, queries
from services.activities.workbook.outside import printed
from services.activities.workbook.queries import Desk
from services.activities.workbook.rules.books import Quarter
from services.activities.workbook.rules.desk import MOST_LINES
from services.activities.workbook.rules.lines import (
    Entry,
    errors_first,
    families_of,
    in_order,
    is_shown_singly,
    kinds_among,
    of_groups,
    of_line,
    off_of,
)
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.roles import Role
from shared.shapes import Day
from shared.systems import SYSTEMS, System
from shared.todos import Line
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed
from shared.web.files import taken
from shared.web.pages import View
from shared.web.sections import TODOS
from shared.web.shapes import PAGE_ROWS

pages = Pages()
Id = Annotated[int, Query(ge=1)]
YEARS_BACK = 4


def show_todos(
    view: View,
    actor: Actor,
    session: Session,
    *,
    more: Sequence[Entry] = (),
    whole: bool = False,
    branch_id: int | None = None,
    kind: str = "",
) -> Html:
    """What waits for the post that somebody acts in; what waits for his others is one line. `more`: of the office's."""
    acting, today = actor.acting, clock.today(session)
    mine = [line for line in view.todos if (line.holder, line.held_in) == actor.duty]
    known = {
        "others": sum(line.count for line in view.todos) - view.waiting,
        "done": queries.done_today(session, actor),
        "today": today,
        **SAID,
    }
    if acting.units_as(Role.SECRETARY):
        return _morning(view, actor, session, mine, known)
    if acting.units_as(Role.ORGANISER):
        due = queries.due_in_township(session, acting, today, mine)
        entries = [*(of_line(line, today) for line in mine), *due]
        known |= {"branches": queries.branches_among(session, entries), "kinds_said": kinds_among(entries)}
        entries = entries or queries.first_step(session, acting)
        return _office(view, entries, known, whole=whole, branch_id=branch_id, kind=kind)
    groups = queries.writes_for(session, acting)
    if groups:
        found = queries.desk(session, actor, groups[0].id)
        return _month(view, actor, found, mine, known | {"groups": ()}, whole=whole)
    looks = queries.to_look_at(session, acting, view.systems)
    entries = [*more, *in_order(of_line(line, today) for line in mine), *looks]
    return view.show("workbook/todos.html", entries=entries, **known)


def _office(
    view: Viewed, entries: Sequence[Entry], known: dict[str, Any], *, whole: bool, branch_id: int | None, kind: str
) -> Html:
    """An organiser's list: what waits for him and what is due in the township, by branch and kind where he asks so."""
    chosen = [each for each in entries if branch_id in (None, each.branch_id) and kind in ("", each.kind)]
    return view.show(
        "workbook/office.html",
        entries=errors_first(chosen) if whole else errors_first(chosen)[:PAGE_ROWS],
        more=0 if whole else max(0, len(chosen) - PAGE_ROWS),
        chosen={"branch_id": branch_id, "kind": kind},
        **known,
    )


def _month(
    view: Viewed, actor: Signed, found: Desk, mine: Sequence[Line], known: dict[str, Any], *, whole: bool = False
) -> Html:
    """A leader's month: what waits for him and what his group owes, as one list of few lines, and the year."""
    today, writes = known["today"], bool(actor.roles_over(found.group.id, found.group.branch_id) & WRITERS)
    lines = [of_line(line, today) for line in mine if not is_shown_singly(line, holder=line.holder)]
    entries = in_order([*lines, *queries.entries_of(found, today, writes=writes)])
    _keep_for_leader(view, actor)
    return view.show(
        "workbook/month.html",
        desk=found,
        entries=entries if whole else entries[:MOST_LINES],
        more=0 if whole else max(0, len(entries) - MOST_LINES),
        writes=writes,
        **known,
    )


def _morning(view: Viewed, actor: Signed, session: Unit, mine: Sequence[Line], known: dict[str, Any]) -> Html:
    """A secretary's morning: what waits for him, the records to confirm in one go, and the branch by months."""
    branches = queries.branches_at_a_glance(session, actor.acting)
    owed = [
        of_groups(row.branch.id, row.branch.name, row.lacking, missing=row.missing) for row in branches if row.lacking
    ]
    lines = [of_line(line, known["today"]) for line in mine if not is_shown_singly(line, holder=Role.SECRETARY)]
    return view.show(
        "workbook/morning.html",
        branches=branches,
        entries=in_order([*lines, *owed]),
        **waiting_for(session, actor.acting),
        **known,
    )


@pages.get("/systems")
def systems(view: Viewed, actor: Signed, session: Unit) -> Html:
    """The systems that the township has, in their groups, each with what of it waits for the post that he acts in."""
    mine = [line for line in view.todos if (line.holder, line.held_in) == actor.duty]
    owed = {System.GROUP_LIFE: queries.owed_said(session, actor)} if System.GROUP_LIFE in view.systems else {}
    families, off = families_of(mine, SYSTEMS, view.systems, owed), off_of(SYSTEMS, view.systems)
    return view.show("workbook/systems.html", families=families, off=off)


@pages.get("/groups/{group_id}")
def desk(view: Viewed, group_id: int, actor: Signed, session: Unit, *, whole: bool = False) -> Html:
    """What a group has to do this month, its year and its last records."""
    found = queries.desk(session, actor, group_id)
    known = {
        "others": 0,
        "done": 0,
        "today": clock.today(session),
        "groups": queries.writes_for(session, actor),
        **SAID,
    }
    return _month(view, actor, found, (), known, whole=whole)


def _keep_for_leader(view: Viewed, actor: Signed) -> None:
    """A copy stays on a leader's own telephone, for the village without signal; never on a computer of the office."""
    if actor.acting.units_as(Role.LEADER, Role.DEPUTY):
        view.keep_copy()


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
        return view.show("workbook/which.html", groups=groups, kind=kind, on=on)
    start = queries.start(session, actor, group_id or groups[0].id, on, kind)
    chosen = next((each.kind for each in start.kinds if each.kind == kind), start.kinds[0].kind)
    tapped = f"-{kind}-{on or ''}" if kind or on else ""  # what is written of one thing is kept apart from another
    _keep_for_leader(view, actor)
    return view.show(
        "workbook/write.html", start=start, chosen=chosen, tapped=tapped, today=clock.today(session), **SAID
    )


@pages.post("/records")
def record(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Write it, as a draft or handed in; photos with it, if there are any."""
    asked = form.read(NewActivity, recorder_id=actor.person_id, **roll_of(form))
    read_pasted(session, actor, form, asked.group_id, asked)
    made = ledger.record_activity(session, actor, asked.group_id, ledger.draft_of(asked), submitted=asked.submitted)
    attach_to(session, actor, made.id, form)
    if asked.submitted:
        return view.to(TODOS, said="已提交，等待支部书记确认。")
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
    return view.show(
        "workbook/books.html",
        groups=queries.books_of(session, actor.acting),
        quarters=[now.before, now],
        years=range(now.year, now.year - YEARS_BACK - 1, -1),
    )


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
