"""Who acts: accounts, sign-in with opaque sittings, roles held in a unit and what they reach, lock-out."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from pwdlib import PasswordHash
from sqlalchemy import select, update

from shared import clock
from shared.db import Session
from shared.errors import Invalid, NotSignedIn, TooMany
from shared.people import Account, Person, Sitting, posts_of
from shared.roles import Role
from shared.settings import settings

PASSWORD_LENGTH_MIN = 10


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


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    """Argon2id, with the library's recommended cost."""
    return PasswordHash.recommended()


def _token_hash(token: str) -> bytes:
    """Only this is stored: a stolen database opens no sitting."""
    return hashlib.sha256(token.encode()).digest()


def make_account(session: Session, person_id: int, login: str) -> tuple[Account, str]:
    """An account with a first password, which is returned once and stored nowhere."""
    password = secrets.token_urlsafe(9)
    account = Account(person_id=person_id, login=login, password_hash=_hasher().hash(password), first_password=True)
    session.add(account)
    session.flush()
    return account, password


def sign_in(session: Session, login: str, password: str) -> str | None:
    """A token of 256 bits for a new sitting, or None where login or password is wrong (the failure is counted).

    None instead of a refusal, so that the count is committed. Raises TooMany while the account waits.
    """
    now = clock.now(session)
    account = session.scalar(
        select(Account).where(Account.login == login, Account.ended_at.is_(None)).with_for_update()
    )
    if account is None:
        _hasher().hash(password)  # takes as long as a real look: a login's existence cannot be measured
        return None
    if account.locked_until is not None and account.locked_until > now:
        raise TooMany(f"密码错误次数过多，请{settings().lock_minutes}分钟后再试。")
    if not _hasher().verify(password, account.password_hash):
        account.failures += 1
        if account.failures % settings().lock_tries == 0:
            account.locked_until = now + timedelta(minutes=settings().lock_minutes)
        return None
    account.failures, account.locked_until = 0, None
    return _open_sitting(session, account)


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


def choose_password(session: Session, actor: Actor, password: str) -> str:
    """Set one's own password; ends every sitting of the account and opens a new one, whose token is returned."""
    if len(password) < PASSWORD_LENGTH_MIN:
        raise Invalid(f"密码至少{PASSWORD_LENGTH_MIN}位。", field="password")
    account = session.get_one(Account, actor.account_id)
    if _hasher().verify(password, account.password_hash):
        raise Invalid("新密码不能和原密码相同。", field="password")
    account.password_hash, account.first_password = _hasher().hash(password), False
    end_sittings(session, account.id)
    return _open_sitting(session, account)


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
        sitting.seen_at = now
    return Actor(
        account_id=sitting.account_id,
        person_id=person_id,
        name=name,
        posts=tuple(posts_of(session, person_id, clock.today(session))),
        restricted=sitting.restricted,
    )
