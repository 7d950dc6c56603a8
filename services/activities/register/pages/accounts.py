"""Accounts and posts of a township: made, renewed and ended. A first password is on one page and nowhere else."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import Depends, Query
from fastapi.responses import Response

from services.activities.register import actions, queries
from services.activities.register.actions import MAKES_ACCOUNTS
from services.activities.register.queries import Ways
from services.activities.register.schemas import Because, NewAccount
from shared.access import Actor
from shared.db import Session
from shared.errors import NotYours
from shared.lists import Turn
from shared.people import Unit as Place
from shared.people import UnitKind
from shared.roles import Role
from shared.settings import settings
from shared.web import Html, Kept, Pages, Sent, Signed, Unit, View, Viewed
from shared.web.lists import Search, Turns
from shared.web.shapes import UrlId

pages = Pages(prefix="/register")
HERE = "/activities/register"
UNHELD = (Role.MEMBER, Role.SYSTEM)  # no posts
STATES_SAID = {"all": "全部", "unseen": "从没登录过", "used": "登录过", "ended": "已停用", "none": "没有账号"}
SORTS_SAID = {"name": "姓名", "unit": "党组织", "login": "账号"}


def filtered(
    state: Literal["all", "unseen", "used", "ended", "none"] = "all",
    branch_id: Annotated[UrlId | None, Query()] = None,
    post: Role | None = None,
    sort: Literal["name", "unit", "login"] = "name",
) -> Ways:
    """The filters of the list of accounts."""
    return Ways(state, branch_id, post, sort=sort)


Filtered = Annotated[Ways, Depends(filtered)]


@pages.get("/accounts")
def accounts(view: Viewed, actor: Signed, session: Unit, asked: Filtered, turn: Turns) -> Html:
    """Who has an account or a post in one's township, by the filters."""
    return shown(view, session, actor, asked, turn)


@pages.post("/accounts/found")
def find(view: Viewed, actor: Signed, session: Unit, asked: Filtered, form: Sent) -> Kept:
    """Those of them who are called so, or sign in so."""
    township_of(session, actor)
    looked = form.read(Search)
    return Kept(shown(view, session, actor, replace(asked, words=looked.words), looked.turn))


def shown(view: View, session: Session, actor: Actor, sought: Ways, turn: Turn) -> Html:
    """A page of the list."""
    unit = township_of(session, actor)
    below = queries.names_below(session, actor, unit.id)
    roles = {role: role.chinese for role in Role}
    return view.show(
        "register/accounts.html",
        unit=unit,
        here=f"{HERE}/accounts",
        leaf=queries.ways(session, actor, unit.id, sought, turn),
        sought=sought,
        states=STATES_SAID,
        sorts=SORTS_SAID,
        branches=[(each.id, each.whole_name) for each in below if each.kind == UnitKind.BRANCH],
        posts=[(role, word) for role, word in roles.items() if role not in UNHELD],
        roles=roles,
        overlaps=queries.overlaps(session, actor, unit.id),
        clashes=queries.clashes(session, actor, unit.id),
    )


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
