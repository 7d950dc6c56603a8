"""What is to be mended: members whom no cell has, and cells that nobody of them looks after. Lists, and no score."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, not_, select, text

from services.activities.grid.models import CellLink
from services.activities.grid.queries.links import links_in
from services.activities.grid.rules import GAPS_KIND, Sort, Stage
from services.activities.register import queries as register
from services.activities.register.models import GridCell
from services.activities.register.queries import cells
from shared import clock, switches
from shared.access import Actor
from shared.db import Session, beyond
from shared.lists import Leaf, Order, Turn, leaf_of, turned
from shared.people import Membership, Person, Unit, UnitKind, holds_on
from shared.systems import System

KEPT_AWAY = ["aged", "ill", "away"]
"""Who cannot look after a cell for a time, or for good."""


class Gaps(NamedTuple):
    """Cells that lie under no other and have no member; those with aged, ill or distant ones only."""

    cells: list[GridCell]
    only_away: list[GridCell]


# Whether anybody looks after a cell, whosoever he is; who, nobody learns here.
LOOKED_AFTER = text("""
    select l.cell_id, bool_or(not exists (
      select from office.circumstance c where c.person_id = l.person_id and c.kind = any (:kept_away)
        and c.starts_on <= :day and (c.ends_on is null or c.ends_on > :day))) as able
    from activities.cell_link l
    where l.cell_id = any (:cells) and l.stage = 'in_force'
      and l.starts_on <= :day and (l.ends_on is null or l.ends_on > :day)
      and exists (select from office.membership m join office.unit u on u.id = m.unit_id
        where m.person_id = l.person_id and coalesce(u.township_id, u.id) = l.township_id
          and m.starts_on <= :day and (m.ends_on is null or m.ends_on > :day))
    group by l.cell_id""")


def gaps(session: Session, actor: Actor, unit: Unit) -> Gaps:
    """Of the cells with which a unit has to do, of a township all, those without anybody who can look after them."""
    mine = cells.cells_of_unit(session, actor, unit)
    nested = select(GridCell.parent_id).where(
        GridCell.parent_id.in_([row.id for row in mine]), GridCell.ends_on.is_(None)
    )
    above = set(session.scalars(nested))
    smallest = [row for row in mine if row.id not in above]
    asked = {"cells": [row.id for row in smallest], "day": clock.today(session), "kept_away": KEPT_AWAY}
    with beyond(session):
        able = {row.cell_id: row.able for row in session.execute(LOOKED_AFTER, asked)}
    return Gaps(
        [row for row in smallest if row.id not in able],
        [row for row in smallest if row.id in able and not able[row.id]],
    )


class Unhoused(NamedTuple):
    """A member of whom no cell says that he lives there, and where he belongs."""

    id: int
    name: str
    unit_id: int


def unhoused(session: Session, actor: Actor, unit_id: int, turn: Turn) -> Leaf[Unhoused]:
    """A page of those of a unit, by their pinyin."""
    whole = _members(session, actor, unit_id)
    query = turned(whole, whole.where(not_(_housed(session))), Order((Person.pinyin,)), Person.id, turn)
    return leaf_of((Unhoused(*row) for row in session.execute(query)), turn)


def unhoused_ids(session: Session, actor: Actor, unit_id: int) -> list[int]:
    """All of them by their numbers."""
    whole = _members(session, actor, unit_id).where(not_(_housed(session)))
    return list(session.scalars(whole.with_only_columns(Person.id).order_by(Person.pinyin, Person.id)))


def unhoused_count(session: Session, actor: Actor, unit_id: int) -> int:
    """How many they are."""
    whole = _members(session, actor, unit_id).where(not_(_housed(session)))
    return session.scalar(whole.with_only_columns(func.count())) or 0


def _members(session: Session, actor: Actor, unit_id: int) -> Select[int, str, int]:
    """Everybody who belongs to a unit, or to what lies below it, today."""
    seen = register.seen_by(actor).with_only_columns(Unit.id).where(register.within(unit_id))
    holds = holds_on(Membership.starts_on, Membership.ends_on, clock.today(session))
    asked = select(Person.id, Person.name, Membership.unit_id).join(Membership, Membership.person_id == Person.id)
    return asked.where(Membership.unit_id.in_(seen), holds)


def _housed(session: Session) -> ColumnElement[bool]:
    holds = holds_on(CellLink.starts_on, CellLink.ends_on, clock.today(session))
    lives = select(CellLink.id).where(
        CellLink.person_id == Person.id, CellLink.sort == Sort.RESIDENCE, CellLink.stage == Stage.IN_FORCE, holds
    )
    return lives.correlate(Person).exists()


class Elsewhere(NamedTuple):
    """A member who lives in a cell of other groups than his own: which group is suggested."""

    person_id: int
    name: str
    unit_id: int
    cell: str
    suggested: list[int]


def living_elsewhere(session: Session, actor: Actor, unit: Unit) -> list[Elsewhere]:
    """Members whose cell has groups, and not theirs: by residence they would belong to one of those."""
    today = clock.today(session)
    rows = cells.cells_on(session, actor, unit.township_id or unit.id, today)
    names = {row.id: row.name for row in rows}
    groups: dict[int, list[int]] = {}
    for held in cells.cell_units(session, list(names), today):
        groups.setdefault(held.cell_id, []).append(held.unit_id)
    belongs = {row.id: row.unit_id for row in session.execute(_members(session, actor, unit.id))}
    return [
        Elsewhere(each.person_id, each.name, belongs[each.person_id], names[each.cell_id], groups[each.cell_id])
        for each in links_in(session, actor, list(groups), today)
        if each.sort is Sort.RESIDENCE
        and each.stage is Stage.IN_FORCE
        and each.person_id in belongs
        and belongs[each.person_id] not in groups[each.cell_id]
    ]


# --- what waits once a month ---

# A group, or a branch that is not divided, for its own members; the organiser for cells. One row a unit, however many.
WANTED = """
    today as materialized (select office.today() as day),
    laid as materialized (
      select u.id, u.id as township_id from office.unit u
      where u.id = any (cast(:grids as bigint[])) and exists (
        select from activities.cell c where c.township_id = u.id and c.ends_on is null)),
    held as materialized (
      select l.person_id, l.township_id, l.cell_id, l.sort from activities.cell_link l, today
      where l.township_id in (select id from laid) and l.stage = 'in_force'
        and l.starts_on <= day and (l.ends_on is null or l.ends_on > day)),
    member as materialized (
      select m.person_id, m.unit_id, u.kind, u.township_id from office.membership m
      join office.unit u on u.id = m.unit_id, today
      where u.township_id in (select id from laid) and u.dissolved_on is null
        and m.starts_on <= day and (m.ends_on is null or m.ends_on > day)),
    able as materialized (
      select distinct h.cell_id from held h
      join member m on m.person_id = h.person_id and m.township_id = h.township_id, today
      where not exists (select from office.circumstance c where c.person_id = h.person_id
        and c.kind in ('aged', 'ill', 'away') and c.starts_on <= day and (c.ends_on is null or c.ends_on > day))),
    wanted (subject, unit_id, post) as (
      select distinct 'unit:' || m.unit_id, m.unit_id, case m.kind when 'group' then 'leader' else 'secretary' end
      from member m left join held h
        on h.person_id = m.person_id and h.township_id = m.township_id and h.sort = 'residence'
      where h.person_id is null
      union all
      select 'unit:' || t.id, t.id, 'organiser' from laid t where exists (
        select from activities.cell c where c.township_id = t.id and c.ends_on is null
          and not exists (select from activities.cell b where b.parent_id = c.id and b.ends_on is null)
          and c.id not in (select cell_id from able)))"""
OPEN = text(f"""
    with {WANTED}
    select office.open_todos(jsonb_agg(jsonb_build_object(
      'kind', '{GAPS_KIND}', 'subject', subject, 'unit_id', unit_id, 'post', post)))
    from wanted having count(*) > 0""")
CLOSE = text(f"""
    with {WANTED}
    select office.close_todos('{GAPS_KIND}', array_agg(o.subject)) from office.todo o
    where o.closed_at is null and o.kind = '{GAPS_KIND}' and o.township_id = any (cast(:townships as bigint[]))
      and o.subject not in (select subject from wanted)
    having count(*) > 0""")
ANY_OPEN = text(f"""
    select distinct township_id from office.todo where kind = '{GAPS_KIND}' and closed_at is null
      and (cast(:township as bigint) is null or township_id = :township)""")

# By the doctor: of what waits, what is not over. The daily work looks: until then, and where something was done in the
# township since, the next look finds what that has ended.
STANDS = f"""
    with {WANTED},
    looked as materialized (select max(done_at) as at from activities.job where task = 'activities.keep_cells'
      and key = office.today()::text and state = 'done')
    select o.subject, o.unit_id from office.todo o, looked
    where o.kind = '{GAPS_KIND}' and o.closed_at is null
      and (looked.at is null or o.subject in (select subject from wanted) or exists (
        select from office.happening h join office.unit u on u.id = h.unit_id
        where coalesce(u.township_id, u.id) = o.township_id and h.at >= looked.at))"""


def grids_of(session: Session, townships: Collection[int] | None = None) -> dict[str, Any]:
    """The townships that have the grid switched on, of some or of all; `STANDS` asks for it."""
    known = select(Unit.id).where(Unit.kind == UnitKind.TOWNSHIP, Unit.dissolved_on.is_(None))
    asked = known if townships is None else known.where(Unit.id.in_(townships))
    return {"grids": [each for each in session.scalars(asked) if switches.is_on(session, System.GRID, each)]}


def open_gaps(session: Session) -> None:
    """What is to be mended in each township waits for whoever mends it."""
    session.execute(OPEN, grids_of(session))


def close_gaps(session: Session, township_id: int | None = None, *, off: bool = False) -> None:
    """What is over waits no more, in one township or in all; where one switches the grid off, all of its is over."""
    waiting = list(session.scalars(ANY_OPEN, {"township": township_id}))
    if waiting:
        grids = {"grids": []} if off else grids_of(session, waiting)
        session.execute(CLOSE, grids | {"townships": waiting})
