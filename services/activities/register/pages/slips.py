"""Accounts for everybody in one act: posts or branches ticked, logins suggested, slips printed; a lost sheet anew."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from services.activities.register import actions, queries
from services.activities.register.pages.accounts import township_of
from services.activities.register.queries.slips import BELOW, MANY
from services.activities.register.schemas import SheetLost
from shared import access
from shared.people import UnitKind
from shared.roles import Role
from shared.settings import settings
from shared.shapes import UrlId
from shared.web import Flawed, Html, Pages, Sent, Signed, Unit, View, Viewed

pages = Pages(prefix="/register")
TICKED, LOGIN = "people", "login."
Posts = Annotated[list[Role], Query(default_factory=list, max_length=len(BELOW) + 1)]
Branches = Annotated[list[UrlId], Query(default_factory=list, max_length=MANY)]


@pages.get("/accounts/new")
def choose(view: Viewed, actor: Signed, session: Unit, posts: Posts, branches: Branches) -> Html:
    """Whom to give accounts: by post, by branch; once ticked, each with the login that is suggested for him."""
    unit = township_of(session, actor)
    asked = bool(posts or branches)
    kinds = [] if Role.MEMBER in posts else [role for role in posts if role in BELOW]
    people = queries.without_accounts(session, actor, unit.id, posts=kinds, branches=branches) if asked else []
    return view.show(
        "register/new_accounts.html",
        unit=unit,
        posts=[*((role.value, role.chinese) for role in BELOW), (Role.MEMBER.value, "所有党员")],
        branches=[each for each in queries.names_below(session, actor, unit.id) if each.kind == UnitKind.BRANCH],
        chosen=([role.value for role in posts], branches),
        asked=asked,
        people=people,
        logins=actions.suggest(session, people),
        full=len(people) == MANY,
        days=settings().slip_days,
        sheets=queries.sheets(session, actor, unit.id),
    )


@pages.post("/units/{unit_id}/accounts")
def make(view: Viewed, unit_id: int, actor: Signed, session: Unit, form: Sent) -> Html:
    """Accounts for those who are ticked; their first passwords are on this page and nowhere else."""
    logins = {person_id: form.text(f"{LOGIN}{person_id}") for person_id in form.numbers(TICKED)[:MANY]}
    flaws = actions.login_flaws(session, actor, unit_id, logins)
    if flaws:
        raise Flawed({f"{LOGIN}{person_id}": said for person_id, said in flaws.items()})
    return _sheet(view, actions.make_accounts(session, actor, unit_id, logins))


@pages.post("/units/{unit_id}/sheets")
def renew(view: Viewed, unit_id: int, actor: Signed, session: Unit, form: Sent) -> Html:
    """A sheet was lost: what nobody has used of it is ended, and made anew."""
    return _sheet(view, actions.renew_sheet(session, actor, unit_id, form.read(SheetLost).sheet_id))


def _sheet(view: View, slips: Sequence[actions.Slip]) -> Html:
    return view.show("register/sheet.html", slips=slips, pieces=access.in_pieces, days=settings().slip_days)
