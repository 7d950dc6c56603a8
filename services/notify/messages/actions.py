"""Telling people: one statement for each entry of the table, however many branches it goes to; reading; escalating."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from services.notify.channels.actions import queue_letters
from services.notify.messages import queries
from services.notify.messages.models import Message
from services.notify.messages.rules import (
    ACKNOWLEDGE_WITHIN_WORKING_DAYS,
    FIGURES_MAX,
    INSTEAD,
    UNACKNOWLEDGED,
    VACANT_BODY,
    VACANT_TITLE,
    Kind,
    Storey,
    Telling,
    fields_of,
    tellings,
    worded,
)
from shared import clock, people, work
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours
from shared.events import Fact, MessageRead
from shared.settings import settings
from shared.workdays import Workdays

# Messages and their deliveries for any number of units: whoever holds the post today; where nobody does, the township.
TELL = (
    text("""
    with place as materialized (
      select u.id as unit_id, u.name, coalesce(u.township_id, u.id) as township_id,
             t ->> 1 as n1, t ->> 2 as n2, t ->> 3 as n3
      from jsonb_array_elements(:targets) t join office.unit u on u.id = (t ->> 0)::bigint),
    holder as materialized (
      select p.*, h.person_id from place p
      join office.post h on h.unit_id = p.unit_id and h.kind = :post
        and h.starts_on <= :today and (h.ends_on is null or h.ends_on > :today)),
    vacant as (
      select p.* from place p where not exists (select from holder h where h.unit_id = p.unit_id)),
    stand_in as (
      select s.unit_id as township_id, s.person_id,
             rank() over (partition by s.unit_id order by array_position(cast(:instead as text[]), s.kind)) as choice
      from office.post s
      where s.unit_id in (select township_id from vacant) and s.kind = any (cast(:instead as text[]))
        and s.starts_on <= :today and (s.ends_on is null or s.ends_on > :today)),
    addressed as (
      select h.*, false as stands_in, '' as before_title, '' as before_body from holder h
      union all
      select v.*, s.person_id, true, format(cast(:vacant_title as text), v.name),
             format(cast(:vacant_body as text), v.name)
      from vacant v left join stand_in s on s.township_id = v.township_id and s.choice = 1),
    told as (
      insert into notify.message (happening_id, fact, telling, kind, unit_id, township_id, person_id, stands_in,
                                  title, body, link, wants_acknowledgement)
      select :happening, :fact, :telling, :kind, a.unit_id, a.township_id, a.person_id, a.stands_in,
             a.before_title || format(cast(:title as text), a.name, cast(:about as text), a.n1, a.n2, a.n3),
             a.before_body || format(cast(:body as text), a.name, cast(:about as text), a.n1, a.n2, a.n3),
             :link, :wants_acknowledgement
      from addressed a order by a.unit_id
      on conflict do nothing returning id, person_id),
    inbox as (
      insert into notify.delivery (message_id, person_id, channel, state, attempts, sent_at, reason)
      select t.id, t.person_id, 'inbox', case when t.person_id is null then 'suppressed' else 'sent' end, 1,
             case when t.person_id is not null then office.now() end,
             case when t.person_id is null then '没有收件人' end
      from told t),
    mail as (
      insert into notify.delivery (message_id, person_id, channel, state, next_at, give_up_at, reason)
      select t.id, t.person_id, 'mail', case when x.mail_sealed is null then 'suppressed' else 'ready' end,
             office.now(), office.now() + make_interval(hours => 48),
             case when x.mail_sealed is null then '没有邮箱' end
      from told t join office.person x on x.id = t.person_id where :mail
      returning id, state)
    select (select count(*) from told) as told,
           (select coalesce(jsonb_agg(id order by id), '[]') from mail where state = 'ready') as letters
