"""Which ways each message takes besides the inbox and mail: its branch's robot; for whoever has no mail what he has."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import text

from services.notify.channels.actions.turns import queue_letters, queue_lines
from services.notify.channels.rules import GIVE_UP_AFTER, MAIL
from services.notify.channels.rules.ways import BY_HAND, FOR_GROUPS, LINE, ORDER, PROVIDERS, ROBOTS, WEIGHTY
from shared.db import Session

# Once for a unit, however many sit in its post; a group hears only what is fit for it, and nothing of what is
# addressed to a single leader: all would know who is meant.
TO_GROUPS = text("""
    insert into notify.delivery (message_id, person_id, channel, state, way_id, next_at, give_up_at)
    select distinct on (w.id, m.happening_id, m.telling, m.unit_id) m.id, null, w.kind, 'ready', w.id, n.now,
      n.now + make_interval(secs => :seconds)
    from notify.message m join notify.way w on w.unit_id = m.unit_id and w.kind = any (:robots) and w.ended_at is null
    cross join (select office.now() as now offset 0) n
    where m.id = any (:ids) and m.fact = any (:facts) and m.post is not null and not exists (
      select from notify.message o join notify.delivery d on d.message_id = o.id and d.way_id = w.id
      where o.happening_id = m.happening_id and o.telling = m.telling and o.unit_id = m.unit_id)
    order by w.id, m.happening_id, m.telling, m.unit_id, m.id
    on conflict do nothing returning way_id, id""")


# Whoever has no letter of what he is told, or got none: by the first way that there is for him, and where that has
# failed by the next. What is weighty takes any way in the end; anything else those alone that he chose, or his office
# for his post. An application is one for whom it knows.
TO_PEOPLE = text("""
    with told as materialized (
      select m.id, m.person_id, m.township_id, m.post, m.kind = any (:weighty) as weighty,
        x.phone_sealed is not null as phone, x.mail_sealed is not null as mail
      from notify.message m join office.person x on x.id = m.person_id
      where m.id = any (:ids) and m.passed_to is null and m.read_at is null
        and m.done_at is null and m.taken_back_at is null and not exists (
        select from notify.delivery d where d.message_id = m.id and d.person_id = m.person_id and d.channel <> 'inbox'
          and d.state in ('ready', 'sending', 'sent', 'unknown')))
    insert into notify.delivery (message_id, person_id, channel, state, way_id, next_at, give_up_at)
    select t.id, t.person_id, c.kind, 'ready', c.id, n.now, n.now + make_interval(secs => :seconds)
    from told t cross join (select office.now() as now offset 0) n cross join lateral (
      select w.id, o.kind
      from unnest(case when t.weighty then notify.ways_for(t.person_id, t.township_id, t.post, cast(:order as text[]))
          else notify.chosen_ways(t.person_id, t.township_id, t.post) end)
        with ordinality o (kind, n)
      left join notify.way w on w.unit_id = t.township_id and w.kind = o.kind and w.ended_at is null
      where case o.kind when 'mail' then t.mail when 'sms' then t.phone and w.id is not null else w.id is not null end
        and (o.kind <> all (:apps) or exists (
          select from office.provider p join office.identity i on i.provider_id = p.id
          where p.township_id = t.township_id and p.kind || '_app' = o.kind and p.ended_at is null
            and i.person_id = t.person_id))
        and not exists (
        select from notify.delivery d
        where d.message_id = t.id and d.person_id = t.person_id and d.channel = o.kind)
      order by o.n limit 1) c
    on conflict do nothing returning way_id, id, channel""")


def send_out(
    session: Session, letters: Sequence[int], also: Sequence[int] | None, *, key: str, urgent: bool = False
) -> None:
    """Leave work for what was told just now: its letters, and whatever goes by the ways that are set up.

    also: the messages that other ways may carry; None where none is set up, so that nothing more is asked.
    """
    queue_letters(session, letters, key=key, urgent=urgent)
    if not also:
        return
    values = {"ids": list(also), "facts": sorted(FOR_GROUPS), "robots": sorted(ROBOTS)}
    rows = session.execute(TO_GROUPS, values | {"seconds": GIVE_UP_AFTER.total_seconds()}).all()
    _queue(session, [(way_id, delivery_id) for way_id, delivery_id in rows], key=key, urgent=urgent)
    by_next_way(session, also, key=key, urgent=urgent)


def by_next_way(session: Session, message_ids: Sequence[int], *, key: str, urgent: bool = False) -> int:
    """Of these messages those that reach nobody outside: by the next way that there is for each; how many go."""
    values = {"ids": list(message_ids), "weighty": sorted(WEIGHTY), "order": [MAIL, *ORDER]}
    values["apps"] = sorted(PROVIDERS)
    rows = session.execute(TO_PEOPLE, values | {"seconds": GIVE_UP_AFTER.total_seconds()}).all()
    queue_letters(session, [row[1] for row in rows if row[2] == MAIL], key=f"{key}:mail", urgent=urgent)
    lines = [(row[0], row[1]) for row in rows if row[2] not in {*BY_HAND, MAIL}]
    _queue(session, lines, key=key, urgent=urgent)
    return len(rows)


def _queue(session: Session, rows: Sequence[tuple[int, int]], *, key: str, urgent: bool) -> None:
    """Work for each way, with its deliveries."""
    lines: dict[str, list[int]] = defaultdict(list)
    for way_id, delivery_id in sorted(rows):
        lines[LINE.format(way_id)].append(delivery_id)
    queue_lines(session, lines, key=key, urgent=urgent)
