"""Who has confirmed a formal notice and who has not: by unit, with whoever sits in the post now."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text

from services.notify.messages.models import Message
from services.notify.messages.queries import message
from shared.access import Actor
from shared.db import Session
from shared.errors import NotYours, OutOfReach
from shared.people import WHOLE_NAME
from shared.roles import Role

NOTICES_MAX = 50


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that wants to be acknowledged, as its township sent it; `message_id` is one of its messages."""

    message_id: int
    title: str
    told_at: datetime
    due_on: date | None
    units: int
    waiting: tuple[str, ...]
    """The units that have not, by name."""
    late: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a notice stands with one unit."""

    unit_id: int
    unit: str
    post: Role | None
    now: tuple[str, ...]
    """Who sits in the post today."""
    acknowledged_at: datetime | None
    by: str | None
    due_on: date | None
    waits: bool
    late: bool


NOTICES = text(f"""
    with told as materialized (
      select m.*, t.id is not null as waits, t.due_on, t.due_on < office.today() as late
      from notify.message m
      left join office.todo t on t.kind = 'notify.acknowledge' and t.closed_at is null
        and t.subject = concat_ws(':', 'notice', m.happening_id, m.telling, m.unit_id)
      where m.township_id = any (:townships) and m.wants_acknowledgement)
    select min(m.id) as message_id,
      coalesce(min(m.title) filter (where not m.stands_in), min(m.title)) as title, min(m.created_at) as told_at,
      max(m.due_on) as due_on, count(distinct m.unit_id) as units,
      coalesce((array_agg(distinct {WHOLE_NAME}) filter (where m.waits)), '{{}}') as waiting,
      coalesce(bool_or(m.late), false) as late
    from told m join office.unit on unit.id = m.unit_id left join office.unit above on above.id = unit.branch_id
    group by m.happening_id, m.telling order by bool_or(m.waits) desc, m.happening_id desc limit :most""")

RECEIPTS = text(f"""
    select unit.id as unit_id, {WHOLE_NAME} as unit, max(m.post) as post, min(m.acknowledged_at) as acknowledged_at,
      (array_agg(p.name order by m.acknowledged_at) filter (where m.acknowledged_at is not null))[1] as by,
      (array_agg(distinct h.name) filter (where h.name is not null)) as now,
      max(t.due_on) as due_on, bool_or(t.id is not null) as waits,
      coalesce(bool_or(t.due_on < office.today()), false) as late
    from notify.message m join office.unit on unit.id = m.unit_id
    left join office.unit above on above.id = unit.branch_id
    left join office.person p on p.id = m.person_id
    left join office.todo t on t.kind = 'notify.acknowledge' and t.closed_at is null
      and t.subject = concat_ws(':', 'notice', m.happening_id, m.telling, m.unit_id)
    left join lateral (
      select q.name from office.seat s join office.person q on q.id = s.person_id
      where s.unit_id = m.unit_id and s.kind = m.post and s.starts_on <= office.today()
        and (s.ends_on is null or s.ends_on > office.today())) h on true
    where m.happening_id = :happening and m.telling = :telling and m.township_id = :township
    group by unit.id, above.name order by waits desc, unit.sort_key, unit.id""")


def notices_of(session: Session, actor: Actor) -> list[Notice]:
    """The notices of the townships in whose office somebody serves, those that wait for a unit first."""
    townships = actor.units_as(Role.ORGANISER, Role.COMMITTEE)
    if not townships:
        raise NotYours("这里由乡镇组织委员和党委查看，您没有这个职务。")
    rows = session.execute(NOTICES, {"townships": list(townships), "most": NOTICES_MAX}).mappings()
    return [Notice(**{**row, "waiting": tuple(row["waiting"])}) for row in rows]


def receipts_of(session: Session, actor: Actor, message_id: int) -> tuple[Message, list[Receipt]]:
    """One of the messages of a notice, and how the notice stands with each unit; for the township's office alone."""
    found = message(session, actor, message_id)
    if found.township_id not in actor.units_as(Role.ORGANISER, Role.COMMITTEE) or not found.wants_acknowledgement:
        raise OutOfReach
    asked = {"happening": found.happening_id, "telling": found.telling, "township": found.township_id}
    rows = session.execute(RECEIPTS, asked).mappings()
    return found, [
        Receipt(**{**row, "post": Role(row["post"]) if row["post"] else None, "now": tuple(row["now"] or ())})
        for row in rows
    ]
