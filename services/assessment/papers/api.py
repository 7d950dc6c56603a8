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
