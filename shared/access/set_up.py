"""The first way in: a one-time code that the command line prints opens the set-up page, until somebody can sign in.

Only its hash is kept, in the database, so that one box and a cluster do alike. It opens the page once, in one browser,
and what that browser is then known by is kept as a hash too.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from shared import clock
from shared.access import guesses
from shared.access.guesses import NOWHERE, Whence
from shared.access.passwords import PLAIN_SIGNS, USED
from shared.access.rows import SetUp
from shared.db import Session
from shared.errors import Conflict
from shared.people import Account
from shared.shapes import closed_up

SET_UP_VALID, TRIES = timedelta(minutes=30), 5
PIECES, PIECE = 3, 4  # ABCD-EFGH-JKLM: 59 bits
WRONG_SET_UP = (
    "设置码不正确，或者已经过期、用过。设置码 30 分钟内有效，最多试 5 次；"
    "请在安装小组的机器上再运行一次 xiaozu setup，输入新的设置码。"
)

SOMEBODY_IN = "已经有人能登录，设置页不再打开。忘记密码的，由组织委员或者安全管理员重新发初始密码。"


def somebody_can_sign_in(session: Session) -> bool:
    """Whether there is an account that opens: with a password of its own, or a first one whose time is not over."""
    now = clock.now(session)
    opens = or_(Account.first_password.is_(False), Account.first_until.is_(None), Account.first_until > now)
    asked = select(Account.id).where(Account.ended_at.is_(None), opens, ~Account.password_hash.startswith(USED))
    return session.scalar(asked.limit(1)) is not None


def make_set_up_code(session: Session) -> str:
    """Another code, which is returned once and stored nowhere; the one before opens nothing any more.

    Conflict where somebody can sign in.
    """
    if somebody_can_sign_in(session):
        raise Conflict(SOMEBODY_IN)
    code = "".join(secrets.choice(PLAIN_SIGNS) for _ in range(PIECES * PIECE)).upper()
    session.execute(delete(SetUp))
    session.add(SetUp(code_hash=_hash(code), valid_until=clock.now(session) + SET_UP_VALID))
    session.flush()
    return "-".join(code[at : at + PIECE] for at in range(0, len(code), PIECE))


def open_set_up(session: Session, typed: str, *, whence: Whence = NOWHERE) -> str | None:
    """By what the browser is known for which the code opens the page; None where it does not, and the try counts.

    None instead of a refusal, so that the count is committed. Where so much went wrong that nobody has mishaps, it is
    not looked at all, and no try of the code is used up.
    """
    now = clock.now(session)
    row = _row(session)
    if guesses.is_crowded(session, whence, now):
        return None
    if row is None or not row.code_hash or row.tries >= TRIES or _is_over(session, row, now):
        guesses.count_unknown(session, whence, now)
        return None
    if not hmac.compare_digest(row.code_hash, _hash(str(closed_up(typed)).replace("-", ""))):
        row.tries += 1
        guesses.count_unknown(session, whence, now)
        return None
    token = secrets.token_urlsafe(32)
    row.code_hash, row.token_hash, row.valid_until = None, _hash(token), now + SET_UP_VALID
    return token


def sets_up(session: Session, token: str, *, locked: bool = False) -> bool:
    """Whether this is the browser that sets up; with `locked` another who does it at once waits until one has won."""
    row = _row(session) if locked else session.scalar(select(SetUp))
    if row is None or not row.token_hash or _is_over(session, row, clock.now(session)):
        return False
    return hmac.compare_digest(row.token_hash, _hash(token))


def end_unused(session: Session) -> int:
    """End the first passwords that nobody has used, where nobody has ever chosen his own: their slips were lost.

    Returns how many; Conflict where somebody has chosen one, who can give the others new ones.
    """
    own = select(Account.id).where(Account.ended_at.is_(None), Account.first_password.is_(False))
    if session.scalar(own.limit(1)) is not None:
        raise Conflict(SOMEBODY_IN)
    ended = update(Account).where(Account.first_until > clock.now(session)).returning(Account.id)
    return len(session.scalars(ended.values(first_until=clock.now(session))).all())


def end_set_up(session: Session) -> None:
    """It is done: neither code nor browser opens the page any more."""
    session.execute(delete(SetUp))


def _row(session: Session) -> SetUp | None:
    return session.scalar(select(SetUp).with_for_update().execution_options(populate_existing=True))


def _is_over(session: Session, row: SetUp, now: datetime) -> bool:
    return row.valid_until <= now or somebody_can_sign_in(session)


def _hash(said: str) -> bytes:
    return hashlib.sha256(said.encode()).digest()
