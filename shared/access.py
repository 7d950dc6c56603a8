"""Who acts: accounts, sign-in with opaque sittings, roles held in a unit and what they reach, lock-out."""

import hashlib
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from pwdlib import PasswordHash
from sqlalchemy import select, update

from shared import clock
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotSignedIn, TooMany
from shared.events import AccountChanged, SignedIn
from shared.people import Account, Person, Sitting, posts_of
from shared.roles import Role
from shared.settings import settings

PASSWORD_LENGTH_MIN = 10
PASSWORD_SIGNS_MIN = 5
USED = "used:"  # before the hash of a first password that has opened its one sitting
WRONG = "账号或密码不正确。连续输错多次后需要等几分钟；初始密码只能使用一次。"


@dataclass(frozen=True)
class Actor:
    """Somebody who acts, with the posts that he holds today. Whoever has no post reaches only himself."""

    account_id: int | None
    person_id: int | None
    name: str
    posts: tuple[tuple[Role, int], ...]
    restricted: bool = False

    @property
    def reach(self) -> str:
        """The units that he reaches from, for row-level security; `*` is everything."""
        if any(role is Role.SYSTEM for role, _ in self.posts):
            return "*"
        return ",".join(sorted({str(unit_id) for _, unit_id in self.posts}))

    def roles_over(self, *units: int | None) -> frozenset[Role]:
        """The roles that he holds in any of these units: a thing names its group, its branch and its township."""
        return frozenset(role for role, unit_id in self.posts if role is Role.SYSTEM or unit_id in units)

    def units_as(self, *roles: Role) -> tuple[int, ...]:
        """The units in which he holds one of these roles."""
        return tuple(unit_id for role, unit_id in self.posts if role in roles)


SYSTEM = Actor(account_id=None, person_id=None, name="系统", posts=((Role.SYSTEM, 0),))


def console(*roles: Role, unit_id: int) -> Actor:
    """Whoever sits at the machine itself: acts for the township's office, as the history will say."""
    return Actor(account_id=None, person_id=None, name="控制台", posts=tuple((role, unit_id) for role in roles))


# --- passwords ---

_hashing = threading.BoundedSemaphore(2)  # Argon2id takes 64 MiB a time
_waiting = threading.BoundedSemaphore(10)  # beyond these nobody waits: the threads belong to those who work


@contextmanager
def turnstile() -> Iterator[None]:
    """Go through before a password is looked at, and before a connection is taken. Raises TooMany in a crowd."""
    if not _waiting.acquire(blocking=False):
        raise TooMany("现在登录的人太多，请稍后再试。")
    try:
        with _hashing:
            yield
    finally:
        _waiting.release()


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    """Argon2id, with the library's recommended cost."""
    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def _decoy() -> str:
    """Looked at where there is no account, or one that waits: it takes as long as a real look."""
    return _hasher().hash(secrets.token_urlsafe(16))


def make_account(session: Session, person_id: int, login: str) -> tuple[Account, str]:
    """An account with a first password, which is returned once and stored nowhere."""
    password = secrets.token_urlsafe(9)
    account = Account(person_id=person_id, login=login, password_hash=_hasher().hash(password), first_password=True)
    session.add(account)
    session.flush()
    return account, password


def renew_password(session: Session, account_id: int) -> str:
    """Another first password for somebody who lost his; ends every sitting of the account."""
    account = session.get_one(Account, account_id, with_for_update=True)
    password = secrets.token_urlsafe(9)
    account.password_hash, account.first_password = _hasher().hash(password), True
    account.failures, account.locked_until = 0, None
    end_sittings(session, account.id)
    return password


def end_account(session: Session, account_id: int) -> None:
    """Nobody signs in by an account any more; every sitting of it ends."""
    session.get_one(Account, account_id, with_for_update=True).ended_at = clock.now(session)
    end_sittings(session, account_id)


def choose_password(session: Session, actor: Actor, password: str, *, current: str | None = None) -> str:
    """Set one's own password; ends every sitting of the account and opens a new one, whose token is returned.

    Whoever has chosen one before must know it (`current`): a sitting left open is not enough.
    """
    account = session.get_one(Account, actor.account_id, with_for_update=True)
    old = account.password_hash.removeprefix(USED)
    if actor.restricted and not account.first_password:  # somebody was quicker with the same first password
        raise NotSignedIn("请重新登录。")
    if not actor.restricted and not _hasher().verify(current or "", old):
        raise Invalid("当前密码不正确。", field="current")
    if len(password) < PASSWORD_LENGTH_MIN:
        raise Invalid(f"密码至少{PASSWORD_LENGTH_MIN}位。", field="password")
    if len(set(password)) < PASSWORD_SIGNS_MIN or account.login in password:
        raise Invalid("密码太容易猜到：不要包含账号，也不要重复同样的字符。", field="password")
    if _hasher().verify(password, old):
        raise Invalid("新密码不能和原密码相同。", field="password")
    account.password_hash, account.first_password = _hasher().hash(password), False
    unit_id = _unit_of(session, account)
    announce(session, AccountChanged(unit_id=unit_id, account_id=account.id, change="password"), by=actor)
    end_sittings(session, account.id)
    return _open_sitting(session, account)


