"""The door to rectifications and replacements."""

from typing import Any

from fastapi import Response, UploadFile

from services.assessment.cases.queries import open_steps
from services.assessment.cases.schemas import HappeningSeen
from services.assessment.rectifications import actions, queries
from services.assessment.rectifications.rules import (
    BY_THE_BRANCH,
    MOVES,
    REPLACEMENT_MOVES,
    RectificationStage,
    RectificationStep,
    ReplacementStage,
)
from services.assessment.rectifications.schemas import (
    EvidenceSeen,
    Plan,
    RectificationMovedTo,
    RectificationSeen,
    RectificationWhole,
    ReplacementDecision,
    ReplacementMovedTo,
    ReplacementSeen,
    ReplacementUndoing,
    Report,
    ReportReturn,
)
from shared.access import Actor
from shared.files import KINDS, Handed
from shared.papers.press import PaperForm
from shared.web import Door, Page, Paged, Signed, Unit, UrlId, gives
from shared.web.contract import refusals
from shared.web.files import PaperVersion, file_taken, taken

door = Door(tags=["rectifications"])


@door.get("/rectifications")
def rectifications(
    session: Unit,
    actor: Signed,
    paging: Paged,
    cycle_id: UrlId | None = None,
    stage: RectificationStage | None = None,
) -> Page[RectificationSeen]:
    """The rectifications that one may see."""
    found = queries.rectifications(
        session, actor, after=paging.after, limit=paging.limit, cycle_id=cycle_id, stage=stage
    )
    rows = [RectificationSeen.of(row) for row in found]
    return Page(rows=rows, next=rows[-1].id if len(rows) == paging.limit else None)


@door.get("/rectifications/{rectification_id}")
def rectification(session: Unit, actor: Signed, rectification_id: UrlId) -> RectificationWhole:
    """One rectification, with what may be done next."""
    row = queries.rectification(session, actor, rectification_id)
    steps = open_steps(session, actor, row[0], MOVES, BY_THE_BRANCH, put=RectificationStep.REPORT)
    return RectificationWhole.of(row, steps=[str(step) for step in steps])


@door.get("/rectifications/{rectification_id}/history")
def history(session: Unit, actor: Signed, rectification_id: UrlId) -> list[HappeningSeen]:
    """What happened to a rectification."""
    return [HappeningSeen.of(row) for row in queries.history(session, actor, rectification_id)]


@door.post("/rectifications/{rectification_id}/plans")
def plan(session: Unit, actor: Signed, rectification_id: UrlId, asked: Plan) -> RectificationMovedTo:
    """Name causes and measures."""
    return RectificationMovedTo.of(actions.plan(session, actor, rectification_id, asked))


@door.post("/rectifications/{rectification_id}/reports")
def report(session: Unit, actor: Signed, rectification_id: UrlId, asked: Report) -> RectificationMovedTo:
    """Report what was done."""
    return RectificationMovedTo.of(actions.report(session, actor, rectification_id, asked))


@door.post("/rectifications/{rectification_id}/acceptances")
def accept(session: Unit, actor: Signed, rectification_id: UrlId) -> RectificationMovedTo:
    """Accept a report."""
    return RectificationMovedTo.of(actions.accept(session, actor, rectification_id))


@door.post("/rectifications/{rectification_id}/returns")
def return_report(session: Unit, actor: Signed, rectification_id: UrlId, asked: ReportReturn) -> RectificationMovedTo:
    """Send a report back."""
    row = actions.return_report(session, actor, rectification_id, asked.reason, asked.due_on)
    return RectificationMovedTo.of(row)


@door.get(
    "/rectifications/{rectification_id}/papers/{rectification_paper}",
    response_class=Response,
    responses=gives("docx", "xlsx", "pdf"),
)
def paper(  # noqa: PLR0917  FastAPI passes them by name
    session: Unit,
    actor: Signed,
    rectification_id: UrlId,
    rectification_paper: actions.RectificationPaper,
    form: PaperForm = "docx",
    version: PaperVersion = 0,
) -> Response:
    """A paper of a rectification, in Word or as PDF: the notice with its receipt, or what came of it."""
    made = actions.take_paper(session, actor, rectification_id, rectification_paper, form=form, version=version)
    return taken(session, made.data, KINDS[made.form], made.name)


