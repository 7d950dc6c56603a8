"""Whoever knocks: from where, his password looked at in its turn, and wrong ones answered all alike."""

import time

from fastapi import Request

from shared import access, db
from shared.access import Actor, Whence
from shared.errors import Invalid, NotSignedIn
from shared.web.address import address_of
from shared.web.devices import device_of
from shared.web.door import service_of
from shared.web.hosts import is_safe

# A failure is answered no sooner: whether a login exists, counts or waits cannot be told from the time it took.
FAILURE_SECONDS = 0.3
# Under which a browser keeps by what it is known; where nobody can listen, for encrypted addresses alone.
SECURE_DEVICE, PLAIN_DEVICE = "__Host-device", "device"
DEVICE_LENGTH_MAX = 100
TYPED_LENGTH_MAX = 200  # of a password, as its shape has it


def whence_of(request: Request) -> Whence:
    """From where a request comes: the address, what the browser calls itself, and by what it may be known."""
    device = request.cookies.get(device_cookie_of(request), "")
    return Whence(address_of(request), device_of(request), device if len(device) <= DEVICE_LENGTH_MAX else "")


def device_cookie_of(request: Request) -> str:
    """The name of the cookie of a known device: as with that of a sitting, where nobody can listen one that binds."""
    return SECURE_DEVICE if is_safe(request) else PLAIN_DEVICE


def let_in(request: Request, login: str, password: str) -> str:
    """The token of a new sitting. The same answer for an unknown login, a wrong password and one that waits."""
    started, whence = time.monotonic(), whence_of(request)
    with db.unit(service_of(request), anyway=True) as session:
        knock = access.knock(session, login, whence)
    with access.turnstile(knock) as look, db.unit(service_of(request), anyway=True) as session:
        token = access.sign_in(session, login, password, whence=whence, look=look)
    if token is None:  # refused only here, so that the try is counted
        with access.resting(knock.address):
            time.sleep(max(0.0, FAILURE_SECONDS - (time.monotonic() - started)))
        raise NotSignedIn(access.WRONG, field="password")
    return token


def prove(request: Request, actor: Actor, password: str) -> None:
    """Somebody who sits gives his password once more; a wrong one is counted as at the door."""
    with access.turnstile(), db.unit(service_of(request), anyway=True) as session:
        right = access.prove(session, actor, password[:TYPED_LENGTH_MAX], whence=whence_of(request))
    if not right:
        raise Invalid(access.WRONG_PASSWORD, field="current")
