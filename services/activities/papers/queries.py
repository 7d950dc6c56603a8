"""Reading for what is filed: whole lists, set-based, each from what whoever takes them may see."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, column, func, or_, select, table, text
from sqlalchemy.orm import aliased

from services.activities.ledger import queries as ledger
from services.activities.ledger.models import Activity
from services.activities.ledger.rules.stages import Stage
from services.activities.papers.models import Ordered
from services.activities.papers.rules import Attendee, GroupListed, Listed, RollListed, Time, how_said
from services.activities.register import queries as register
from services.activities.register.rules.words import CIRCUMSTANCES_SAID
from shared.access import Actor
from shared.db import Session
from shared.errors import there
from shared.people import Circumstance, Person, Post, Unit, UnitKind, holds_on, name_on
from shared.roles import Role

ABOVE = aliased(Unit)
ORDER = (
    func.coalesce(ABOVE.sort_key, Unit.sort_key),
    func.coalesce(Unit.branch_id, Unit.id),
    Unit.branch_id.is_not(None),
    Unit.sort_key,
    Unit.id,
)
"""Branch by branch, what is not in a group first."""
LAST = 20


def roster(session: Session, actor: Actor, unit_id: int, day: date, *, numbers: Collection[Role] = ()) -> list[Listed]:
    """Everybody who belonged to a unit or below it on a day, wherever he is now, group by group, by pinyin.

    numbers: the posts in which somebody takes numbers out, of those whom he finds in them today.
    """
    roll = register.roll_on(session, actor, unit_id, day)
    places = _places_on(session, {each.unit_id for each in roll}, day)
    order = {at: number for number, at in enumerate(places)}
    known = _numbers(session, actor, [each.person_id for each in roll], numbers) if numbers else {}
    posts = _posts(session, actor, day)
    kept = _kept_away(session, actor, day)
    return [
        replace(
            _listed(each, places[each.unit_id], known.get(each.person_id, ("", ""))),
            posts=posts.get(each.person_id, ()),
            away="away" in kept.get(each.person_id, ()),
            apart=[CIRCUMSTANCES_SAID[why] for why in kept.get(each.person_id, ()) if why != "away"],
        )
        for each in sorted(roll, key=lambda each: order[each.unit_id])
    ]


def _places_on(session: Session, unit_ids: Collection[int], day: date) -> dict[int, tuple[str, str]]:
    """The branch and the group of some units, as they were called on a day, in the order of lists."""
    query = (
        select(Unit.id, name_on(Unit.id, Unit.name, day), name_on(ABOVE.id, ABOVE.name, day))
        .outerjoin(ABOVE, ABOVE.id == Unit.branch_id)
        .where(Unit.id.in_(unit_ids))
        .order_by(*ORDER)
    )
    return {id_: (branch or name, name if branch else "") for id_, name, branch in session.execute(query)}


def _numbers(
    session: Session, actor: Actor, people: Collection[int], roles: Collection[Role]
) -> dict[int, tuple[str, str]]:
    """The ID number and the telephone number of those of some people who are found where somebody holds such a post."""
    query = select(Person).join(Unit, Unit.id == Person.unit_id)
    query = query.where(Person.id.in_(people), register.in_reach(actor, *roles))
    return {
        person.id: (register.opened(person, "id_number") or "", register.opened(person, "phone") or "")
        for person in session.scalars(query)
    }


def _listed(each: register.OnRoll, place: tuple[str, str], numbers: tuple[str, str] = ("", "")) -> Listed:
    (branch, group), (id_number, phone) = place, numbers
    return Listed(
        person_id=each.person_id,
        name=each.name,
        branch=branch,
        group=group,
        kind=each.kind,
        sex=each.sex,
        born_on=each.born_on,
        joined_on=each.joined_on,
        full_on=each.full_on,
        education=each.education,
        id_number=id_number,
        phone=phone,
    )


def _posts(session: Session, actor: Actor, day: date) -> Mapping[int, list[str]]:
    """What everybody in reach holds in branches and groups on a day."""
    query = (
        select(Post.person_id, Post.kind)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.unit_id.in_(register.seen_unit_ids(actor)), Unit.kind != UnitKind.TOWNSHIP)
        .where(holds_on(Post.starts_on, Post.ends_on, day))
        .order_by(Post.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for person_id, kind in session.execute(query):
        found[person_id].append(Role(kind).chinese)
    return found


def _kept_away(session: Session, actor: Actor, day: date) -> Mapping[int, list[str]]:
    """What keeps members away on a day."""
    query = select(Circumstance.person_id, Circumstance.kind).where(
        Circumstance.unit_id.in_(register.seen_unit_ids(actor)),
        holds_on(Circumstance.starts_on, Circumstance.ends_on, day),
    )
    found: dict[int, list[str]] = defaultdict(list)
    for person_id, kind in session.execute(query.order_by(Circumstance.id)):
        found[person_id].append(kind)
    return found


def groups(session: Session, actor: Actor, unit_id: int, day: date) -> list[GroupListed]:
    """The groups of a unit on a day, as they were called, with how many belonged to each and who led it."""
    query = (
        register.seen_by(actor)
        .join(ABOVE, ABOVE.id == Unit.branch_id)
        .with_only_columns(Unit.id, Unit.founded_on)
        .where(register.within(unit_id), Unit.kind == UnitKind.GROUP)
        .where(Unit.founded_on <= day, or_(Unit.dissolved_on.is_(None), Unit.dissolved_on > day))
        .order_by(*ORDER)
    )
    founded: dict[int, date] = {row[0]: row[1] for row in session.execute(query)}
    places = _places_on(session, founded, day)
    members = Counter((each.unit_id, each.kind) for each in register.roll_on(session, actor, unit_id, day))
    leading = _leading(session, actor, unit_id, day)
    return [
        _group(
            places[group_id],
            founded_on,
            (members[group_id, "full"], members[group_id, "probationary"]),
            leading.get(group_id, {}),
        )
        for group_id, founded_on in founded.items()
    ]


Leading = Mapping[str, Sequence[tuple[register.OnRoll, date, str]]]
WAYS = text("select id, way from assessment.ways_of(:choosings)")


def _leading(session: Session, actor: Actor, unit_id: int, day: date) -> Mapping[int, Leading]:
    """Leaders and deputies of a day, by group and post, wherever they are now."""
    mine = register.seen_unit_ids(actor).where(register.within(unit_id))
    query = (
        select(Post.unit_id, Post.kind, Post.person_id, Post.starts_on, Post.chosen_id, Post.taken_over_why)
        .where(Post.unit_id.in_(mine), Post.kind.in_((Role.LEADER, Role.DEPUTY)))
        .where(holds_on(Post.starts_on, Post.ends_on, day))
        .order_by(Post.id)
    )
    rows = session.execute(query).all()
    people = _people_on(session, actor, unit_id, day, {row.person_id for row in rows})
    chosen = [row.chosen_id for row in rows if row.chosen_id is not None]
    ways = {row.id: row.way for row in session.execute(WAYS, {"choosings": chosen})} if chosen else {}
    found: dict[int, dict[str, list[tuple[register.OnRoll, date, str]]]] = defaultdict(lambda: defaultdict(list))
    for group_id, kind, person_id, since, chosen_id, taken_over in rows:
        if person_id in people:
            how = how_said(ways.get(chosen_id), taken_over=taken_over is not None)
            found[group_id][kind].append((people[person_id], since, how))
    return found


def _people_on(
    session: Session, actor: Actor, unit_id: int, day: date, people: Collection[int]
) -> dict[int, register.OnRoll]:
    """Some people as a roll of their township has them on a day, or as they are where none has them."""
    township_id = township_of(session, actor, unit_id)
    found = {each.person_id: each for each in register.roll_on(session, actor, township_id, day)}
    rest = select(Person).where(Person.id.in_({each for each in people if each not in found}))
    for one in session.scalars(rest):
        told = (one.sex, one.born_on, one.joined_on, one.full_on, one.education)
        found[one.id] = register.OnRoll(one.id, one.name, one.unit_id, "", "full", *told)
    return found


def _group(place: tuple[str, str], founded_on: date, members: tuple[int, int], leading: Leading) -> GroupListed:
    (branch, group), (full, probationary) = place, members
    leader, since, how = next(iter(leading.get(Role.LEADER, ())), (None, None, ""))
    return GroupListed(
        branch=branch,
        group=group,
        founded_on=founded_on,
        full=full,
        probationary=probationary,
        leader=_listed(leader, place) if leader else None,
        since=since,
        how=how,
        deputies=[each.name for each, _, _ in leading.get(Role.DEPUTY, ())],
    )


def unit_of(session: Session, actor: Actor, unit_id: int, *, of_records: bool, of_care: bool = False) -> Unit:
    """The unit of a list, or OutOfReach: whose records somebody sees, whose people, or whom he looks after."""
    seen = register.in_reach(actor, *ledger.SEES) if of_records else register.in_reach(actor)
    query = select(Unit).where(Unit.id == unit_id, _cares(actor) if of_care else seen)
    return there(session.scalars(query).one_or_none(), "这个单位")


def sees_records(session: Session, actor: Actor, unit_id: int) -> bool:
    """Whether somebody sees the records of a unit, and not only its people."""
    query = select(Unit.id).where(Unit.id == unit_id, register.in_reach(actor, *ledger.SEES))
    return session.scalars(query).one_or_none() is not None


def looks_after(session: Session, actor: Actor, unit_id: int) -> bool:
    """Whether somebody sees who of a unit is out or in need."""
    return session.scalars(select(Unit.id).where(Unit.id == unit_id, _cares(actor))).one_or_none() is not None


def _cares(actor: Actor) -> ColumnElement[bool]:
    return and_(register.in_reach(actor, *register.LOOKS_AFTER), Unit.kind != UnitKind.GROUP)


def township_of(session: Session, actor: Actor, unit_id: int) -> int:
    """The township of a unit that somebody sees."""
    unit = register.unit_in_reach(session, actor, unit_id)
    return unit.township_id or unit.id


def units_of(session: Session, actor: Actor) -> list[register.Named]:
    """The units whose lists somebody may take out: branches and groups under their township."""
    return register.names_below(session, actor)


# --- records ---


def records(
    session: Session, actor: Actor, unit_id: int, time: Time, *, kind: str = "", stage: str = ""
) -> list[Activity]:
    """Every record of a unit in a time, by branch, group and day; those given up are not among them.

    A group's are also its whole branch's that count in it.
    """
    query = _records(actor, unit_id, time, kind=kind, stage=stage).join(Unit, Unit.id == Activity.group_id)
    query = query.outerjoin(ABOVE, ABOVE.id == Unit.branch_id)
    return list(session.scalars(query.order_by(*ORDER, Activity.held_on, Activity.id)))


def how_many(
    session: Session, actor: Actor, unit_id: int, time: Time, *, kind: str | None = None, stage: str | None = None
) -> int:
    """How many these are."""
    query = _records(actor, unit_id, time, kind=kind or "", stage=stage or "")
    return session.scalars(query.with_only_columns(func.count())).one()


def _records(actor: Actor, unit_id: int, time: Time, *, kind: str, stage: str) -> Select[Activity]:
    query = (
        ledger.seen_by(actor)
        .where(_of_unit(unit_id))
        .where(Activity.held_on >= time.start, Activity.held_on < time.end)
        .where(Activity.stage == stage if stage else Activity.stage != Stage.DISCARDED)
    )
    return query.where(Activity.kind == kind) if kind else query


def _of_unit(unit_id: int) -> ColumnElement[bool]:
    return or_(ledger.counts_in(unit_id), Activity.branch_id == unit_id, Activity.township_id == unit_id)


def lists(
    session: Session, actor: Actor, found: Sequence[Activity], *, unit_id: int | None = None
) -> tuple[dict[int, RollListed], ledger.Names]:
    """The list of each record with its figures, and the names of whoever had a part in them.

    Of a whole branch's meeting the rolls that may be seen, and of a group's papers (`unit_id`) that group's alone.
    """
    ids = [record.id for record in found]
    lines = ledger.lists_of(session, actor, ids)
    listed = {record.id: _listed_of(record, lines.get(record.id, []), unit_id) for record in found}
    names = ledger.names_on(session, actor, ids)
    rolls = {
        id_: RollListed([_attendee(line, names) for line in here], expected, present)
        for id_, (here, expected, present) in listed.items()
    }
    return rolls, names


def _listed_of(
    record: Activity, lines: Sequence[ledger.Listed], unit_id: int | None
) -> tuple[Sequence[ledger.Listed], int, int]:
    if record.group_ids is None:
        return lines, record.expected, record.present
    if unit_id in record.group_ids and unit_id != record.branch_id:
        lines = [line for line in lines if line.group_id == unit_id]
    return lines, *ledger.figures_of(lines)


def _attendee(line: ledger.Listed, names: ledger.Names) -> Attendee:
    return Attendee(
        line.name or names.people.get(line.person_id, ""), line.state, line.counted, line.reason, line.words
    )


def places_of(session: Session, actor: Actor, found: Sequence[Activity], day: date) -> dict[int, tuple[str, str]]:
    """The branch and the group of each record, by the record's unit, as they were called on a day."""
    ids = {record.group_id for record in found}
    seen = session.scalars(register.seen_unit_ids(actor).where(Unit.id.in_(ids))).all()
    return _places_on(session, seen, day)


