"""Which ways each message takes besides the inbox and mail: the robot of its branch's group."""

from collections.abc import Sequence

from sqlalchemy import text

from services.notify.channels.actions.turns import queue_letters
from services.notify.channels.rules import GIVE_UP_AFTER
from services.notify.channels.rules.ways import FOR_GROUPS, LINE, ROBOTS
from shared.db import Session

# Once for a unit, however many sit in its post; a group hears only what is fit for it.
TO_GROUPS = text("""
    insert into notify.delivery (message_id, person_id, channel, state, way_id, next_at, give_up_at)
    select distinct on (w.id, m.happening_id, m.telling, m.unit_id) m.id, null, w.kind, 'ready', w.id, n.now,
      n.now + make_interval(secs => :seconds)
    from notify.message m join office.unit u on u.id = m.unit_id
    join notify.way w on w.unit_id = coalesce(u.branch_id, u.id) and w.kind = any (:robots) and w.ended_at is null
    cross join (select office.now() as now offset 0) n
    where m.id = any (:ids) and m.fact = any (:facts) and m.post is not null and not exists (
      select from notify.message o join notify.delivery d on d.message_id = o.id and d.way_id = w.id
      where o.happening_id = m.happening_id and o.telling = m.telling and o.unit_id = m.unit_id)
    order by w.id, m.happening_id, m.telling, m.unit_id, m.id
    on conflict do nothing returning way_id, id""")


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
    for way_id in sorted({way_id for way_id, _ in rows}):
        those = sorted(delivery_id for each, delivery_id in rows if each == way_id)
        queue_letters(session, those, key=f"{key}:{way_id}", urgent=urgent, line=LINE.format(way_id))
