"""What is addressed to a post goes to whoever sits in it today: open notices, and letters that have not left yet."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from services.notify.channels.actions import let_out, send_out
from services.notify.messages import queries
from services.notify.messages.actions.telling import DELIVERED
from services.notify.messages.actions.waits import move_notices
from services.notify.messages.rules import (
    ACKNOWLEDGE_WITHIN_WORKING_DAYS,
    VACANT_BODY,
    VACANT_TITLE,
    facts_of,
    worded,
)
from services.notify.messages.rules.reminding import REMINDED_FACT
from services.notify.messages.rules.topics import OF_SYSTEM
from shared import clock, people
from shared.db import Session
from shared.roles import STANDS_IN
from shared.switches import on_in
from shared.systems import SWITCHED, SYSTEMS
from shared.waiting import HOLDS, LIST, STOREY

SWITCHED_OFF = "本乡镇已停用这个系统"
PASSED_ON = "已不任这个职务，改送现任的人"

# Whom what is said to a post is meant for today: whoever sits in it, else the first in the list of vacancies.
# What is fixed to a post is for its holder, never for who stands in for him for a span.
# Unit by unit: joined, the part of the seats that has a condition of its own is read whole for each of them.
MEANT = f"""list as materialized (
      select * from unnest(cast(:posts as text[]), cast(:holders as text[]), cast(:ranks as int[]))
        as l (post, holder, rank)),
    seated as materialized (
      select o.id, s.person_id, l.rank, min(l.rank) over (partition by o.id) as first
      from (select id, post, at_id as unit_id, branch_id, over_id as township_id from said) o
      join list l on l.post = o.post
      cross join (select cast(:today as date) as day) today
      cross join lateral (
        select q.person_id, q.stands_in from office.seat q
        where q.kind = l.holder and q.unit_id = {STOREY.format(post="l.holder")} and {HOLDS.format("q")} offset 0) s
      where not (s.stands_in and exists (select from notify.matter x
        where x.message_id = o.id and x.kind = any (cast(:fixed as text[]))))),
    meant as materialized (select distinct id, person_id, rank > 0 as stands_in from seated where rank = first)"""

# What is still to reach a post: with the office's words, as they were said. Of several alike, the one for its holder.
WAITING = """
    with letters as materialized (
      select d.id, d.message_id from notify.delivery d
      where d.state = 'ready' and d.person_id is not null
        and (cast(:letters as bigint[]) is null or d.id = any (:letters))),
    asked as materialized (
      select m.id from office.todo t
      join notify.message m on m.happening_id = split_part(t.subject, ':', 2)::bigint and m.unit_id = t.unit_id
        and m.telling = split_part(t.subject, ':', 3)
      where t.kind = 'notify.acknowledge' and t.closed_at is null and cast(:letters as bigint[]) is null
        and m.post is not null
      union select l.message_id from letters l),
    open as materialized (
      select m.*, coalesce(u.branch_id, u.id) as branch_id, coalesce(u.township_id, u.id) as over_id,
        {name} as name
      from asked a join notify.message m on m.id = a.id join office.unit on unit.id = m.unit_id
      join office.unit u on u.id = m.unit_id left join office.unit above on above.id = unit.branch_id
      where m.post is not null and m.done_at is null and m.replaced_by is null
        and (cast(:units as bigint[]) is null
          or m.unit_id = any (:units) or u.branch_id = any (:units) or u.township_id = any (:units))),
    said as materialized (
      select distinct on (happening_id, telling, unit_id) o.*, o.unit_id as at_id from open o
      order by happening_id, telling, unit_id, stands_in, id),
    {meant}"""
_PLAIN = """case when o.stands_in then substr(o.{0}, strpos(o.{0}, cast(:{1} as text)) + length(cast(:{1} as text)))
      else o.{0} end"""

FILLED = WAITING.format(name=people.WHOLE_NAME, meant=MEANT)

# Whether any of it is with somebody else than whom it is meant for, or not yet with whom it is.
# Put in one heap and grouped: joined, each that was said would be held against all that are meant.
ASTRAY = text(f"""{FILLED},
    heirs as materialized (
      select max(happening_id) as happening_id, max(telling) as telling, max(unit_id) as unit_id,
        array_agg(person_id) filter (where person_id is not null) as people
      from (select id, happening_id, telling, unit_id, null::bigint as person_id from said
            union all select id, null, null, null, person_id from meant) as heap
      group by id having count(person_id) > 0)
    select exists (
      select from heirs h where exists (
        select from unnest(h.people) as p (id) where not exists (
          select from notify.message n where n.happening_id = h.happening_id and n.unit_id = h.unit_id
            and n.telling = h.telling and n.person_id = p.id))
      or exists (
        select from notify.message f where f.happening_id = h.happening_id and f.unit_id = h.unit_id
          and f.telling = h.telling and f.acknowledged_at is null and f.person_id is not null
          and (f.passed_to is null) = (f.person_id <> all (h.people))))""")

TELL_NEXT = (
    text(f"""{FILLED},
    told as (
      insert into notify.message (happening_id, fact, telling, kind, unit_id, township_id, person_id, stands_in, title,
                                  body, link, wants_acknowledgement, post, created_at)
      select o.happening_id, o.fact, o.telling, o.kind, o.unit_id, o.township_id, m.person_id, m.stands_in,
        case when m.stands_in then format(cast(:vacant_title as text), o.name) else '' end
          || {_PLAIN.format("title", "title_ends")},
        case when m.stands_in then format(cast(:vacant_bodies as jsonb) ->> o.post, o.name) else '' end
          || {_PLAIN.format("body", "body_ends")},
        o.link, o.wants_acknowledgement, o.post, (select office.now())
      from meant m join said o on o.id = m.id
      where not exists (select from notify.message n where n.happening_id = o.happening_id and n.unit_id = o.unit_id
        and n.telling = o.telling and n.person_id = m.person_id)
      on conflict do nothing returning id, person_id, happening_id, unit_id, telling,
        township_id, post, kind),
    matter as (
      insert into notify.matter (message_id, kind, subject)
      select t.id, x.kind, x.subject
      from told t join said o on o.happening_id = t.happening_id and o.unit_id = t.unit_id and o.telling = t.telling
      join notify.matter x on x.message_id = o.id),
    {DELIVERED}""")
    .bindparams(bindparam("vacant_bodies", type_=JSONB))
    .columns(letters=JSONB, also=JSONB)
)

# Whoever sits there no more keeps what he was told, and is asked for nothing; whoever sits there again is asked again.
PASS = text(f"""{FILLED},
    heirs as (
      select o.happening_id, o.telling, o.unit_id, array_agg(m.person_id) as people, min(n.id) as message_id
      from meant m join said o on o.id = m.id
      join notify.message n on n.happening_id = o.happening_id and n.unit_id = o.unit_id and n.telling = o.telling
        and n.person_id = m.person_id
      group by 1, 2, 3)
    update notify.message f
    set passed_to = case when f.person_id = any (h.people) then null else h.message_id end
    from heirs h
    where f.happening_id = h.happening_id and f.telling = h.telling and f.unit_id = h.unit_id
      and f.acknowledged_at is null and f.person_id is not null
      and (f.passed_to is null) = (f.person_id <> all (h.people))
    returning f.id""")

# Messages to a post that are meant for somebody else by now, passed on already or not yet.
NOT_HIS = text(f"""
    with said as materialized (
      select m.id, m.post, m.unit_id as at_id, coalesce(u.branch_id, u.id) as branch_id,
        coalesce(u.township_id, u.id) as over_id
      from notify.message m left join office.unit u on u.id = m.unit_id
      where m.id = any (:ids) and m.post is not null),
    {MEANT}
    select o.id from said o where not exists (select from meant m where m.id = o.id and m.person_id = :person)""")

HOLD_BACK = text("""
    update notify.delivery set state = 'suppressed', reason = :reason
    where message_id = any (:ids) and state = 'ready' and person_id is not null returning id""")


HOLD_OFF = text("""
    update notify.delivery d set state = 'suppressed', reason = :reason
    from notify.message m
    where m.id = d.message_id and d.id = any (:letters) and d.state = 'ready' and m.township_id = :township
      and m.kind in ('information', 'reminder')
      and (m.fact = any (:facts) or (m.fact = :reminded and split_part(m.telling, ':', 2) = any (:kinds)))
    returning d.id""")


def pass_on(session: Session, *, units: Collection[int] | None = None, letters: Collection[int] | None = None) -> int:
    """Let what is open go to whoever sits in the posts today; returns how many messages that made.

    units: only what is addressed to posts in these or below them. letters: only the messages of these deliveries.
    """
    values: dict[str, Any] = {
        "units": None if units is None else list(units),
        "letters": None if letters is None else list(letters),
        "today": clock.today(session),
        "mail": True,
        "vacant_title": worded(VACANT_TITLE, {}),
        "vacant_bodies": {post: worded(VACANT_BODY, {"post": post.chinese}) for post in STANDS_IN},
        "title_ends": VACANT_TITLE[-1],
        "body_ends": VACANT_BODY.rpartition("}")[2],
        **{name: LIST[name] for name in ("posts", "holders", "ranks", "fixed")},
    }
    if not session.scalar(ASTRAY, values):
        return 0
    told, ready, also = session.execute(TELL_NEXT, values).one()
    first = f"letter:{min(ready)}" if ready else f"message:{min(also or (), default=0)}"  # ids of two tables
    send_out(session, ready, also, key=f"passed:{first}")
    passed = list(session.scalars(PASS, values))
    if passed:
        let_out(session, session.scalars(HOLD_BACK, {"ids": passed, "reason": PASSED_ON}).all())
    return int(told)


def not_his(session: Session, person_id: int | None, message_ids: Collection[int]) -> set[int]:
    """Of these messages those to a post in which he, to whom they went, sits no more today."""
    values = {name: LIST[name] for name in ("posts", "holders", "ranks", "fixed")}
    values |= {"ids": list(message_ids), "person": person_id, "today": clock.today(session)}
    return set(session.scalars(NOT_HIS, values))


def hold_off(session: Session, letters: Collection[int]) -> None:
    """What a township has switched off since says nothing more by mail; what is formal still goes."""
    for township_id in queries.townships_of_letters(session, letters):
        off = set(SWITCHED) - on_in(session, township_id)
        if off:
            values = {
                "letters": list(letters),
                "township": township_id,
                "reason": SWITCHED_OFF,
                "facts": [fact for system in off for topic in OF_SYSTEM[system] for fact in facts_of(topic)],
                "kinds": [kind for system in off for kind in SYSTEMS[system].kinds],
                "reminded": REMINDED_FACT,
            }
            let_out(session, session.scalars(HOLD_OFF, values).all())


def keep_notices(session: Session) -> None:
    """Once a day: a notice is with whoever holds the post by now, and due by today's working days."""
    pass_on(session)
    workdays = people.workdays_of(session)
    for notice in queries.notices_waiting(session):
        due = workdays.add(notice.told_on, ACKNOWLEDGE_WITHIN_WORKING_DAYS)
        if (due.day, due.provisional) != (notice.due_on, notice.provisional):
            move_notices(session, notice.happening_id, notice.telling, due)
