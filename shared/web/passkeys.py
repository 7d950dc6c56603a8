"""Passkeys: made and removed on one's own page, and asked for at the door; a script hands the form to the device."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from pydantic import Field

from shared import access, db
from shared.access import passkeys as keys
from shared.errors import NotSignedIn
from shared.shapes import Shape
from shared.web.contract import refusals
from shared.web.door import Anybody, Signed, Unit, service_of
from shared.web.forms import Form, Sent, checked_token, ours
from shared.web.knocking import prove, whence_of
from shared.web.pages import ForAll, Html, Pages, View, Viewed
from shared.web.seating import refuse_open_air, refuse_strangers, remember_device, seated
from shared.web.shapes import UrlId
from shared.web.sittings import Proof, Token

CREDENTIAL_LENGTH_MAX = 20_000


class Credential(Shape):
    """What the browser says, as WebAuthn writes it in JSON."""

    credential: dict[str, Any]


class NewPasskey(Credential):
    """What the browser made, and what its owner calls it."""

    name: str = Field(max_length=keys.NAME_LENGTH_MAX)


class PasskeyOut(Shape):
    """One of one's passkeys."""

    id: int
    name: str
    made_at: datetime
    used_at: datetime | None


class Named(Shape):
    """What one calls a passkey."""

    name: str = Field(max_length=keys.NAME_LENGTH_MAX)


class Which(Shape):
    """Which of one's passkeys."""

    passkey_id: int


# --- for programs ---

doors = APIRouter(tags=["passkeys"])


@doors.get("/passkeys")
def list_passkeys(request: Request, actor: Anybody) -> list[PasskeyOut]:
    """One's own passkeys."""
    with db.unit(service_of(request)) as session:
        return [PasskeyOut.model_validate(each) for each in keys.passkeys_of(session, actor)]


@doors.post("/passkeys/options", status_code=201, responses=refusals(404, 429))
def options_to_make(request: Request, actor: Anybody, asked: Annotated[Proof | None, Body()] = None) -> dict[str, Any]:
    """What a browser needs to make a passkey; where one has sat for a while, after the password."""
    if asked is not None:
        prove(request, actor, asked.current)
    with db.unit(service_of(request)) as session:
        return keys.to_make(session, actor)


@doors.post("/passkeys", status_code=201, responses=refusals(404))
def register(request: Request, actor: Anybody, asked: Annotated[NewPasskey, Body()]) -> dict[str, int]:
    """Keep the passkey that the browser made."""
    with db.unit(service_of(request)) as session:
        return {"id": keys.register(session, actor, asked.name, asked.credential)}


@doors.delete("/passkeys/{passkey_id:int}", status_code=204)
def remove(request: Request, passkey_id: UrlId, actor: Anybody) -> None:
    """Sign in with it no more."""
    with db.unit(service_of(request)) as session:
        keys.remove(session, actor, passkey_id)


@doors.post("/sittings/passkeys/options", status_code=201, responses=refusals(404))
def options_to_ask(request: Request) -> dict[str, Any]:
    """What a browser needs to ask for a passkey."""
    with db.unit(service_of(request)) as session:
        return keys.to_ask(session)


@doors.post("/sittings/passkeys", status_code=201, responses=refusals(401, 404))
def enter(request: Request, answer: Response, asked: Annotated[Credential, Body()]) -> Token:
    """Sign in with a passkey: it counts for password and code together."""
    token = _entered(request, asked.credential)
    remember_device(request, answer, token)
    return Token(token=token)


def _entered(request: Request, credential: dict[str, Any]) -> str:
    with db.unit(service_of(request), anyway=True) as session:
        token = keys.enter(session, credential, whence=whence_of(request))
    if token is None:
        raise NotSignedIn(keys.WRONG_PASSKEY)
    return token


# --- for people ---

pages = Pages()


@pages.post("/sign-in/passkey")
def enter_by_form(request: Request, view: ForAll, form: Sent) -> Response:
    """Sign in with a passkey."""
    checked_token(form, None)
    refuse_strangers(request)
    refuse_open_air(request)
    return seated(request, view, _entered(request, _credential(form)), to=ours(form.text("next")) or "/")


def passkey_options(request: Request) -> str:
    """What the door gives a browser that may have a passkey; nothing where there are none."""
    if keys.site() is None:
        return ""
    with db.unit(service_of(request)) as session:
        return json.dumps(keys.to_ask(session))


@pages.get("/account/passkeys")
def own(view: Viewed, actor: Signed, session: Unit) -> Html:
    """One's own passkeys; another is made once the password was given."""
    offered = keys.may_have(actor)
    proved = offered and access.is_proved(session, actor)
    return view.show(
        "office/passkeys.html",
        passkeys=keys.passkeys_of(session, actor),
        offered=offered,
        options=json.dumps(keys.to_make(session, actor)) if proved else "",
    )


@pages.post("/account/passkeys/proofs")
def give_password(request: Request, actor: Anybody, form: Sent) -> Response:
    """Give the password once more, before a passkey is made."""
    checked_token(form, actor.account_id)
    prove(request, actor, form.text("current"))
    return View(request).to("/account/passkeys")


@pages.post("/account/passkeys")
def register_by_form(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Keep the passkey that the browser made."""
    keys.register(session, actor, form.read(Named).name, _credential(form))
    return view.to("/account/passkeys", said="通行密钥已登记，以后登录时可以直接用它。")


@pages.post("/account/passkeys/removals")
def remove_by_form(view: Viewed, actor: Signed, session: Unit, form: Sent) -> Response:
    """Sign in with one of them no more."""
    keys.remove(session, actor, form.read(Which).passkey_id)
    return view.to("/account/passkeys", said="通行密钥已移除。")


def _credential(form: Form) -> dict[str, Any]:
    """What the script put into the form; nothing of use where it is no JSON."""
    said = form.text("credential")
    try:
        found = json.loads(said) if len(said) <= CREDENTIAL_LENGTH_MAX else None
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}
