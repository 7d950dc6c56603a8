"""Standing in for a post, on the page of its unit: begun with a last day, and ended before it."""

from fastapi.responses import Response

from services.activities.register import actions
from services.activities.register.rules.ending import end_said
from services.activities.register.schemas import NewStandIn, PostEnding
from shared.web import Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/register")
HERE = "/activities/register/units"


@pages.post("/units/{unit_id}/stand-ins")
def stand_in(view: Viewed, unit_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Somebody stands in for a post until a last day."""
    asked = form.read(NewStandIn)
    actions.stand_in(session, actor, unit_id=unit_id, **asked.model_dump())
    return view.to(f"{HERE}/{unit_id}", said="代行已登记，到期自行结束。")


@pages.post("/stand-ins/{stand_in_id}/endings")
def stand_down(view: Viewed, stand_in_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """It is over before its last day."""
    asked = form.read(PostEnding)
    row = actions.stand_down(session, actor, stand_in_id, reason=asked.reason, ends_on=asked.first_day_off)
    said = end_said(row.starts_on, row.ends_on, "不再代行")
    return view.to(f"{HERE}/{row.unit_id}", said=f"代行已结束，{said}")
