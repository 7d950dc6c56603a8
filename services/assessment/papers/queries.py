"""The templates that an office handed in."""

from sqlalchemy import Select, func, select, true

from services.assessment.cases.queries import OFFICE
from services.assessment.papers.models import OpinionTemplate
from shared.access import SYSTEM, Actor
from shared.db import Session
from shared.errors import NotYours, there
from shared.people import Account, Person
from shared.roles import Role

KEEPS = (*OFFICE, Role.KEEPER)
SHOWN = 20


def seen_by(actor: Actor) -> Select[OpinionTemplate]:
    """The templates of the townships whose office or keeper somebody is."""
    mine = true() if actor.reach == "*" else OpinionTemplate.township_id.in_(actor.units_as(*KEEPS))
    return select(OpinionTemplate).where(mine)


def township_kept(actor: Actor) -> int:
    """The township whose template somebody looks after, or NotYours."""
    held = actor.units_as(*KEEPS)
    if not held:
        raise NotYours("意见表模板由组织委员、党委或安全管理员维护，您没有这个职务。")
    return held[0]


def in_use(session: Session, township_id: int, *, locked: bool = False) -> OpinionTemplate | None:
    """The one that a township uses, whoever takes a form out; none where it uses the shipped one."""
    query = seen_by(SYSTEM).where(
        OpinionTemplate.township_id == township_id,
        OpinionTemplate.used_from.is_not(None),
        OpinionTemplate.used_until.is_(None),
    )
    return session.scalars(query.with_for_update() if locked else query).one_or_none()


def handed_in(session: Session, actor: Actor, township_id: int) -> list[tuple[OpinionTemplate, str]]:
    """The last ones with who handed them in, the newest first."""
    query = (
        seen_by(actor)
        .outerjoin(Account, Account.id == OpinionTemplate.handed_by)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(OpinionTemplate.township_id == township_id)
        .add_columns(func.coalesce(Person.name, "系统"))
    )
    return [(row, name) for row, name in session.execute(query.order_by(OpinionTemplate.id.desc()).limit(SHOWN))]


def one(session: Session, actor: Actor, template_id: int, *, locked: bool = False) -> OpinionTemplate:
    """One of them, or OutOfReach."""
    query = seen_by(actor).where(OpinionTemplate.id == template_id)
    return there(session.scalars(query.with_for_update() if locked else query).one_or_none(), "这个模板")
