"""Telling people: one statement for each entry of the table, however many branches it goes to."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import TextualSelect, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from services.notify.channels.actions import send_out
from services.notify.messages import queries
from services.notify.messages.actions.waits import let_notices_wait
from services.notify.messages.queries import Place
from services.notify.messages.queries.switches import off_in
from services.notify.messages.rules import (
    ACKNOWLEDGE_WITHIN_WORKING_DAYS,
    FIGURES_MAX,
    VACANT_BODY,
    VACANT_TITLE,
    Kind,
    Storey,
    Telling,
    fields_of,
    tellings,
    worded,
)
from shared import clock, people
from shared.db import Session
from shared.events import Fact
from shared.roles import STANDS_IN
from shared.waiting import FIXED
from shared.workdays import Deadline

# Who is addressed in any number of units: whoever sits in the post today; where nobody does, the next in the list of
# vacancies whom there is. What is fixed to a post is for its holder, never for who stands in for him for a span.
ADDRESSED = f"""
    with place as materialized (
      select unit.id as unit_id, coalesce(unit.branch_id, unit.id) as branch_id,
             coalesce(unit.township_id, unit.id) as township_id, {people.WHOLE_NAME} as name, t ->> 1 as n1,
             t ->> 2 as n2, t ->> 3 as n3
      from jsonb_array_elements(:targets) t join office.unit on unit.id = (t ->> 0)::bigint
      left join office.unit above on above.id = unit.branch_id),
    holder as materialized (
      select p.*, h.person_id from place p
      join office.seat h on h.unit_id = p.unit_id and h.kind = :post and (not h.stands_in or :shared)
        and h.starts_on <= :today and (h.ends_on is null or h.ends_on > :today)),
    vacant as (
      select p.* from place p where not exists (select from holder h where h.unit_id = p.unit_id)),
    stand_in as (
      select v.unit_id, s.person_id,
             rank() over (partition by v.unit_id order by array_position(cast(:instead as text[]), s.kind)) as choice
      from vacant v
      join office.seat s on s.kind = any (cast(:instead as text[])) and (not s.stands_in or :shared)
        and s.unit_id = case
          when s.kind in ('leader', 'deputy') then v.unit_id
          when s.kind in ('secretary', 'committee_member') then v.branch_id else v.township_id end
        and s.starts_on <= :today and (s.ends_on is null or s.ends_on > :today)),
    addressed as (
      select h.*, false as stands_in, '' as before_title, '' as before_body from holder h
      union all
      select v.*, s.person_id, true, format(cast(:vacant_title as text), v.name),
             format(cast(:vacant_body as text), v.name)
      from vacant v left join stand_in s on s.unit_id = v.unit_id and s.choice = 1),"""

# Somebody himself, whatever he holds: about which unit, he is told with the township's name.
HIMSELF = f"""
    with addressed as (
      select unit.id as unit_id, coalesce(unit.township_id, unit.id) as township_id, {people.WHOLE_NAME} as name,
             '' as n1, '' as n2, '' as n3, p.id as person_id, false as stands_in, '' as before_title, '' as before_body
      from jsonb_array_elements(:targets) t join office.unit on unit.id = (t ->> 0)::bigint
      left join office.unit above on above.id = unit.branch_id
      cross join office.person p where p.id = any (cast(:people as bigint[]))),"""

# What a message asks for: of one kind, what waits about the same subject. Where that waits no more, it was done before
# it was told of.
ASKED = "select from office.todo o where o.kind = :asks and o.subject = :subject and o.closed_at is null"
DONE = "case when cast(:asks as text) <> '' and not exists (select from asked) then (select office.now()) end"
MATTER = """matter as (
      insert into notify.matter (message_id, kind, subject)
      select t.id, :asks, :subject from told t where cast(:asks as text) <> '' on conflict do nothing)"""

# The way out of whatever is told: into the inbox, and by mail. `also`: what other ways that are set up may carry.
DELIVERED = """
    inbox as (
      insert into notify.delivery (message_id, person_id, channel, state, attempts, sent_at, reason)
      select t.id, t.person_id, 'inbox', case when t.person_id is null then 'suppressed' else 'sent' end, 1,
             case when t.person_id is not null then (select office.now()) end,
             case when t.person_id is null then '没有收件人' end
      from told t on conflict do nothing),
    mail as (
      insert into notify.delivery (message_id, person_id, channel, state, next_at, give_up_at, reason)
      select t.id, t.person_id, 'mail', case when x.mail_sealed is null then 'suppressed' else 'ready' end,
             (select office.now()), (select office.now()) + make_interval(hours => 48),
             case when x.mail_sealed is null then '没有邮箱' end
      from told t join office.person x on x.id = t.person_id
      where :mail and notify.by_mail(t.person_id, t.township_id, t.post, t.kind, x.phone_sealed is not null)
      on conflict do nothing returning id, state)
    select (select count(*) from told) as told,
           (select coalesce(jsonb_agg(id order by id), '[]') from mail where state = 'ready') as letters,
           (select jsonb_agg(id order by id) from told
            where :mail and exists (select from notify.way where ended_at is null)) as also"""

# A later message on one matter stands in the inbox in the place of the one before, if that asks for nothing else that
# still waits. A formal one stays where it is.
# Matter by matter, each step kept: joined at once, all messages of one person would first be put beside each other.
REPLACE = text("""
    with later as materialized (
      select m.id, m.person_id, n.kind, n.subject
      from notify.message m join notify.matter n on n.message_id = m.id where m.happening_id = :happening),
    met as materialized (
      select distinct x.message_id as former_id, l.id, l.person_id
      from later l join notify.matter x on x.kind = l.kind and x.subject = l.subject and x.message_id < l.id),
    pairs as materialized (
      select p.former_id, p.id
      from met p join notify.message f on f.id = p.former_id and f.person_id = p.person_id and f.replaced_by is null
        and f.kind <> 'formal'),
    covered as (
      select p.former_id, p.id, bool_and(z.message_id is not null) as whole
      from pairs p join notify.matter y on y.message_id = p.former_id
      join office.todo t on t.kind = y.kind and t.subject = y.subject and t.closed_at is null
      left join notify.matter z on z.message_id = p.id and z.kind = y.kind and z.subject = y.subject
      group by p.former_id, p.id)
    update notify.message former set replaced_by = newest.id
    from (
      select distinct on (p.former_id) p.former_id, p.id
      from pairs p left join covered c on c.former_id = p.former_id and c.id = p.id
      where coalesce(c.whole, true) order by p.former_id, p.id desc) newest
    where former.id = newest.former_id""")

# Messages with their deliveries.
TELLING = f"""
    asked as materialized ({ASKED}),
    told as (
      insert into notify.message (happening_id, fact, telling, kind, unit_id, township_id, person_id, stands_in,
                                  title, body, link, wants_acknowledgement, post, created_at, done_at)
      select :happening, :fact, :telling, :kind, a.unit_id, a.township_id, a.person_id, a.stands_in,
             a.before_title || format(cast(:title as text), a.name, cast(:about as text), a.n1, a.n2, a.n3),
             a.before_body || format(cast(:body as text), a.name, cast(:about as text), a.n1, a.n2, a.n3),
             :link, :wants_acknowledgement, nullif(:held, ''), (select office.now()), {DONE}
      from addressed a order by a.unit_id
      on conflict do nothing returning id, person_id, township_id, post, kind),
    {MATTER},
    {DELIVERED}
