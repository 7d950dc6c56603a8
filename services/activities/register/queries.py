"""Reading the register: what somebody may see of units and people, and who belonged where on a day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, false, func, or_, select, true, tuple_
from sqlalchemy.orm import aliased

from services.activities.register.rules.plan import MembershipNow, PersonNow, Place, PostNow, RegisterNow
from shared import privacy
from shared.access import Actor
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Account, Circumstance, Membership, Person, Post, Unit, UnitKind, holds_on
from shared.roles import Role

# Whoever answers for the work of groups. The keeper of accounts finds people here, but sees no record of activities.
SEES = (
    Role.LEADER,
    Role.DEPUTY,
    Role.SECRETARY,
    Role.COMMITTEE_MEMBER,
    Role.ORGANISER,
    Role.COMMITTEE,
    Role.INSPECTOR,
    Role.KEEPER,
)


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
    """Who holds a post in a unit."""

    post_id: int
    person_id: int
    name: str
    unit_id: int
    kind: str
    starts_on: date


# --- units ---


def seen_by(actor: Actor) -> Select[Unit]:
    """The units that somebody may see: those where he holds a post, and what lies below them."""
    return select(Unit).where(in_reach(actor))


def in_reach(actor: Actor, *roles: Role) -> ColumnElement[bool]:
    """The condition on Unit for somebody's reach in these roles (any that sees, unless some are named)."""
    if actor.reach == "*":
        return true()
    roots = actor.units_as(*(roles or SEES))
    return or_(Unit.id.in_(roots), Unit.branch_id.in_(roots), Unit.township_id.in_(roots)) if roots else false()


def seen_unit_ids(actor: Actor) -> Select[int]:
    """The ids of the same units, for a subquery."""
    return seen_by(actor).with_only_columns(Unit.id)


def unit_in_reach(
    session: Session, actor: Actor, unit_id: int, *kinds: UnitKind, locked: bool = False, shared: bool = False
) -> Unit:
    """A unit, of one of these kinds if some are named; OutOfReach where it is not to be seen.

    `locked` holds it against every other change until the transaction ends.
    """
    query = seen_by(actor).where(Unit.id == unit_id)
    if kinds:
        query = query.where(Unit.kind.in_(kinds))
    if locked or shared:
        query = query.with_for_update(read=shared and not locked)
    unit = session.scalars(query).one_or_none()
    if unit is None:
        raise OutOfReach
    return unit


def township_named(session: Session, actor: Actor, name: str) -> Unit | None:
    """A township by its name, if it is there and to be seen."""
    query = seen_by(actor).where(Unit.kind == UnitKind.TOWNSHIP, Unit.name == name, Unit.dissolved_on.is_(None))
    return session.scalars(query).one_or_none()


def tree(session: Session, actor: Actor, *, below: int | None = None) -> list[Unit]:
    """Units that are not dissolved, each after the one that it belongs to, in the order that people expect."""
    above = aliased(Unit)
    query = seen_by(actor).outerjoin(above, above.id == Unit.branch_id).where(Unit.dissolved_on.is_(None))
    if below is not None:
        query = query.where(or_(Unit.id == below, Unit.branch_id == below, Unit.township_id == below))
    order = func.coalesce(above.sort_key, Unit.sort_key)
    # A branch and its groups share the key and the id of the branch; the branch itself has no branch_id.
    by = (
        func.coalesce(Unit.township_id, Unit.id),
        Unit.township_id.is_not(None),
        order,
        func.coalesce(Unit.branch_id, Unit.id),
        Unit.branch_id.is_not(None),
        Unit.sort_key,
        Unit.id,
    )
    return list(session.scalars(query.order_by(*by)))


# --- people ---


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


def within(unit_id: int) -> ColumnElement[bool]:
    """The condition on Unit of being this unit, or below it."""
    return or_(Unit.id == unit_id, Unit.branch_id == unit_id, Unit.township_id == unit_id)


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
    """Who holds which post in a unit on a day; with `below`, in all that lies below it too."""
    seen = seen_by(actor).with_only_columns(Unit.id).where(within(unit_id) if below else Unit.id == unit_id)
    rows = session.execute(
        select(Post.id, Post.person_id, Person.name, Post.unit_id, Post.kind, Post.starts_on)
        .join(Person, Person.id == Post.person_id)
        .where(Post.unit_id.in_(seen), holds_on(Post.starts_on, Post.ends_on, on))
        .order_by(Post.unit_id, Post.kind, Post.id)
    )
    return [Holder(*row) for row in rows]


