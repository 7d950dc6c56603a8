"""Passkeys (WebAuthn) as a second way in for officers: the device itself asks who is there, so one is as good as two.

Offered where the address that people open has a host name and nobody can listen (`public_url`). A challenge carries
our mark, is good for an hour and accepted once: what a stranger asks for and never uses costs no row.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from shared import clock, privacy
from shared.access import ceremonies, passwords, proving, signing_in, sittings
from shared.access.actors import Actor
from shared.access.ceremonies import Data, NotVerified, Site
from shared.access.guesses import NOWHERE, Whence
from shared.access.rows import Challenge, Passkey
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid, NotYours, OutOfReach
from shared.events import AccountChanged
from shared.office_settings import OFFICERS
from shared.people import Account
from shared.settings import settings

LASTS = timedelta(hours=1)
KEYS_MAX = 10
NAME_LENGTH_MAX = 40
LOCAL = "localhost"
NOT_TAKEN = "这台设备的通行密钥没有通过核对，请刷新页面再试一次。"
WRONG_PASSKEY = "没有登录成功：这个通行密钥没有登记过，或者页面打开太久了。请刷新页面再试，或者用密码登录。"


@dataclass(frozen=True, slots=True)
class PasskeyShown:
    """One of somebody's passkeys, as its owner sees it."""

    id: int
    name: str
    made_at: datetime
    used_at: datetime | None


def site() -> Site | None:
    """Where passkeys are good; None where browsers offer none: by plain http, or under a bare address."""
    found = urlsplit(settings().public_url)
    host = found.hostname or ""
    if not host or _is_address(host) or (found.scheme != "https" and host != LOCAL):
        return None
    return Site(host, f"{found.scheme}://{found.netloc}")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def may_have(actor: Actor) -> bool:
    """Whether somebody is offered one: officers, where there is a site."""
    return site() is not None and any(role in OFFICERS for role, _ in actor.posts)


# --- made, listed, removed ---


def to_make(session: Session, actor: Actor) -> Data:
    """What a browser needs to make a passkey. Whoever is there must have given the password a moment ago."""
    here, account = _settled(session, actor)
    known = session.scalars(select(Passkey.credential_id).where(Passkey.account_id == account.id))
    challenge = _challenge(account.id, clock.now(session))
    return ceremonies.to_make(here, challenge, account_id=account.id, login=account.login, name=actor.name, known=known)


def register(session: Session, actor: Actor, name: str, credential: Data) -> int:
    """Keep what the browser made; from now on it signs this account in. Returns its id."""
    here, account = _settled(session, actor)
    if len(passkeys_of(session, actor)) >= KEYS_MAX:
        raise Conflict(f"一个账号最多 {KEYS_MAX} 个通行密钥，请先移除不用的。")
    if not name.strip():
        raise Invalid("请给它起个名字，例如“办公室电脑”。", field="name")
    try:
        made = ceremonies.made(here, _taken(session, credential, account.id), credential)
    except NotVerified as error:
        raise Invalid(NOT_TAKEN) from error
    row = {
        "account_id": account.id,
        "credential_id": made.credential_id,
        "public_key": made.credential_public_key,
        "sign_count": made.sign_count,
        "name": name.strip()[:NAME_LENGTH_MAX],
        "made_at": clock.now(session),
    }
    put = insert(Passkey).values(row).on_conflict_do_nothing().returning(Passkey.id)
    passkey_id = session.execute(put).scalar_one_or_none()
    if passkey_id is None:
        raise Conflict("这个通行密钥已经登记过。")
    _tell(session, actor, account, "passkey_set")
    return passkey_id


def passkeys_of(session: Session, actor: Actor) -> list[PasskeyShown]:
    """Somebody's own, the oldest first."""
    asked = select(Passkey.id, Passkey.name, Passkey.made_at, Passkey.used_at)
    found = session.execute(asked.where(Passkey.account_id == sittings.settled(actor)).order_by(Passkey.id))
    return [PasskeyShown(*row) for row in found]


