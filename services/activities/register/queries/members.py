"""Who belongs where and holds what on a day."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, and_, func, or_, select, text, true, tuple_
from sqlalchemy.orm import aliased

from services.activities.register.models import Succession
from services.activities.register.queries.units import seen_by, seen_unit_ids, within
from shared import privacy
from shared.access import Actor
from shared.db import Session
from shared.errors import Away, OutOfReach, there
from shared.people import Circumstance, Membership, Person, Post, Unit, holds_on, lasts
from shared.roles import Role
from shared.standing_in import StandIn

HELD_ON = text("""
    select post_id, person_id, name, unit_id, kind, starts_on, ends_on, duties
    from activities.held_on(:units, :day) order by unit_id, kind, post_id""")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a unit on a day, with what may keep him away."""

    person_id: int
    name: str
    pinyin: str
    unit_id: int
    kind: str
    starts_on: date
    circumstances: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a post in a unit; `ends_on`: a day to come on which it ends."""

    post_id: int
    person_id: int
    name: str
    unit_id: int
    kind: str
    starts_on: date
    ends_on: date | None
    duties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taking:
    """Somebody who takes up a post on a day to come, and whoever holds it until then."""

    post_id: int
    name: str
    kind: str
    starts_on: date
    before: str | None


def person_in_reach(session: Session, actor: Actor, person_id: int, *, field: str | None = None) -> Person:
    """Somebody who may be seen; OutOfReach, at the field that names him, where he may not."""
    query = select(Person).where(Person.id == person_id, Person.unit_id.in_(seen_unit_ids(actor)))
    person = session.scalars(query).one_or_none()
    if person is None:
        raise OutOfReach(field=field)
    return person


def people(
    session: Session, actor: Actor, unit_id: int, *, on: date, after: int | None, limit: int
) -> Sequence[Row[Person, int, str]]:
    """A page of a unit's members by pinyin, each with his own unit and his kind of membership."""
    seen = seen_by(actor).with_only_columns(Unit.id).where(within(unit_id))
    query = (
        select(Person, Membership.unit_id, Membership.kind)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.unit_id.in_(seen), holds_on(Membership.starts_on, Membership.ends_on, on))
        .order_by(Person.pinyin, Person.id)
        .limit(limit)
    )
    if after is not None:
        last = select(Person.pinyin, Person.id).where(Person.id == after, Person.unit_id.in_(seen)).subquery()
        query = query.join(last, tuple_(Person.pinyin, Person.id) > tuple_(last.c.pinyin, last.c.id))
    return session.execute(query).all()


def members_on(session: Session, actor: Actor, unit_id: int, day: date) -> list[Member]:
    """Everybody who belonged to a unit, or to what lies below it, on a day; in order of pinyin."""
    seen = seen_by(actor).with_only_columns(Unit.id).where(within(unit_id))
    kept_away = (
        select(func.array_agg(Circumstance.kind))
        .where(Circumstance.person_id == Person.id, holds_on(Circumstance.starts_on, Circumstance.ends_on, day))
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Person.pinyin,
            Membership.unit_id,
            Membership.kind,
            Membership.starts_on,
            kept_away,
        )
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.unit_id.in_(seen), holds_on(Membership.starts_on, Membership.ends_on, day))
        .order_by(Person.pinyin, Person.id)
    )
    return [
        Member(person_id, name, pinyin, unit, kind, starts_on, tuple(sorted(kinds or ())))
        for person_id, name, pinyin, unit, kind, starts_on, kinds in rows
    ]


def holders(session: Session, actor: Actor, unit_id: int, *, on: date, below: bool = False) -> list[Holder]:
    """Who holds which post in a unit on a day, wherever he is now; with `below`, in all that lies below it too."""
    seen = seen_by(actor).with_only_columns(Unit.id).where(within(unit_id) if below else Unit.id == unit_id)
    rows = session.execute(HELD_ON, {"units": list(session.scalars(seen)), "day": on})
    return [Holder(**{**row, "duties": tuple(row["duties"])}) for row in rows.mappings()]


