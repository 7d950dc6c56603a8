"""The check of a township, a branch or a group: what in the register does not fit the rules, as a list to mend."""

from services.activities.register import queries
from services.activities.register.rules.checking import FAULTS_SAID, PRESSING
from shared import clock
from shared.web import Html, Pages, Signed, Unit, Viewed

pages = Pages(prefix="/register")


@pages.get("/units/{unit_id}/check")
def check(view: Viewed, unit_id: int, actor: Signed, session: Unit) -> Html:
    """What is amiss in a unit and below it, by kind, what presses first; each line leads to where it is mended."""
    unit, today = queries.unit_in_reach(session, actor, unit_id), clock.today(session)
    found = queries.amiss(session, actor, unit, today)
    kinds = [
        (said, kind in PRESSING, [each for each in found if each.fault == kind]) for kind, said in FAULTS_SAID.items()
    ]
    return view.show("register/check.html", unit=unit, today=today, kinds=kinds, found=found)
