"""The doors of papers of acts on members and of corrections."""

from fastapi import Response, UploadFile

from services.activities.register import actions, queries
from services.activities.register.schemas import Made, PaperOut
from shared.files import KINDS, Handed
from shared.web import Door, Signed, Unit, UrlId, gives
from shared.web.files import file_taken

door = Door(tags=["register"])


@door.get("/member-acts/{member_act_id}/papers")
def papers(member_act_id: UrlId, actor: Signed, session: Unit) -> list[PaperOut]:
    """What is attached to an act on a member."""
    found = queries.papers_of(session, actor, "member_act", [member_act_id])
    return [PaperOut.model_validate(each) for each in found[member_act_id]]


@door.post("/member-acts/{member_act_id}/papers")
def attach(member_act_id: UrlId, file: UploadFile, actor: Signed, session: Unit) -> Made:
    """Attach a paper to an act on a member."""
    handed = Handed(file.file.read(), file.filename or "")
    return Made(id=actions.attach_paper(session, actor, "member_act", member_act_id, [handed])[0].id)


@door.post("/corrections/{correction_id}/papers")
def attach_to_correction(correction_id: UrlId, file: UploadFile, actor: Signed, session: Unit) -> Made:
    """Attach a paper to a correction."""
    handed = Handed(file.file.read(), file.filename or "")
    return Made(id=actions.attach_paper(session, actor, "correction", correction_id, [handed])[0].id)


@door.get("/act-papers/{act_paper_id}", response_class=Response, responses=gives(*KINDS))
def paper(act_paper_id: UrlId, actor: Signed, session: Unit) -> Response:
    """The file itself."""
    found = actions.take_act_paper(session, actor, act_paper_id)
    return file_taken(session, found.sha256, found.kind, found.name)


@door.post("/act-papers/{act_paper_id}/removals")
def remove(act_paper_id: UrlId, actor: Signed, session: Unit) -> Made:
    """Take it away; the history keeps that it was there."""
    actions.remove_paper(session, actor, act_paper_id)
    return Made(id=act_paper_id)
