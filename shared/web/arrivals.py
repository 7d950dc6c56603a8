"""Signing in where people are: out to a provider and back; bound and unbound on one's own page.

Out and back are plain links: no form may lead out of this house, and a provider sends people back by one.
"""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from shared import access, db
from shared.access import arrivals, providers
from shared.access.arrivals import Trip
from shared.errors import Away, NotSignedIn, OutOfReach, TooMany
from shared.shapes import Id, Shape
from shared.web.door import Anybody, Signed, Unit, service_of
from shared.web.forms import Sent, checked_token, ours
from shared.web.hosts import is_safe
from shared.web.knocking import prove, whence_of
from shared.web.pages import ForAll, Html, Pages, View, Viewed
from shared.web.seating import refuse_open_air, seated
from shared.web.shapes import UrlId

pages = Pages()
SECURE_TRIP, PLAIN_TRIP = "__Host-trip", "trip"
OWN, CONFIRM = "/account/providers", "/account/providers/confirmation"
BY_SLIP = "/sign-in/with/confirmation"


class Which(Shape):
    """Which provider."""

    provider_id: Id


# --- out and back ---


@pages.get("/sign-in/with/{provider_id:int}")
def set_out(request: Request, view: ForAll, provider_id: UrlId, next: str = "") -> Response:  # noqa: A002  as browsers show it
    """Out to a provider, to sign in by it."""
    refuse_open_air(request)
    with db.unit(service_of(request)) as session:
        address, trip = arrivals.set_out(session, provider_id, wanted=ours(next), inside=_is_inside(request))
    return _away(view, address, trip)


@pages.get("/account/providers/{provider_id:int}")
def set_out_to_bind(view: Viewed, actor: Signed, session: Unit, provider_id: UrlId) -> Response:
    """Out to a provider, to be bound to it."""
    address, trip = arrivals.set_out(session, provider_id, actor=actor, inside=_is_inside(view.request))
    return _away(view, address, trip)


@pages.get("/sign-in/with/back/{by}")
def come_back(
    request: Request,
    view: ForAll,
    by: str,
    *,
    state: str = "",
    code: str = "",
    authCode: str = "",  # noqa: N803  as DingTalk has it
) -> Response:
    """Back from a provider: signed in, or asked whether it is oneself. Whatever goes wrong is said at the door."""
    refuse_open_air(request)
    trip = _trip_of(request)
    door = "/password" if trip and trip.by_slip else OWN if trip and trip.account_id else "/sign-in"
    try:
        whence = whence_of(request)
        trip = arrivals.who_is_back(service_of(request), trip, by=by, state=state, code=code or authCode, whence=whence)
        if trip.account_id:
            return _carry(view.to(BY_SLIP if trip.by_slip else CONFIRM), request, trip)
        answer = _entered(request, view, trip)
    except (Away, NotSignedIn, OutOfReach, TooMany) as refused:
        answer = view.to(door, said=refused.detail)
    return _carry(answer, request, None)


def _entered(request: Request, view: View, trip: Trip) -> Response:
    """Signed in; what is still wanted of him stands on the page that he is led to."""
    with db.unit(service_of(request), anyway=True) as session:
        token = arrivals.enter(session, trip, whence=whence_of(request))
    if token is None:  # refused only here, so that the try is counted
        raise NotSignedIn(arrivals.UNBOUND)
    return seated(request, view, token, to=ours(trip.wanted) or "/")


def _away(view: View, address: str, trip: Trip) -> Response:
    return _carry(RedirectResponse(address, status_code=303), view.request, trip)


def _carry(answer: Response, request: Request, trip: Trip | None) -> Response:
    """Keep in the browser what it set out with, or forget it."""
    safe = is_safe(request)
    name = SECURE_TRIP if safe else PLAIN_TRIP
    if trip is None:
        answer.delete_cookie(name, secure=safe, httponly=True, samesite="lax")
    else:
        seconds = int(arrivals.LASTS.total_seconds())
        answer.set_cookie(name, trip.sealed(), max_age=seconds, secure=safe, httponly=True, samesite="lax")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _trip_of(request: Request) -> Trip | None:
    return arrivals.carried(request.cookies.get(SECURE_TRIP if is_safe(request) else PLAIN_TRIP, ""))


def _is_inside(request: Request) -> bool:
    """Whether it is WeCom's own browser, which knows who is there."""
    return "wxwork" in request.headers.get("user-agent", "").lower()


def offers(request: Request) -> list[providers.Offered]:
    """What the door offers beside the password."""
    with db.unit(service_of(request)) as session:
        return providers.offered(session)


# --- one's own ---


@pages.get(OWN)
def own(view: Viewed, actor: Signed, session: Unit) -> Html:
    """As whom one is known elsewhere; bound once the password was given."""
    return view.show(
        "office/providers.html", bound=arrivals.bound(session, actor), proved=access.is_proved(session, actor)
    )


@pages.post("/account/providers/proofs")
def give_password(request: Request, actor: Anybody, form: Sent) -> Response:
    """Give the password once more, before one is bound."""
    checked_token(form, actor.account_id)
    prove(request, actor, form.text("current"))
    return View(request).to(OWN)


@pages.get(CONFIRM)
def is_it_you(view: Viewed, actor: Signed, session: Unit) -> Html:
    """As whom one has come back: is it oneself?"""
    asked = arrivals.asked(session, actor, _trip_of(view.request))
    return view.show("office/provider_found.html", asked=asked, to=OWN, back=OWN)


@pages.post(OWN)
def bind(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:  # noqa: ARG001  no field
    """It is."""
    arrivals.bind(session, actor, _trip_of(view.request))
    return _carry(view.to(OWN, said="已绑定，以后可以从那里登录。"), view.request, None)


@pages.post("/account/providers/removals")
def unbind(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Not any more."""
    arrivals.unbind(session, actor, form.read(Which).provider_id)
    return view.to(OWN, said="已解除绑定。")


# --- by the password of a slip, instead of one's own ---


@pages.get("/sign-in/with/{provider_id:int}/by-slip")
def set_out_by_slip(request: Request, actor: Anybody, provider_id: UrlId) -> Response:
    """Out to a provider, to come in by it from now on."""
    with db.unit(service_of(request)) as session:
        address, trip = arrivals.set_out(session, provider_id, actor=actor, inside=_is_inside(request))
    return _away(View(request, actor=actor), address, trip)


@pages.get(BY_SLIP)
def is_it_you_by_slip(request: Request, actor: Anybody) -> Html:
    """As whom one has come back: is it oneself?"""
    with db.unit(service_of(request)) as session:
        asked = arrivals.asked(session, actor, _trip_of(request))
    return View(request, actor=actor).show("office/provider_found.html", asked=asked, to=BY_SLIP, back="/password")


@pages.post(BY_SLIP)
def bind_by_slip(request: Request, actor: Anybody, form: Sent) -> Response:
    """It is: in one goes, and the slip opens nothing any more."""
    checked_token(form, actor.account_id)
    with db.unit(service_of(request)) as session:
        token = arrivals.bind_by_slip(session, actor, _trip_of(request), whence=whence_of(request))
    return _carry(seated(request, View(request), token, to="/", said="已绑定，以后从那里登录。"), request, None)
