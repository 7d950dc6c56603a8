"""The pages of what follows 不称职: who has what to set right by when, and the proposed replacements."""

from datetime import timedelta
from typing import Any

from fastapi import Response

from services.assessment.cases.queries import BRANCH, OFFICE, branches_belonged_to, case_seen, earlier_years, open_steps
from services.assessment.cases.schemas import HappeningSeen
from services.assessment.rectifications import actions, queries
from services.assessment.rectifications.rules import (
    BY_THE_BRANCH,
    LATEST_DAYS,
    MOVES,
    REPLACEMENT_MOVES,
    WITH_THE_BRANCH,
    RectificationStage,
    RectificationStep,
    ReplacementStage,
    ReplacementStep,
    days_late,
)
from services.assessment.rectifications.schemas import (
    Plan,
    ReplacementDecision,
    ReplacementUndoing,
    Report,
    ReportReturn,
)
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.evidence import KINDS
from shared.files import KINDS as FILES
from shared.files import Handed
from shared.papers.press import PaperForm
from shared.web import Form, Html, Paged, Pages, Sent, Signed, Unit, Viewed
from shared.web.files import PaperVersion, file_taken, taken

pages = Pages()
STAGES = {stage.value: stage.chinese for stage in RectificationStage}
PROPOSALS = {stage.value: stage.chinese for stage in ReplacementStage}
PROPOSALS_MAX = 200
DECIDED = (ReplacementStage.DECIDED, ReplacementStage.REPLACED)
LIST = "/assessment/rectifications"
# Where each stage stands in the four parts of the way.
PLACES = {
    RectificationStage.PLAN: 0,
    RectificationStage.WORK: 1,
    RectificationStage.RETURNED: 1,
    RectificationStage.CHECK: 2,
    RectificationStage.CLEARED: 4,
    RectificationStage.ENDED: 4,
}


# --- who has what to set right, by when ---


@pages.get("/rectifications")
def tracker(view: Viewed, actor: Signed, session: Unit, paging: Paged, show: RectificationStage | None = None) -> Html:
    """What is not over, the next deadline first; what is over by pages; and the proposed replacements."""
    actor, today = actor.acting, clock.today(session)
    going_on = queries.open_rectifications(session, actor)
    over = []
    if show is RectificationStage.CLEARED:
        over = list(queries.cleared_rectifications(session, actor, after=paging.after, limit=paging.limit))
    return view.show(
        "rectifications/tracker.html",
        rows=over if show is RectificationStage.CLEARED else [row for row in going_on if show in (None, row[0].stage)],
        counts={stage: sum(row[0].stage == stage for row in going_on) for stage in STAGES},
        late={row[0].id: days_late(row[0].stage, row[0].due_on, today) for row in going_on},
        today=today,
        show=show and show.value,
        stages=STAGES,
        next=over[-1][0].id if len(over) == paging.limit else None,
        proposals=queries.replacements(session, actor, after=None, limit=PROPOSALS_MAX),
        proposal_words=PROPOSALS,
        office=bool(actor.units_as(*OFFICE)),
        branch=bool(actor.units_as(*BRANCH)),
    )


@pages.get("/rectifications/{rectification_id}")
def rectification(view: Viewed, actor: Signed, session: Unit, rectification_id: int) -> Html:
    """One rectification: everything that was written, and the steps that are open as forms."""
    row = queries.rectification(session, actor, rectification_id)
    one, today = row[0], clock.today(session)
    steps = open_steps(session, actor, one, MOVES, BY_THE_BRANCH, put=RectificationStep.REPORT)
    checks = RectificationStep.ACCEPT in steps
    own = checks and is_own(session, actor, one)
    return view.show(
        "rectifications/rectification.html",
        row=row,
        one=one,
        today=today,
        late=days_late(one.stage, one.due_on, today),
        expired=one.due_on < today,
        stages=STAGES,
        now=PLACES[RectificationStage(one.stage)],
        returned=queries.returned_reports(session, actor, one.id),
        since=queries.records_since(session, one),
        kind_words={name: kind.title for name, kind in KINDS.items()},
        files=queries.evidence_files(session, actor, one.id),
        plans=RectificationStep.PLAN in steps,
        reports=RectificationStep.REPORT in steps,
        checks=checks and not own,
        avoids=own,
        history=[HappeningSeen.of(each) for each in queries.history(session, actor, one.id)],
        step_words={step.value: step.chinese for step in RectificationStep},
        with_branch=one.stage in WITH_THE_BRANCH,
        prints=prints_for(actor, one),
    )


def prints_for(actor: Actor, one: Any) -> bool:  # noqa: ANN401  a row that was seen
    """Whether its papers are printed by whoever looks: by the branch and the township."""
    return bool(actor.roles_over(one.branch_id, one.township_id) & {*OFFICE, *BRANCH})


def is_own(session: Session, actor: Actor, one: Any) -> bool:  # noqa: ANN401  a row that was seen
    """Whether it is about oneself or one's own branch: a colleague checks it."""
    return one.person_id == actor.person_id or one.branch_id in branches_belonged_to(
        session, actor, clock.today(session)
    )


@pages.get("/rectifications/{rectification_id}/papers/{rectification_paper}")
def paper(  # noqa: PLR0917  FastAPI passes them by name
    actor: Signed,
    session: Unit,
    rectification_id: int,
    rectification_paper: actions.RectificationPaper,
    form: PaperForm = "docx",
    version: PaperVersion = 0,
) -> Response:
    """A paper of it, in Word, in the office's own form where one is in use; or as PDF."""
    made = actions.take_paper(session, actor, rectification_id, rectification_paper, form=form, version=version)
    return taken(session, made.data, FILES[made.form], made.name)


