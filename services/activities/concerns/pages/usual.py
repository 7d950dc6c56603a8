"""The page of an office's usual answers."""

from fastapi import Response

from services.activities.concerns import actions, queries
from services.activities.concerns.rules import KINDS, RESULTS
from services.activities.concerns.schemas import NewUsualAnswer
from shared.roles import Role
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/concerns/usual-answers")
HERE = "/activities/concerns/usual-answers"


@pages.get("")
def usual_answers(view: Viewed, actor: Signed, session: Unit) -> Html:
    """All of them; whoever is the office's organiser writes them here."""
    actor = actor.acting
    return view.show(
        "concerns/usual.html",
        rows=queries.usual_answers(session, actor),
        writes=bool(actor.units_as(Role.ORGANISER)),
        kinds=KINDS,
        results=RESULTS,
    )


@pages.post("")
def write(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Write one."""
    actions.require_writer(actor)
    actions.write_usual(session, actor, form.read(NewUsualAnswer))
    return view.to(HERE, said="已保存，答复的时候可以选用。")


@pages.post("/{usual_answer_id}/removals")
def remove(view: Viewed, actor: Signed, session: Unit, usual_answer_id: int) -> Response:
    """Offer it no more."""
    actions.remove_usual(session, actor, usual_answer_id)
    return view.to(HERE, said="已删去。")
