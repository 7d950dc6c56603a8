"""Reminding of what waits: once a day and township, set-based; the highest level whose day has come speaks, once.

What was missed while the machine was away is made good, and nothing is said beside what is higher. On a day off nobody
is reminded. Deadlines are nowhere but at what waits: when one moves, the levels that are to come again are forgotten.
"""

from datetime import date
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from services.notify.channels.actions import send_out
from services.notify.messages import queries
from services.notify.messages.actions.telling import DELIVERED, REPLACE, own_words
from services.notify.messages.queries.switches import off_in
from services.notify.messages.rules import VACANT_BODY, VACANT_TITLE, worded
from services.notify.messages.rules.reminding import (
    LATE,
    NAMED_MAX,
    REMINDED_FACT,
    REMINDING,
    REPORTED,
    Meant,
    in_places,
    levels,
    reminded_kinds,
    what_waits,
)
from shared import clock, people, work
from shared.access import SYSTEM
from shared.audit import announce
from shared.db import Session
from shared.events import TodosReminded
from shared.roles import STANDS_IN
from shared.rule_versions import rules_of
from shared.todos import KINDS
from shared.waiting import HELD, LIST, POSTS, SEATED, STOREY

HOUR = 9  # of the office's morning
REMIND = "notify.remind_township"

DAYS = """
    with days as materialized (
      select * from unnest(cast(:kinds as text[]), cast(:dues as date[]), cast(:levels as int[]), cast(:days as date[]))
        as d (kind, due_on, level, day))"""

# However many wait, they are joined in one pass, whatever the planner believes about rows that came a moment ago.
PLAN = text("select set_config('enable_nestloop', 'off', true)")

# A level was said for another day, and is to come by the new one: it will be said again.
FORGET = text(f"""{DAYS}
    delete from notify.reminded r using office.todo t
    where t.id = r.todo_id and t.township_id = :township and t.closed_at is null and t.due_on <> r.due_on
      and not exists (select from days d where d.kind = t.kind and d.due_on = t.due_on and d.level = r.level
                      and d.day <= :today)""")

# What began after the day of a level before its end was told of when it began.
SPEAK = text(f"""{DAYS},
    come as (
      select distinct on (t.id) t.id, t.due_on, d.level
      from office.todo t join days d on d.kind = t.kind and d.due_on = t.due_on
      where t.township_id = :township and t.closed_at is null and d.day <= :today
        and (d.level > 0 or d.day > (t.since at time zone 'Asia/Shanghai')::date)
      order by t.id, d.level desc)
    insert into notify.reminded (todo_id, level, due_on, on_day)
    select c.id, c.level, c.due_on, :today from come c
    where not exists (select from notify.reminded r where r.todo_id = c.id and r.level >= c.level)
    on conflict do nothing returning todo_id, level""")

REMINDED = text(f"""
    with {POSTS}, {HELD.format(townships=":township")},
    waits as materialized (
      select t.id, t.kind, t.subject, t.post, t.barred_account_id, t.due_on, o.unit_id, o.branch_id, o.township_id,
        s.level, {STOREY.format(post="t.post")} as storey
      from unnest(cast(:ids as bigint[]), cast(:levels as int[])) as s (id, level)
      join office.todo t on t.id = s.id join lateral (
        select w.id as unit_id, coalesce(w.branch_id, w.id) as branch_id, coalesce(w.township_id, w.id) as township_id
        from office.unit w where w.id = t.unit_id) o on true),
    seated as (
      select o.id, o.level, l.holder, l.rank, held.person_id, held.unit_id as held_in,
        dense_rank() over (partition by o.id order by l.rank) as place
      from waits o {SEATED}),
    above as (
      select s.*, case s.level when {LATE} then s.place = 2
          else s.place = min(s.place) filter (where s.place > 1 and s.holder in ('organiser', 'committee'))
            over (partition by s.id) end as meant
      from seated s where s.level > 0),
    aimed as (
      select o.id, s.person_id, o.storey as unit_id, o.post,
        not exists (select from held h where h.kind = o.post and h.unit_id = o.storey) as stands_in,
        case o.level when {LATE} then '{Meant.LATE}' when {REPORTED} then '{Meant.REPORTED}' else '{Meant.NEAR}' end
          as telling
      from waits o left join seated s on s.id = o.id and s.place = 1
      union all
      select a.id, a.person_id, a.held_in, a.holder, false,
        case a.level when {LATE} then '{Meant.ABOVE}' else '{Meant.TOWNSHIP}' end
      from above a where a.meant
        and not exists (select from seated s where s.id = a.id and s.place = 1 and s.person_id = a.person_id)),
    lines as materialized (
      select a.person_id, a.telling, w.kind, a.unit_id, bool_or(a.stands_in) as stands_in, min(a.post) as post,
        count(distinct w.id) as n, count(distinct w.storey) as units, min(w.due_on) as first, max(w.due_on) as last,
        min(w.subject) as subject, min(w.storey) as storey, array_agg(distinct w.storey) as storeys
      from aimed a join waits w on w.id = a.id group by a.person_id, a.telling, w.kind, a.unit_id),
    worded as (
      select l.*, unit.id as unit, {people.WHOLE_NAME} as name, format(x.what, l.n, {people.WHOLE_NAME}) as what,
        to_char(l.first, 'YYYY"年"FMMM"月"FMDD"日"') || case when l.last > l.first then '（最早一件）' else '' end
          as due,
        x.title, x.body, array_to_string((
          select array_agg(n.name order by n.sort_key, n.id) from (
            select {people.WHOLE_NAME} as name, unit.sort_key, unit.id
            from office.unit left join office.unit above on above.id = unit.branch_id
            where unit.id = any (l.storeys) order by unit.sort_key, unit.id limit {NAMED_MAX}) n), '、')
          || case when l.units > {NAMED_MAX} then '等' else '' end as which,
        case when l.n = 1 and x.his then replace(replace(x.address, '{{id}}', split_part(l.subject, ':', 2)),
            '{{unit_id}}', l.storey::text)
          else replace(x.addresses, '{{unit_id}}', l.storey::text) end as link
      from lines l join jsonb_to_recordset(:words) as x (telling text, kind text, what text, title text, body text,
          address text, addresses text, his boolean) on x.telling = l.telling and x.kind = l.kind
      join office.unit on unit.id = l.unit_id left join office.unit above on above.id = unit.branch_id),
    told as (
      insert into notify.message (happening_id, fact, telling, kind, unit_id, township_id, person_id, stands_in, title,
                                  body, link, post, created_at)
      select :happening, :fact, w.telling || ':' || w.kind, 'reminder', w.unit_id, :township, w.person_id, w.stands_in,
             case when w.stands_in then format(cast(:vacant_title as text), w.name) else '' end
               || format(w.title, w.name, w.what, w.due, w.units, w.which),
             case when w.stands_in then format(cast(:vacant_bodies as jsonb) ->> w.post, w.name) else '' end
               || format(w.body, w.name, w.what, w.due, w.units, w.which),
             w.link, w.post, (select office.now())
      from worded w order by w.unit_id
      returning id, person_id, unit_id, telling, township_id, post, kind),
    matter as (
      insert into notify.matter (message_id, kind, subject)
      select t.id, w.kind, w.subject
      from aimed a join waits w on w.id = a.id
      join told t on t.unit_id = a.unit_id and t.telling = a.telling || ':' || w.kind
        and t.person_id is not distinct from a.person_id),
    {DELIVERED}""")
