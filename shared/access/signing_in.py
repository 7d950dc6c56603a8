"""Signing in: the password, then the one-time code where there is one. Every wrong try is counted."""

import re
from datetime import datetime

from sqlalchemy import select

from shared import clock
from shared.access import guesses, passwords, sittings
from shared.access.actors import Actor, Awaits
from shared.access.guesses import NOWHERE, Whence
from shared.access.rows import Provider
from shared.access.traces import left
from shared.alarms import raise_alarm
from shared.audit import announce
from shared.db import Session
from shared.events import Alarm, SignedIn
from shared.people import Account, Unit, UnitKind

# Says nothing of whether there is such a login, whether it waits, and for how long.
WRONG = (
    "账号或密码不正确，请核对后再试。连续输错多次，要等几分钟，其间输对了也进不去；"
    "初始密码改成自己的密码以后作废，过期也作废。忘记密码，请找组织委员或者安全管理员。"
)
LOGIN = re.compile(r"[A-Za-z0-9._-]{3,40}")  # as the register makes them
NO_PASSKEY = "（没有登记过的通行密钥）"
NO_BINDING = "（没有绑定的外部帐号）"
NO_LOGIN = "（不是账号的写法）"  # a password typed into the wrong field stands in no history
STRANGER = Actor(account_id=None, person_id=None, name="", posts=())


def sign_in(session: Session, login: str, password: str, *, whence: Whence = NOWHERE, look: bool = True) -> str | None:
    """A token for a new sitting, or None where login or password is wrong (the failure is counted).

    None instead of a refusal, so that the count is committed; and None too while he waits who tries, so that a
    stranger does not learn which logins exist. To be called within `turnstile`, which says whether there is time to
    look at what cannot succeed.
    """
    now = clock.now(session)
    account = session.scalar(
        select(Account).where(Account.login == login, Account.ended_at.is_(None)).with_for_update()
    )
    if account is None or must_wait(session, account, whence, now):
        if look and not guesses.is_crowded(session, whence, now):
            passwords.fits(None, password)
        if account is None:
            fail_unknown(session, login, whence, now)
        return None
    if not passwords.fits(account, password) or passwords.is_over(account, now):
        fail(session, account, whence, now)
        return None
    awaits = sittings.next_step(session, account)
    if awaits is not Awaits.CODE:  # else the tries go on counting: the password alone forgets none
        complete(session, account, whence, now)
    return sittings.open_sitting(session, account.id, awaits=awaits, device=whence.machine, proved_at=now)


def must_wait(session: Session, account: Account, whence: Whence, now: datetime) -> bool:
    """Whether too many wrong tries let whoever comes from there wait, or wrong codes whoever comes from elsewhere."""
    source = guesses.source_of(session, account.id, whence, now)
    codes = passwords.is_waiting(account, now) and not source.startswith("device:")
    return codes or guesses.is_waiting(session, source, account.id, now)


def complete(session: Session, account: Account, whence: Whence, now: datetime, *, through: str = "") -> None:
    """Everything was right. `through`: the provider that said who he is, instead of his password."""
    passwords.forget_failures(account)
    guesses.forgive(session, guesses.source_of(session, account.id, whence, now), account.id)
    somebody = Actor(account_id=account.id, person_id=account.person_id, name="", posts=())
    unit_id = passwords.unit_of(session, account)
    fact = SignedIn(unit_id=unit_id, account_id=account.id, succeeded=True, through=through)
    left(session, announce(session, fact, by=somebody), whence)


def fail(session: Session, account: Account, whence: Whence, now: datetime) -> None:
    """Something was wrong, and is counted."""
    guesses.count(session, guesses.source_of(session, account.id, whence, now), account.id, now)
    fact = SignedIn(unit_id=passwords.unit_of(session, account), login=account.login, succeeded=False)
    _say_failed(session, fact, whence)
    _warn(session, now)


def fail_unknown(session: Session, login: str, whence: Whence, now: datetime) -> None:
    """There is no such login: told to the first township of the house, for it is nobody's; of a crowd in one line."""
    times = _in_one_line(guesses.count_unknown(session, whence, now))
    _warn(session, now)
    if not times:
        return
    townships = select(Unit.id).where(Unit.kind == UnitKind.TOWNSHIP, Unit.dissolved_on.is_(None))
    township_id = session.scalar(townships.order_by(Unit.id).limit(1))
    if township_id is not None:
        named = login if LOGIN.fullmatch(login) or login == NO_PASSKEY else NO_LOGIN
        _say_failed(session, SignedIn(unit_id=township_id, login=named, succeeded=False, times=times), whence)


def turn_away(session: Session, known: Provider, whence: Whence, now: datetime) -> None:
    """A provider names somebody, and nobody in use has bound him: told to the township whose provider it is.

    He has proved who he is elsewhere and guessed at nothing: it is no wrong try that others at his address pay for.
    """
    if times := _in_one_line(guesses.count_unbound(session, known.id, now)):
        fact = {"login": NO_BINDING, "succeeded": False, "times": times, "through": known.name}
        _say_failed(session, SignedIn(unit_id=known.township_id, **fact), whence)


def _in_one_line(failures: int) -> int:
    """For how many a line is written now: one each, in a crowd one for all of it, none in between."""
    if failures <= guesses.CROWD:
        return 1
    return 0 if failures % guesses.CROWD else guesses.CROWD


def _say_failed(session: Session, fact: SignedIn, whence: Whence) -> None:
    """Which login was tried; nobody may know by whom, so it is not laid at its owner's door."""
    left(session, announce(session, fact, by=STRANGER), whence)


def _warn(session: Session, now: datetime) -> None:
    """Keeper and auditor hear of it where so many tries go wrong that somebody guesses."""
    tries = guesses.everywhere(session, now)
    if tries >= guesses.ALARM:
        raise_alarm(session, Alarm.GUESSING, tries, by=STRANGER)
