"""One's own account: where one is signed in, the one-time code, and what is kept of people and why."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request
from fastapi.responses import Response
from pydantic import Field
from segno import make_qr

from shared import access, db
from shared.access import Actor, Awaits, arrivals
from shared.access.passkeys import may_have, passkeys_of
from shared.errors import Invalid, NotSignedIn
from shared.settings import settings
from shared.shapes import Shape
from shared.web.door import Anybody, Signed, Unit, service_of
from shared.web.forms import Form, Sent, checked_token, ours
from shared.web.knocking import prove, whence_of
from shared.web.pages import ForAll, Html, Pages, View, Viewed
from shared.web.seating import seated

pages = Pages()


class Typed(Shape):
    """A code, as it was typed."""

    code: str = Field(max_length=40)


class Seat(Shape):
    """Which of one's sittings."""

    sitting_id: int
    current: str = ""


class PostChosen(Shape):
    """One of one's posts, as the button of the bar names it: `leader.7`."""

    post: str = Field(pattern=r"^[a-z_]{1,20}\.[0-9]{1,18}$")

    @property
    def role(self) -> str:
        """The post's kind."""
        return self.post.partition(".")[0]

    @property
    def unit_id(self) -> int:
        """Its unit."""
        return int(self.post.partition(".")[2])


@pages.get("/account")
def account(view: Viewed, actor: Signed, session: Unit) -> Html:
    """One's own account."""
    return view.show(
        "office/account.html",
        seats=access.open_sittings(session, actor),
        providers=arrivals.bound(session, actor),
        unchosen=arrivals.unchosen(session, actor),
        passkeys=len(passkeys_of(session, actor)) if may_have(actor) else None,
        enrolled=access.is_enrolled(session, actor),
        needed=access.needs_code(session, actor.person_id or 0),
        proved=access.is_proved(session, actor),
    )


@pages.post("/account/sittings")
def end_sitting(request: Request, actor: Anybody, form: Sent) -> Response:
    """Sign out at one place."""
    seat = form.read(Seat)
    with _proved(request, actor, form, seat.current) as session:
        access.end_sitting(session, actor, seat.sitting_id)
    return View(request).to("/account", said="那一处登录已退出。")


@pages.post("/account/sittings/others")
def end_others(request: Request, actor: Anybody, form: Sent) -> Response:
    """Sign out everywhere but here."""
    with _proved(request, actor, form, form.text("current")) as session:
        access.end_other_sittings(session, actor)
    return View(request).to("/account", said="其他地方的登录已全部退出。")


@contextmanager
def _proved(request: Request, actor: Actor, form: Form, password: str) -> Iterator[db.Session]:
    """A transaction of somebody who has given his password, just now or a moment ago: an open sitting is not enough."""
    checked_token(form, actor.account_id)
    if password:
        prove(request, actor, password)
    with db.unit(service_of(request)) as session:
        access.require_proof(session, actor)
        yield session


# --- which of several posts one acts in ---


@pages.post("/account/posts")
def act_in(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Act in another of one's posts: on to where its work begins."""
    asked = form.read(PostChosen)
    access.act_in(session, actor, asked.role, asked.unit_id)
    return view.to("/")


# --- the one-time code: of somebody whose signing in may not be complete, so without the ordinary transaction ---


@pages.get("/code")
def code(request: Request, actor: Anybody, next: str = "") -> Response:  # noqa: A002  the word that browsers show
    """The second step of signing in."""
    if actor.awaits is not Awaits.CODE:
        return View(request).to("/")
    return View(request, actor=actor).show("office/code.html", wanted=ours(next))


@pages.post("/code")
def give_code(request: Request, actor: Anybody, form: Sent) -> Response:
    """Give the code."""
    checked_token(form, actor.account_id)
    with db.unit(service_of(request), anyway=True) as session:
        token = access.accept_code(session, actor, form.read(Typed).code, whence=whence_of(request))
    return _on(request, token, to=ours(form.text("next")) or "/", said="")


@pages.get("/account/code")
def enrolment(request: Request, actor: Anybody) -> Html:
    """Set up the codes: a picture for the telephone, then the first code."""
    _may_enrol(actor)
    with db.unit(service_of(request)) as session:
        enrolled = access.is_enrolled(session, actor)
        pending = None if enrolled else access.pending_enrolment(session, actor)
        proved = access.is_proved(session, actor)
    return View(request, actor=actor).show(
        "office/enrolment.html",
        pending=pending,
        picture=drawn(pending.uri) if pending else None,
        enrolled=enrolled,
        proved=proved,
        needed=actor.awaits is Awaits.ENROLMENT,
    )


def drawn(uri: str) -> tuple[int, str]:
    """A QR code: its width in modules with the quiet margin of four, and its dark modules as the path of an SVG."""
    rows = make_qr(uri).matrix
    dark = (f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
    return len(rows) + 8, "".join(dark)


@pages.post("/account/code")
def begin_enrolment(request: Request, actor: Anybody, form: Sent) -> Response:
    """Begin, with a fresh secret; whoever has sat for a while gives his password first."""
    checked_token(form, actor.account_id)
    if form.text("current"):
        prove(request, actor, form.text("current"))
    with db.unit(service_of(request)) as session:
        access.begin_enrolment(session, actor)
    return View(request).to("/account/code")


@pages.post("/account/code/confirmations")
def confirm_enrolment(request: Request, actor: Anybody, form: Sent) -> Response:
    """The first code: from now on signing in wants one."""
    checked_token(form, actor.account_id)
    with db.unit(service_of(request)) as session:
        token = access.confirm_enrolment(session, actor, form.read(Typed).code, whence=whence_of(request))
    return _on(request, token, to="/", said="验证码已设置，以后登录都要输入。")


def _may_enrol(actor: Actor) -> None:
    if actor.awaits not in {None, Awaits.ENROLMENT}:
        raise NotSignedIn(actor.awaits.chinese if actor.awaits else "")


def _on(request: Request, token: str | None, *, to: str, said: str) -> Response:
    """On with the new token; a wrong code is refused only here, so that the try is counted."""
    if token is None:
        raise Invalid(access.WRONG_CODE, field="code")
    return seated(request, View(request), token, to=to, said=said)


# --- what is kept, and why ---


@pages.get("/privacy")
def privacy(view: ForAll) -> Html:
    """What is kept of people, why, who sees it, how long."""
    return view.show("office/privacy.html", address_days=settings().address_days)
