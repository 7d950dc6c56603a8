"""The page of who may not be put forward: the office's alone, with since when and until when, and never why."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query, Response

from services.assessment.cases.queries import OFFICE
from services.assessment.choosings import actions, queries
from services.assessment.choosings.schemas import NewBar
from shared import clock
from shared.errors import Invalid, NotYours
from shared.roles import Role
from shared.shapes import ID_MAX
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/choosings")
HERE = "/assessment/choosings/bars"
Chosen = Annotated[int, Query(ge=0, le=ID_MAX)]


@pages.get("/bars")
def bars(view: Viewed, actor: Signed, session: Unit, unit_id: Chosen = 0) -> Html:
    """Who may not be put forward; and, unit by unit, whom the organiser may mark."""
    if not actor.acting.units_as(*OFFICE):
        raise NotYours("不宜提名的标记由乡镇组织委员办理，党委可以查看。支部在核对人选时会看到结论。")
    today = clock.today(session)
    return view.show(
        "choosings/bars.html",
        rows=queries.barred(session, actor.acting, today),
        day=timedelta(days=1),
        marks=bool(actor.units_as(Role.ORGANISER)),
        places=queries.places_to_mark(session, actor),
        members=queries.members_to_mark(session, actor, unit_id, today) if unit_id else [],
        unit_id=unit_id,
        today=today,
    )


@pages.post("/bars")
def bar(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Mark somebody, or take the mark away."""
    if not actor.units_as(Role.ORGANISER):
        raise NotYours("不宜提名的标记由乡镇组织委员办理，您没有这个职务。")
    if not form.text("person_id"):
        raise Invalid("请选择党员。", field="person_id")
    asked = form.read(NewBar, standing=bool(form.text("standing")))
    actions.bar(session, actor, asked)
    said = "已取消标记，可以作为人选。" if asked.standing else "已标记。支部提名时会看到“请另提人选”，看不到原因。"
    return view.to(HERE, said=said)
