"""What in the registers of townships somebody must act on, as one statement: it opens what waits, and ends the rest.

Whatever is mended in the same transaction never waits. What was due before a township's day of beginning has no day.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, text

from services.activities.register.rules.terms import ahead
from shared import clock, rule_versions, switches
from shared.db import Session
from shared.people import Unit, UnitKind
from shared.systems import System

KINDS = ("activities.term", "activities.leaderless", "activities.probation", "activities.elsewhere")

# With what `towns_of` found: how long a post may be vacant, how long before its end a term is named, and whether
# leaders are chosen there: then a vacancy waits as a choosing.
TOWN = """
    town as materialized (
      select x.id, x.vacancy, x.ahead, x.chosen, u.begins_on
      from unnest(cast(:townships as bigint[]), cast(:vacancies as int[]), cast(:aheads as int[]),
          cast(:chosens as boolean[])) as x (id, vacancy, ahead, chosen)
      join office.unit u on u.id = x.id)"""

# Each waits for whoever may enter what ends it: the organiser keeps the register. The branch reads it on its own page.
# A post that was taken back before it began left an empty span: nobody held it, whatever day it names. So does one that
# ended on its first day: it counts where a group had no other.
WANTED = """
    today as materialized (select office.today() as day),
    branch as materialized (
      select u.id, u.township_id, town.ahead from office.unit u join town on town.id = u.township_id
      where u.kind = 'branch' and u.dissolved_on is null),
    wanted (kind, subject, unit_id, post, due_on, township_id) as (
      select 'activities.term', 'unit:' || b.id, b.id, 'organiser', t.due_on, b.township_id
      from branch b join office.term t on t.unit_id = b.id, today
      where t.starts_on <= day and (t.ends_on is null or t.ends_on > day) and t.due_on <= day + b.ahead
      union all
      select 'activities.leaderless', 'unit:' || g.id, g.id, 'organiser',
        greatest(g.founded_on, (
          select coalesce(max(p.ends_on) filter (where p.ends_on > p.starts_on), max(p.ends_on))
          from office.post p where p.unit_id = g.id and p.kind = 'leader' and p.ends_on <= day)) + town.vacancy,
        g.township_id
      from office.unit g join town on town.id = g.township_id, today
      where g.kind = 'group' and g.dissolved_on is null and not town.chosen and not exists (
        select from office.post p where p.unit_id = g.id and p.kind = 'leader'
          and (p.ends_on is null or p.ends_on > greatest(day, p.starts_on)))
      union all
      select 'activities.probation', 'person:' || p.id, u.id, 'organiser',
        (p.joined_on + interval '1 year')::date, coalesce(u.township_id, u.id)
      from office.unit u join town on town.id = u.township_id join office.membership m on m.unit_id = u.id
        join office.person p on p.id = m.person_id, today
      where m.kind = 'probationary' and m.ends_on is null
        and (p.joined_on is null or (p.joined_on + interval '1 year')::date <= (day + interval '1 month')::date)
        and not exists (select from activities.member_act a where a.person_id = p.id and a.stage = 'planned'
          and a.turn in ('full', 'cancelled'))
      union all
      select 'activities.elsewhere', 'person:' || m.person_id, min(b.id), 'organiser', null, min(b.township_id)
      from branch b join office.post p on p.unit_id = b.id and p.kind in ('secretary', 'committee_member')
        join office.membership m on m.person_id = p.person_id and m.ends_on is null
        join office.unit home on home.id = m.unit_id, today
      where p.starts_on <= day and (p.ends_on is null or p.ends_on > day)
        and home.branch_id is distinct from b.id
        and exists (select from office.unit g where g.branch_id = b.id and g.dissolved_on is null)
      group by m.person_id)"""

LOOK_OVER = text(f"""
    with {TOWN},
    {WANTED},
    over as (
      select o.kind, array_agg(o.subject) as subjects
      from office.todo o where o.closed_at is null and o.kind = any (:kinds) and o.township_id in (select id from town)
        and not exists (select from wanted w where w.kind = o.kind and w.subject = o.subject)
      group by o.kind)
    select (select sum(office.close_todos(kind, subjects)) from over), (
      select office.open_todos(jsonb_agg(jsonb_build_object('kind', w.kind, 'subject', w.subject, 'unit_id', w.unit_id,
        'post', w.post, 'due_on', case when w.due_on >= coalesce(town.begins_on, w.due_on) then w.due_on end)))
      from wanted w join town on town.id = w.township_id having count(*) > 0)""")

# By the doctor: what must wait in all townships. On a day on which the daily work has not been done yet, what does.
STANDS = """
    with {town},
    done as materialized (select exists (select from activities.job where task = 'activities.look_over'
      and key = office.today()::text and state = 'done') as today),
    {wanted}
    select w.subject, w.unit_id from wanted w, done where w.kind = '{kind}' and done.today
    union all
    select t.subject, t.unit_id from office.todo t, done
    where t.kind = '{kind}' and t.closed_at is null and not done.today"""


def look_over(session: Session, townships: Collection[int] | None = None) -> None:
    """Let wait what must, and end what need not, in the registers of these townships; of all where none is named."""
    session.execute(LOOK_OVER, towns_of(session, townships) | {"kinds": list(KINDS)})


def towns_of(session: Session, townships: Collection[int] | None = None) -> dict[str, Any]:
    """What the rules of today say of these townships, of all where none is named; `stands` asks for it."""
    known = select(Unit.id).where(Unit.kind == UnitKind.TOWNSHIP, Unit.dissolved_on.is_(None))
    ids = list(session.scalars(known if townships is None else known.where(Unit.id.in_(townships))))
    today = clock.today(session)
    rules = [rule_versions.rules_of(session, each, today) for each in ids]
    return {
        "townships": ids,
        "vacancies": [each.integer("leader.vacancy_days") for each in rules],
        "aheads": [ahead(each).days for each in rules],
        "chosens": [switches.is_on(session, System.CHOOSINGS, each) for each in ids],
    }


def stands(kind: str) -> str:
    """What waits of a kind when all is as it should be, as (subject, unit_id): for whoever compares.

    It is asked with what `towns_of` finds.
    """
    return STANDS.format(town=TOWN, wanted=WANTED, kind=kind)


def townships_of(session: Session, unit_ids: Collection[int]) -> set[int]:
    """The townships that units belong to."""
    found = select(Unit.id, Unit.township_id).where(Unit.id.in_(unit_ids))
    return {township_id or unit_id for unit_id, township_id in session.execute(found)}
