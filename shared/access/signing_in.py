"""Signing in: the password, then the one-time code where there is one. Every wrong try is counted."""

from datetime import datetime

from sqlalchemy import select

from shared import clock
from shared.access import passwords, sittings
from shared.access.actors import Actor, Awaits
from shared.audit import announce
from shared.db import Session
from shared.events import SignedIn
from shared.people import Account

# Says nothing of whether there is such a login, whether it waits, and for how long.
WRONG = (
    "账号或密码不正确，请核对后再试。连续输错多次，要等几分钟，其间输对了也进不去；"
    "初始密码只能使用一次。忘记密码，请找组织委员或者安全管理员。"
)


def sign_in(session: Session, login: str, password: str, *, device: str = "") -> str | None:
    """A token for a new sitting, or None where login or password is wrong (the failure is counted).

    None instead of a refusal, so that the count is committed; and None too while the account waits, so that a
    stranger does not learn which logins exist. To be called within `turnstile`.
    """
    now = clock.now(session)
    account = session.scalar(
        select(Account).where(Account.login == login, Account.ended_at.is_(None)).with_for_update()
    )
    if account is None or passwords.is_waiting(account, now):
        passwords.fits(None, password)
        return None
    if not passwords.fits(account, password) or account.password_hash.startswith(passwords.USED):
        fail(session, account, now)
        return None
    awaits = sittings.next_step(session, account)
    if account.first_password:
        account.password_hash = passwords.USED + account.password_hash
    if awaits is not Awaits.CODE:  # else the tries go on counting: the password alone forgets none
        complete(session, account)
    return sittings.open_sitting(session, account.id, awaits=awaits, device=device)


def complete(session: Session, account: Account) -> None:
    """Everything was right."""
    passwords.forget_failures(account)
    _tell(session, account, succeeded=True)


def fail(session: Session, account: Account, now: datetime) -> None:
    """Something was wrong, and is counted."""
    passwords.count_failure(account, now)
    _tell(session, account, succeeded=False)


def _tell(session: Session, account: Account, *, succeeded: bool) -> None:
    """Whoever stood at the door with this login, for the history; nobody may know who it was."""
    unit_id = passwords.unit_of(session, account)
    somebody = Actor(account_id=account.id, person_id=account.person_id, name="", posts=())
    announce(session, SignedIn(unit_id=unit_id, account_id=account.id, succeeded=succeeded), by=somebody)