def posts_ahead(session: Session, actor: Actor, unit_id: int, today: date) -> list[Taking]:
    """Who takes up a post in a unit on a day to come, the nearest first; what was called off is not there."""
    former, before = aliased(Post), aliased(Person)
    seen = seen_by(actor).with_only_columns(Unit.id).where(Unit.id == unit_id)
    same = and_(former.unit_id == Post.unit_id, former.kind == Post.kind, former.ends_on == Post.starts_on)
    query = (
        select(Post.id, Person.name, Post.kind, Post.starts_on, before.name)
        .join(Person, Person.id == Post.person_id)
        .outerjoin(former, and_(same, former.starts_on < former.ends_on))
        .outerjoin(before, before.id == former.person_id)
        .where(Post.unit_id.in_(seen), Post.starts_on > today, func.coalesce(Post.ends_on > Post.starts_on, true()))
    )
    return [Taking(*row) for row in session.execute(query.order_by(Post.starts_on, Post.id))]


def post_before(session: Session, post: Post) -> tuple[Post, date | None] | None:
    """The post that was ended by handing over to this one, locked, and until when it was to be held.

    None where none was, or where its end has been changed since.
    """
    query = select(Post, Succession.before_until).join(Succession, Succession.before_id == Post.id)
    query = query.where(Succession.post_id == post.id, Post.ends_on == post.starts_on)
    row = session.execute(query.with_for_update(of=Post)).one_or_none()
    return None if row is None else (row[0], row[1])


def post_to_end(session: Session, actor: Actor, post_id: int) -> tuple[Post, Unit]:
    """A post that is held, locked, with its unit."""
    query = (
        seen_by(actor)
        .join(Post, Post.unit_id == Unit.id)
        .where(Post.id == post_id)
        .add_columns(Post)
        .with_for_update(of=Post)
    )
    row = there(session.execute(query).one_or_none(), "这个任职")
    unit, post = row
    return post, unit


def post_held(session: Session, unit_id: int, kind: Role, *, on: date, person_id: int | None = None) -> Post | None:
    """The post of this kind that somebody holds in a unit on a day or later, locked; of this person if one is named.

    Of several, the one that is held longest: what ends on a day to come is held until then.
    """
    query = select(Post).where(Post.unit_id == unit_id, Post.kind == kind, lasts(Post.starts_on, Post.ends_on, on))
    if person_id is not None:
        query = query.where(Post.person_id == person_id)
    longest = query.order_by(Post.ends_on.desc().nulls_first(), Post.id).limit(1)
    return session.scalars(longest.with_for_update()).one_or_none()


def post_ending(session: Session, unit_id: int, kind: Role, *, on: date, person_id: int) -> Post | None:
    """The post of this kind in a unit that somebody leaves on a day, locked."""
    query = select(Post).where(Post.unit_id == unit_id, Post.kind == kind, Post.person_id == person_id)
    return session.scalars(query.where(Post.ends_on == on).with_for_update()).one_or_none()


def posts_lasting(session: Session, actor: Actor, unit_id: int, *, on: date) -> Sequence[Post]:
    """The posts in a unit that are held on a day or later, locked."""
    query = select(Post).where(Post.unit_id == unit_id, Post.unit_id.in_(seen_unit_ids(actor)))
    query = query.where(lasts(Post.starts_on, Post.ends_on, on)).order_by(Post.id)
    return session.scalars(query.with_for_update()).all()


def posts_beside(session: Session, person_id: int, on: date, *, until: date | None = None) -> list[Role]:
    """The posts that somebody holds or stands in for, anywhere, on a day or later; with `until`, before that day.

    He himself is locked, so that no other is begun.
    """
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    end = until or date.max
    held = select(Post.kind).where(Post.person_id == person_id, lasts(Post.starts_on, Post.ends_on, on))
    stands = select(StandIn.kind).where(StandIn.person_id == person_id, StandIn.ends_on > on)
    stands = stands.where(StandIn.ends_on > StandIn.starts_on, StandIn.starts_on < end).order_by(StandIn.id)
    kinds = [*session.scalars(held.where(Post.starts_on < end).order_by(Post.id)), *session.scalars(stands)]
    return [Role(kind) for kind in kinds]


def open_membership(session: Session, person_id: int) -> Membership | None:
    """Where somebody belongs now, locked."""
    query = select(Membership).where(Membership.person_id == person_id, Membership.ends_on.is_(None))
    return session.scalars(query.with_for_update()).one_or_none()


def member_since(session: Session, person_id: int, unit_id: int) -> date | None:
    """The first day on which somebody was a member of a unit; where he never was, of any."""
    query = select(func.min(Membership.starts_on).filter(Membership.unit_id == unit_id), func.min(Membership.starts_on))
    here, anywhere = session.execute(query.where(Membership.person_id == person_id)).one()
    return here or anywhere


