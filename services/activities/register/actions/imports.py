"""A roster brought in: compared first, applied set-based; bringing it in again writes nothing.

Dates, where a roster says none: what the register does not know yet was there since 1 January of the year before, so
that a whole year's ledger can be judged; whatever changes, changes on `as_of` (today).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, column, insert, text, update, values
from sqlalchemy import cast as cast_to

from services.activities.register import queries
from services.activities.register.actions.care import look_after_guest
from services.activities.register.actions.looking_over import look_over_later
from services.activities.register.actions.people import follow_people, seal_fields
from services.activities.register.actions.taking_over import OF_GROUP, TAKEN_OVER_ASKED, plan_takes_over
from services.activities.register.actions.units import KEEPS_REGISTER, require
from services.activities.register.rules import more
from services.activities.register.rules.changes import NewCircumstance, NewMembership, Place, RosterPlan
from services.activities.register.rules.people import PersonRow
from services.activities.register.rules.pinyin import name_key, unit_key
from services.activities.register.rules.plan import plan_roster
from services.activities.register.rules.regrouping import day_said
from services.activities.register.rules.roster import Roster
from services.activities.register.rules.roster_said import sweeping_said
from shared import clock
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid
from shared.events import PersonChanged, PostChanged, RosterImported
from shared.people import Person, Post, Unit, UnitKind
from shared.progress import Gauge, Report, unheard

PERSON = cast("Table", Person.__table__)
OPEN_FIELDS = ("name", "sex", "education", "born_on", "joined_on", "full_on")

# One statement a piece: row by row, each would have to find out anew which units are within reach.
BEGIN = """
    insert into office.{table} (person_id, unit_id, kind, starts_on)
    select x.* from unnest(cast(:people as bigint[]), cast(:units as bigint[]), cast(:kinds as text[]),
                           cast(:days as date[])) as x returning id"""
BEGIN_MEMBERSHIPS = text(BEGIN.format(table="membership"))
BEGIN_CIRCUMSTANCES = text(BEGIN.format(table="circumstance"))
END_MEMBERSHIPS = text("""
    update office.membership m set ends_on = x.on_day
    from unnest(cast(:ids as bigint[]), cast(:days as date[])) as x(id, on_day) where m.id = x.id""")
END_POSTS = text("""
    with former as (select id, ends_on from office.post where id = any(:ids) for update)
    update office.post p set ends_on = greatest(cast(:on_day as date), p.starts_on) from former where former.id = p.id
    returning p.id, p.unit_id, p.person_id, p.kind, p.ends_on, former.ends_on as until""")


def founding_day(as_of: date) -> date:
    """Since when units and people that the register did not know are taken to have been there."""
    return date(as_of.year - 1, 1, 1)


def may_bring_in(session: Session, actor: Actor, township_id: int) -> Unit:
    """The township, for whoever may bring its roster in; asked before anything of a file is read."""
    township = queries.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP)
    require(actor, township, KEEPS_REGISTER)
    return township


def preview_roster(
    session: Session,
    actor: Actor,
    township_id: int,
    roster: Roster,
    *,
    as_of: date | None = None,
    since: date | None = None,
) -> RosterPlan:
    """What a roster would change; nothing is written."""
    may_bring_in(session, actor, township_id)
    day = as_of or clock.today(session)
    _refuse_unlike(session, township_id, since, as_of)
    index_of = queries.index_of(session)
    indexes = [index_of(row.id_number) for row in roster.people if row.id_number]
    now = queries.register_now(session, actor, township_id, indexes, on=day)
    return plan_roster(roster, now, as_of=day, since=since or founding_day(day), index_of=index_of)


def refuse_days(session: Session, township_id: int, since: date | None, as_of: date | None) -> None:
    """Days from which a roster that is handed in cannot count: in the future, or those of `_refuse_unlike`."""
    today = clock.today(session)
    if since and since > today:
        raise Invalid("起算日期不能晚于今天。", field="since")
    if as_of and as_of > today:
        raise Invalid("变动的日期不能晚于今天；以后的调动，请在名册里逐项安排。", field="as_of")
    _refuse_unlike(session, township_id, since, as_of)


def _refuse_unlike(session: Session, township_id: int, since: date | None, as_of: date | None) -> None:
    """Days on which the register was not as it is: nobody moves to what is founded later, or before others changed."""
    if since and as_of and since > as_of:
        raise Invalid("起算日期不能晚于变动的日期：先有党小组，才能调进去。", field="since")
    today = clock.today(session)
    last = queries.last_changed(session, township_id, today) if as_of and as_of < today else None
    if last is not None and as_of is not None and last > as_of:
        raise Invalid(
            f"名册里已有从{day_said(last)}起的变动，不能再从更早的日子算起。请换一个日期上传。", field="as_of"
        )


def agreed(plan: RosterPlan, agreed_to: int) -> None:
    """Whether what moves and ends may be written: more than a tenth of the township only if somebody agreed to it."""
    if plan.is_sweeping and agreed_to != plan.upheaval:
        said = f"{sweeping_said(plan)}。请核对名单，确认无误后再同意这 {plan.upheaval} 处变动。"
        raise Invalid(said, field="agreed")


def commit_roster(
    session: Session,
    actor: Actor,
    township_id: int,
    roster: Roster,
    *,
    as_of: date | None = None,
    since: date | None = None,
    report: Report = unheard,
    before: Callable[[RosterPlan], None] = lambda _: None,
    taken_over_why: str | None = None,
) -> RosterPlan:
    """Apply a roster, compared anew in this transaction: one at a time in a township.

    `before` is shown the plan while nothing is written yet. `report` is told between the pieces; what it raises leaves
    the transaction to be rolled back. `taken_over_why`: of the whole file, where leaders are chosen here (接管).
    """
    queries.unit_in_reach(session, actor, township_id, UnitKind.TOWNSHIP, locked=True)
    report("comparing", 0, 0)
    plan = preview_roster(session, actor, township_id, roster, as_of=as_of, since=since)
    before(plan)
    takes_over = plan_takes_over(session, township_id, plan)
    if takes_over and not taken_over_why:
        raise Invalid(TAKEN_OVER_ASKED, field="taken_over_why")
    plan.taken_over_why = taken_over_why if takes_over else None
    if not plan.is_empty:
        _apply(session, actor, township_id, plan, Gauge(report, plan.size))
        people = plan.tallies["people"]
        fact = RosterImported(unit_id=township_id, added=people.added, changed=len(plan.changes))
        announce(session, fact, by=actor)
        look_over_later(session, township_id)
    return plan


def _apply(session: Session, actor: Actor, township_id: int, plan: RosterPlan, gauge: Gauge) -> None:
    """Write a plan: a handful of statements for each piece of it."""
    units = queries.unit_ids(queries.tree(session, actor, below=township_id))
    _found_units(session, township_id, plan, units)
    home = {each.row: units[each.place] for each in plan.memberships}
    people = dict(plan.known) | _add_people(session, plan, home, gauge)
    plan.written.people = [people[at] for at in plan.new_people]
    plan.written.fields = _before(session, plan.updates)
    for updates in gauge.pieces("people", list(plan.updates.items())):
        update_people(session, dict(updates))
    _begin_memberships(session, actor, plan, people, units, gauge=gauge)
    _change_posts(session, actor, plan, people, units, gauge=gauge)
    for piece in gauge.pieces("circumstances", plan.circumstances):
        begun = session.scalars(BEGIN_CIRCUMSTANCES, _begun(piece, people, units))
        plan.written.circumstances += begun
    for row, branch in plan.guests:
        made = look_after_guest(session, actor, units[Place(branch, None)], row.looked(plan.as_of))
        plan.written.cares.append(made.id)


def _before(session: Session, updates: Mapping[int, Mapping[str, Any]]) -> dict[int, dict[str, tuple[str | None, str]]]:
    """What stood in the fields that are about to change, and what will."""
    return {
        person.id: {name: (queries.stands(person, name), _plain(new)) for name, new in updates[person.id].items()}
        for person in queries.people_by_id(session, updates)
    }


def _plain(value: Any) -> str:  # noqa: ANN401
    return value.isoformat() if isinstance(value, date) else str(value)


def _found_units(session: Session, township_id: int, plan: RosterPlan, units: dict[Place, int]) -> None:
    """Branches first, then the groups in them."""
    for kind, wanted in (
        (UnitKind.BRANCH, [place for place in plan.units if place.group is None]),
        (UnitKind.GROUP, [place for place in plan.units if place.group is not None]),
    ):
        rows = [
            {
                "kind": kind,
                "name": (name := place.group or place.branch),
                "sort_key": unit_key(name),
                "township_id": township_id,
                "branch_id": units[Place(place.branch, None)] if place.group else None,
                "founded_on": plan.since,
            }
            for place in wanted
        ]
        made = _insert_returning(session, Unit, rows)
        units.update(zip(wanted, made, strict=True))
        plan.written.units += made


def _add_people(session: Session, plan: RosterPlan, home: Mapping[int, int], gauge: Gauge) -> dict[int, int]:
    """Those whom the register does not know: place in the plan → id."""
    ids: dict[int, int] = {}
    for places in gauge.pieces("people", plan.new_people):
        rows = [
            {
                "unit_id": home[at],
                "name": (row := plan.people[at]).name,
                "pinyin": name_key(row.name),
                "sex": row.sex,
                "born_on": row.born_on,
                "joined_on": row.joined_on,
                "full_on": row.full_on,
                "education": row.education,
            }
            for at in places
        ]
        made = dict(zip(places, _insert_returning(session, Person, rows), strict=True))
        seal_fields(session, {person_id: _sealing(plan.people[at]) for at, person_id in made.items()})
        ids |= made
    return ids


def _sealing(row: PersonRow) -> dict[str, str | None]:
    """What of somebody new is kept under a seal."""
    return {"id_number": row.id_number, "phone": row.phone, "more": more.written(row.more) if row.more else None}


def update_people(session: Session, updates: Mapping[int, Mapping[str, Any]]) -> None:
    """What the roster knows better; each set of columns is one statement."""
    by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for person_id, changed in updates.items():
        open_fields = {column: value for column, value in changed.items() if column in OPEN_FIELDS}
        if "name" in open_fields:
            open_fields["pinyin"] = name_key(open_fields["name"])
        if open_fields:
            columns = tuple(sorted(open_fields))
            by_columns.setdefault(columns, []).append((person_id, *(open_fields[name] for name in columns)))
    for columns, rows in by_columns.items():
        better = values(*(column(name, PERSON.c[name].type) for name in ("id", *columns)), name="better").data(rows)
        # Cast: a column of nothing but nulls has no type of its own.
        known = {name: cast_to(better.c[name], PERSON.c[name].type) for name in columns}
        session.execute(update(PERSON).where(PERSON.c.id == better.c.id).values(known))
    seal_fields(session, updates)


def _begun(
    piece: Sequence[NewMembership | NewCircumstance], people: Mapping[int, int], units: Mapping[Place, int]
) -> dict[str, list[Any]]:
    """What people begin in a unit on a day, an array a column."""
    return {
        "people": [people[each.row] for each in piece],
        "units": [units[each.place] for each in piece],
        "kinds": [each.kind for each in piece],
        "days": [each.starts_on for each in piece],
    }


def _begin_memberships(
    session: Session,
    actor: Actor,
    plan: RosterPlan,
    people: Mapping[int, int],
    units: Mapping[Place, int],
    *,
    gauge: Gauge,
) -> None:
    """End what is left, begin what follows, and let each be found where he is now."""
    ended = [each for each in plan.memberships if each.ends is not None]
    if ended:
        session.execute(END_MEMBERSHIPS, {"ids": [e.ends for e in ended], "days": [e.starts_on for e in ended]})
    moves = [(people[e.row], units[e.place], e.starts_on) for e in plan.memberships if e.row in plan.known]
    written = plan.written
    written.ended_memberships = [each.ends for each in ended if each.ends is not None]
    movers = queries.people_by_id(session, [person_id for person_id, _, _ in moves])
    written.homes = {person.id: person.unit_id for person in movers}
    _tell_movers(session, actor, moves, written.homes)
    written.ended_circumstances, written.circumstances = follow_people(session, moves)
    for piece in gauge.pieces("memberships", plan.memberships):
        written.memberships += session.scalars(BEGIN_MEMBERSHIPS, _begun(piece, people, units))


def _tell_movers(
    session: Session, actor: Actor, moves: Sequence[tuple[int, int, date]], homes: Mapping[int, int]
) -> None:
    """Each who goes elsewhere, with the day: by it the records are found that a day entered late leaves wrong."""
    for person_id, unit_id, day in moves:
        if homes.get(person_id) not in {None, unit_id}:
            fact = PersonChanged(unit_id=unit_id, person_id=person_id, change="moved", on=day.isoformat())
            announce(session, fact, by=actor, reason="导入花名册")


def _change_posts(
    session: Session,
    actor: Actor,
    plan: RosterPlan,
    people: Mapping[int, int],
    units: Mapping[Place, int],
    *,
    gauge: Gauge,
) -> None:
    """End what is left, begin what is taken up; what changes for whom or where was there is told, each person once."""
    asked = {"ids": plan.ended_posts, "on_day": plan.as_of}
    ended = session.execute(END_POSTS, asked).all() if plan.ended_posts else []
    plan.written.ended_posts = [(row.id, row.until.isoformat() if row.until else None) for row in ended]
    changed = [(*row[:5], "left") for row in ended]
    for piece in gauge.pieces("posts", plan.posts):
        taken = [(units[each.place], people[each.row], each.kind, each.starts_on) for each in piece]
        rows = [
            {"unit_id": unit, "person_id": person, "kind": kind, "starts_on": day, "duties": list(each.duties)}
            | {"taken_over_why": plan.taken_over_why if kind in OF_GROUP else None}
            for each, (unit, person, kind, day) in zip(piece, taken, strict=True)
        ]
        ids = _insert_returning(session, Post, rows)
        changed += [(post_id, *row, "taken") for post_id, row in zip(ids, taken, strict=True)]
        plan.written.posts += ids
    founded, known, told = {units[place] for place in plan.units}, set(plan.known.values()), set[int]()
    for post_id, unit_id, person_id, kind, since, change in changed:
        if unit_id not in founded or person_id in known:
            fact = PostChanged(
                unit_id=unit_id,
                post_id=post_id,
                person_id=person_id,
                kind=str(kind),
                change=change,
                since=since.isoformat(),
                told=person_id not in told,
            )
            announce(session, fact, by=actor, reason="导入花名册")
            told.add(person_id)


def _insert_returning(session: Session, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows and return their ids in the same order."""
    if not rows:
        return []
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, list(rows)))
