"""What becomes of memberships: asked on somebody's page, withdrawn before its day, taken back within a week."""

from datetime import timedelta

from fastapi.responses import Response

from services.activities.register import actions
from services.activities.register.pages.act_papers import attach_to
from services.activities.register.rules.membership import LEAVES, Stage
from services.activities.register.rules.regrouping import day_said
from services.activities.register.schemas import NewTurn
from shared import clock
from shared.web import Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/register")
HERE = "/activities/register"
LEFT = "最后一天在册是{last}，从{day}起（当天）不再计入应到，任职和账号同时结束。"
SAID = {
    Stage.DONE: "已办理，名册、任职和账号已更新。办错了的，七天以内可以由您撤销。",
    Stage.PLANNED: "已安排，到那一天生效；在那之前照常计数，可以撤回。",
}


@pages.post("/people/{person_id}/member-acts")
def turn(view: Viewed, person_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """What becomes of somebody's membership from a day on."""
    today = clock.today(session)
    row = actions.turn(session, actor, person_id, form.read(NewTurn).asked(today))
    attach_to(session, actor, "member_act", row.id, form)
    said = SAID[Stage(row.stage)]
    if row.turn in LEAVES:
        said += LEFT.format(last=day_said(row.starts_on - timedelta(days=1)), day=day_said(row.starts_on))
    if row.stage == Stage.DONE and row.starts_on < today:
        return view.to(f"/activities/people/{person_id}/disagreements", said=said)
    return view.to(f"{HERE}/people/{person_id}", said=said)


@pages.post("/member-acts/{member_act_id}/withdrawals")
def withdraw(view: Viewed, member_act_id: int, actor: Signed, session: Unit) -> Response:
    """What was arranged is not to be done."""
    row = actions.withdraw_turn(session, actor, member_act_id)
    return view.to(f"{HERE}/people/{row.person_id}", said="已撤回，名册没有变动。")


@pages.post("/member-acts/{member_act_id}/undoings")
def undo(view: Viewed, member_act_id: int, actor: Signed, session: Unit) -> Response:
    """Whoever did it takes it back."""
    row = actions.undo_turn(session, actor, member_act_id)
    return view.to(
        f"{HERE}/people/{row.person_id}", said="已撤销，编组、任职和账号恢复到办理以前；别人以后办理的不变。"
    )