def member_until(session: Session, person_id: int) -> date | None:
    """The last day on which a membership of somebody's ended; what was taken back before it began was none."""
    began = Membership.ends_on > Membership.starts_on
    return session.scalar(select(func.max(Membership.ends_on)).where(Membership.person_id == person_id, began))


def open_circumstance(session: Session, person_id: int, kind: str) -> Circumstance | None:
    """What keeps somebody away now, locked."""
    query = select(Circumstance).where(
        Circumstance.person_id == person_id, Circumstance.kind == kind, Circumstance.ends_on.is_(None)
    )
    return session.scalars(query.with_for_update()).one_or_none()


def opened_phone(person: Person) -> str | None:
    """Somebody's telephone number."""
    return opened(person, "phone")


def opened(person: Person, field: str) -> str | None:
    """A sealed field of somebody's: `id_number`, `phone`, `mail` or `more`; None where it was never written."""
    sealed: bytes | None = getattr(person, f"{field}_sealed")
    return None if sealed is None else privacy.unseal(sealed, place=sealed_place(field, person.id))


def sealed_place(field: str, person_id: int) -> str:
    """Where a sealed field of a person opens, and nowhere else: table, column and owner."""
    return f"person|{field}|{person_id}"


OTHER_DIGEST = (
    "身份证号是按另一种算法登记的，现在的设置（XIAOZU_DIGEST）查不到。"
    "这个设置在安装时选定，录入过身份证号以后不能再改，请联系管理员改回原来的。"
)


def index_of(session: Session) -> Callable[[str], bytes]:
    """What makes an index of an ID number, as those that are there were made. Raises Away where the setting differs."""
    made = session.scalar(text("select office.index_bytes()"))
    if made not in (None, privacy.index_bytes()):
        raise Away(OTHER_DIGEST)
    return privacy.index


def number_known(session: Session, number: str) -> bool:
    """Whether somebody has this ID number."""
    index = index_of(session)(number)
    return session.scalar(select(Person.id).where(Person.id_number_index == index)) is not None


def holders_between(
    session: Session, actor: Actor, unit_id: int, kinds: Collection[Role], *, start: date, end: date
) -> Sequence[Row[int, int, str, date, date | None]]:
    """Who held one of these posts in a unit, or below it, at some time in [start, end): as `stays` has members."""
    seen = seen_by(actor).with_only_columns(Unit.id).where(within(unit_id))
    query = (
        select(Post.unit_id, Post.person_id, Person.name, Post.starts_on, Post.ends_on)
        .join(Person, Person.id == Post.person_id)
        .where(Post.unit_id.in_(seen), Post.kind.in_(kinds), Post.starts_on < end)
        .where(or_(Post.ends_on.is_(None), Post.ends_on > start))
        .order_by(Post.unit_id, Person.pinyin, Person.id)
    )
    return session.execute(query).all()


def stays(
    session: Session, actor: Actor, unit_id: int, *, start: date, end: date
) -> Sequence[Row[int, int, str, date, date | None]]:
    """Who was in a unit, or below it, at some time in [start, end): (unit, person, name, from, to)."""
    seen = seen_by(actor).with_only_columns(Unit.id).where(within(unit_id))
    query = (
        select(Membership.unit_id, Membership.person_id, Person.name, Membership.starts_on, Membership.ends_on)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.unit_id.in_(seen), Membership.starts_on < end)
        .where(or_(Membership.ends_on.is_(None), Membership.ends_on > start))
        .order_by(Membership.unit_id, Person.pinyin, Person.id)
    )
    return session.execute(query).all()


def hindered(
    session: Session, actor: Actor, unit_id: int, *, start: date, end: date
) -> Sequence[Row[int, str, date, date | None]]:
    """Who of a unit was kept away at some time in [start, end): (person, kind, from, to)."""
    seen = seen_by(actor).with_only_columns(Unit.id).where(within(unit_id))
    query = (
        select(Circumstance.person_id, Circumstance.kind, Circumstance.starts_on, Circumstance.ends_on)
        .where(Circumstance.unit_id.in_(seen), Circumstance.starts_on < end)
        .where(or_(Circumstance.ends_on.is_(None), Circumstance.ends_on > start))
        .order_by(Circumstance.id)
    )
    return session.execute(query).all()