"""


def _telling(addressed: str) -> TextualSelect:
    """The statement for those who are addressed so."""
    asked = text(addressed + TELLING).bindparams(bindparam("targets", type_=JSONB))
    return asked.columns(letters=JSONB, also=JSONB)


TELL, TELL_HIM = _telling(ADDRESSED), _telling(HIMSELF)

# The line of the day that a fact goes into: begun by the first, counted up and unread again by every later one. The
# second of two at once waits at the lock, and then sees the first one's line.
ONE_LINE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('notify.gather:' || :telling, :about_id))")
GATHER = (
    text(f"""{ADDRESSED}
    asked as materialized ({ASKED}),
    line as materialized (
      select a.*, coalesce(m.gathers, 0) + 1 as n,
             exists (select from notify.gathered g where g.message_id = m.id and g.happening_id = :happening) as heard
      from addressed a left join notify.message m
        on m.fact = :fact and m.telling = :telling and m.unit_id = a.unit_id and m.about_id = :about_id
        and m.gathers_on = :today and m.person_id is not distinct from a.person_id),
    told as (
      insert into notify.message as m (happening_id, fact, telling, kind, unit_id, township_id, person_id, stands_in,
                                       title, body, link, post, about_id, gathers_on, done_at)
      select :happening, :fact, :telling, :kind, l.unit_id, l.township_id, l.person_id, l.stands_in,
             l.before_title || format(cast(:title as text), l.name, cast(:about as text), l.n),
             l.before_body || format(cast(:body as text), l.name, cast(:about as text), l.n),
             :link, nullif(:held, ''), :about_id, :today, {DONE}
      from line l where not l.heard
      on conflict (fact, telling, unit_id, person_id, about_id, gathers_on) where gathers_on is not null
      do update set title = excluded.title, body = excluded.body, gathers = m.gathers + 1, read_at = null,
        done_at = case when excluded.done_at is not null then m.done_at end
      returning id, person_id, township_id, post, kind),
    kept as (
      insert into notify.gathered (message_id, happening_id, what, link)
      select t.id, :happening, :what, :link from told t),
    {MATTER},
    {DELIVERED}