_COUNTING = table(
    "counting",
    *(column(name) for name in ("id", "group_id", "expected", "present", "parted")),
    schema="activities",
)


def sums(session: Session, actor: Actor, unit_id: int, time: Time) -> list[tuple[str, str, int, int, int, int]]:
    """(branch, kind, held, expected, present, minutes) of what is confirmed in a time, branch by branch.

    A branch as it was called on the last day.

    A whole branch's meeting is one meeting of the branch, and one of each of its groups with that group's figures.
    """
    branch, part = aliased(Unit), _COUNTING.alias("part")
    of_group = and_(part.c.id == Activity.id, part.c.parted, part.c.group_id == unit_id, Activity.branch_id != unit_id)
    query = (
        ledger.seen_by(actor)
        .join(branch, branch.id == Activity.branch_id)
        .outerjoin(part, of_group)
        .with_only_columns(
            name_on(branch.id, branch.name, time.last_day),
            Activity.kind,
            func.count(),
            func.sum(func.coalesce(part.c.expected, Activity.expected)),
            func.sum(func.coalesce(part.c.present, Activity.present)),
            func.sum(Activity.minutes),
        )
        .where(_of_unit(unit_id))
        .where(Activity.held_on >= time.start, Activity.held_on < time.end, Activity.stage == Stage.CONFIRMED)
        .group_by(branch.sort_key, branch.id, branch.name, Activity.kind)
        .order_by(branch.sort_key, branch.id)
    )
    return [(name, kind, held, *map(int, more)) for name, kind, held, *more in session.execute(query)]


