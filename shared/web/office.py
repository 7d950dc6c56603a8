"""The pages that belong to no house: the door, one's own password, and where each person lands."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from shared import access, db
from shared.access import arrivals
from shared.errors import Invalid
from shared.web.arrivals import offers
from shared.web.door import PLAIN_COOKIE, SECURE_COOKIE, Anybody, service_of
from shared.web.forms import Sent, checked_token, ours
from shared.web.knocking import let_in, prove, whence_of
from shared.web.pages import ForAll, Html, Pages, View
from shared.web.passkeys import passkey_options
from shared.web.seating import refuse_open_air, refuse_strangers, seated
from shared.web.sections import TODOS
from shared.web.sittings import NewPassword, SignIn
from shared.web.unsent import UNSENT

pages = Pages()


@pages.get("/")
def home(_: Anybody) -> Response:
    """Where everybody's work begins."""
    return RedirectResponse(TODOS, status_code=303)


# --- signing in and out ---


@pages.get("/sign-in")
def door(view: ForAll, next: str = "", why: access.Why | None = None) -> Html:  # noqa: A002  the word that browsers show
    """The door; it says why somebody who was in stands before it again."""
    wanted = ours(next)
    with db.unit(service_of(view.request)) as session:
        empty = not access.somebody_can_sign_in(session)
    offered = offers(view.request)
    return view.show(
        "office/sign_in.html",
        wanted=wanted,
        why=why,
        kept=f"{UNSENT}/" in wanted,
        options=passkey_options(view.request),
        offers=offered,
        many=len({each.township for each in offered}) > 1,
        empty=empty,
    )


@pages.post("/sign-in")
def sign_in(request: Request, view: ForAll, form: Sent) -> Response:
    """Sign in; whoever has a first password chooses his own at once."""
    checked_token(form, None)
    refuse_strangers(request)
    refuse_open_air(request)
    asked = form.read(SignIn)
    token = let_in(request, asked.login, asked.password)
    return seated(request, view, token, to=ours(form.text("next")) or "/")


@pages.get("/password")
def own_password(request: Request, actor: Anybody) -> Html:
    """Choose one's own password."""
    with db.unit(service_of(request)) as session:
        offers, unchosen = arrivals.offered_by_slip(session, actor), arrivals.unchosen(session, actor)
    return View(request, actor=actor).show("office/password.html", step=actor.awaits, offers=offers, unchosen=unchosen)


@pages.post("/password")
def choose_password(request: Request, actor: Anybody, form: Sent) -> Response:
    """Choose it; every other sitting ends."""
    checked_token(form, actor.account_id)
    asked = form.read(NewPassword)
    if form.text("again") != asked.password:
        raise Invalid("两次输入的新密码不一样，请重新输入。", field="again")
    with db.unit(service_of(request)) as session:
        unchosen = arrivals.unchosen(session, actor)
    if actor.awaits is not access.Awaits.PASSWORD and not unchosen:
        prove(request, actor, asked.current or "")
    with access.turnstile(), db.unit(service_of(request)) as session:
        if unchosen:
            token = arrivals.choose_first(session, actor, asked.password)
        else:
            token = access.choose_password(session, actor, asked.password, current=asked.current)
    return seated(request, View(request), token, to="/", said="密码已修改，其他地方的登录已全部退出。")


@pages.post("/sign-out")
def sign_out(request: Request, actor: Anybody, form: Sent) -> Response:
    """Sign out here, or everywhere."""
    checked_token(form, actor.account_id)
    everywhere = bool(form.text("everywhere"))
    with db.unit(service_of(request), anyway=True) as session:
        access.sign_out(session, actor, everywhere=everywhere, whence=whence_of(request))
    answer = View(request).to("/sign-in", said="所有设备都已退出登录。" if everywhere else "已退出登录。")
    for name in (SECURE_COOKIE, PLAIN_COOKIE):
        answer.delete_cookie(name, secure=name == SECURE_COOKIE)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