@pages.post("/rectifications/{rectification_id}/plans")
def plan(view: Viewed, actor: Signed, session: Unit, rectification_id: int, form: Sent) -> Response:
    """Name causes and measures."""
    row = actions.plan(session, actor, rectification_id, form.read(Plan))
    return view.to(f"{LIST}/{row.id}", said="已记下原因和措施，请按期整改。")


@pages.post("/rectifications/{rectification_id}/reports")
def report(view: Viewed, actor: Signed, session: Unit, rectification_id: int, form: Sent) -> Response:
    """Report what was done, with the files that show it."""
    row = actions.report(session, actor, rectification_id, form.read(Report), handed(form))
    return view.to(f"{LIST}/{row.id}", said="已上报，等待乡镇验收。")


def handed(form: Form) -> list[Handed]:
    """The files of a form."""
    return [Handed(each.content, each.name) for each in form.files("files")]


@pages.get("/evidence-files/{file_id}")
def evidence_file(actor: Signed, session: Unit, file_id: int) -> Response:
    """A file itself."""
    found = actions.take_evidence(session, actor, file_id)
    return file_taken(session, found.sha256, found.kind, found.name)


@pages.post("/evidence-files/{file_id}/removals")
def remove(view: Viewed, actor: Signed, session: Unit, file_id: int) -> Response:
    """Take a file away."""
    row = actions.remove(session, actor, file_id)
    return view.to(f"{LIST}/{row.id}", said="已移除这个文件。")


@pages.post("/rectifications/{rectification_id}/acceptances")
def accept(view: Viewed, actor: Signed, session: Unit, rectification_id: int) -> Response:
    """Accept a report."""
    row = actions.accept(session, actor, rectification_id)
    return view.to(f"{LIST}/{row.id}", said="验收通过，整改已完成。")


@pages.post("/rectifications/{rectification_id}/returns")
def return_report(view: Viewed, actor: Signed, session: Unit, rectification_id: int, form: Sent) -> Response:
    """Send a report back."""
    asked = form.read(ReportReturn)
    row = actions.return_report(session, actor, rectification_id, asked.reason, asked.due_on)
    return view.to(f"{LIST}/{row.id}", said="已退回，支部已收到通知。")


# --- replacement ---


@pages.get("/replacements/{replacement_id}")
def replacement(view: Viewed, actor: Signed, session: Unit, replacement_id: int) -> Html:
    """A proposal with the years that it rests on; the committee decides."""
    row = queries.replacement(session, actor, replacement_id)
    one = row[0]
    case = case_seen(session, actor, one.case_id).Case
    years = [case, *earlier_years(session, actor, case)]
    steps = REPLACEMENT_MOVES.open_to(one.stage, roles=actor.roles_over(one.township_id))
    history = [HappeningSeen.of(each) for each in queries.replacement_history(session, actor, one.id)]
    today, decides = clock.today(session), {ReplacementStep.REPLACE, ReplacementStep.KEEP} & {*steps}
    undoes = ReplacementStep.UNDO in steps and one.effective_on is not None and one.effective_on > today
    himself = one.person_id == actor.person_id
    return view.show(
        "rectifications/replacement.html",
        row=row,
        one=one,
        years=years,
        corrected=queries.rectifications_of_cases(session, actor, [each.id for each in years]),
        stages=STAGES,
        words=PROPOSALS,
        today=today,
        latest=today + timedelta(days=LATEST_DAYS),
        decides=bool(decides) and not himself,
        undoes=undoes and not himself,
        avoids=bool(decides) and himself,
        prints=one.stage in DECIDED and prints_for(actor, one),
        decided_by=f"乡镇党委（{decision.by}记录）" if (decision := last_decision(history)) and one.decided_on else "",
        history=history,
        step_words={step.value: step.chinese for step in ReplacementStep},
    )


@pages.get("/replacements/{replacement_id}/notice")
def replacement_notice(
    actor: Signed, session: Unit, replacement_id: int, form: PaperForm = "docx", version: PaperVersion = 0
) -> Response:
    """That somebody leads no more, in Word, in the office's own form where one is in use; or as PDF."""
    made = actions.take_replacement_notice(session, actor, replacement_id, form=form, version=version)
    return taken(session, made.data, FILES[made.form], made.name)


def last_decision(history: list[HappeningSeen]) -> HappeningSeen | None:
    """The step by which it was decided, whatever came before."""
    decided = (ReplacementStep.REPLACE, ReplacementStep.KEEP)
    return next((each for each in reversed(history) if each.step in decided), None)


@pages.post("/replacements/{replacement_id}/undoings")
def undo(view: Viewed, actor: Signed, session: Unit, replacement_id: int, form: Sent) -> Response:
    """Take the decision back before its day."""
    row = actions.undo_replacement(session, actor, replacement_id, form.read(ReplacementUndoing).reason)
    return view.to(f"/assessment/replacements/{row.id}", said="已撤销调整决定，他继续担任党小组长。")


@pages.post("/replacements/{replacement_id}/decisions")
def decide(view: Viewed, actor: Signed, session: Unit, replacement_id: int, form: Sent) -> Response:
    """Decide it."""
    row = actions.decide_replacement(session, actor, replacement_id, form.read(ReplacementDecision))
    return view.to(f"/assessment/replacements/{row.id}", said=f"已记录：{ReplacementStage(row.stage).chinese}。")
