"""Who is on a year's list: groups that several led, those in post for a short time, groups that were dissolved."""

from fastapi import Response

from services.assessment.cases import actions, queries
from services.assessment.cases.pages.seen import chosen, office_only, said_of
from services.assessment.cases.rules import CaseStage
from services.assessment.cases.schemas import Exemption, ExemptionOf, Listing, Resumption
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.rules import CycleStage
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages()
LEAST = "assessment.least_months"


@pages.get("/cycles/{cycle_id}/roster")
def roster(view: Viewed, actor: Signed, session: Unit, cycle_id: int) -> Html:
    """The list as far as there is something to decide on it."""
    rows = queries.roster_of(session, actor, cycle_id)
    cycle = cycles.cycle_seen(session, actor, cycle_id)
    least = cycles.rules_of(session, cycle.township_id, cycle.opened_on).integer(LEAST)
    several = [row for row in rows if row.others]
    open_now = cycle.stage in {CycleStage.OPEN, CycleStage.RATING}
    waiting = (CaseStage.NOMINATION, CaseStage.REVIEW, CaseStage.RATING)
    return view.show(
        "cases/roster.html",
        cycle=cycle,
        listed=sum(row.case_id is not None for row in rows),
        groups=[
            [row for row in several if row.group_id == group]
            for group in dict.fromkeys(row.group_id for row in several)
        ],
        short=[row for row in rows if row.stage in waiting and row.months < least],
        dissolved=[row for row in rows if row.dissolved_on and row.dissolved_on.year == cycle.year and row.case_id],
        least=least,
        changing=open_now,
    )


@pages.post("/cycles/{cycle_id}/groups/{group_id}/leaders")
def list_leaders(  # noqa: PLR0917  FastAPI passes them by name
    view: Viewed, actor: Signed, session: Unit, cycle_id: int, group_id: int, form: Sent
) -> Response:
    """List those who were ticked."""
    cycle = cycles.cycle_seen(session, actor, cycle_id)
    office_only(actor, cycle)
    asked = form.read(Listing, post_ids=form.numbers("post_ids"))
    actions.list_leaders(session, actor, cycle_id, group_id, asked.post_ids)
    again = queries.unscored(session, cycle)
    said = "考核名单已更新。" + (f"有 {again} 名还没有计分，请重新汇总计分，再评定。" if again else "")
    return view.to(f"/assessment/cycles/{cycle_id}/roster", said=said)


@pages.post("/cycles/{cycle_id}/exemptions")
def exempt_several(view: Viewed, actor: Signed, session: Unit, cycle_id: int, form: Sent) -> Response:
    """Do not assess those who were ticked."""
    office_only(actor, cycles.cycle_seen(session, actor, cycle_id))
    reason = form.read(Exemption).reason
    rows = [ExemptionOf(case_id=case, reason=reason) for case in chosen(form.numbers("case_ids"))]
    said = said_of(actions.exempt_several(session, actor, rows), "定为不予评定的")
    return view.to(f"/assessment/cycles/{cycle_id}/roster", said=said)


@pages.post("/cases/{case_id}/exemptions")
def exempt(view: Viewed, actor: Signed, session: Unit, case_id: int, form: Sent) -> Response:
    """Do not assess one."""
    actions.exempt(session, actor, case_id, form.read(Exemption).reason)
    return view.to(f"/assessment/cases/{case_id}", said="已定为本年度不予评定。")


@pages.post("/cases/{case_id}/resumptions")
def resume(view: Viewed, actor: Signed, session: Unit, case_id: int, form: Sent) -> Response:
    """Assess one all the same."""
    actions.resume(session, actor, case_id, form.read(Resumption).reason)
    return view.to(f"/assessment/cases/{case_id}", said="已恢复考核，请支部提名。")
