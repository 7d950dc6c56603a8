"""Review: the township accepts and files what the branches put forward, or returns it; several at once."""

from fastapi import Response

from services.assessment.cases import actions, queries
from services.assessment.cases.pages.seen import chosen, office_only, said_of
from services.assessment.cases.rules import CaseStage
from services.assessment.cases.schemas import Filing, FilingOf, FilingTogether, Return, ReturnOf
from services.assessment.cycles.queries import called, cycle_seen
from shared import clock
from shared.roles import Role
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages()


@pages.get("/cycles/{cycle_id}/review")
def queue(view: Viewed, actor: Signed, session: Unit, cycle_id: int) -> Html:
    """What waits for a review: the whole township on one page; one's own branch is for a colleague."""
    cycle = cycle_seen(session, actor, cycle_id)
    office_only(actor, cycle)
    return view.show(
        "cases/review.html",
        cycle=cycle,
        rows=queries.leaders(session, actor, cycle_id, stage=CaseStage.REVIEW),
        reviews=Role.ORGANISER in actor.roles_over(cycle.township_id),
        own=queries.branches_belonged_to(session, actor, clock.today(session)),
    )


@pages.get("/cycles/{cycle_id}/register")
def register(view: Viewed, actor: Signed, session: Unit, cycle_id: int) -> Html:
    """The register of the year's filing numbers, to be printed."""
    cycle, rows = queries.register_of(session, actor, cycle_id)
    name = called(session, cycle.id)
    return view.show("cases/register.html", cycle=cycle, township=name, rows=rows)


@pages.post("/cycles/{cycle_id}/review")
def review_several(view: Viewed, actor: Signed, session: Unit, cycle_id: int, form: Sent) -> Response:
    """Accept those that were ticked, or return them with one reason, as the button says."""
    cases = chosen(form.numbers("case_ids"))
    if form.text("step") == "return":
        reason = form.read(Return).reason
        rows = [ReturnOf(case_id=case, reason=reason) for case in cases]
        said = said_of(actions.return_several(session, actor, rows), "退回")
    elif form.text("together"):
        asked = form.read(FilingTogether, case_ids=cases)
        said = said_of(actions.accept_together(session, actor, asked), "审查备案，合用一个备案号，共")
    else:
        said = said_of(actions.accept_several(session, actor, [FilingOf(case_id=case) for case in cases]), "审查备案")
    session.flush()
    waiting = queries.leaders(session, actor, cycle_id, stage=CaseStage.REVIEW)
    return view.to(f"/assessment/cycles/{cycle_id}{'/review' if waiting else ''}", said=said)


@pages.post("/cases/{case_id}/filings")
def accept(view: Viewed, actor: Signed, session: Unit, case_id: int, form: Sent) -> Response:
    """Accept one; without a number, the next one is given."""
    case = actions.accept(session, actor, case_id, form.read(Filing))
    return view.to(f"/assessment/cases/{case_id}", said=f"已审查备案，备案号 {case.filing_number}。")


@pages.post("/cases/{case_id}/returns")
def return_nomination(view: Viewed, actor: Signed, session: Unit, case_id: int, form: Sent) -> Response:
    """Return one with a reason."""
    actions.return_nomination(session, actor, case_id, form.read(Return).reason)
    return view.to(f"/assessment/cases/{case_id}", said="已退回支部修改。")
