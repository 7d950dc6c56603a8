"""The papers of choosings from the pages, and the list that the committee signs."""

from typing import Annotated

from fastapi import Query, Response

from services.assessment.cases.queries import OFFICE
from services.assessment.choosings import actions, queries
from services.assessment.choosings.rules import Verdict
from shared import clock
from shared.errors import NotYours
from shared.files import KINDS
from shared.papers.press import ListForm, Made, PaperForm
from shared.shapes import ID_MAX
from shared.web import Html, Pages, Signed, Unit, Viewed
from shared.web.files import PaperVersion, taken

pages = Pages(prefix="/choosings")
Year = Annotated[int | None, Query(ge=1950, le=2200)]
Chosen = Annotated[int, Query(ge=0, le=ID_MAX)]


@pages.get("/signing")
def signing(view: Viewed, actor: Signed, session: Unit) -> Html:
    """Those whom the committee is asked to agree to, with what does not simply fit."""
    if not actor.acting.units_as(*OFFICE):
        raise NotYours("审批名单由党委和组织委员查看，您没有这个职务。")
    rows = queries.to_sign(session, actor.acting)
    notes = {
        row[0].id: [ground for _, verdict, ground in row[0].checks or () if verdict != Verdict.PASS] for row in rows
    }
    return view.show("choosings/signing.html", rows=rows, notes=notes)


@pages.get("/signing/list")
def to_sign(actor: Signed, session: Unit, form: ListForm = "pdf", version: PaperVersion = 0) -> Response:
    """The same, to be signed on paper."""
    return _given(session, actions.take_to_sign(session, actor, form=form, version=version))


@pages.get("/register")
def register(  # noqa: PLR0917  FastAPI passes them by name
    actor: Signed,
    session: Unit,
    year: Year = None,
    choosing_id: Chosen = 0,
    form: ListForm = "xlsx",
    version: PaperVersion = 0,
) -> Response:
    """Those who were filed in a year, or under the number of a choosing."""
    of_year = year or clock.today(session).year
    return _given(
        session, actions.take_register(session, actor, of_year, choosing_id=choosing_id, form=form, version=version)
    )


@pages.get("/{choosing_id}/papers/{printed}")
def paper(  # noqa: PLR0917  FastAPI passes them by name
    actor: Signed,
    session: Unit,
    choosing_id: int,
    printed: actions.ChoosingPaper,
    form: PaperForm = "docx",
    version: PaperVersion = 0,
) -> Response:
    """A paper of a choosing, in Word or as PDF."""
    return _given(session, actions.take_paper(session, actor, choosing_id, printed, form=form, version=version))


def _given(session: Unit, made: Made) -> Response:
    return taken(session, made.data, KINDS[made.form], made.name)
