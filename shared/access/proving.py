"""The password once more, before what a thief at an open sitting would do first: it is counted as at the door."""

from datetime import timedelta

from sqlalchemy import select, update

from shared import clock
from shared.access import passwords, signing_in
from shared.access.actors import Actor, Awaits
from shared.access.guesses import NOWHERE, Whence
from shared.db import Session
from shared.errors import Invalid, NotSignedIn
from shared.people import Account, Sitting

FRESH = timedelta(minutes=10)
WRONG_PASSWORD = "当前密码不正确。连续输错多次，要等几分钟再试。"  # noqa: S105  a sentence
UNPROVED = "登录有一会儿了，请先输入当前密码。"


def prove(session: Session, actor: Actor, password: str, *, whence: Whence = NOWHERE) -> bool:
    """Whether somebody who sits knows his password; a wrong one is counted. To be called within `turnstile`."""
    if actor.awaits not in {None, Awaits.ENROLMENT, Awaits.RENEWAL}:
        raise NotSignedIn(actor.awaits.chinese if actor.awaits else "")
    now = clock.now(session)
    account = session.get_one(Account, actor.account_id, with_for_update=True)
    if signing_in.must_wait(session, account, whence, now):
        passwords.fits(None, password)
        return False
    if not passwords.fits(account, password):
        signing_in.fail(session, account, whence, now)
        return False
    asked = update(Sitting).where(Sitting.id == actor.sitting_id).values(proved_at=now)
    session.execute(asked.execution_options(synchronize_session=False))
    return True


def is_proved(session: Session, actor: Actor) -> bool:
    """Whether the password was given in this sitting a moment ago."""
    proved_at = session.scalar(select(Sitting.proved_at).where(Sitting.id == actor.sitting_id))
    return proved_at is not None and clock.now(session) - proved_at <= FRESH


def require_proof(session: Session, actor: Actor) -> None:
    """Refuse a sitting in which the password was not given lately."""
    if not is_proved(session, actor):
        raise Invalid(UNPROVED, field="current")
