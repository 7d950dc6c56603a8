"""Accounts: made, renewed and ended by the office; those of officers only where another agreed (三员分立)."""

from services.activities.register import queries
from services.activities.register.actions.posts import refuse_left, refuse_officers
from services.activities.register.actions.units import require
from shared import access
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.events import AccountChanged
from shared.people import Account, Person
from shared.roles import Role

MAKES_ACCOUNTS = frozenset({Role.KEEPER, Role.ORGANISER, Role.SYSTEM})


def make_account(session: Session, actor: Actor, person_id: int, login: str) -> tuple[int, str]:
    """A way in for somebody: the account's id and its first password, which is stored nowhere."""
    person = _whose(session, actor, person_id)
    refuse_left(session, person)
    check_login(session, person, login)
    return create(session, actor, person_id, login)


def renew_password(session: Session, actor: Actor, person_id: int) -> tuple[str, str]:
    """Another first password for whoever lost his, or whose account had ended: his login and the password."""
    refuse_left(session, _whose(session, actor, person_id))
    return renew(session, actor, person_id)


def end_account(session: Session, actor: Actor, person_id: int, *, reason: str) -> None:
    """Nobody signs in by it any more, and whoever sits there is out at once."""
    _whose(session, actor, person_id)
    if actor.person_id == person_id:
        raise Invalid("不能停用自己的账号，请由另一位管理员办理。")
    close(session, actor, person_id, reason=reason)


# --- the same, once it is known that the actor may ---


def check_login(session: Session, person: Person, login: str | None) -> None:
    """Refuse a second account of somebody's, and a login that is another's or none."""
    if not login:
        raise Invalid("请填写账号名。", field="login")
    taken = queries.account_named(session, login, person.id)
    if taken:
        raise Conflict("这个账号名已经有人使用。" if taken == "login" else f"{person.name}已经有账号。", field="login")


def create(session: Session, actor: Actor, person_id: int, login: str, *, hours: int | None = None) -> tuple[int, str]:
    """Make the account: its id and the first password, which opens for so many hours."""
    check_login(session, session.get_one(Person, person_id), login)
    account, password = access.make_account(session, person_id, login, hours=hours)
    _say(session, actor, account, "made")
    return account.id, password


def renew(session: Session, actor: Actor, person_id: int, *, hours: int | None = None) -> tuple[str, str]:
    """Give the account another first password, and let it open again: the login and the password."""
    account = queries.account_to_change(session, person_id)
    account.ended_at = None
    password = access.renew_password(session, account.id, hours=hours)
    session.flush()
    _say(session, actor, account, "renewed")
    return account.login, password


def close(session: Session, actor: Actor, person_id: int, *, reason: str) -> None:
    """End the account."""
    account = queries.account_to_change(session, person_id)
    if account.ended_at is not None:
        raise Conflict("这个账号已经停用。")
    access.end_account(session, account.id)
    _say(session, actor, account, "ended", reason=reason)


def forget_codes(session: Session, actor: Actor, person_id: int, *, reason: str) -> None:
    """Forget the telephone that makes the account's codes."""
    account = queries.account_to_change(session, person_id)
    access.reset_codes(session, account.id)
    _say(session, actor, account, "code_reset", reason=reason)


def _whose(session: Session, actor: Actor, person_id: int) -> Person:
    """Somebody whose account the actor may keep."""
    person = queries.person_in_reach(session, actor, person_id)
    unit = queries.unit_in_reach(session, actor, person.unit_id)
    require(actor, unit, MAKES_ACCOUNTS)
    refuse_officers(session, actor, person_id)  # whoever renews the password of an officer could act as him
    return person


def _say(session: Session, actor: Actor, account: Account, change: str, *, reason: str | None = None) -> None:
    unit_id = session.get_one(Person, account.person_id).unit_id
    fact = AccountChanged(unit_id=unit_id, account_id=account.id, change=change)
    announce(session, fact, by=actor, reason=reason)
