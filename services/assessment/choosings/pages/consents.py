"""Whether somebody agrees to stand: the branch asks on the page of a choosing, and he answers on his own."""

from fastapi import Response

from services.assessment.choosings import actions, queries
from services.assessment.choosings.pages.choosing import LIST, POSTS
from services.assessment.choosings.schemas import Asking
from shared.errors import Invalid
from shared.people import names_of
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/choosings")
SAYS = {"yes": True, "no": False}


@pages.get("/asked")
def asked(view: Viewed, actor: Signed, session: Unit) -> Html:
    """What one is asked oneself, to be answered with yes or no."""
    rows = queries.own_consents(session, actor)
    units = names_of(session, {row.group_id for row in rows})
    return view.show("choosings/asked.html", rows=rows, units=units, posts=dict(POSTS))


@pages.post("/{choosing_id}/consents")
def ask(view: Viewed, actor: Signed, session: Unit, choosing_id: int, form: Sent) -> Response:
    """Ask somebody."""
    actions.ask(session, actor, choosing_id, form.read(Asking))
    return view.to(f"{LIST}/{choosing_id}", said="已发消息征求本人意见；没有手机的，当面问过后登记日期。")


@pages.post("/{choosing_id}/answers")
def answer(view: Viewed, actor: Signed, session: Unit, choosing_id: int, form: Sent) -> Response:
    """Say yes or no."""
    queries.own_consent(session, actor, choosing_id)
    says = SAYS.get(form.text("agrees"))
    if says is None:
        raise Invalid("请点“同意”或者“不同意”。", field="agrees")
    actions.answer(session, actor, choosing_id, agrees=says)
    return view.to(f"{LIST}/asked", said="已告诉支部。")
