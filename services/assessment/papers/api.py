"""The door to the papers."""

from fastapi import Response, UploadFile

from services.assessment.papers import actions, queries
from services.assessment.papers.schemas import TemplateSeen
from shared.files import Handed
from shared.web import Door, Signed, Unit, UrlId, gives, refusals
from shared.web.files import download, taken

door = Door(tags=["papers"])


@door.get("/cycles/{cycle_id}/results.xlsx", response_class=Response, responses=gives("xlsx"))
def results(session: Unit, actor: Signed, cycle_id: UrlId) -> Response:
    """A year's results as a workbook."""
    paper = actions.take_results(session, actor, cycle_id)
    return taken(session, paper.data, paper.media_type, paper.name)


@door.get("/cases/{case_id}/opinion.docx", response_class=Response, responses=gives("docx") | refusals(409))
def opinion_word(session: Unit, actor: Signed, case_id: UrlId) -> Response:
    """A leader's opinion form in Word."""
    paper = actions.take_opinion(session, actor, case_id, form="docx")
    return taken(session, paper.data, paper.media_type, paper.name)


@door.get("/cases/{case_id}/opinion.pdf", response_class=Response, responses=gives("pdf"))
def opinion_pdf(session: Unit, actor: Signed, case_id: UrlId) -> Response:
    """The same as PDF."""
    paper = actions.take_opinion(session, actor, case_id, form="pdf")
    return taken(session, paper.data, paper.media_type, paper.name)


# --- the template of the opinion form ---


@door.get("/opinion-templates")
def templates(session: Unit, actor: Signed) -> list[TemplateSeen]:
    """What the office handed in, the newest first, and which of them is in use; none where the shipped one is."""
    rows = queries.handed_in(session, actor, queries.township_kept(actor))
    return [TemplateSeen.model_validate(row) for row, _ in rows]


@door.post("/opinion-templates")
def hand_in(session: Unit, actor: Signed, file: UploadFile) -> TemplateSeen:
    """Hand one in, to be tried; it is not used yet."""
    row = actions.hand_in_template(session, actor, Handed(file.file.read(), file.filename or ""))
    return TemplateSeen.model_validate(row)


@door.post("/opinion-templates/{template_id}/uses")
def use(session: Unit, actor: Signed, template_id: UrlId) -> TemplateSeen:
    """Take one into use."""
    return TemplateSeen.model_validate(actions.use_template(session, actor, template_id))


@door.post("/opinion-template-restorations")
def restore(session: Unit, actor: Signed) -> list[TemplateSeen]:
    """Back to the one that ships."""
    actions.restore_template(session, actor)
    return templates(session, actor)


@door.get(
    "/opinion-templates/{template_id}/sample.docx", response_class=Response, responses=gives("docx") | refusals(409)
)
def sample(session: Unit, actor: Signed, template_id: UrlId) -> Response:
    """One of them, filled in for nobody."""
    paper = actions.take_sample(session, actor, template_id)
    return download(paper.data, paper.media_type, paper.name)
