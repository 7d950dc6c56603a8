"""The term of a branch's committee: entered with the new committee, alone, or corrected, from the branch's page."""

from fastapi.responses import Response

from services.activities.register import actions, queries
from services.activities.register.rules.terms import LENGTHS
from services.activities.register.rules.words import DUTIES_SAID
from services.activities.register.schemas.terms import NewCommittee, NewTerm, TermCorrection
from shared import clock
from shared.people import UnitKind
from shared.roles import Role
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/register")
HERE = "/activities/register/units"
SAID = "任期已登记。届满以前三个月、一个月提醒组织委员，支部在自己的页面上看得到；届满以后任职照常，等新一届登记。"


@pages.get("/units/{unit_id}/committee")
def new_committee(view: Viewed, unit_id: int, actor: Signed, session: Unit) -> Html:
    """The form for a branch's new committee."""
    unit = queries.unit_in_reach(session, actor, unit_id, UnitKind.BRANCH)
    actions.require(actor, unit, actions.APPOINTS[UnitKind.BRANCH])
    held = queries.holders(session, actor, unit.id, on=clock.today(session))
    return view.show(
        "register/committee.html",
        unit=unit,
        terms=queries.terms_of(session, unit),
        candidates=queries.candidates(session, actor, unit, cadres=True),
        lengths=[(each, said) for each, (said, _) in LENGTHS.items()],
        duties=DUTIES_SAID,
        secretary=next((each.person_id for each in held if each.kind == Role.SECRETARY), ""),
        answers={duty: each.person_id for each in held for duty in each.duties},
        plain=[str(each.person_id) for each in held if each.kind == Role.COMMITTEE_MEMBER and not each.duties],
        today=clock.today(session),
    )


@pages.post("/units/{unit_id}/committee")
def seat_committee(view: Viewed, unit_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """A new committee with its term, in one act."""
    asked = form.read(NewCommittee)
    actions.seat_committee(session, actor, unit_id, asked.term(), asked.committee())
    return view.to(f"{HERE}/{unit_id}", said=f"新一届支部委员会已登记。{SAID}")


@pages.post("/units/{unit_id}/terms")
def begin_term(view: Viewed, unit_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """The term alone; whoever holds posts holds them."""
    actions.begin_term(session, actor, unit_id, form.read(NewTerm).term())
    return view.to(f"{HERE}/{unit_id}", said=SAID)


@pages.post("/terms/{term_id}/corrections")
def correct_term(view: Viewed, term_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """A term was entered otherwise than it is."""
    asked = form.read(TermCorrection)
    term = actions.correct_term(
        session,
        actor,
        term_id,
        reason=asked.reason,
        starts_on=asked.starts_on,
        due_on=asked.last_day,
        mistaken=asked.mistaken,
    )
    return view.to(f"{HERE}/{term.unit_id}", said="任期已更正，任职没有变动。")
