"""Papers from the pages: the same files as the door for programs gives."""

from fastapi import Response

from services.assessment.papers import actions
from shared.db import Session
from shared.files import KINDS
from shared.papers.press import Made
from shared.web import Pages, Signed, Unit
from shared.web.files import PaperVersion, taken

pages = Pages()


@pages.get("/cycles/{cycle_id}/results.xlsx")
def results(actor: Signed, session: Unit, cycle_id: int) -> Response:
    """A year's results as a workbook."""
    return named(session, actions.take_results(session, actor, cycle_id))


@pages.get("/cycles/{cycle_id}/marks.xlsx")
def marks(actor: Signed, session: Unit, cycle_id: int) -> Response:
    """The sheet on which what is typed of the leaders is filled in."""
    return named(session, actions.take_marks(session, actor, cycle_id))


@pages.get("/cycles/{cycle_id}/results.pdf")
def results_printed(actor: Signed, session: Unit, cycle_id: int) -> Response:
    """The same in print."""
    return named(session, actions.take_results(session, actor, cycle_id, form="pdf"))


@pages.get("/cycles/{cycle_id}/results")
def results_of_ones_own(actor: Signed, session: Unit, cycle_id: int) -> Response:
    """The same in the office's own form."""
    return named(session, actions.take_results(session, actor, cycle_id, form="own"))


@pages.get("/cycles/{cycle_id}/opinions.pdf")
def opinions_printed(actor: Signed, session: Unit, cycle_id: int) -> Response:
    """The opinion forms of all leaders of a year in one file."""
    return named(session, actions.take_opinions(session, actor, cycle_id, form="pdf"))


@pages.get("/cycles/{cycle_id}/opinions.docx")
def opinions_word(actor: Signed, session: Unit, cycle_id: int) -> Response:
    """The same in Word, in the office's own form where one is in use."""
    return named(session, actions.take_opinions(session, actor, cycle_id, form="docx"))


@pages.get("/cases/{case_id}/opinion.docx")
def opinion_word(actor: Signed, session: Unit, case_id: int, version: PaperVersion = 0) -> Response:
    """A leader's opinion form in Word; by `version` as it was printed by a former paper of the office."""
    return named(session, actions.take_opinion(session, actor, case_id, form="docx", version=version))


@pages.get("/cases/{case_id}/opinion.pdf")
def opinion_pdf(actor: Signed, session: Unit, case_id: int) -> Response:
    """The same as PDF."""
    return named(session, actions.take_opinion(session, actor, case_id, form="pdf"))


@pages.get("/cycles/{cycle_id}/notice.docx")
def notice_word(actor: Signed, session: Unit, cycle_id: int) -> Response:
    """The public notice in Word, in the office's own wording where one is in use."""
    return named(session, actions.take_notice(session, actor, cycle_id, form="docx"))


@pages.get("/cycles/{cycle_id}/notice.pdf")
def notice_printed(actor: Signed, session: Unit, cycle_id: int) -> Response:
    """The same as PDF."""
    return named(session, actions.take_notice(session, actor, cycle_id, form="pdf"))


def named(session: Session, paper: Made) -> Response:
    """A paper in which people are named, as a file to be saved."""
    return taken(session, paper.data, KINDS[paper.form], paper.name)
