"""Papers from the pages: the same files as the door for programs gives."""

from fastapi import Response

from services.assessment.cycles import queries as cycles
from services.assessment.papers import actions, queries
from services.assessment.papers.schemas import BLANKS, LINE_BLANKS, MUST, Paper, Used
from shared.db import Session
from shared.errors import Invalid
from shared.files import Handed
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed
from shared.web.files import download, taken

pages = Pages()


@pages.get("/cycles/{cycle_id}/results.xlsx")
def results(actor: Signed, session: Unit, cycle_id: int) -> Response:
    """A year's results as a workbook."""
    return named(session, actions.take_results(session, actor, cycle_id))


@pages.get("/cases/{case_id}/opinion.docx")
def opinion_word(actor: Signed, session: Unit, case_id: int) -> Response:
    """A leader's opinion form in Word."""
    return named(session, actions.take_opinion(session, actor, case_id, form="docx"))


@pages.get("/cases/{case_id}/opinion.pdf")
def opinion_pdf(actor: Signed, session: Unit, case_id: int) -> Response:
    """The same as PDF."""
    return named(session, actions.take_opinion(session, actor, case_id, form="pdf"))


# --- the template of the opinion form ---


@pages.get("/opinion-template")
def template(view: Viewed, actor: Signed, session: Unit) -> Html:
    """What the forms are made from, what was handed in, and the blanks that a template may have."""
    township_id = queries.township_kept(actor)
    rows = queries.handed_in(session, actor, township_id)
    return view.show(
        "papers/template.html",
        township=cycles.township(session, township_id).name,
        rows=rows,
        used=next((row for row, _ in rows if row.in_use), None),
        blanks=[(f"{{{{ {name} }}}}", word, name in MUST) for name, word in BLANKS.items() if name != "items"],
        line_blanks=[(f"{{{{ item.{name} }}}}", word) for name, word in LINE_BLANKS.items()],
    )


@pages.post("/opinion-template")
def hand_in(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Hand one in, to be tried."""
    sent = form.files("file")
    if not sent:
        raise Invalid("还没有选择文件，请选择改好的 Word 模板。", field="file")
    actions.hand_in_template(session, actor, Handed(sent[0].content, sent[0].name))
    return view.to("/assessment/opinion-template", said="模板已上传，检查没有问题。请先看样张，再启用。")


@pages.post("/opinion-template/uses")
def use(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Take one into use."""
    actions.use_template(session, actor, form.read(Used).template_id)
    return view.to("/assessment/opinion-template", said="已启用。从现在起导出的意见表用这个模板。")


@pages.post("/opinion-template/restorations")
def restore(view: Viewed, actor: Signed, session: Unit) -> Response:
    """Back to the one that ships."""
    actions.restore_template(session, actor)
    return view.to("/assessment/opinion-template", said="已恢复为系统自带的模板。")


@pages.get("/opinion-template/samples/{template_id}")
def sample(actor: Signed, session: Unit, template_id: int) -> Response:
    """One of them, filled in for nobody."""
    return given(actions.take_sample(session, actor, template_id))


@pages.get("/opinion-template.docx")
def present(actor: Signed, session: Unit) -> Response:
    """The template in use, to be edited."""
    return given(actions.take_template(session, actor))


@pages.get("/opinion-template/shipped.docx")
def shipped(actor: Signed, session: Unit) -> Response:
    """The one that ships, to begin with."""
    return given(actions.take_template(session, actor, shipped=True))


def given(paper: Paper) -> Response:
    """A paper that names nobody, as a file to be saved."""
    return download(paper.data, paper.media_type, paper.name)


def named(session: Session, paper: Paper) -> Response:
    """A paper in which people are named, as a file to be saved."""
    return taken(session, paper.data, paper.media_type, paper.name)
