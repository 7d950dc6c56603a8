"""Papers from the pages: the same files as the door for programs gives."""

from fastapi import Response

from services.assessment.papers import actions
from services.assessment.papers.schemas import Paper
from shared.web import Pages, Signed, Unit
from shared.web.files import download

pages = Pages()


@pages.get("/cycles/{cycle_id}/results.xlsx")
def results(actor: Signed, session: Unit, cycle_id: int) -> Response:
    """A year's results as a workbook."""
    return given(actions.take_results(session, actor, cycle_id))


@pages.get("/cases/{case_id}/opinion.docx")
def opinion_word(actor: Signed, session: Unit, case_id: int) -> Response:
    """A leader's opinion form in Word."""
    return given(actions.take_opinion(session, actor, case_id, form="docx"))


@pages.get("/cases/{case_id}/opinion.pdf")
def opinion_pdf(actor: Signed, session: Unit, case_id: int) -> Response:
    """The same as PDF."""
    return given(actions.take_opinion(session, actor, case_id, form="pdf"))


@pages.get("/opinion-template.docx")
def template(actor: Signed, session: Unit) -> Response:  # noqa: ARG001  signed in by the session's own rules
    """The template of the opinion form, to be edited."""
    return given(actions.take_template(actor))


def given(paper: Paper) -> Response:
    """A paper as a file to be saved."""
    return download(paper.data, paper.media_type, paper.name)