def remove(session: Session, actor: Actor, passkey_id: int) -> None:
    """One of somebody's own signs him in no more."""
    mine = delete(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == sittings.settled(actor))
    if session.scalar(mine.returning(Passkey.id)) is None:
        raise OutOfReach("这个通行密钥已经移除了。")
    _tell(session, actor, session.get_one(Account, actor.account_id), "passkey_removed")


# --- signing in with one ---


def to_ask(session: Session) -> Data:
    """What a browser needs to ask for a passkey; it says nothing of who has one."""
    return ceremonies.to_ask(_here(), _challenge(0, clock.now(session)))


def enter(session: Session, credential: Data, *, whence: Whence = NOWHERE) -> str | None:
    """A token for a new sitting, or None where it is no passkey of an account in use: counted like a wrong password."""
    here, now = _here(), clock.now(session)
    try:
        passkey = _found(session, credential)
    except NotVerified:
        signing_in.fail_unknown(session, signing_in.NO_PASSKEY, whence, now)
        return None
    account = session.get_one(Account, passkey.account_id, with_for_update=True)
    if account.ended_at or account.first_password or signing_in.must_wait(session, account, whence, now):
        return None
    try:
        challenge, known = _taken(session, credential, 0), (passkey.public_key, passkey.sign_count)
        count = ceremonies.counted(here, challenge, credential, public_key=known[0], sign_count=known[1])
    except NotVerified:
        signing_in.fail(session, account, whence, now)
        return None
    passkey.sign_count, passkey.used_at = count, now
    signing_in.complete(session, account, whence, now)
    return sittings.open_sitting(session, account.id, awaits=None, device=whence.machine, proved_at=None, strong=True)


def _found(session: Session, credential: Data) -> Passkey:
    asked = select(Passkey).where(Passkey.credential_id == ceremonies.id_of(credential)).with_for_update()
    passkey = session.scalar(asked)
    if passkey is None:
        raise NotVerified
    return passkey


# --- challenges ---


def _challenge(account_id: int, now: datetime) -> bytes:
    """A fresh one, bound to whoever it is shown to."""
    said = f"{account_id}.{int((now + LASTS).timestamp())}.{secrets.token_urlsafe(16)}"
    return f"{said}.{_mark(said)}".encode()


def _taken(session: Session, credential: Data, account_id: int) -> bytes:
    """The challenge that was answered, if it is ours, his, in time and not yet used. Raises NotVerified otherwise."""
    challenge, now = ceremonies.answered(credential), clock.now(session)
    said, _, mark = challenge.decode("ascii", errors="replace").rpartition(".")
    if not secrets.compare_digest(mark.encode(), _mark(said).encode()):
        raise NotVerified
    whose, until, _ = said.split(".")
    if whose != str(account_id) or int(until) < now.timestamp():
        raise NotVerified
    put = insert(Challenge).values(challenge=challenge, at=now).on_conflict_do_nothing().returning(Challenge.at)
    if session.execute(put).scalar_one_or_none() is None:
        raise NotVerified
    return challenge


def _mark(said: str) -> str:
    return privacy.mark(said, purpose="passkey")[:32]


def _here() -> Site:
    found = site()
    if found is None:
        raise OutOfReach("这里不能用通行密钥：要用带域名的加密地址打开。")
    return found


def _settled(session: Session, actor: Actor) -> tuple[Site, Account]:
    """Where he is, and the account, locked, of an officer who has signed in whole and just given his password."""
    here, account_id = _here(), sittings.settled(actor)
    if not may_have(actor):
        raise NotYours("通行密钥供有职务的人员使用。")
    proving.require_proof(session, actor)
    return here, session.get_one(Account, account_id, with_for_update=True)


def _tell(session: Session, actor: Actor, account: Account, change: str) -> None:
    fact = AccountChanged(unit_id=passwords.unit_of(session, account), account_id=account.id, change=change)
    announce(session, fact, by=actor)
