"""Groups as a regrouping needs them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import false, func, or_, select

from services.activities.register.queries.members import HELD_ON
from services.activities.register.queries.units import seen_by
from services.activities.register.rules.regrouping import Group, Held, Somebody, Year
from shared import clock
from shared.access import Actor
from shared.audit import Happening
from shared.db import Session
from shared.errors import OutOfReach
from shared.people import Membership, Person, Post, Unit, UnitKind, lasts
from shared.people.namesakes import Named, told_apart
from shared.roles import Role


def groups_to_change(session: Session, actor: Actor, group_ids: Iterable[int], *, locked: bool) -> list[Group]:
    """Groups that are there, in the order of their ids, with members and posts; all of them, or OutOfReach."""
    wanted = set(group_ids)
    found = groups_there(session, actor, wanted, locked=locked)
    if len(found) != len(wanted):
        raise OutOfReach
    return found


def groups_there(session: Session, actor: Actor, group_ids: Collection[int], *, locked: bool = False) -> list[Group]:
    """Those that are there and that somebody sees, the same way."""
    branch = Unit.__table__.alias("branch")
    query = (
        seen_by(actor)
        .join(branch, branch.c.id == Unit.branch_id)
        .where(Unit.id.in_(group_ids), Unit.kind == UnitKind.GROUP, Unit.dissolved_on.is_(None))
        .add_columns(branch.c.name)
        .order_by(Unit.id)
    )
    rows = session.execute(query.with_for_update(of=Unit) if locked else query).all()
    ids = [unit.id for unit, _ in rows]
    members, posts = _members(session, ids), _posts(session, ids)
    return [
        Group(
            id=unit.id,
            name=unit.name,
            branch_id=unit.branch_id or 0,
            branch_name=branch_name,
            founded_on=unit.founded_on,
            members=tuple(members[unit.id]),
            posts=tuple(posts[unit.id]),
        )
        for unit, branch_name in rows
    ]


def _members(session: Session, group_ids: Sequence[int]) -> dict[int, list[Somebody]]:
    """Whose membership in these groups is open."""
    query = (
        select(Membership.unit_id, Person.id, Person.name, Membership.kind, Membership.starts_on)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.unit_id.in_(group_ids), Membership.ends_on.is_(None))
        .order_by(Person.pinyin, Person.id)
    )
    found: dict[int, list[Somebody]] = defaultdict(list)
    for unit_id, person_id, name, kind, starts_on in session.execute(query):
        found[unit_id].append(Somebody(person_id, name, kind, starts_on))
    return found


def _posts(session: Session, group_ids: Sequence[int]) -> dict[int, list[Held]]:
    """The posts in these groups that are held, also until a day to come or from one."""
    query = (
        select(Post.unit_id, Post.id, Post.person_id, Person.name, Post.kind)
        .join(Person, Person.id == Post.person_id)
        .where(Post.unit_id.in_(group_ids), lasts(Post.starts_on, Post.ends_on, clock.today(session)))
        .order_by(Post.kind, Post.id)
    )
    found: dict[int, list[Held]] = defaultdict(list)
    for unit_id, post_id, person_id, name, kind in session.execute(query):
        found[unit_id].append(Held(post_id, person_id, name, kind))
    return found


def group_names(session: Session, actor: Actor, branch_ids: Iterable[int]) -> set[tuple[int, str]]:
    """(branch, name) of the groups that are there in some branches."""
    query = seen_by(actor).where(
        Unit.branch_id.in_(set(branch_ids)), Unit.kind == UnitKind.GROUP, Unit.dissolved_on.is_(None)
    )
    return {(unit.branch_id or 0, unit.name) for unit in session.scalars(query)}


OVER = ("CycleClosed", "CycleEnded", "CycleWithdrawn")


def years_under_way(session: Session, actor: Actor, township_id: int, group_ids: Sequence[int]) -> list[Year]:
    """Assessments of a township that were opened and are not over, by the history, with these groups' leaders."""
    seen = seen_by(actor).with_only_columns(Unit.id).where(Unit.id == township_id)
    rows = session.execute(
        select(Happening.fact, Happening.body["year"].as_integer(), Happening.at)
        .where(Happening.unit_id.in_(seen), Happening.fact.in_(("CycleOpened", *OVER)))
        .order_by(Happening.id)
    )
    under_way: dict[int, datetime] = {}
    for fact, year, at in rows:
        if fact == "CycleOpened":
            under_way[year] = at
        else:
            under_way.pop(year, None)
    return [Year(year, _leaders_on(session, group_ids, at.date())) for year, at in sorted(under_way.items())]


def _leaders_on(session: Session, group_ids: Sequence[int], day: date) -> tuple[str, ...]:
    """Who led these groups on a day, wherever he is now."""
    rows = session.execute(HELD_ON, {"units": list(group_ids), "day": day})
    return tuple(row.name for row in rows if row.kind == Role.LEADER)


def members_count(session: Session, actor: Actor) -> dict[int, int]:
    """How many belong to each unit today: its own members only."""
    seen = seen_by(actor).with_only_columns(Unit.id)
    query = (
        select(Membership.unit_id, func.count())
        .where(Membership.unit_id.in_(seen), Membership.ends_on.is_(None))
        .group_by(Membership.unit_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def candidates(session: Session, actor: Actor, unit: Unit, *, cadres: bool = False) -> list[tuple[int, str]]:
    """Who may take up a post in a unit, as (person, words): its members; in a township those who are found there.

    `cadres`: those of the township too, one of whom may be secretary in a village. Whoever left the roll is still found
    where he was, and takes up nothing.
    """
    return told_apart(candidates_named(session, actor, unit, cadres=cadres))


def candidates_named(session: Session, actor: Actor, unit: Unit, *, cadres: bool = False) -> list[Named]:
    """The same, each with what tells him from another of his name."""
    seen = seen_by(actor).with_only_columns(Unit.id)
    below = or_(Unit.id == unit.id, Unit.branch_id == unit.id, Unit.id == unit.township_id if cadres else false())
    query = select(Person.id, Person.name, Unit.name, Person.born_on).join(Unit, Unit.id == Person.unit_id)
    ever = select(Membership.id).where(Membership.person_id == Person.id)
    here = or_(ever.where(Membership.ends_on.is_(None)).exists(), ~ever.exists())
    query = query.where(Person.unit_id.in_(seen.where(below)), here)
    return [Named(*row) for row in session.execute(query.order_by(Person.pinyin, Person.id))]


def unit_to_change(session: Session, unit_id: int) -> Unit:
    """A unit that a plan names: whoever made the plan has looked at reach and right."""
    return session.get_one(Unit, unit_id)
