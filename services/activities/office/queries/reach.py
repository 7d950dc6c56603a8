"""Who may see what of the office."""

from datetime import datetime

from sqlalchemy import Select, func, select

from services.activities.register import queries as register
from shared.access import Actor
from shared.db import Session
from shared.errors import NotYours, OutOfReach, there
from shared.people import Account, Person, Totp, Unit, UnitKind, names_of
from shared.people.units import GoneUnit
from shared.roles import Role

KEEPS = (Role.KEEPER, Role.SYSTEM)
SETS = (Role.KEEPER, Role.ORGANISER)
READS_AUDIT = (Role.AUDITOR, Role.KEEPER)


def townships_of(session: Session, actor: Actor, *roles: Role) -> list[Unit]:
    """The townships in which somebody holds one of these roles, in a steady order."""
    at = select(Unit.id).where(register.in_reach(actor, *roles))
    asked = select(Unit).where(Unit.kind == UnitKind.TOWNSHIP, Unit.dissolved_on.is_(None), Unit.id.in_(at))
    return list(session.scalars(asked.order_by(Unit.sort_key, Unit.id)))


def township_as(session: Session, actor: Actor, township_id: int, *roles: Role) -> Unit:
    """A township that he reaches: 403 without one of these roles in it, 404 where he does not reach it at all."""
    near = select(Unit).where(Unit.id == township_id, Unit.kind == UnitKind.TOWNSHIP)
    found = session.scalar(near.where(register.in_reach(actor, *roles)))
    if found is not None:
        return found
    ids = [unit_id for _, unit_id in actor.posts]
    home = select(func.coalesce(Unit.township_id, Unit.id)).where(Unit.id.in_(ids))
    if session.scalar(near.where(Unit.id.in_(home))) is None:
        raise OutOfReach
    raise NotYours(
        f"这里由{'、'.join(role.chinese for role in roles if role is not Role.SYSTEM)}查看，您没有这个职务。"
    )


def township_here(session: Session, actor: Actor, township_id: int | None, *roles: Role) -> Unit:
    """The township that is named, or the first in which he holds one of these roles; 403 where there is none."""
    if township_id is not None:
        return township_as(session, actor, township_id, *roles)
    found = townships_of(session, actor, *roles)
    if not found:
        raise NotYours(f"这里由{'、'.join(role.chinese for role in roles)}办理，您没有这个职务。")
    return found[0]


def township_lived_in(session: Session, actor: Actor, township_id: int | None) -> Unit:
    """The township that is named, or the one of his first post."""
    if township_id is None:
        found = home_of(session, actor)
        if found is None:
            raise NotYours("您没有职务，请在自己的记录里查看。")
        return found
    home = select(func.coalesce(Unit.township_id, Unit.id)).where(Unit.id.in_([unit for _, unit in actor.posts]))
    return there(session.scalar(select(Unit).where(Unit.id == township_id, Unit.id.in_(home))), "这个乡镇")


def home_of(session: Session, actor: Actor) -> Unit | None:
    """The township of somebody's first post."""
    for _, unit_id in actor.posts:
        above = select(func.coalesce(Unit.township_id, Unit.id)).where(Unit.id == unit_id)
        return session.scalar(select(Unit).where(Unit.id == above.scalar_subquery()))
    return None


def accounts_with_codes(session: Session, actor: Actor) -> list[tuple[int, str, datetime]]:
    """Who signs in with codes, and since when, for the keeper: (account, name, since)."""
    if not {role for role, _ in actor.posts} & set(KEEPS):
        raise NotYours("一次性验证码由安全管理员重置。")
    units = select(Unit.id).where(register.in_reach(actor, Role.KEEPER))
    asked = (
        select(Account.id, Person.name, Totp.confirmed_at)
        .join(Person, Person.id == Account.person_id)
        .join(Totp, Totp.account_id == Account.id)
        .where(Totp.confirmed_at.is_not(None), Account.ended_at.is_(None), Person.unit_id.in_(units))
    )
    found = session.execute(asked.order_by(Person.pinyin, Account.id))
    return [(account_id, name, since) for account_id, name, since in found if since]


def account_in_reach(session: Session, actor: Actor, account_id: int) -> Account:
    """An account of somebody in the keeper's reach."""
    units = select(Unit.id).where(register.in_reach(actor, Role.KEEPER))
    asked = select(Account).join(Person, Person.id == Account.person_id).where(Account.id == account_id)
    return there(session.scalar(asked if actor.reach == "*" else asked.where(Person.unit_id.in_(units))), "这个账号")


def gone_in_reach(actor: Actor) -> Select[int]:
    """The units that are no more of the townships whose audit somebody reads."""
    query = select(GoneUnit.id)
    return query if actor.reach == "*" else query.where(GoneUnit.township_id.in_(actor.units_as(*READS_AUDIT)))


def names_or_former(session: Session, unit_ids: set[int]) -> dict[int, str]:
    """The names of units, also of those that an import made and that are no more."""
    gone = session.execute(select(GoneUnit.id, GoneUnit.name).where(GoneUnit.id.in_(unit_ids)))
    return {row[0]: f"{row[1]}（已撤销导入）" for row in gone} | names_of(session, unit_ids)
