"""Records that no longer agree with the register, because a change of a member was entered late."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, and_, exists, func, or_, select, text
from sqlalchemy.dialects.postgresql import array

from services.activities.ledger.models import Activity, Attendance
from services.activities.ledger.queries.reach import SEES, seen_by
from services.activities.ledger.rules.kinds import Kind
from services.activities.ledger.rules.stages import MOVES, Stage, Step
from services.activities.register import queries as register
from services.activities.register.queries import REGROUPED
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.people import Membership, Unit, holds_on, names_of
from shared.roles import Role

MOST = 200


@dataclass(frozen=True, slots=True)
class Disagreeing:
    """A record that lists somebody who was not in the group on its day, or, `missing`, does not list one who was."""

    activity_id: int
    held_on: date
    kind: str
    stage: str
    group_name: str
    missing: bool
    may: bool  # whoever looks may correct it at this stage


@dataclass(frozen=True, slots=True)
class LateOf:
    """Somebody of whom a change was entered late, and how many records no longer agree with the register for it."""

    person_id: int
    name: str
    unit_name: str
    records: int


# Acts on members, moves by a roster or with a branch that was dissolved, and regroupings, of a year, written after the
# day from which they hold; and the records between, by the same rule as for one person.
LATE = text("""
    with written as (
      select a.person_id, a.starts_on as on_day, a.done_at as at from activities.member_act a
      where a.stage in ('done', 'undone') and (a.unit_id = any(:units) or a.to_unit_id = any(:units))
        and a.done_at >= :since
      union
      select (h.body ->> 'person_id')::bigint, (h.body ->> 'on')::date, h.at from office.happening h
      where h.fact = 'PersonChanged' and h.body ->> 'change' = 'moved' and h.unit_id = any(:units) and h.at >= :since
      union
      select m.person_id, (h.body ->> 'on')::date, h.at from office.happening h
      join office.membership m on m.unit_id = h.unit_id
        and (h.body ->> 'on')::date in (m.starts_on, m.ends_on)
      where h.fact = 'UnitChanged' and h.body ->> 'change' = any(:regrouped) and h.unit_id = any(:units)
        and h.at >= :since),
    late as (
      select * from written where at >= (on_day + 1)::timestamp at time zone 'Asia/Shanghai'),
    wrong as (
      select distinct l.person_id, r.id from late l
      join activities.activity r on r.held_on >= l.on_day and r.written_at < l.at
        and r.stage in ('submitted', 'confirmed') and r.kind <> 'committee_meeting'
        and (r.group_id = any(:units) or r.branch_id = any(:units))
      cross join lateral (select
        exists (select from activities.attendance t where t.activity_id = r.id and t.person_id = l.person_id) as listed,
        exists (select from office.membership m join office.unit u on u.id = m.unit_id
          where m.person_id = l.person_id and m.starts_on <= r.held_on and (m.ends_on is null or m.ends_on > r.held_on)
            and (u.id = r.group_id or r.group_ids is not null and u.branch_id = r.group_id)) as belongs,
        exists (select from office.membership m join office.unit u on u.id = m.unit_id
          where m.person_id = l.person_id and r.group_id in (u.id, u.branch_id)) as near) x
      where x.listed <> x.belongs and (x.listed or x.near))
    select p.id, p.name, p.unit_id, count(*) from wrong w join office.person p on p.id = w.person_id
    group by p.id, p.name, p.unit_id, p.pinyin order by p.pinyin, p.id limit 200""")
YEAR = timedelta(days=366)


def late_in(session: Session, actor: Actor, unit_id: int) -> list[LateOf]:
    """Of whom in a unit and below it changes entered late within a year left records wrong: one statement."""
    here = register.seen_unit_ids(actor).where(register.within(unit_id), register.in_reach(actor, *SEES))
    values = {"units": list(session.scalars(here)), "since": clock.now(session) - YEAR, "regrouped": list(REGROUPED)}
    rows = session.execute(LATE, values).all()
    names = names_of(session, {row.unit_id for row in rows})
    return [LateOf(row.id, row.name, names.get(row.unit_id, ""), row.count) for row in rows]


def disagreeing(session: Session, actor: Actor, person_id: int) -> list[Disagreeing]:
    """The records written before a late change of somebody, of days from which it held; the latest first."""
    late = register.entered_late(session, actor, person_id)
    if not late:
        return []
    listed = exists().where(Attendance.activity_id == Activity.id, Attendance.person_id == person_id)
    here = or_(Unit.id == Activity.group_id, and_(Activity.group_ids.is_not(None), Unit.branch_id == Activity.group_id))
    belongs = exists().where(
        Membership.person_id == person_id,
        Membership.unit_id == Unit.id,
        here,
        holds_on(Membership.starts_on, Membership.ends_on, Activity.held_on.expression),
    )
    written = or_(*((Activity.held_on >= on) & (Activity.written_at < at) for on, at in late))
    query = (
        seen_by(actor)
        .add_columns(belongs)
        .where(Activity.stage.in_((Stage.SUBMITTED, Stage.CONFIRMED)), written, listed != belongs)
        .where(or_(listed, Activity.group_id.in_(_units_of(person_id))), Activity.kind != Kind.COMMITTEE_MEETING)
    )
    rows = session.execute(query.order_by(Activity.held_on.desc(), Activity.id).limit(MOST)).all()
    names = names_of(session, {each.group_id for each, _ in rows})
    return [
        Disagreeing(
            activity_id=each.id,
            held_on=each.held_on,
            kind=each.kind,
            stage=each.stage,
            group_name=names.get(each.group_id, ""),
            missing=missing,
            may=Step.CORRECT in MOVES.open_to(each.stage, roles=roles_over(actor, each)),
        )
        for each, missing in rows
    ]


def _units_of(person_id: int) -> Select[int]:
    """Every unit that somebody ever belonged to, and the branches of those."""
    units = select(Unit.id, Unit.branch_id).join(Membership, Membership.unit_id == Unit.id)
    mine = units.where(Membership.person_id == person_id).subquery()
    return select(func.unnest(array([mine.c.id, mine.c.branch_id])))


def roles_over(actor: Actor, activity: Activity) -> frozenset[Role]:
    """What somebody is over a record."""
    return actor.roles_over(activity.group_id, activity.branch_id, activity.township_id)