def post_to_end(session: Session, actor: Actor, post_id: int) -> tuple[Post, Unit]:
    """A post that is held, locked, with its unit."""
    query = (
        seen_by(actor)
        .join(Post, Post.unit_id == Unit.id)
        .where(Post.id == post_id)
        .add_columns(Post)
        .with_for_update(of=Post)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise OutOfReach
    unit, post = row
    return post, unit


def open_post(session: Session, unit_id: int, kind: Role, *, person_id: int | None = None) -> Post | None:
    """The post of this kind that somebody holds in a unit without an end, locked; of this person if one is named."""
    query = select(Post).where(Post.unit_id == unit_id, Post.kind == kind, Post.ends_on.is_(None))
    if person_id is not None:
        query = query.where(Post.person_id == person_id)
    return session.scalars(query.order_by(Post.id).limit(1).with_for_update()).one_or_none()


def open_membership(session: Session, person_id: int) -> Membership | None:
    """Where somebody belongs now, locked."""
    query = select(Membership).where(Membership.person_id == person_id, Membership.ends_on.is_(None))
    return session.scalars(query.with_for_update()).one_or_none()


def open_circumstance(session: Session, person_id: int, kind: str) -> Circumstance | None:
    """What keeps somebody away now, locked."""
    query = select(Circumstance).where(
        Circumstance.person_id == person_id, Circumstance.kind == kind, Circumstance.ends_on.is_(None)
    )
    return session.scalars(query.with_for_update()).one_or_none()


# --- the register as a whole, to be compared with a roster ---


def unit_ids(units: Iterable[Unit]) -> dict[Place, int]:
    """The branches and groups among some units, by their names."""
    units = list(units)
    branches = {unit.id: unit.name for unit in units if unit.kind == UnitKind.BRANCH}
    return {
        Place(branches[unit.branch_id or unit.id], unit.name if unit.kind == UnitKind.GROUP else None): unit.id
        for unit in units
        if unit.kind != UnitKind.TOWNSHIP
    }


def register_now(session: Session, actor: Actor, township_id: int) -> RegisterNow:
    """A township as it stands: four selects, whatever its size."""
    units = {unit.id: unit for unit in tree(session, actor, below=township_id)}
    ids = unit_ids(units.values())
    places = {unit_id: place for place, unit_id in ids.items()}
    mine = seen_by(actor).with_only_columns(Unit.id).where(within(township_id))
    posts, circumstances = _posts(session, mine, places), _circumstances(session, mine)
    rows = session.execute(
        select(Person, Membership)
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.ends_on.is_(None))
        .where(Person.unit_id.in_(mine))
        .order_by(Person.id)
    )
    people_now = tuple(
        PersonNow(
            id=person.id,
            name=person.name,
            sex=person.sex,
            born_on=person.born_on,
            joined_on=person.joined_on,
            full_on=person.full_on,
            education=person.education,
            id_index=person.id_number_index,
            phone=opened_phone(person),
            membership=_membership(membership, places),
            posts=tuple(posts[person.id]),
            circumstances=frozenset(circumstances[person.id]),
        )
        for person, membership in rows
    )
    return RegisterNow({place: units[unit_id].founded_on for place, unit_id in ids.items()}, people_now)


def opened_phone(person: Person) -> str | None:
    """Somebody's telephone number."""
    if person.phone_sealed is None:
        return None
    return privacy.unseal(person.phone_sealed, place=sealed_place("phone", person.id))


def sealed_place(field: str, person_id: int) -> str:
    """Where a sealed field of a person opens, and nowhere else: table, column and owner."""
    return f"person|{field}|{person_id}"


def _membership(membership: Membership | None, places: dict[int, Place]) -> MembershipNow | None:
    if membership is None or membership.unit_id not in places:
        return None
    return MembershipNow(membership.id, places[membership.unit_id], membership.kind, membership.starts_on)


def _posts(session: Session, mine: Select[int], places: dict[int, Place]) -> dict[int, list[PostNow]]:
    found: dict[int, list[PostNow]] = defaultdict(list)
    query = select(Post.id, Post.person_id, Post.unit_id, Post.kind)
    query = query.where(Post.unit_id.in_(mine), Post.ends_on.is_(None))
    for post_id, person_id, unit_id, kind in session.execute(query.order_by(Post.id)):
        found[person_id].append(PostNow(post_id, places.get(unit_id), kind))
    return found


def _circumstances(session: Session, mine: Select[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    query = select(Circumstance.person_id, Circumstance.kind)
    for person_id, kind in session.execute(query.where(Circumstance.unit_id.in_(mine), Circumstance.ends_on.is_(None))):
        found[person_id].append(kind)
    return found


# --- what may stand only once ---


def namesake(session: Session, kind: UnitKind, name: str, *, above_id: int | None) -> Unit | None:
    """A unit of the same kind and name at the same place, whoever sees it."""
    above = {UnitKind.GROUP: Unit.branch_id, UnitKind.BRANCH: Unit.township_id}.get(kind)
    query = select(Unit).where(Unit.kind == kind, Unit.name == name, Unit.dissolved_on.is_(None))
    return session.scalars(query if above is None else query.where(above == above_id)).first()


def number_known(session: Session, index: bytes) -> bool:
    """Whether somebody has this ID number."""
    return session.scalar(select(Person.id).where(Person.id_number_index == index)) is not None


def account_named(session: Session, login: str, person_id: int) -> str | None:
    """What of a new account is taken: `login`, `person`, or nothing."""
    query = select(Account.login).where(or_(Account.login == login, Account.person_id == person_id))
    taken = list(session.scalars(query))
    return None if not taken else "login" if login in taken else "person"


# --- what the ledger asks ---


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


def rule_set_of(session: Session, township_id: int) -> str | None:
    """A township's local rule set."""
    return session.scalar(select(Unit.rule_set).where(Unit.id == township_id))