""")
    .bindparams(bindparam("targets", type_=JSONB))
    .columns(letters=JSONB)
)


def tell(session: Session, fact: Fact) -> int:
    """Tell everybody whom the table names; returns how many messages that made. Heard again, it makes none."""
    about = queries.place_of(session, fact.unit_id)
    made = 0
    for telling in tellings(fact):
        targets = targets_of(session, telling, about, fact)
        made += _tell(session, telling, targets, fact=type(fact).__name__, about=about.name, fields=fields_of(fact))
    return made


def targets_of(session: Session, telling: Telling, about: queries.Place, fact: Fact) -> list[list[int]]:
    """The units whose post holders are told, each with its figures."""
    if telling.at is Storey.GROUP:
        return [[about.id]]
    if telling.at is Storey.TOWNSHIP:
        return [[about.township_id]]
    branches: list[list[int]] | None = getattr(fact, "branches", None)
    if branches is not None:
        return [figures[: FIGURES_MAX + 1] for figures in branches]
    if about.id == about.township_id:
        return [[branch_id] for branch_id in people.branches_of(session, about.id)]
    return [[about.branch_id]]


def _tell(
    session: Session,
    telling: Telling,
    targets: Sequence[Sequence[int]],
    *,
    fact: str,
    about: str,
    fields: dict[str, Any],
) -> int:
    """One entry of the table for all of its units, with letters and the escalation in the same transaction."""
    happening = session.info["happening"]
    values = {
        "targets": targets,
        "happening": happening,
        "fact": fact,
        "telling": telling.name,
        "kind": telling.kind,
        "post": telling.to,
        "instead": list(INSTEAD),
        "today": clock.today(session),
        "about": about,
        "title": worded(telling.title, fields),
        "body": worded(telling.body, fields),
        "link": telling.link.format(**fields),
        "wants_acknowledgement": telling.wants_acknowledgement,
        "vacant_title": worded(VACANT_TITLE, {}),
        "vacant_body": worded(VACANT_BODY, {"post": telling.to.chinese}),
        "mail": telling.mail,
    }
    told, letters = session.execute(TELL, values).one()
    queue_letters(session, letters, key=f"{happening}:{telling.name}", urgent=telling.kind is Kind.URGENT)
    if told and telling.wants_acknowledgement:
        _await_acknowledgement(session, telling)
    return int(told)


# --- acknowledging ---


def read_message(session: Session, actor: Actor, message_id: int) -> Message:
    """The recipient has read it; again, nothing changes."""
    message = _own(session, actor, message_id)
    if message.read_at is None:
        message.read_at = clock.now(session)
        announce(session, MessageRead(unit_id=message.unit_id, message_id=message.id, acknowledged=False), by=actor)
    return message


def acknowledge_message(session: Session, actor: Actor, message_id: int) -> Message:
    """The recipient confirms that he knows; again, nothing changes. The last one calls the escalation off."""
    message = _own(session, actor, message_id)
    if not message.wants_acknowledgement:
        raise Invalid("这条消息不需要确认收到。")
    if message.acknowledged_at is None:
        now = clock.now(session)
        message.acknowledged_at, message.read_at = now, message.read_at or now
        session.flush()
        announce(session, MessageRead(unit_id=message.unit_id, message_id=message.id, acknowledged=True), by=actor)
        if not queries.is_awaited(session, happening_id=message.happening_id, telling=message.telling):
            work.cancel(session, "notify.escalate", key=f"{message.happening_id}:{message.telling}")
    return message


def _own(session: Session, actor: Actor, message_id: int) -> Message:
    """A message of his own, locked; those of others in his township he may see, no more."""
    message = queries.message_to_change(session, actor, message_id)
    if message.person_id is None or message.person_id != actor.person_id:
        raise NotYours("只有收件人本人可以标记已读或确认收到。")
    return message


def _await_acknowledgement(session: Session, telling: Telling) -> None:
    """The deadline, as a row: in so many working days, at the hour when letters go again."""
    workdays = Workdays(people.workday_overrides(session))
    due = workdays.add(clock.today(session), ACKNOWLEDGE_WITHIN_WORKING_DAYS).day
    happening = session.info["happening"]
    work.post(
        session,
        "notify.escalate",
        key=f"{happening}:{telling.name}",
        payload={"happening": happening, "telling": telling.name},
        run_at=clock.moment(due, settings().quiet_to % 24),
    )


def escalate(session: Session, *, happening_id: int, telling: str) -> None:
    """Tell each township how many of its units have not acknowledged; nothing where all have."""
    session.info["happening"] = happening_id
    for open_ in queries.unacknowledged(session, happening_id=happening_id, telling=telling):
        fields = {"of": open_.title, "days": ACKNOWLEDGE_WITHIN_WORKING_DAYS}
        entry = replace(UNACKNOWLEDGED, name=f"{UNACKNOWLEDGED.name}:{telling}")
        _tell(session, entry, [[open_.township_id, open_.units]], fact=open_.fact, about="", fields=fields)