# --- sittings ---


def _token_hash(token: str) -> bytes:
    """Only this is stored: a stolen database opens no sitting."""
    return hashlib.sha256(token.encode()).digest()


def sign_in(session: Session, login: str, password: str) -> str | None:
    """A token of 256 bits for a new sitting, or None where login or password is wrong (the failure is counted).

    None instead of a refusal, so that the count is committed; and None too while the account waits, so that a
    stranger does not learn which logins exist. To be called within `turnstile`.
    """
    now = clock.now(session)
    account = session.scalar(
        select(Account).where(Account.login == login, Account.ended_at.is_(None)).with_for_update()
    )
    if account is None or (account.locked_until is not None and account.locked_until > now):
        _hasher().verify(password, _decoy())
        return None
    fits = _hasher().verify(password, account.password_hash.removeprefix(USED))
    succeeded = fits and not account.password_hash.startswith(USED)
    unit_id = _unit_of(session, account)
    announce(session, SignedIn(unit_id=unit_id, account_id=account.id, succeeded=succeeded), by=_himself(account))
    if not succeeded:
        _count_failure(account, now)
        return None
    account.failures, account.locked_until = 0, None
    if account.first_password:
        account.password_hash = USED + account.password_hash
    return _open_sitting(session, account)


def _count_failure(account: Account, now: datetime) -> None:
    account.failures += 1
    if account.failures % settings().lock_tries == 0:
        account.locked_until = now + timedelta(minutes=settings().lock_minutes)


def _himself(account: Account) -> Actor:
    """Whoever stands at the door with this login, for the history; nobody knows yet who it is."""
    return Actor(account_id=account.id, person_id=account.person_id, name="", posts=())


def _unit_of(session: Session, account: Account) -> int:
    return session.get_one(Person, account.person_id).unit_id


def _open_sitting(session: Session, account: Account) -> str:
    """A fresh token; with a first password the sitting may only choose another."""
    token, now = secrets.token_urlsafe(32), clock.now(session)
    session.add(
        Sitting(
            token_hash=_token_hash(token),
            account_id=account.id,
            started_at=now,
            seen_at=now,
            restricted=account.first_password,
        )
    )
    return token


def end_sittings(session: Session, account_id: int) -> None:
    """Sign an account out everywhere."""
    session.execute(
        update(Sitting)
        .where(Sitting.account_id == account_id, Sitting.ended_at.is_(None))
        .values(ended_at=clock.now(session))
    )


def actor_of(session: Session, token: str) -> Actor:
    """Whoever sits behind a token, with today's posts. Raises NotSignedIn where the sitting has ended."""
    now, chosen = clock.now(session), settings()
    row = (
        token
        and session.execute(
            select(Sitting, Account.person_id, Account.ended_at, Person.name)
            .join(Account, Account.id == Sitting.account_id)
            .join(Person, Person.id == Account.person_id)
            .where(Sitting.token_hash == _token_hash(token))
        ).one_or_none()
    )
    if not row:
        raise NotSignedIn("请先登录。")
    sitting, person_id, account_ended_at, name = row
    idle, whole = timedelta(minutes=chosen.session_idle_minutes), timedelta(hours=chosen.session_hours)
    if sitting.ended_at or account_ended_at or now - sitting.seen_at > idle or now - sitting.started_at > whole:
        raise NotSignedIn("登录已经过期，请重新登录。")
    if now - sitting.seen_at > timedelta(minutes=1):  # not a write for every request
        _mark_seen(session, sitting.token_hash)
    return Actor(
        account_id=sitting.account_id,
        person_id=person_id,
        name=name,
        posts=tuple(posts_of(session, person_id, clock.today(session))),
        restricted=sitting.restricted,
    )


def _mark_seen(session: Session, token_hash: bytes) -> None:
    """Note that a sitting is in use, unless another request of it just does: none waits for a long one."""
    free = select(Sitting.token_hash).where(Sitting.token_hash == token_hash).with_for_update(skip_locked=True)
    session.execute(
        update(Sitting)
        .where(Sitting.token_hash.in_(free))
        .values(seen_at=clock.now(session))
        .execution_options(synchronize_session=False)
    )
