"""One-time codes (TOTP, RFC 6238) as the second step of signing in. The secret is sealed like other personal fields.

The codes go by the database's own clock, not the office's: a telephone knows nothing of a demo's date.
"""

from dataclasses import dataclass
from hmac import compare_digest
from unicodedata import normalize

import pyotp
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from shared import clock, privacy
from shared.access import guesses, passwords, proving, signing_in, sittings
from shared.access.actors import Actor, Awaits
from shared.access.guesses import NOWHERE, Whence
from shared.access.rows import Passkey
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, NotSignedIn
from shared.events import AccountChanged
from shared.people import Account, Totp

ISSUER = "小组"
STEP_SECONDS = 30
WRONG_CODE = "验证码不正确或者已经用过，请等手机上出现下一个再输入。连续输错多次后需要等几分钟。"
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a telephone needs to make the codes; shown only to its owner, until the first code was right."""

    secret: str
    uri: str


def is_enrolled(session: Session, actor: Actor) -> bool:
    """Whether somebody signs in with codes."""
    return session.scalar(select(Totp.confirmed_at).where(Totp.account_id == actor.account_id)) is not None


def begin_enrolment(session: Session, actor: Actor) -> Enrolment:
    """A fresh secret; it counts for nothing until a code confirms it. Whoever is there must have given the password."""
    account = _account(session, actor, Awaits.ENROLMENT)
    proving.require_proof(session, actor)
    if account.first_password:
        raise Conflict("请先修改初始密码，再设置一次性验证码。")
    if is_enrolled(session, actor):
        raise Conflict("已经设置了一次性验证码。换了手机，请找安全管理员重置。")
    secret = pyotp.random_base32()
    sealed = {"secret_sealed": privacy.seal(secret, place=_place(account.id)), "last_step": 0, "confirmed_at": None}
    session.execute(
        insert(Totp)
        .values(account_id=account.id, **sealed)
        .on_conflict_do_update(index_elements=[Totp.account_id], set_=sealed)
    )
    return Enrolment(secret, _uri(account, secret))


def pending_enrolment(session: Session, actor: Actor) -> Enrolment | None:
    """The secret that waits for its first code; once it is confirmed, or after a while, nobody sees it again."""
    account = _account(session, actor, Awaits.ENROLMENT, locked=False)  # a page is read on a full disk too
    row = session.scalar(select(Totp).where(Totp.account_id == account.id, Totp.confirmed_at.is_(None)))
    if row is None or not row.secret_sealed or not proving.is_proved(session, actor):
        return None
    secret = privacy.unseal(row.secret_sealed, place=_place(account.id))
    return Enrolment(secret, _uri(account, secret))


def confirm_enrolment(session: Session, actor: Actor, code: str, *, whence: Whence = NOWHERE) -> str | None:
    """From now on the account signs in with codes. A new token, or None where the code is wrong (counted)."""
    account = _account(session, actor, Awaits.ENROLMENT)
    if not _right(session, account, code, whence, confirmed=False):
        return None
    row = session.get_one(Totp, account.id)
    row.confirmed_at = clock.now(session)
    fact = AccountChanged(unit_id=passwords.unit_of(session, account), account_id=account.id, change="code_set")
    announce(session, fact, by=actor)
    return sittings.go_on(session, actor, strong=True)


def accept_code(session: Session, actor: Actor, code: str, *, whence: Whence = NOWHERE) -> str | None:
    """The second step: the sitting's new token, or None where the code is wrong, used, or the account waits."""
    account = _account(session, actor, Awaits.CODE)
    if actor.awaits is not Awaits.CODE:
        raise Conflict("已经登录，不需要验证码。")
    if not _right(session, account, code, whence, confirmed=True):
        return None
    through = sittings.came_through(session, actor)
    signing_in.complete(session, account, whence, clock.now(session), through=through)
    return sittings.go_on(session, actor, strong=True)


def reset_codes(session: Session, account_id: int) -> None:
    """Forget the telephone of somebody who lost it, and the passkeys in it; ends every sitting of the account."""
    row = session.get(Totp, account_id, with_for_update=True)
    if row is None or row.confirmed_at is None:
        raise Conflict("这个账号没有设置一次性验证码。")
    row.confirmed_at, row.secret_sealed = None, b""
    session.execute(delete(Passkey).where(Passkey.account_id == account_id))
    sittings.end_sittings(session, account_id)


def _right(session: Session, account: Account, code: str, whence: Whence, *, confirmed: bool) -> bool:
    """Whether the code is one of this minute and was never accepted before; a wrong one is counted."""
    now = clock.now(session)
    row = session.scalar(select(Totp).where(Totp.account_id == account.id).with_for_update())
    if signing_in.must_wait(session, account, whence, now):
        return False
    typed = normalize("NFKC", code).replace(" ", "")  # digits of a Chinese keyboard are digits too
    if row is not None and row.secret_sealed and (row.confirmed_at is not None) is confirmed and typed.isascii():
        step = int(session.execute(text("select extract(epoch from now())")).scalar_one()) // STEP_SECONDS
        makes = pyotp.TOTP(privacy.unseal(row.secret_sealed, place=_place(account.id)))
        for each in (step - 1, step, step + 1):  # clocks differ, and people type slowly
            if each > row.last_step and compare_digest(makes.generate_otp(each), typed):
                row.last_step = each
                return True
    if not guesses.is_known(session, account.id, whence):  # he knows the password, and changes places
        passwords.count_failure(account, now)
    signing_in.fail(session, account, whence, now)
    return False


def _account(session: Session, actor: Actor, step: Awaits, *, locked: bool = True) -> Account:
    """The actor's account; his sitting may lack nothing but this step."""
    if actor.awaits not in {None, step}:
        raise NotSignedIn(actor.awaits.chinese if actor.awaits else "")
    return session.get_one(Account, actor.account_id, with_for_update=True if locked else None)


def _place(account_id: int) -> str:
    return f"totp|secret_sealed|{account_id}"


def _uri(account: Account, secret: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret, name=account.login, issuer=ISSUER, digits=DIGITS).provisioning_uri()
