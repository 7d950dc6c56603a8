"""Wrong tries, counted by where they come from: whoever guesses waits, the one whose account he guesses at does not.

A device in which an account has signed in before is known to it, by a token of which only the hash is kept (OWASP:
device cookies). What goes wrong there counts for that device; everything else counts for its address. One village
stands behind one address, so nobody waits for what others do there: he only has fewer tries of his own while many go
wrong around him, and waits longer after them.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from shared import clock
from shared.access.rows import Device, Guess, Known, Passkey
from shared.db import Session
from shared.people import Account
from shared.settings import settings

WINDOW = timedelta(hours=1)  # a count is forgotten after so long without another wrong try
ALARM = 50  # wrong tries everywhere within the hour: no office has so many mishaps
CROWD = 30  # wrong tries around somebody, at his address or at this account from everywhere: then it is no mishap
FEW = 2  # tries that he has of his own in such a crowd
WAIT_MAX = timedelta(hours=1)
HOST_BITS = 64  # an IPv6 subscriber has a whole network of so many bits
SWEPT = 20  # old counts that go with each new one: there are never more than an hour made
DEVICE_DAYS = 400  # as long as browsers keep a cookie
ANYWHERE, ANYBODY, UNKNOWN = "anywhere", 0, "address:"


@dataclass(frozen=True, slots=True)
class Whence:
    """From where somebody comes: his address, what his browser calls itself, and by what it may be known."""

    address: str = ""
    machine: str = ""
    device: str = ""


NOWHERE = Whence()


def source_of(session: Session, account_id: int, whence: Whence, now: datetime) -> str:
    """Whose tries are counted: those of a known device, unless it guesses itself; else those of the address."""
    device = f"device:{_hash(whence.device).hex()}"
    if is_known(session, account_id, whence) and not is_waiting(session, device, account_id, now):
        return device
    return place_of(whence)


def place_of(whence: Whence) -> str:
    """An address as tries from it are counted: IPv4 alone, IPv6 with its network; UNKNOWN where nothing says it."""
    try:
        address = ip_address(whence.address)
    except ValueError:
        return UNKNOWN
    whole = isinstance(address, IPv6Address)
    return f"address:{ip_network(f'{address}/{HOST_BITS}', strict=False) if whole else address}"


def is_waiting(session: Session, source: str, account_id: int, now: datetime) -> bool:
    """Whether too many wrong tries from there let this account wait there."""
    asked = select(Guess.waits_until).where(Guess.source == source, Guess.account_id == account_id)
    until = session.scalar(asked)
    return until is not None and until > now


def is_crowded(session: Session, whence: Whence, now: datetime) -> bool:
    """Whether so much goes wrong at an address that what is refused anyway is not worth a look."""
    source = place_of(whence)
    return source != UNKNOWN and _around(session, source, ANYBODY, now) >= CROWD


def count(session: Session, source: str, account_id: int, now: datetime) -> None:
    """One wrong try more; every so many let the account wait, for whoever comes from there."""
    around = 0
    if source.startswith("address:"):  # what goes wrong at a known device is no stranger's doing
        around = _add(session, ANYWHERE, account_id, now)
        here = _add(session, source, ANYBODY, now)
        around = around if source == UNKNOWN else max(around, here)
    tries, wait = allowed(around)
    if _add(session, source, account_id, now) >= tries:
        waits = {"failures": 0, "waits_until": now + wait}
        asked = update(Guess).where(Guess.source == source, Guess.account_id == account_id)
        session.execute(asked.values(waits).execution_options(synchronize_session=False))
    _sweep(session, now)


def everywhere(session: Session, now: datetime) -> int:
    """How many tries went wrong lately, at all addresses and accounts together; those of known devices do not count."""
    asked = select(func.coalesce(func.sum(Guess.failures), 0)).where(Guess.account_id == ANYBODY)
    return int(session.scalar(asked.where(Guess.source.startswith(UNKNOWN), Guess.at >= now - WINDOW)) or 0)


def count_unknown(session: Session, whence: Whence, now: datetime) -> int:
    """One more at an address, with a login that nobody has; returns how many went wrong there lately."""
    _sweep(session, now)
    return _add(session, place_of(whence), ANYBODY, now)


def count_unbound(session: Session, provider_id: int, now: datetime) -> int:
    """One more whom a provider names and nobody has bound: he guessed at nothing, so it weighs on nobody around him."""
    _sweep(session, now)
    return _add(session, f"provider:{provider_id}", ANYBODY, now)


def allowed(around: int) -> tuple[int, timedelta]:
    """How many wrong tries one has, and how long he then waits, where so many went wrong around him within the hour.

    5 and 5 minutes (等保 2.0); in a crowd fewer, and twice as long for each crowd more.
    """
    wait = timedelta(minutes=settings().lock_minutes)
    crowds = around // CROWD
    if not crowds:
        return settings().lock_tries, wait
    return min(FEW, settings().lock_tries), max(wait, min(wait * 2 ** min(crowds, 10), WAIT_MAX))


def forgive(session: Session, source: str, account_id: int) -> None:
    """Everything was right: what went wrong before was a slip of the same hand, and weighs on nobody around."""
    mine = delete(Guess).where(Guess.source == source, Guess.account_id == account_id).returning(Guess.failures)
    slips = session.scalar(mine)
    if slips:
        around = update(Guess).where(
            ((Guess.source == source) & (Guess.account_id == ANYBODY))
            | ((Guess.source == ANYWHERE) & (Guess.account_id == account_id))
        )
        session.execute(around.values(failures=func.greatest(Guess.failures - slips, 0)))


def forget(session: Session, account_id: int) -> None:
    """The office gave another password: what was tried counts no longer, no device, passkey or provider is known."""
    for kept in (Guess, Device, Passkey):
        session.execute(delete(kept).where(kept.account_id == account_id))
    shut(session, account_id)


def shut(session: Session, account_id: int, *, ended: bool = False) -> None:
    """No provider signs an account in any more; where it is ended, none knows its person either."""
    person = select(Account.person_id).where(Account.id == account_id).scalar_subquery()
    if ended:
        session.execute(delete(Known).where(Known.person_id == person))
        return
    closed = update(Known).where(Known.person_id == person, Known.opens)
    session.execute(closed.values(opens=False).execution_options(synchronize_session=False))


def _add(session: Session, source: str, account_id: int, now: datetime) -> int:
    """Count one, after an hour without any from the beginning; returns how many there are."""
    put = insert(Guess).values(source=source, account_id=account_id, failures=1, at=now)
    grown = text("case when guess.at < :since then 1 else guess.failures + 1 end").bindparams(since=now - WINDOW)
    asked = put.on_conflict_do_update(
        index_elements=[Guess.source, Guess.account_id], set_={"failures": grown, "at": put.excluded.at}
    )
    return session.execute(asked.returning(Guess.failures)).scalar_one()


def _around(session: Session, source: str, account_id: int, now: datetime) -> int:
    asked = select(Guess.failures).where(Guess.source == source, Guess.account_id == account_id)
    return session.scalar(asked.where(Guess.at >= now - WINDOW)) or 0


def _sweep(session: Session, now: datetime) -> None:
    """Some of the counts that are forgotten."""
    old = select(Guess.source, Guess.account_id).where(Guess.at < now - WINDOW - WAIT_MAX).limit(SWEPT)
    gone = old.with_for_update(skip_locked=True).subquery()
    session.execute(
        delete(Guess)
        .where(Guess.source == gone.c.source, Guess.account_id == gone.c.account_id)
        .execution_options(synchronize_session=False)
    )


# --- devices that are known ---


def is_known(session: Session, account_id: int, whence: Whence) -> bool:
    """Whether an account has signed in at this device."""
    return bool(whence.device) and session.get(Device, (_hash(whence.device), account_id)) is not None


def remember(session: Session, account_id: int, whence: Whence) -> str:
    """Know this device from now on: its token, a new one where it was none of ours. Nobody chooses it himself."""
    now = clock.now(session)
    ours = whence.device and session.scalar(
        select(Device.token_hash).where(Device.token_hash == _hash(whence.device)).limit(1)
    )
    token = whence.device if ours else secrets.token_urlsafe(32)
    put = insert(Device).values(token_hash=_hash(token), account_id=account_id, made_at=now, seen_at=now)
    session.execute(
        put.on_conflict_do_update(
            index_elements=[Device.token_hash, Device.account_id], set_={"seen_at": put.excluded.seen_at}
        )
    )
    return token


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


# --- before anything is looked at ---


@dataclass(frozen=True, slots=True)
class Knock:
    """What is known of a try before the password is looked at: whether it can succeed, and from where it comes."""

    hopeful: bool = True
    known: bool = False
    address: str = ""


def knock(session: Session, login: str, whence: Whence) -> Knock:
    """A glance at who tries, so that strangers who cannot get in take no place from those who can."""
    now = clock.now(session)
    asked = select(Account.id).where(Account.login == login, Account.ended_at.is_(None))
    account_id = session.scalar(asked)
    if account_id is None:
        return Knock(hopeful=False, address=place_of(whence))
    source = source_of(session, account_id, whence, now)
    waits = is_waiting(session, source, account_id, now)
    return Knock(hopeful=not waits, known=source.startswith("device:"), address=place_of(whence))