def last_records(session: Session, actor: Actor) -> list[Activity]:
    """The newest records that somebody sees, to try a paper with."""
    query = ledger.seen_by(actor).where(Activity.stage != Stage.DISCARDED)
    return list(session.scalars(query.order_by(Activity.held_on.desc(), Activity.id.desc()).limit(LAST)))


def name_of(session: Session, unit_id: int, day: date) -> str:
    """What a unit was called on a day, of a record that was seen."""
    return session.scalars(select(name_on(Unit.id, Unit.name, day)).where(Unit.id == unit_id)).one()


def groups_with_books(session: Session, actor: Actor, branch_id: int, since: date) -> list[Unit]:
    """The groups of a branch that were there on a day or later whose books somebody sees, else the branch itself."""
    branch = unit_of(session, actor, branch_id, of_records=True)
    query = select(Unit).where(Unit.branch_id == branch.id, register.in_reach(actor, *ledger.SEES))
    query = query.where(or_(Unit.dissolved_on.is_(None), Unit.dissolved_on > since))
    return list(session.scalars(query.order_by(Unit.sort_key, Unit.id))) or [branch]


# --- what is made behind the page ---


def ordered_by(actor: Actor) -> Select[Ordered]:
    """The lists that somebody asked for himself."""
    query = select(Ordered)
    return query if actor.reach == "*" else query.where(Ordered.asked_by == actor.account_id)


def ordered(session: Session, actor: Actor, paper_id: int, *, locked: bool = False) -> Ordered | None:
    """One of them, if it is still kept; `locked` until the transaction ends."""
    query = ordered_by(actor).where(Ordered.id == paper_id)
    return session.scalars(query.with_for_update() if locked else query).one_or_none()


def latest_ordered(session: Session, actor: Actor) -> list[Ordered]:
    """Those that are kept, the newest first."""
    return list(session.scalars(ordered_by(actor).order_by(Ordered.id.desc()).limit(LAST)))


def being_made(session: Session, actor: Actor) -> int:
    """How many of them are not made yet."""
    query = ordered_by(actor).where(Ordered.made_at.is_(None), Ordered.refused_why.is_(None))
    return session.scalars(query.with_only_columns(func.count())).one()
