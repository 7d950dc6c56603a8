"""Whose turn it is: letters queued with their message, begun by the rate, the hour and the breaker."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import text

from services.notify.channels import queries
from services.notify.channels.models import READY_FOR, Channel
from services.notify.channels.rules import (
    GATHERED,
    GIVE_UP_AFTER,
    IN_ONE,
    LETTERS_AT_ONCE,
    SINGLY_MAX,
    Bucket,
    burst_of,
    next_allowed,
    reserve,
)
from shared import clock, office_settings, people, work
from shared.db import Session
from shared.office_settings import Key

SEND, TRANSMIT, RESEND = "notify.send_letters", "notify.transmit", "notify.resend_letters"

# Their page says from when they go.
HOLD = text("update notify.delivery set next_at = :at where id = any (:ids) and state = 'ready'")


def queue_letters(session: Session, ids: Sequence[int], *, key: str, urgent: bool = False) -> None:
    """Leave work for these deliveries, some hundreds at a time, from the next moment at which letters may go."""
    if not ids:
        return
    now = clock.now(session)
    at = now if urgent else _next_allowed(session, now, ids)
    rows = [
        (f"{key}:{number}", {"deliveries": batch, "urgent": urgent})
        for number, batch in enumerate(pieces(ids, LETTERS_AT_ONCE))
    ]
    if at > now:
        session.execute(HOLD, {"ids": list(ids), "at": at})
    work.post_many(session, SEND, rows, run_at=at if at > now else None)


def pieces(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    """The ids in order, so many at a time."""
    left = iter(ids)
    while piece := list(islice(left, size)):
        yield piece


def _next_allowed(session: Session, at: datetime, ids: Sequence[int]) -> datetime:
    """The first moment that suits every township whose letters these are: nearly always one."""
    workdays = people.workdays_of(session)
    return max(
        (
            next_allowed(
                at,
                workdays=workdays,
                quiet_from=office_settings.number(session, Key.QUIET_FROM, township_id),
                quiet_to=office_settings.number(session, Key.QUIET_TO, township_id),
            )
            for township_id in queries.townships_of(session, ids)
        ),
        default=at,
    )


# --- one letter for many ---

# What of a person is ready at this moment and may go in one with others; never what was tried.
# A letter that others go in waits for its turn as it is: gathered once more, it would lose them.
# Person by person: the planner, who believes that nothing is ready, would put all that is beside each of them.
READY_WITH = text(f"""
    with asked as materialized (
      select distinct x.person_id from (select person_id, state from notify.delivery where id = any (:ids) offset 0) x
      where x.state = 'ready')
    select found.id from asked cross join lateral (
      select id, message_id from notify.delivery
      where {READY_FOR} = asked.person_id and channel = 'mail' and attempts = 0 and within is null
        and next_at <= (select office.now()) offset 0) as found
    join notify.message m on m.id = found.message_id
    where m.kind = any (:kinds) and (not exists (select from notify.delivery c where c.within = found.id)) is true""")


def ready_with(session: Session, ids: Sequence[int]) -> list[int]:
    """What might go in one letter with these, itself among them. From here on nobody else takes turns."""
    queries.channel_to_change(session)
    return list(session.scalars(READY_WITH, {"ids": list(ids), "kinds": sorted(GATHERED)}))


# Once a day, and only of those of which it was asked whether they may still go. Whoever asks holds the channel.
GATHER = text("""
    with ready as materialized (
      select d.id, d.person_id, d.id = any (:ids) as mine
      from notify.delivery d where d.id = any (:among) and d.state = 'ready'),
    many as materialized (
      select r.person_id, min(r.id) filter (where r.mine) as first from ready r group by r.person_id
      having count(*) > :singly and bool_or(r.mine)
        and not exists (
          select from notify.delivery w join notify.delivery l on l.id = w.within
          where w.person_id = r.person_id and (l.state = 'ready' or coalesce(l.sent_at, l.sending_at) >= :since)))
    update notify.delivery d set state = 'suppressed', reason = :reason, within = m.first
    from ready r join many m on m.person_id = r.person_id where d.id = r.id and d.id <> m.first""")


def _gather(session: Session, ids: Sequence[int], among: Sequence[int], now: datetime) -> None:
    """Of more letters than a few to one person, one goes with all of them in it; what is formal goes by itself."""
    values = {"ids": list(ids), "among": list(among), "singly": SINGLY_MAX, "reason": IN_ONE}
    session.execute(GATHER, values | {"since": clock.moment(clock.civil_day(now))})


# What went in a letter that does not go is to go by itself again, but what is asked of another by now.
LET_OUT = text("""
    update notify.delivery d
    set state = 'ready', reason = null, within = null, next_at = (select office.now()),
        give_up_at = (select office.now()) + make_interval(secs => :seconds)
    from notify.delivery l, notify.message m
    where l.id = d.within and l.id = any (:ids) and l.state = 'suppressed'
      and m.id = d.message_id and m.passed_to is null and d.state = 'suppressed' returning d.id""")


def let_out(session: Session, ids: Collection[int]) -> None:
    """These letters do not go: what was to go in them is queued by itself."""
    if not ids:
        return
    out = sorted(session.scalars(LET_OUT, {"ids": list(ids), "seconds": GIVE_UP_AFTER.total_seconds()}))
    queue_letters(session, out, key=f"let_out:{min(out, default=0)}:{clock.now(session).timestamp()}")


# --- first transaction: whose turn it is ---

BEGIN = text("""
    update notify.delivery
    set state = 'sending', attempts = attempts + 1, sending_at = (select office.now()), next_at = null
    where id = any (:ids) and state = 'ready' returning id""")


def send_letters(
    session: Session, *, ids: Sequence[int], among: Sequence[int], urgent: bool = False, reserved: bool = False
) -> None:
    """Take the turn of these letters: begin those whose turn it is, and let the rest wait. Waiting costs no attempt.

    among: what may go in one letter with them.
    """
    now = clock.now(session)
    allowed = now if urgent else _next_allowed(session, now, ids)
    channel = queries.channel_to_change(session)
    wait_until = max(allowed, channel.open_until or now)
    if wait_until > now:
        session.execute(HOLD, {"ids": list(ids), "at": wait_until})
        send_again(session, ids, urgent=urgent, at=wait_until, part=0)
        return
    _gather(session, ids, among, now)
    if reserved:
        _begin(session, ids)
    else:
        _take_turns(session, channel, ids, urgent=urgent)


def _take_turns(session: Session, channel: Channel, ids: Sequence[int], *, urgent: bool) -> None:
    """Promise each piece its turn, within the rate of all workers together."""
    now, per_minute = clock.now(session), office_settings.number(session, Key.MAIL_PER_MINUTE)
    bucket = Bucket(channel.tokens, channel.refilled_at)
    for part, piece in enumerate(pieces(ids, min(LETTERS_AT_ONCE, burst_of(per_minute)))):
        bucket, wait = reserve(bucket, len(piece), now=now, per_minute=per_minute)
        if wait:
            send_again(session, piece, urgent=urgent, at=now + wait, part=part, reserved=True)
        else:
            _begin(session, piece)
    channel.tokens, channel.refilled_at = bucket.tokens, bucket.at


def send_again(
    session: Session, ids: Sequence[int], *, urgent: bool, at: datetime, part: int, reserved: bool = False
) -> None:
    """The same letters at another time, as a row of its own that this row's id names."""
    payload = {"deliveries": list(ids), "urgent": urgent, "reserved": reserved}
    work.post(session, SEND, key=f"after:{work.job_id()}:{part}", payload=payload, run_at=at)


def _begin(session: Session, ids: Sequence[int]) -> None:
    """From here on nobody else may send them; the network comes only after this is committed."""
    begun = sorted(session.scalars(BEGIN, {"ids": list(ids)}))
    if begun:
        work.post(session, TRANSMIT, key=f"letters:{work.job_id()}:{begun[0]}", payload={"deliveries": begun})