@door.get(
    "/replacements/{replacement_id}/notice",
    response_class=Response,
    responses=gives("docx", "xlsx", "pdf") | refusals(409),
)
def replacement_notice(
    session: Unit, actor: Signed, replacement_id: UrlId, form: PaperForm = "docx", version: PaperVersion = 0
) -> Response:
    """That somebody leads no more, in Word or as PDF."""
    made = actions.take_replacement_notice(session, actor, replacement_id, form=form, version=version)
    return taken(session, made.data, KINDS[made.form], made.name)


@door.get("/rectifications/{rectification_id}/evidence-files")
def evidence_files(session: Unit, actor: Signed, rectification_id: UrlId) -> list[EvidenceSeen]:
    """What shows that something was done."""
    queries.rectification(session, actor, rectification_id)
    return [EvidenceSeen.model_validate(each) for each in queries.evidence_files(session, actor, rectification_id)]


@door.post("/rectifications/{rectification_id}/evidence-files")
def attach(session: Unit, actor: Signed, rectification_id: UrlId, file: UploadFile) -> EvidenceSeen:
    """Add a file."""
    handed = Handed(file.file.read(), file.filename or "")
    (added,) = actions.attach(session, actor, rectification_id, [handed])
    return EvidenceSeen.model_validate(added)


@door.get("/evidence-files/{file_id}", response_class=Response, responses=gives(*KINDS))
def evidence_file(session: Unit, actor: Signed, file_id: UrlId) -> Response:
    """The file itself."""
    found = actions.take_evidence(session, actor, file_id)
    return file_taken(session, found.sha256, found.kind, found.name)


@door.post("/evidence-files/{file_id}/removals")
def remove(session: Unit, actor: Signed, file_id: UrlId) -> list[EvidenceSeen]:
    """Take a file away; what is left is answered."""
    row = actions.remove(session, actor, file_id)
    return [EvidenceSeen.model_validate(each) for each in queries.evidence_files(session, actor, row.id)]


@door.get("/replacements")
def replacements(
    session: Unit, actor: Signed, paging: Paged, stage: ReplacementStage | None = None
) -> Page[ReplacementSeen]:
    """The proposed replacements that one may see."""
    found = queries.replacements(session, actor, after=paging.after, limit=paging.limit, stage=stage)
    rows = [_seen(actor, row) for row in found]
    return Page(rows=rows, next=rows[-1].id if len(rows) == paging.limit else None)


@door.get("/replacements/{replacement_id}")
def replacement(session: Unit, actor: Signed, replacement_id: UrlId) -> ReplacementSeen:
    """One proposed replacement."""
    return _seen(actor, queries.replacement(session, actor, replacement_id))


@door.post("/replacements/{replacement_id}/decisions")
def decide_replacement(
    session: Unit, actor: Signed, replacement_id: UrlId, asked: ReplacementDecision
) -> ReplacementMovedTo:
    """Decide it."""
    return ReplacementMovedTo.of(actions.decide_replacement(session, actor, replacement_id, asked))


@door.post("/replacements/{replacement_id}/undoings")
def undo_replacement(
    session: Unit, actor: Signed, replacement_id: UrlId, asked: ReplacementUndoing
) -> ReplacementMovedTo:
    """Take the decision back before its day."""
    return ReplacementMovedTo.of(actions.undo_replacement(session, actor, replacement_id, asked.reason))


def _seen(actor: Actor, row: Any) -> ReplacementSeen:  # noqa: ANN401  a row of the queries; doors never see tables
    steps = REPLACEMENT_MOVES.open_to(row[0].stage, roles=actor.roles_over(row[0].township_id))
    return ReplacementSeen.of(row, [str(step) for step in steps])
