"""Accounts and posts of a township: made, renewed and ended. A first password is on one page and nowhere else."""

from typing import Literal

from fastapi.responses import Response

from services.activities.register import actions, queries
from services.activities.register.actions import MAKES_ACCOUNTS
from services.activities.register.schemas import Because, NewAccount
from shared.access import Actor
from shared.db import Session
from shared.errors import NotYours
from shared.people import Unit as Place
from shared.roles import Role
from shared.settings import settings
from shared.web import Html, Paged, Pages, Sent, Signed, Unit, Viewed

pages = Pages(prefix="/register")
HERE = "/activities/register"


@pages.get("/accounts")
def accounts(view: Viewed, page: Paged, actor: Signed, session: Unit, state: Literal["all", "unseen"] = "all") -> Html:
    """Who has an account or a post in one's township; or only those who have never signed in."""
    unit = township_of(session, actor)
    unseen = state == "unseen"
    rows = queries.ways(session, actor, unit.id, after=page.after, limit=page.limit, unseen=unseen)
    following = rows[-1].person_id if len(rows) == page.limit else None
    amiss = {"overlaps": queries.overlaps(session, actor, unit.id), "clashes": queries.clashes(session, actor, unit.id)}
    roles = {role: role.chinese for role in Role}
    return view.show("register/accounts.html", unit=unit, rows=rows, next=following, roles=roles, state=state, **amiss)


def township_of(session: Session, actor: Actor) -> Place:
    """The township whose accounts somebody keeps; a branch's organiser keeps those of his branch alone."""
    units = actor.units_as(*MAKES_ACCOUNTS)
    if not units:
        raise NotYours("账号由组织委员和安全管理员办理，您没有这个职务。")
    return queries.unit_in_reach(session, actor, units[0])


@pages.post("/people/{person_id}/accounts")
def make(view: Viewed, person_id: int, actor: Signed, session: Unit, form: Sent) -> Html:
    """A way in; its first password is on this page and nowhere else."""
    login = form.read(NewAccount).login
    _, password = actions.make_account(session, actor, person_id, login)
    return slip(view, person_id, login, password)


@pages.post("/people/{person_id}/first-passwords")
def renew(view: Viewed, person_id: int, actor: Signed, session: Unit) -> Html:
    """Another first password."""
    login, password = actions.renew_password(session, actor, person_id)
    return slip(view, person_id, login, password)


def slip(view: Viewed, person_id: int, login: str, password: str) -> Html:
    """What is handed over to him, with how long it opens."""
    hours = settings().first_password_hours
    return view.show("register/password.html", person_id=person_id, login=login, password=password, hours=hours)


@pages.post("/people/{person_id}/account-endings")
def end(view: Viewed, person_id: int, actor: Signed, session: Unit, form: Sent) -> Response:
    """Nobody signs in by it any more."""
    actions.end_account(session, actor, person_id, reason=form.read(Because).reason)
    return view.to(f"{HERE}/people/{person_id}", said="账号已停用，已登录的也已退出。")