AS_JSON = (bindparam("words", type_=JSONB), bindparam("vacant_bodies", type_=JSONB))
TELL = REMINDED.bindparams(*AS_JSON).columns(letters=JSONB, also=JSONB)


def remind(session: Session) -> None:
    """Leave for this morning the reminders of every township in which something with a day waits."""
    today = clock.today(session)
    rows = [(f"{township}:{today}", {"township_id": township}) for township in queries.townships_waiting(session)]
    work.post_many(session, REMIND, rows, run_at=clock.moment(today, HOUR))


def remind_township(session: Session, township_id: int) -> int:
    """Say what is near, late or to be reported, as far as it was not said; returns how many messages that made."""
    today, workdays = clock.today(session), people.workdays_of(session)
    if not workdays.is_workday(today):
        return 0
    values = {"township": township_id, "today": today, **_days(session, township_id, today)}
    session.execute(PLAN)
    session.execute(FORGET, values)
    spoken = session.execute(SPEAK, values).all()
    if not spoken:
        return 0
    fact = TodosReminded(unit_id=township_id, on=today.isoformat(), things=len(spoken))
    happening = announce(session, fact, by=SYSTEM)
    about = {"township": township_id, "happening": happening, "fact": REMINDED_FACT, "mail": True, **LIST}
    about |= {"ids": [row.todo_id for row in spoken], "levels": [row.level for row in spoken]}
    about |= {"words": _words(session, township_id), "vacant_title": worded(VACANT_TITLE, {})}
    about["vacant_bodies"] = {post: worded(VACANT_BODY, {"post": post.chinese}) for post in STANDS_IN}
    told, letters, also = session.execute(TELL, about).one()
    session.execute(REPLACE, {"happening": happening})
    send_out(session, letters, also, key=f"{happening}:{REMINDED_FACT}")
    return int(told)


def _days(session: Session, township_id: int, today: date) -> dict[str, list[Any]]:
    """When each level of each day comes, by today's rules: as columns."""
    rules, workdays = rules_of(session, township_id, today), people.workdays_of(session)
    rows = [
        (kind, due_on, level, day)
        for kind, due_on in queries.due_days(session, township_id, reminded_kinds())
        for level, day in levels(due_on, kind, rules, workdays)
    ]
    return {name: [row[at] for row in rows] for at, name in enumerate(("kinds", "dues", "levels", "days"))}


def _words(session: Session, township_id: int) -> list[dict[str, Any]]:
    """The words of each reminder for each kind, the office's own where it has any; none for what is switched off."""
    own = queries.wordings_in_force(session, township_id, REMINDED_FACT)
    off = off_in(session, township_id, [REMINDED_FACT])
    chosen = {
        name: own_words(telling, own.get((REMINDED_FACT, name)))
        for name, telling in REMINDING.items()
        if (REMINDED_FACT, name) not in off
    }
    his = {Meant.NEAR, Meant.LATE, Meant.REPORTED}
    return [
        {
            "telling": name,
            "kind": kind,
            "what": what_waits(kind),
            "title": in_places(telling.title),
            "body": in_places(telling.body),
            "address": KINDS[kind].address,
            "addresses": KINDS[kind].addresses if name in his else KINDS[kind].overview or KINDS[kind].addresses,
            "his": name in his,
        }
        for name, telling in chosen.items()
        for kind in reminded_kinds()
    ]
