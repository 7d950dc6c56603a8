"""One's own page: for every member, whether or not he holds a post."""

from typing import Annotated

from fastapi import Query

from services.activities.ledger.rules.stages import KINDS_SAID
from services.activities.ledger.rules.words import absence_said
from services.activities.own import queries
from services.activities.register.rules.words import CIRCUMSTANCES_SAID, MEMBERS_SAID, NUMBERS_SAID, SEXES_SAID
from shared import clock
from shared.roles import Role
from shared.web import Html, Pages, Unit, Viewed

pages = Pages(prefix="/me")
YEARS_BACK = 3


@pages.get("")
def me(view: Viewed, session: Unit, year: Annotated[int | None, Query(ge=1950, le=2200)] = None) -> Html:
    """What is kept of oneself, and where one took part this year."""
    today = clock.today(session)
    chosen = year or today.year
    own = queries.own(session, chosen)
    return view.show(
        "own/me.html",
        own=own,
        year=chosen,
        years=sorted({chosen, *range(today.year - YEARS_BACK, today.year + 1)}, reverse=True),
        kinds=KINDS_SAID,
        why=absence_said,
        numbers=NUMBERS_SAID,
        sexes=SEXES_SAID,
        said={
            "membership": MEMBERS_SAID,
            "circumstance": CIRCUMSTANCES_SAID,
            "post": {role: role.chinese for role in Role},
        },
    )
