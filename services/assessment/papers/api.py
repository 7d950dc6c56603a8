"""The door to the papers."""

from fastapi import Response

from services.assessment.papers import actions
from shared.web import Door, Signed, Unit
from shared.web.files import download

door = Door(tags=["papers"])


@door.get("/cycles/{cycle_id}/results.xlsx", response_class=Response)
def results(session: Unit, actor: Signed, cycle_id: int) -> Response:
    """A year's results as a workbook."""
    paper = actions.take_results(session, actor, cycle_id)
    return download(paper.data, paper.media_type, paper.name)


@door.get("/cases/{case_id}/opinion.docx", response_class=Response)
def opinion_word(session: Unit, actor: Signed, case_id: int) -> Response:
    """A leader's opinion form in Word."""
    paper = actions.take_opinion(session, actor, case_id, form="docx")
    return download(paper.data, paper.media_type, paper.name)


@door.get("/cases/{case_id}/opinion.pdf", response_class=Response)
def opinion_pdf(session: Unit, actor: Signed, case_id: int) -> Response:
    """The same as PDF."""
    paper = actions.take_opinion(session, actor, case_id, form="pdf")
    return download(paper.data, paper.media_type, paper.name)
