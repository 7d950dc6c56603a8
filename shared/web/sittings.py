"""Signing in and out: the doors that every service has, whichever of them somebody meets first."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Request, Response
from pydantic import StringConstraints

from shared import access, db
from shared.db import Session
from shared.errors import Invalid
from shared.web.contract import refusals
from shared.web.door import Anybody, service_of
from shared.web.knocking import let_in, prove, whence_of
from shared.web.seating import refuse_open_air, remember_device
from shared.web.shapes import Shape, UrlId

# Hashing a password of megabytes would be work for a stranger's sake. A telephone's keyboard leaves a blank behind a
# word: it is none of the password, here as in the forms of the pages.
Text = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]


class SignIn(Shape):
    """Login and password."""

    login: Text
    password: Text


class Token(Shape):
    """The token of a sitting, and what it still awaits before it opens anything.

    `password` (instead of the first one), `code`, `enrolment` (of a telephone for codes), `renewal` (another password).
    """

    token: str
    awaits: str | None = None


class NewPassword(Shape):
    """The password that somebody chooses, and the one that he has, unless it is his first."""

    password: Text
    current: Text | None = None


class Proof(Shape):
    """One's password once more, where it was not given a moment ago."""

    current: Text


class Code(Shape):
    """A one-time code."""

    code: Text


class EnrolmentOut(Shape):
    """What a telephone needs to make codes; the QR code holds the same."""

    secret: str
    uri: str


class SeatOut(Shape):
    """One place where somebody is signed in."""

    id: int
    started_at: datetime
    seen_at: datetime
    device: str
    here: bool


class PostHeld(Shape):
    """A post, and the unit in which it is held."""

    role: str
    unit_id: int


class Me(Shape):
    """Who is signed in."""

    name: str
    restricted: bool
    awaits: str | None
    codes: bool
    posts: list[PostHeld]


sittings = APIRouter(tags=["sittings"])


def token_out(session: Session, token: str) -> Token:
    """A token, with what is still to be done."""
    return Token(token=token, awaits=access.actor_of(session, token).awaits)


@sittings.post("/sittings", status_code=201, responses=refusals(401, 403))
def sign_in(request: Request, answer: Response, asked: Annotated[SignIn, Body()]) -> Token:
    """Sign in. The same answer, in the same time, for an unknown login, a wrong password and one that waits."""
    refuse_open_air(request)
    token = let_in(request, asked.login, asked.password)
    remember_device(request, answer, token)
    with db.unit(service_of(request), anyway=True) as session:
        return token_out(session, token)


@sittings.post("/sittings/codes", status_code=201)
def give_code(request: Request, answer: Response, actor: Anybody, asked: Annotated[Code, Body()]) -> Token:
    """The second step of signing in; the sitting goes on under a new token."""
    with db.unit(service_of(request), anyway=True) as session:
        token = access.accept_code(session, actor, asked.code, whence=whence_of(request))
    given = right_code(token)
    remember_device(request, answer, given.token)
    return given


@sittings.post("/codes", status_code=201)
def begin_enrolment(request: Request, actor: Anybody, asked: Annotated[Proof | None, Body()] = None) -> EnrolmentOut:
    """Begin to sign in with codes: a secret for one's telephone. Where one has sat for a while, after the password."""
    if asked is not None:
        prove(request, actor, asked.current)
    with db.unit(service_of(request)) as session:
        return EnrolmentOut.model_validate(access.begin_enrolment(session, actor))


@sittings.post("/codes/confirmations", status_code=201)
def confirm_enrolment(request: Request, actor: Anybody, asked: Annotated[Code, Body()]) -> Token:
    """The first code was right: from now on every signing in wants one."""
    with db.unit(service_of(request)) as session:
        token = access.confirm_enrolment(session, actor, asked.code, whence=whence_of(request))
    return right_code(token)


def right_code(token: str | None) -> Token:
    """The token that a right code gave."""
    if token is None:  # refused only here, so that the try is counted
        raise Invalid(access.WRONG_CODE, field="code")
    return Token(token=token)


@sittings.get("/sittings/me")
def me(request: Request, actor: Anybody) -> Me:
    """Who is signed in, with the posts that he holds today."""
    posts = [PostHeld(role=role, unit_id=unit_id) for role, unit_id in actor.posts]
    with db.unit(service_of(request)) as session:
        codes = access.is_enrolled(session, actor)
    return Me(name=actor.name, restricted=actor.restricted, awaits=actor.awaits, codes=codes, posts=posts)


@sittings.get("/sittings")
def list_sittings(request: Request, actor: Anybody) -> list[SeatOut]:
    """Where one is signed in."""
    with db.unit(service_of(request)) as session:
        return [SeatOut.model_validate(seat) for seat in access.open_sittings(session, actor)]


@sittings.post("/passwords", status_code=201)
def choose_password(request: Request, actor: Anybody, asked: Annotated[NewPassword, Body()]) -> Token:
    """Choose one's own password; every other sitting ends."""
    if actor.awaits is not access.Awaits.PASSWORD:
        prove(request, actor, asked.current or "")
    with access.turnstile(), db.unit(service_of(request)) as session:
        token = access.choose_password(session, actor, asked.password, current=asked.current)
        return token_out(session, token)


@sittings.delete("/sittings/others", status_code=204, responses=refusals(409))
def sign_out_elsewhere(request: Request, actor: Anybody, asked: Annotated[Proof | None, Body()] = None) -> None:
    """Sign out everywhere but here; where one has sat for a while, with the password."""
    if asked is not None:
        prove(request, actor, asked.current)
    with db.unit(service_of(request)) as session:
        access.require_proof(session, actor)
        access.end_other_sittings(session, actor)


@sittings.delete("/sittings/{sitting_id:int}", status_code=204, responses=refusals(409))
def end_sitting(
    request: Request, sitting_id: UrlId, actor: Anybody, asked: Annotated[Proof | None, Body()] = None
) -> None:
    """Sign out at one place; where one has sat for a while, with the password."""
    if asked is not None:
        prove(request, actor, asked.current)
    with db.unit(service_of(request)) as session:
        access.require_proof(session, actor)
        access.end_sitting(session, actor, sitting_id)


@sittings.delete("/sittings", status_code=204)
def sign_out(request: Request, actor: Anybody) -> None:
    """Sign out everywhere."""
    with db.unit(service_of(request), anyway=True) as session:
        access.sign_out(session, actor, everywhere=True, whence=whence_of(request))
