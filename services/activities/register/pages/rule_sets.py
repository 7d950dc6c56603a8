"""Which rule set a township lives by: the sets side by side, changed until its first year opens."""

from fastapi.responses import Response

from services.activities.register import actions, queries
from services.activities.register.actions import KEEPS_REGISTER, require
from services.activities.register.rules.rule_sets import side_by_side, titles
from services.activities.register.schemas import RuleSetChosen
from shared import clock
from shared.people import UnitKind
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/register")


@pages.get("/townships/{township_id}/rule-set")
def rule_set(view: Viewed, township_id: int, actor: Signed, session: Unit) -> Html:
    """The sets side by side, the one in force marked; where a year was opened, what is to be done instead."""
    township = queries.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP)
    require(actor, township, KEEPS_REGISTER)
    return view.show(
        "register/rule_set.html",
        township=township,
        sets=titles(),
        differing=side_by_side(clock.today(session)),
        judged=queries.is_judged(session, township.id),
    )


@pages.post("/townships/{township_id}/rule-set")
def choose_rule_set(view: Viewed, township_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Another one, as long as nothing was judged by the present one."""
    chosen = actions.choose_rule_set(session, actor, township_id, form.read(RuleSetChosen).rule_set)
    said = f"现在执行{titles()[chosen.rule_set or '']}。"
    return view.to(f"/activities/register/townships/{township_id}/rule-set", said=said)
