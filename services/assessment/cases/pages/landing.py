"""Where each begins: the office with the year and what waits, a secretary with his leaders, a leader with himself."""

from services.assessment.cases import queries
from services.assessment.cases.pages.seen import year_of
from services.assessment.cases.queries import OFFICE
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.rules import assessed_year
from shared import clock
from shared.web import Html, Pages, Signed, Unit, Viewed

pages = Pages()
YEARS = 12


@pages.get("/")
def landing(view: Viewed, actor: Signed, session: Unit) -> Html:
    """What of the newest year concerns whoever looks in the post that he acts in, and the years before."""
    actor = actor.acting
    years = cycles.cycles_page(session, actor, after=None, limit=YEARS)
    year = year_of(session, actor, years[0].id) if years else None
    return view.show(
        "cycles/landing.html",
        year=year,
        years=years,
        townships=cycles.townships_as(session, actor, *OFFICE),
        assessed=assessed_year(clock.today(session)),
        openings=[
            one for one in cycles.openings_ahead(session, actor) if actor.roles_over(one.township_id) & {*OFFICE}
        ],
        own=queries.own(session, actor)[:1],
    )
