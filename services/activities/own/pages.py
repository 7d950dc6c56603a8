"""One's own page: for every member, whether or not he holds a post; and his own address, kept by himself."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from services.activities.grid import queries as grid
from services.activities.ledger.rules.stages import KINDS_SAID
from services.activities.ledger.rules.words import absence_said
from services.activities.own import queries
from services.activities.register import actions as register
from services.activities.register.rules.words import (
    CIRCUMSTANCES_SAID,
    MEMBERS_SAID,
    NUMBERS_SAID,
    SEXES_SAID,
    SHOWN_SAID,
)
from services.activities.register.schemas import OwnAddress
from shared import clock
from shared.roles import Role
from shared.web import Html, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/me")
YEARS_BACK = 3
LOOKED_SAID = SHOWN_SAID | {f"sought_{field}": f"按号码查到您（{said}）" for field, said in NUMBERS_SAID.items()}
"""What somebody saw of one, or found one by."""


@pages.get("")
def me(view: Viewed, actor: Signed, session: Unit, year: Annotated[int | None, Query(ge=1950, le=2200)] = None) -> Html:
    """What is kept of oneself, and where one took part this year."""
    today = clock.today(session)
    chosen = year or today.year
    own = queries.own(session, chosen)
    return view.show(
        "own/me.html",
        own=own,
        gridded=bool(grid.own_choices(session, actor)),
        year=chosen,
        years=sorted({chosen, *range(today.year - YEARS_BACK, today.year + 1)}, reverse=True),
        kinds=KINDS_SAID,
        why=absence_said,
        looked=LOOKED_SAID,
        sexes=SEXES_SAID,
        said={
            "membership": MEMBERS_SAID,
            "circumstance": CIRCUMSTANCES_SAID,
            "post": {role: role.chinese for role in Role},
        },
    )


@pages.post("/address")
def correct_address(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """One's own telephone and mail."""
    register.correct_own(session, actor, form.read(OwnAddress).model_dump())
    return view.to("/activities/me", said="联系方式已更正，没有送出的信会送到新的邮箱。")
