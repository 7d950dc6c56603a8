"""Acts on officers that were asked for, as those see them who ask and who agree; and who may be meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Select, case, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from services.activities.register.models import OfficerAct
from services.activities.register.queries.units import seen_by, within
from services.activities.register.rules.officers import Stage
from services.activities.register.rules.offices import KEPT_APART
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.people import Account, Person, Post, Unit, UnitKind, holds_on, lasts
from shared.roles import Role

CONCERNED = (Role.KEEPER, Role.ORGANISER, Role.COMMITTEE)
OPEN = (Stage.ASKED, Stage.AGREED)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Of old: a single post that two held at once; the day it ends is to be corrected."""

    post_id: int
    person_id: int
    name: str
    unit_name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Clash:
    """Of old: two posts of one person that nobody holds together; one of them is to be left."""

    person_id: int
    name: str
    kinds: tuple[str, str]


def acts_seen(actor: Actor) -> Select[OfficerAct]:
    """The acts of the townships in which somebody asks or agrees."""
    query = select(OfficerAct)
    return query if actor.reach == "*" else query.where(OfficerAct.township_id.in_(actor.units_as(*CONCERNED)))


def officer_acts(
    session: Session, actor: Actor, township_id: int, *, limit: int = 100
) -> Sequence[Row[OfficerAct, str, str, str, str]]:
    """What was asked for in a township, open ones first: with whom it is about, who asked, who decided, and where."""
    asker, decider = aliased(Person), aliased(Person)
    asking, deciding = aliased(Account), aliased(Account)
    query = (
        acts_seen(actor)
        .where(OfficerAct.township_id == township_id)
        .join(Person, Person.id == OfficerAct.person_id)
        .outerjoin(asking, asking.id == OfficerAct.asked_by)
        .outerjoin(asker, asker.id == asking.person_id)
        .outerjoin(deciding, deciding.id == OfficerAct.decided_by)
        .outerjoin(decider, decider.id == deciding.person_id)
        .outerjoin(Unit, Unit.id == OfficerAct.unit_id)
        .add_columns(Person.name, asker.name, decider.name, Unit.whole_name)
        .order_by(case((OfficerAct.stage.in_(OPEN), 0), else_=1), OfficerAct.id.desc())
        .limit(limit)
    )
    return session.execute(query).all()


def officer_act_to_change(session: Session, actor: Actor, act_id: int) -> OfficerAct:
    """One of them, locked."""
    query = acts_seen(actor).where(OfficerAct.id == act_id).with_for_update()
    return there(session.scalars(query).one_or_none(), "这个事项")


def is_held(session: Session, township_id: int, kind: Role) -> bool:
    """Whether anybody holds a post of the township today. Who stands in for a vacant one does not count."""
    today = clock.today(session)
    query = select(Post.id).where(Post.unit_id == township_id, Post.kind == kind)
    return session.scalar(query.where(holds_on(Post.starts_on, Post.ends_on, today)).limit(1)) is not None


def account_holding(session: Session, person_id: int, kind: Role) -> int | None:
    """Somebody's account, where he holds such a post today."""
    day = clock.today(session)
    held = select(Post.id).where(Post.person_id == person_id, Post.kind == kind)
    held = held.where(holds_on(Post.starts_on, Post.ends_on, day))
    return session.scalar(select(Account.id).where(Account.person_id == person_id, held.exists()))


def officers(session: Session, actor: Actor, township_id: int, *, also: int | None = None) -> list[tuple[int, str]]:
    """Who is found in the township itself or holds a post there, as (person, name); and one who is to hold one."""
    seen = seen_by(actor).with_only_columns(Unit.id)
    today = clock.today(session)
    holds = select(Post.person_id).where(Post.unit_id == township_id, lasts(Post.starts_on, Post.ends_on, today))
    query = select(Person.id, Person.name).where(Person.unit_id.in_(seen))
    mine = query.where(or_(Person.unit_id == township_id, Person.id.in_(holds), Person.id == also))
    return [(row[0], row[1]) for row in session.execute(mine.order_by(Person.pinyin, Person.id))]


def officers_posts(session: Session, actor: Actor, township_id: int) -> list[tuple[int, str]]:
    """The posts that officers of a township hold, there and below, as (post, words)."""
    people = [person_id for person_id, _ in officers(session, actor, township_id)]
    seen = seen_by(actor).with_only_columns(Unit.id).where(within(township_id))
    query = (
        select(Post.id, Person.name, Unit.kind, Unit.whole_name, Post.kind)
        .join(Person, Person.id == Post.person_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.person_id.in_(people), Post.unit_id.in_(seen))
        .where(lasts(Post.starts_on, Post.ends_on, clock.today(session)))
        .order_by(Person.pinyin, Person.id, Post.id)
    )
    return [
        (post_id, f"{name}：{'' if where == UnitKind.TOWNSHIP else unit}{Role(kind).chinese}")
        for post_id, name, where, unit, kind in session.execute(query)
    ]


def overlaps(session: Session, actor: Actor, township_id: int) -> list[Overlap]:
    """The posts of a township, and of what lies below it, that overlap with another's of old."""
    seen = seen_by(actor).with_only_columns(Unit.id).where(within(township_id))
    query = (
        select(Post.id, Person.id, Person.name, Unit.whole_name, Post.kind)
        .join(Person, Person.id == Post.person_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.disputed, Post.unit_id.in_(seen))
        .order_by(Unit.sort_key, Post.id)
    )
    return [Overlap(*row) for row in session.execute(query)]


def clashes(session: Session, actor: Actor, township_id: int) -> list[Clash]:
    """Who holds posts, in a township or below it, that are kept apart: today or on the same day to come."""
    seen = seen_by(actor).with_only_columns(Unit.id).where(within(township_id))
    one, other, today = aliased(Post), aliased(Post), clock.today(session)
    query = (
        select(Person.id, Person.name, one.kind, other.kind)
        .join(one, one.person_id == Person.id)
        .join(other, other.person_id == Person.id)
        .where(one.unit_id.in_(seen), other.unit_id.in_(seen))
        .where(tuple_(one.kind, other.kind).in_(sorted(map(tuple, KEPT_APART))))
        .where(lasts(one.starts_on, one.ends_on, today), lasts(other.starts_on, other.ends_on, today))
        .where(one.starts_on < func.coalesce(other.ends_on, date.max))
        .where(other.starts_on < func.coalesce(one.ends_on, date.max))
        .order_by(Person.pinyin, Person.id, one.kind, other.kind)
    )
    found = [Clash(person_id, name, (kind, beside)) for person_id, name, kind, beside in session.execute(query)]
    return list(dict.fromkeys(found))