""")
    .bindparams(bindparam("targets", type_=JSONB))
    .columns(letters=JSONB, also=JSONB)
)


def tell(session: Session, fact: Fact) -> int:
    """Tell everybody whom the table names; returns how many messages that made. Heard again, it makes none."""
    about = queries.place_of(session, fact.unit_id)
    name, fields = type(fact).__name__, fields_of(fact) | {"subject": fact.subject}
    own = queries.wordings_in_force(session, about.township_id, name)
    off = off_in(session, about.township_id, [name])
    made = 0
    for telling in tellings(fact):
        if (name, telling.name) in off:  # the township wants none of these
            continue
        chosen = own_words(telling, own.get((name, telling.name)))
        if telling.gathers:
            made += _gather(session, chosen, about, fact=name, fields=fields)
        else:
            targets = targets_of(session, telling, about, fact)
            made += tell_units(session, chosen, targets, fact=name, about=about.name, fields=fields)
    return made


def own_words(telling: Telling, own: tuple[str, str] | None) -> Telling:
    """The telling in the office's own words, where it has any."""
    return telling if own is None else replace(telling, title=own[0], body=own[1])


def targets_of(session: Session, telling: Telling, about: Place, fact: Fact) -> list[list[int]]:
    """The units whose post holders are told, each with its figures."""
    groups: list[list[int]] = getattr(fact, "groups", [])
    if telling.at is Storey.GROUP and groups:
        held = queries.held_among(session, [figures[0] for figures in groups], telling.to)
        return [figures[: FIGURES_MAX + 1] for figures in groups if figures[0] in held]  # the branch is told of all
    if telling.at in {Storey.GROUP, Storey.PERSON}:
        return [[about.id]]
    if telling.at is Storey.TOWNSHIP:
        return [[about.township_id]]
    branches: list[list[int]] | None = getattr(fact, "branches", None)
    if branches is not None:
        return [figures[: FIGURES_MAX + 1] for figures in branches]
    if about.id == about.township_id:
        return [[branch_id] for branch_id in people.branches_of(session, about.id)]
    return [[about.branch_id]]


def _values(
    session: Session,
    telling: Telling,
    targets: Sequence[Sequence[int]],
    *,
    fact: str,
    about: str,
    fields: dict[str, Any],
) -> dict[str, Any]:
    """What both statements are given."""
    return {
        "targets": targets,
        "happening": session.info["happening"],
        "asks": telling.asks,
        "subject": fields.get("subject", ""),
        "fact": fact,
        "telling": telling.name,
        "kind": telling.kind,
        "post": telling.to,
        "held": "" if telling.at is Storey.PERSON else telling.to,
        "shared": telling.asks not in FIXED,
        "instead": list(STANDS_IN[telling.to][1:]) if telling.to in STANDS_IN else [],
        "today": clock.today(session),
        "about": about,
        "title": worded(telling.title, fields),
        "body": worded(telling.body, fields),
        "link": telling.link.format(**fields),
        "vacant_title": worded(VACANT_TITLE, {}),
        "vacant_body": worded(VACANT_BODY, {"post": telling.to.chinese}),
    }


def tell_units(
    session: Session,
    telling: Telling,
    targets: Sequence[Sequence[int]],
    *,
    fact: str,
    about: str,
    fields: dict[str, Any],
    due: Deadline | None = None,
) -> int:
    """One entry of the table for all of its units, with letters, and what waits, in the same transaction.

    due: by which day it is to be acknowledged, where it is not the day of all formal messages.
    """
    values = _values(session, telling, targets, fact=fact, about=about, fields=fields)
    values |= {"wants_acknowledgement": telling.wants_acknowledgement, "mail": telling.mail}
    if telling.at is Storey.PERSON:
        values["people"] = queries.people_meant(session, fields, telling.person)
    told, letters, also = session.execute(TELL_HIM if telling.at is Storey.PERSON else TELL, values).one()
    key = f"{values['happening']}:{telling.name}"
    send_out(session, letters, also, key=key, urgent=telling.kind is Kind.URGENT)
    if told and telling.asks:
        session.execute(REPLACE, values)
    if told and telling.wants_acknowledgement:
        _await_acknowledgement(session, values["happening"], telling, due)
    return int(told)


def _gather(session: Session, telling: Telling, about: Place, *, fact: str, fields: dict[str, Any]) -> int:
    """One entry of the table as a line of the day for its branch, which keeps each fact with its link."""
    branch = queries.place_of(session, about.branch_id)
    targets = [[branch.id if telling.at is Storey.BRANCH else branch.township_id]]
    values = _values(session, telling, targets, fact=fact, about=branch.name, fields=fields)
    values |= {"about_id": branch.id, "what": about.name, "mail": telling.mail}
    session.execute(ONE_LINE_AT_A_TIME, values)
    told, letters, also = session.execute(GATHER, values).one()
    key = f"{values['happening']}:{telling.name}"
    send_out(session, letters, also, key=key, urgent=telling.kind is Kind.URGENT)
    return int(told)


def _await_acknowledgement(session: Session, happening: int, telling: Telling, due: Deadline | None) -> None:
    """It waits until its own day, else so many working days, counted by today's table."""
    due = due or people.workdays_of(session).add(clock.today(session), ACKNOWLEDGE_WITHIN_WORKING_DAYS)
    let_notices_wait(session, happening, telling.name, telling.to, due)
