"""The door to the papers."""

from fastapi import Response

from services.assessment.papers import actions
from shared.db import Session
from shared.files import KINDS
from shared.papers.press import Made
from shared.web import Door, Signed, Unit, UrlId, gives, refusals
from shared.web.files import PaperVersion, taken

door = Door(tags=["papers"])


@door.get("/cycles/{cycle_id}/results.xlsx", response_class=Response, responses=gives("xlsx"))
def results(session: Unit, actor: Signed, cycle_id: UrlId) -> Response:
    """A year's results as a workbook."""
    paper = actions.take_results(session, actor, cycle_id)
    return given(session, paper)


@door.get("/cycles/{cycle_id}/marks.xlsx", response_class=Response, responses=gives("xlsx"))
def marks(session: Unit, actor: Signed, cycle_id: UrlId) -> Response:
    """The sheet on which what is typed of the leaders is filled in, with what stands already."""
    return given(session, actions.take_marks(session, actor, cycle_id))


@door.get("/cycles/{cycle_id}/results.pdf", response_class=Response, responses=gives("pdf"))
def results_printed(session: Unit, actor: Signed, cycle_id: UrlId) -> Response:
    """The same in print."""
    return given(session, actions.take_results(session, actor, cycle_id, form="pdf"))


@door.get("/cycles/{cycle_id}/results-paper", response_class=Response, responses=gives("docx", "xlsx") | refusals(409))
def results_of_ones_own(session: Unit, actor: Signed, cycle_id: UrlId) -> Response:
    """The same in the office's own form; refused where none is in use."""
    return given(session, actions.take_results(session, actor, cycle_id, form="own"))


@door.get("/cycles/{cycle_id}/opinions.pdf", response_class=Response, responses=gives("pdf") | refusals(409))
def opinions_printed(session: Unit, actor: Signed, cycle_id: UrlId) -> Response:
    """The opinion forms of all leaders of a year in one file."""
    return given(session, actions.take_opinions(session, actor, cycle_id, form="pdf"))


@door.get("/cycles/{cycle_id}/opinions.docx", response_class=Response, responses=gives("docx") | refusals(409))
def opinions_word(session: Unit, actor: Signed, cycle_id: UrlId) -> Response:
    """The same in Word, in the office's own form where one is in use."""
    return given(session, actions.take_opinions(session, actor, cycle_id, form="docx"))


@door.get("/cases/{case_id}/opinion.docx", response_class=Response, responses=gives("docx") | refusals(409))
def opinion_word(session: Unit, actor: Signed, case_id: UrlId, version: PaperVersion = 0) -> Response:
    """A leader's opinion form in Word; by `version` of the office's own paper as it was printed then."""
    paper = actions.take_opinion(session, actor, case_id, form="docx", version=version)
    return given(session, paper)


@door.get("/cases/{case_id}/opinion.pdf", response_class=Response, responses=gives("pdf"))
def opinion_pdf(session: Unit, actor: Signed, case_id: UrlId) -> Response:
    """The same as PDF."""
    paper = actions.take_opinion(session, actor, case_id, form="pdf")
    return given(session, paper)


@door.get("/cycles/{cycle_id}/notice.docx", response_class=Response, responses=gives("docx") | refusals(409))
def notice_word(session: Unit, actor: Signed, cycle_id: UrlId) -> Response:
    """The public notice in Word, in the office's own wording where one is in use."""
    return given(session, actions.take_notice(session, actor, cycle_id, form="docx"))


@door.get("/cycles/{cycle_id}/notice.pdf", response_class=Response, responses=gives("pdf") | refusals(409))
def notice_printed(session: Unit, actor: Signed, cycle_id: UrlId) -> Response:
    """The same as PDF."""
    return given(session, actions.take_notice(session, actor, cycle_id, form="pdf"))


def given(session: Session, paper: Made) -> Response:
    """A paper in which people are named, as a file to be saved."""
    return taken(session, paper.data, KINDS[paper.form], paper.name)
