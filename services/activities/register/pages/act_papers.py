"""Papers of acts on members and of corrections, on somebody's page: attached, opened, taken away."""

from fastapi.responses import Response

from services.activities.register import actions, queries
from shared.access import Actor
from shared.db import Session
from shared.errors import Invalid
from shared.files import Handed
from shared.web import Form, Pages, Sent, Signed, Unit, Viewed
from shared.web.files import file_taken

pages = Pages(prefix="/register")
HERE = "/activities/register"


@pages.post("/member-acts/{member_act_id}/papers")
def attach(view: Viewed, member_act_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Papers of an act on a member."""
    attach_to(session, actor, "member_act", member_act_id, form, wanted=True)
    return back(view, session, actor, "member_act", member_act_id)


@pages.post("/corrections/{correction_id}/papers")
def attach_to_correction(view: Viewed, correction_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Papers of a correction."""
    attach_to(session, actor, "correction", correction_id, form, wanted=True)
    return back(view, session, actor, "correction", correction_id)


def back(view: Viewed, session: Session, actor: Actor, sort: str, thing_id: int) -> Response:
    """To the page of whom it is about."""
    person_id = queries.bearer_to_change(session, actor, sort, thing_id).person_id
    return view.to(f"{HERE}/people/{person_id}", said="材料已附上。")


def papers_in(form: Form) -> list[Handed]:
    """The files of a form."""
    return [Handed(upload.content, upload.name) for upload in form.files("papers")]


def attach_to(session: Session, actor: Actor, sort: str, thing_id: int, form: Form, *, wanted: bool = False) -> None:
    """Attach the files of a form, if there are any; one that is for nothing else must have some."""
    handed = papers_in(form)
    if wanted and not handed:
        raise Invalid("请先选择文件。", field="papers")
    if handed:
        actions.attach_paper(session, actor, sort, thing_id, handed)


@pages.get("/act-papers/{act_paper_id}")
def paper(act_paper_id: int, actor: Signed, session: Unit) -> Response:
    """The file itself."""
    found = actions.take_act_paper(session, actor, act_paper_id)
    return file_taken(session, found.sha256, found.kind, found.name)


@pages.post("/act-papers/{act_paper_id}/removals")
def remove(view: Viewed, act_paper_id: int, actor: Signed, session: Unit) -> Response:
    """Take it away."""
    person_id = actions.remove_paper(session, actor, act_paper_id)
    return view.to(f"{HERE}/people/{person_id}", said="材料已移除，审计里留有记录。")
