"""Passwords: first ones, which open until another is chosen, and chosen ones."""

import re
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select, update

from shared import clock
from shared.access import guesses, sittings, strength
from shared.access.actors import Actor, Awaits
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotSignedIn
from shared.events import AccountChanged
from shared.people import Account, Person, Unit
from shared.settings import settings

USED = "used:"  # before the hash of a first password of an older version, which opened one sitting
NOBODYS = "nobody:"  # before the hash of what nobody knows: he comes in by a provider, and has chosen none of his own
# Without those that look alike (0 o, 1 i l), in one case: what is copied from a slip.
PLAIN_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
PIECE, FIRST = 4, re.compile(f"[{PLAIN_SIGNS}]{{12}}")  # 59 bits, shown in pieces


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    """Argon2id, with the library's recommended cost."""
    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def _maker() -> PasswordHash:
    """Argon2id at a small cost: nobody guesses 59 random bits, and an office makes hundreds at once."""
    return PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8192, parallelism=1),))


@lru_cache(maxsize=1)
def _decoy() -> str:
    """Looked at where there is no account, or one that waits: it takes as long as a real look."""
    return _hasher().hash(secrets.token_urlsafe(16))


def fits(account: Account | None, password: str) -> bool:
    """Whether the password is this account's; without an account it takes as long, and never fits."""
    if account is None:
        _hasher().verify(password, _decoy())
        return False
    if account.first_password:
        password = _unpieced(password)
    return _hasher().verify(password, account.password_hash.removeprefix(USED).removeprefix(NOBODYS))


def _unpieced(typed: str) -> str:
    """A first password as it was made, where somebody types the gaps of its slip too."""
    together = "".join(typed.split()).replace("-", "")
    return together if FIRST.fullmatch(together) else typed


def in_pieces(password: str) -> str:
    """A first password as it stands on its slip: `abcd efgh jkmn`."""
    return " ".join(password[at : at + PIECE] for at in range(0, len(password), PIECE))


def is_waiting(account: Account, now: datetime) -> bool:
    """Whether too many wrong codes, after the right password, let it wait."""
    return account.locked_until is not None and account.locked_until > now


def count_failure(account: Account, now: datetime) -> None:
    """One wrong code more; every so many let the account wait for a few minutes."""
    account.failures += 1
    if account.failures % settings().lock_tries == 0:
        account.locked_until = now + timedelta(minutes=settings().lock_minutes)


def forget_failures(account: Account) -> None:
    """Signing in is complete."""
    account.failures, account.locked_until = 0, None


def unit_of(session: Session, account: Account) -> int:
    """The unit where the account's person is to be found, for the history."""
    return session.get_one(Person, account.person_id).unit_id


def make_account(session: Session, person_id: int, login: str, *, hours: int | None = None) -> tuple[Account, str]:
    """An account with a first password, which is returned once and stored nowhere.

    `hours`: for how long it opens; as long as the installation says where none are named.
    """
    account = Account(person_id=person_id, login=login)
    password = _give_first(session, account, hours)
    session.add(account)
    session.flush()
    return account, password


def renew_password(session: Session, account_id: int, *, hours: int | None = None) -> str:
    """Another first password for somebody who lost his; ends every sitting of the account."""
    account = session.get_one(Account, account_id, with_for_update=True)
    password = _give_first(session, account, hours)
    forget_failures(account)
    guesses.forget(session, account.id)
    sittings.end_sittings(session, account.id)
    return password


def _give_first(session: Session, account: Account, hours: int | None) -> str:
    """A password that opens for a while, and only until its owner has chosen his own."""
    password = "".join(secrets.choice(PLAIN_SIGNS) for _ in range(PIECE * 3))
    account.password_hash, account.first_password, account.renewal_due = _maker().hash(password), True, False
    account.first_until = clock.now(session) + timedelta(hours=hours or settings().first_password_hours)
    account.sheet_id = None
    return password


def forget(account: Account) -> None:
    """Nobody knows its password any more: its owner chooses one, or another slip gives one."""
    account.password_hash, account.first_password = NOBODYS + _maker().hash(secrets.token_urlsafe(32)), False
    account.first_until, account.renewal_due = None, False


def has_none(account: Account) -> bool:
    """Whether nobody knows a password of it."""
    return account.password_hash.startswith(NOBODYS)


def is_over(account: Account, now: datetime) -> bool:
    """Whether a first password opens nothing any more: its time is over; one of an older version opened once."""
    late = account.first_password and account.first_until is not None and account.first_until <= now
    return late or account.password_hash.startswith(USED)


def ask_for_another(session: Session, person_id: int) -> None:
    """Somebody becomes an officer: what he chose before, and whoever may know it, opens nothing of that."""
    chosen = update(Account).where(Account.person_id == person_id, Account.first_password.is_(False))
    session.execute(chosen.values(renewal_due=True).execution_options(synchronize_session="fetch"))


def end_account(session: Session, account_id: int) -> None:
    """Nobody signs in by an account any more; every sitting of it ends."""
    session.get_one(Account, account_id, with_for_update=True).ended_at = clock.now(session)
    guesses.shut(session, account_id, ended=True)
    sittings.end_sittings(session, account_id)


def choose_password(session: Session, actor: Actor, password: str, *, current: str | None = None) -> str:
    """Set one's own password; ends every sitting of the account and opens a new one, whose token is returned.

    Whoever has chosen one before must know it (`current`): a sitting left open is not enough.
    """
    if actor.awaits not in {None, Awaits.PASSWORD, Awaits.RENEWAL}:
        raise NotSignedIn(actor.awaits.chinese if actor.awaits else "")
    account = session.get_one(Account, actor.account_id, with_for_update=True)
    first = actor.awaits is Awaits.PASSWORD
    if first and not account.first_password:  # somebody was quicker with the same first password
        raise NotSignedIn("请重新登录。")
    if not first and not fits(account, current or ""):
        raise Invalid("当前密码不正确。", field="current")
    return change(session, actor, account, password)


def change(session: Session, actor: Actor, account: Account, password: str) -> str:
    """Set the password of a locked account, by its owner, who has proved that it is he; as `choose_password`."""
    first = actor.awaits is Awaits.PASSWORD
    _check_strength(session, account, password)
    account.password_hash, account.first_password = _hasher().hash(password), False
    account.first_until, account.renewal_due = None, False
    fact = AccountChanged(unit_id=unit_of(session, account), account_id=account.id, change="password")
    announce(session, fact, by=actor)
    sittings.end_sittings(session, account.id)
    # Whoever sat with everything sits on; after a first password the code is still to come.
    awaits = sittings.next_step(session, account) if first else None
    return sittings.go_on(session, actor, awaits=awaits)


def _check_strength(session: Session, account: Account, password: str) -> None:
    """Refuse what is easy to guess, and what he has already."""
    strength.check(password, account.login, _known_of(session, account.person_id))
    if fits(account, password):
        raise Invalid("新密码不能和原密码相同。", field="password")


def _known_of(session: Session, person_id: int) -> Iterator[str]:
    """What others know of somebody, as he would type it: his name, the day of his birth, where he lives and serves."""
    person = session.get_one(Person, person_id)
    home = session.get_one(Unit, person.unit_id)
    yield person.name
    yield from strength.name_words(person.pinyin)
    if person.born_on:
        yield from strength.born_words(person.born_on)
    around = select(Unit.name, Unit.sort_key).where(Unit.id.in_([home.id, home.branch_id, home.township_id]))
    for name, key in session.execute(around):
        yield name
        yield from strength.place_words(key)
