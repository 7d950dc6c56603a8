"""The work book's doors."""

from typing import Annotated

from fastapi import Path, Response

from services.activities.workbook import actions, queries
from services.activities.workbook.outside import printed
from services.activities.workbook.rules.books import Quarter
from services.activities.workbook.schemas import TodosOut
from shared import clock
from shared.web import Door, Signed, Unit, UrlId, gives
from shared.web.files import taken

door = Door(tags=["workbook"])
Year = Annotated[int, Path(ge=1950, le=2200)]
Number = Annotated[int, Path(ge=1, le=4)]


@door.get("/todos")
def todos(actor: Signed, session: Unit) -> TodosOut:
    """What waits for somebody by any of his posts, a line for each kind and unit, the most urgent first."""
    return TodosOut.of(queries.todos(session, actor), queries.done_today(session, actor))


@door.get("/groups/{group_id}/books/{year}/{quarter}", response_class=Response, responses=gives("pdf"))
def book(group_id: UrlId, year: Year, quarter: Number, actor: Signed, session: Unit) -> Response:
    """The quarterly book of a group as a PDF, compiled from its confirmed records."""
    made = actions.take_book(session, actor, group_id, Quarter(year, quarter))
    name = f"{made.branch}{made.group}{made.quarter}工作册.pdf"
    return taken(session, printed(made, made_at=clock.now(session)), "application/pdf", name)
