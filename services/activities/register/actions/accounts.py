"""Accounts: made, renewed and ended by the office, those of officers by the keeper alone (三员分立)."""

from services.activities.register import queries
from services.activities.register.actions.units import require
from shared import access
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.events import AccountChanged
from shared.people import Person, Unit
from shared.roles import Role

MAKES_ACCOUNTS = frozenset({Role.KEEPER, Role.ORGANISER, Role.SYSTEM})
# Whoever may renew the password of an officer could act as him.
MAKES_OFFICERS_ACCOUNTS = frozenset({Role.KEEPER, Role.SYSTEM})


def make_account(session: Session, actor: Actor, person_id: int, login: str) -> tuple[int, str]:
    """A way in for somebody: the account's id and its first password, which works once and is stored nowhere."""
    person, unit = _whose(session, actor, person_id)
    taken = queries.account_named(session, login, person_id)
    if taken:
        raise Conflict("这个账号名已经有人使用。" if taken == "login" else f"{person.name}已经有账号。", field="login")
    account, password = access.make_account(session, person_id, login)
    _say(session, actor, unit, account.id, "made")
    return account.id, password


def renew_password(session: Session, actor: Actor, person_id: int) -> tuple[str, str]:
    """Another first password for whoever lost his, or whose account had ended: his login and the password."""
    _, unit = _whose(session, actor, person_id)
    account = queries.account_to_change(session, person_id)
    account.ended_at = None
    password = access.renew_password(session, account.id)
    session.flush()
    _say(session, actor, unit, account.id, "renewed")
    return account.login, password


def end_account(session: Session, actor: Actor, person_id: int, *, reason: str) -> None:
    """Nobody signs in by it any more, and whoever sits there is out at once."""
    _, unit = _whose(session, actor, person_id)
    if actor.person_id == person_id:
        raise Invalid("不能停用自己的账号，请由另一位管理员办理。")
    account = queries.account_to_change(session, person_id)
    if account.ended_at is not None:
        raise Conflict("这个账号已经停用。")
    access.end_account(session, account.id)
    _say(session, actor, unit, account.id, "ended", reason=reason)


def _whose(session: Session, actor: Actor, person_id: int) -> tuple[Person, Unit]:
    """Somebody whose account the actor may keep, and the unit in which he is found."""
    person = queries.person_in_reach(session, actor, person_id)
    unit = queries.unit_in_reach(session, actor, person.unit_id)
    officer = queries.is_officer(session, person_id)
    require(actor, unit, MAKES_OFFICERS_ACCOUNTS if officer else MAKES_ACCOUNTS)
    return person, unit


def _say(
    session: Session, actor: Actor, unit: Unit, account_id: int, change: str, *, reason: str | None = None
) -> None:
    fact = AccountChanged(unit_id=unit.id, account_id=account_id, change=change)
    announce(session, fact, by=actor, reason=reason)
