"""Corrections of what is registered of people: proposed or done on somebody's page, decided in one list."""

from fastapi.responses import Response

from services.activities.register import actions, queries
from services.activities.register.rules.correcting import Stage
from services.activities.register.schemas import Because, Known
from shared.errors import NotYours
from shared.roles import Role
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/register")
HERE = "/activities/register"


@pages.post("/people/{person_id}/corrections")
def correct(view: Viewed, person_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """What is registered of somebody is to be otherwise."""
    asked = form.read(Known)
    row = actions.correct_person(session, actor, person_id, asked.wanted(), reason=asked.reason)
    said = "已更正，原来的登记留在更正记录里。" if row.stage == Stage.DONE else "已提出，组织委员同意以后才更正。"
    return view.to(f"{HERE}/people/{person_id}", said=said)


@pages.get("/corrections")
def asked(view: Viewed, actor: Signed, session: Unit) -> Html:
    """What is proposed and waits for the organiser."""
    if not actor.units_as(Role.ORGANISER, Role.COMMITTEE):
        raise NotYours("登记的更正由组织委员决定，涉及组织委员本人的由党委决定，您没有这个职务。")
    return view.show("register/corrections.html", found=queries.corrections_asked(session, actor))


@pages.post("/corrections/{correction_id}/agreements")
def agree(view: Viewed, correction_id: int, actor: Signed, session: Unit) -> Response:
    """The organiser's nod."""
    actions.agree_correction(session, actor, correction_id)
    return view.to(f"{HERE}/corrections", said="已同意，登记已更正。")


@pages.post("/corrections/{correction_id}/refusals")
def decline(view: Viewed, correction_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """It is not to be."""
    actions.decline_correction(session, actor, correction_id, reason=form.read(Because).reason)
    return view.to(f"{HERE}/corrections", said="已答复不同意，登记没有改动。")
