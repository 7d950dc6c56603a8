"""What the tests of signing in do at the door."""

from shared import access, clock
from shared.access import Actor, Whence
from shared.db import unit
from shared.errors import NotSignedIn
from shared.people import Account as AccountRow

OTHER_PASSWORD = "另一条河的水向西 1921"


def sign_in(login: str, password: str, *, address: str = "", device: str = "") -> str | None:
    with unit("activities") as session:
        return access.sign_in(session, login, password, whence=Whence(address, "", device))


def known_device(token: str) -> str:
    """By what the browser of a sitting is known from now on."""
    with unit("activities") as session:
        return access.remember(session, access.actor_of(session, token).account_id or 0, access.NOWHERE)


def whoever(token: str) -> Actor:
    with unit("activities") as session:
        return access.actor_of(session, token)


def sits(token: str) -> bool:
    try:
        whoever(token)
    except NotSignedIn:
        return False
    return True


def choose(token: str, password: str, current: str | None = None) -> str:
    with unit("activities") as session:
        return access.choose_password(session, access.actor_of(session, token), password, current=current)


def fail_to_sign_in(login: str, times: int, *, address: str = "", device: str = "") -> None:
    for _ in range(times):
        assert sign_in(login, "wrong", address=address, device=device) is None


def end_account(account_id: int) -> None:
    with unit("activities") as session:
        session.get_one(AccountRow, account_id).ended_at = clock.now(session)
