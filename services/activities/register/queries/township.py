"""A township as the register has it, to be compared with a roster."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import aliased

from services.activities.register.queries.care import cared_people, guests_there
from services.activities.register.queries.members import opened, opened_phone
from services.activities.register.queries.naming import former_names, former_places
from services.activities.register.queries.units import seen_by, tree, unit_ids, within
from services.activities.register.rules import more
from services.activities.register.rules.changes import MembershipNow, PersonNow, Place, PostNow, RegisterNow
from services.activities.register.rules.posts import OF_GROUP
from shared.access import Actor
from shared.db import Session
from shared.people import Circumstance, Membership, Person, Post, Unit, lasts
from shared.standing_in import StandIn

HELD_ELSEWHERE = text("select activities.held_elsewhere(cast(:indexes as bytea[]), :township)")


# Of a circumstance that goes on it is known since when; of one that is over, another of that time would overlap it.
LAST_CHANGED = text("""
    with mine as (select id, founded_on, dissolved_on from office.unit where id = :township or township_id = :township)
    select max(day) from (
      select unnest(array[starts_on, ends_on]) as day from office.membership where unit_id in (select id from mine)
      union all
      select unnest(array[starts_on, ends_on]) from office.post where unit_id in (select id from mine)
      union all
      select ends_on from office.circumstance where unit_id in (select id from mine)
      union all
      select unnest(array[founded_on, dissolved_on]) from mine where id <> :township) changed
    where day <= :today""")


def last_changed(session: Session, township_id: int, today: date) -> date | None:
    """The last day until today on which something of a township's register began or ended."""
    found: date | None = session.scalar(LAST_CHANGED, {"township": township_id, "today": today})
    return found


def register_now(
    session: Session, actor: Actor, township_id: int, indexes: Iterable[bytes] = (), *, on: date
) -> RegisterNow:
    """A township as it stands, with the posts that are held on a day or later: eight selects, whatever its size.

    `indexes`: the numbers to be looked for elsewhere.
    """
    units = {unit.id: unit for unit in tree(session, actor, below=township_id)}
    ids = unit_ids(units.values())
    places = {unit_id: place for place, unit_id in ids.items()}
    mine = seen_by(actor).with_only_columns(Unit.id).where(within(township_id))
    people_now = _people(session, mine, places, on, cared_people(session, actor, township_id))
    founded = {place: units[unit_id].founded_on for place, unit_id in ids.items()}
    elsewhere = session.scalars(HELD_ELSEWHERE, {"indexes": list(indexes), "township": township_id})
    return RegisterNow(
        founded,
        people_now,
        frozenset(map(bytes, elsewhere)),
        actor.person_id,
        former_places(session, units.values()),
        units[township_id].name if township_id in units else "",
        frozenset(each.name for each in former_names(session, township_id)),
        guests_there(session, actor, township_id),
        _held_until(session, mine, places, on),
    )


def _people(
    session: Session, mine: Select[int], places: dict[int, Place], on: date, cared: Mapping[int, set[str]]
) -> tuple[PersonNow, ...]:
    """Everybody of some units, with what he holds on a day or later."""
    posts, circumstances = _posts(session, mine, places, on), _circumstances(session, mine)
    rows = session.execute(_with_membership().where(Person.unit_id.in_(mine)).order_by(Person.id))
    return tuple(
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
            more=more.read(opened(person, "more")),
            membership=_membership(membership, places),
            posts=tuple(posts[person.id]),
            circumstances=frozenset(circumstances[person.id]),
            left=ended if membership is None else None,
            home=places.get(person.unit_id),
            cared=frozenset(cared.get(person.id, ())),
        )
        for person, membership, ended in rows
    )


def _with_membership() -> Select[Person, Membership, date | None]:
    """People with their open membership, and with the last day on which one ended."""
    former = aliased(Membership)
    lasting = func.max(former.ends_on).filter(
        former.ends_on > former.starts_on
    )  # what was taken back left an empty span
    last = func.coalesce(lasting, func.max(former.ends_on))
    left = select(last).where(former.person_id == Person.id).scalar_subquery()
    is_open = (Membership.person_id == Person.id) & Membership.ends_on.is_(None)
    return select(Person, Membership, left).outerjoin(Membership, is_open)


def _membership(membership: Membership | None, places: dict[int, Place]) -> MembershipNow | None:
    if membership is None or membership.unit_id not in places:
        return None
    return MembershipNow(membership.id, places[membership.unit_id], membership.kind, membership.starts_on)


def _posts(session: Session, mine: Select[int], places: dict[int, Place], on: date) -> dict[int, list[PostNow]]:
    """What its people hold, wherever it is, and until a day to come or from one; without a place above the branches."""
    found: dict[int, list[PostNow]] = defaultdict(list)
    query = select(Post.id, Post.person_id, Post.unit_id, Post.kind, Post.duties, Post.starts_on)
    query = query.join(Person, Person.id == Post.person_id).where(Person.unit_id.in_(mine))
    query = query.where(lasts(Post.starts_on, Post.ends_on, on))
    for post_id, person_id, unit_id, kind, duties, since in session.execute(query.order_by(Post.id)):
        found[person_id].append(PostNow(post_id, places.get(unit_id), kind, frozenset(duties), since))
    stands = select(StandIn.person_id, StandIn.kind).join(Person, Person.id == StandIn.person_id)
    stands = stands.where(Person.unit_id.in_(mine), lasts(StandIn.starts_on, StandIn.ends_on, on))
    for person_id, kind in session.execute(stands.order_by(StandIn.id)):  # a roster neither gives nor ends them
        found[person_id].append(PostNow(0, None, kind))
    return found


def _held_until(
    session: Session, mine: Select[int], places: dict[int, Place], on: date
) -> dict[tuple[Place, str], date]:
    """The day, until this one, on which each post of a group was last left; an empty span was held by nobody."""
    query = select(Post.unit_id, Post.kind, func.max(Post.ends_on)).group_by(Post.unit_id, Post.kind)
    query = query.where(Post.unit_id.in_(mine), Post.kind.in_(OF_GROUP))
    query = query.where(Post.ends_on <= on, Post.ends_on > Post.starts_on)
    found = session.execute(query)
    return {(places[unit_id], kind): last for unit_id, kind, last in found if last and unit_id in places}


def _circumstances(session: Session, mine: Select[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    query = select(Circumstance.person_id, Circumstance.kind)
    for person_id, kind in session.execute(query.where(Circumstance.unit_id.in_(mine), Circumstance.ends_on.is_(None))):
        found[person_id].append(kind)
    return found
