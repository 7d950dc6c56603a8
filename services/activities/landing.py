"""Where everybody's work begins: what waits for him, of the work book, and of the office for whoever keeps it."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import RedirectResponse, Response

from services.activities.office import queries as office
from services.activities.workbook import queries as workbook
from services.activities.workbook.pages import show_todos
from services.activities.workbook.rules.lines import of_amiss, of_over_quota, of_stead
from shared import clock
from shared.roles import Role
from shared.web import Html, Pages, Signed, Unit, Viewed
from shared.web.sections import TODOS

pages = Pages()


@pages.get("/")
@pages.get("/desk")
def home(_: Signed) -> Response:
    """On to it; also by the address at which a leader's month and a secretary's morning stood before."""
    return RedirectResponse(TODOS, status_code=303)


@pages.get("/todos")
def todos(
    view: Viewed,
    actor: Signed,
    session: Unit,
    *,
    whole: bool = False,
    branch_id: Annotated[int | None, Query(ge=1)] = None,
    kind: str = "",
) -> Html:
    """What waits; for keeper and auditor also what is amiss with the machine and with its history.

    For the committee: a year in which more are excellent than the quota allows.
    """
    more = [of_amiss(*each) for each in office.amiss(session, actor.acting)]
    for township_id in actor.acting.units_as(Role.COMMITTEE):
        more += [of_over_quota(*each) for each in office.over_quota(session, township_id)]
    today = clock.today(session)
    more += [of_stead(line, today) for line in workbook.in_stead(session)]
    return show_todos(view, actor, session, more=more, whole=whole, branch_id=branch_id, kind=kind)
