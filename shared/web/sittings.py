"""Signing in and out: the doors that every service has, whichever of them somebody meets first."""

import time
from typing import Annotated

from fastapi import APIRouter, Body, Request
from pydantic import Field

from shared import access, db
from shared.errors import NotSignedIn
from shared.web.door import Anybody, service_of
from shared.web.shapes import Shape

# A failure is answered no sooner: whether a login exists, counts or waits cannot be told from the time it took.
FAILURE_SECONDS = 0.3

Text = Annotated[str, Field(max_length=200)]  # hashing a password of megabytes would be work for a stranger's sake


class SignIn(Shape):
    """Login and password."""

    login: Text
    password: Text


class Token(Shape):
    """The token of a sitting; with a first password it only lets one choose another."""

    token: str


class NewPassword(Shape):
    """The password that somebody chooses, and the one that he has, unless it is his first."""

    password: Text
    current: Text | None = None


class Me(Shape):
    """Who is signed in."""

    name: str
    restricted: bool
    posts: list[tuple[str, int]]


sittings = APIRouter(tags=["sittings"])


@sittings.post("/sittings", status_code=201)
def sign_in(request: Request, asked: Annotated[SignIn, Body()]) -> Token:
    """Sign in. The same answer, in the same time, for an unknown login, a wrong password and one that waits."""
    started = time.monotonic()
    with access.turnstile(), db.unit(service_of(request)) as session:
        token = access.sign_in(session, asked.login, asked.password)
    if token is None:
        time.sleep(max(0.0, FAILURE_SECONDS - (time.monotonic() - started)))
        raise NotSignedIn(access.WRONG, field="password")
    return Token(token=token)


@sittings.get("/sittings/me")
def me(actor: Anybody) -> Me:
    """Who is signed in, with the posts that he holds today."""
    posts = [(str(role), unit_id) for role, unit_id in actor.posts]
    return Me(name=actor.name, restricted=actor.restricted, posts=posts)


@sittings.post("/passwords", status_code=201)
def choose_password(request: Request, actor: Anybody, asked: Annotated[NewPassword, Body()]) -> Token:
    """Choose one's own password; every other sitting ends."""
    with access.turnstile(), db.unit(service_of(request)) as session:
        token = access.choose_password(session, actor, asked.password, current=asked.current)
    return Token(token=token)


@sittings.delete("/sittings", status_code=204)
def sign_out(request: Request, actor: Anybody) -> None:
    """Sign out everywhere."""
    with db.unit(service_of(request)) as session:
        access.end_sittings(session, actor.account_id or 0)
