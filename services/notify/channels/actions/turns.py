"""Whose turn it is: letters queued with their message, begun by the rate, the hour and the breaker."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import text

from services.notify.channels import queries
from services.notify.channels.models import READY_FOR, Channel
from services.notify.channels.queries import ways
from services.notify.channels.rules import (
    GATHERED,
    GIVE_UP_AFTER,
    IN_ONE,
    LETTERS_AT_ONCE,
    MAIL,
    SINGLY_MAX,
    Bucket,
    burst_of,
    next_allowed,
    reserve,
)
from services.notify.channels.rules.ways import WAYS, Way, past_the_crowd
from shared import clock, office_settings, people, work
from shared.db import Session
from shared.office_settings import Key
from shared.rule_versions import rules_of

SEND, TRANSMIT, RESEND = "notify.send_letters", "notify.transmit", "notify.resend_letters"

# Their page says from when they go.
HOLD = text("update notify.delivery set next_at = :at where id = any (:ids) and state = 'ready'")


def queue_letters(session: Session, ids: Sequence[int], *, key: str, urgent: bool = False, line: str = MAIL) -> None:
    """Leave work for these deliveries, some hundreds at a time, from the next moment at which they may go.

    line: the way out that all of them take.
    """
    queue_lines(session, {line: ids}, key=key, urgent=urgent)


def queue_again(session: Session, ids: Sequence[int], *, key: str, urgent: bool = False) -> None:
    """The same for deliveries that take several ways out; what goes by none is left as it is."""
    queue_lines(session, queries.by_line(session, ids), key=key, urgent=urgent)


def queue_lines(session: Session, lines: Mapping[str, Sequence[int]], *, key: str, urgent: bool = False) -> None:
    """The same for all of several ways out at once, however many there are."""
    ids = [delivery_id for those in lines.values() for delivery_id in those]
    if not ids:
        return
    now = clock.now(session)
    at = now if urgent else _next_allowed(session, now, ids)
    rows = [
        (f"{key}:{number}" if line == MAIL else f"{key}:{line}:{number}", _payload(batch, line, urgent=urgent))
        for line, those in lines.items()
        for number, batch in enumerate(pieces(those, LETTERS_AT_ONCE))
    ]
    if at > now:
        session.execute(HOLD, {"ids": ids, "at": at})
    work.post_many(session, SEND, rows, run_at=at if at > now else None)


def _payload(ids: Sequence[int], line: str, *, urgent: bool) -> dict[str, Any]:
    return {"deliveries": list(ids), "urgent": urgent, **by(line)}


def by(line: str) -> dict[str, str]:
    """The way out as the payload of work names it; mail goes without saying."""
    return {} if line == MAIL else {"line": line}


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
# Person by person: the planner, who believes that nothing is ready, would put all that is beside each of them. And by
# whom it is for alone: all that ever went by mail would be looked through too, for each.
READY_WITH = text(f"""
    with asked as materialized (
      select distinct x.person_id from (select person_id, state from notify.delivery where id = any (:ids) offset 0) x
      where x.state = 'ready')
    select found.id from asked cross join lateral (
      select id, message_id, channel from notify.delivery
      where {READY_FOR} = asked.person_id and attempts = 0 and within is null
        and next_at <= (select office.now()) offset 0) as found
    join notify.message m on m.id = found.message_id
    where found.channel = 'mail' and m.kind = any (:kinds)
      and (not exists (select from notify.delivery c where c.within = found.id)) is true""")


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


# A delivery (d) that has not left the house: it waits by itself, or in a letter that does.
NOT_LEFT = """(d.state = 'ready' or exists (
      select from notify.delivery l where l.id = d.within and l.state = 'ready'))"""

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


@dataclass(frozen=True)
class Turn:
    """Some deliveries whose turn is asked for: by which way out, past quiet hours or not, promised already or not."""

    ids: Sequence[int]
    line: str = MAIL
    urgent: bool = False
    reserved: bool = False


def send_letters(session: Session, turn: Turn, *, among: Sequence[int] = ()) -> None:
    """Take the turn of these: begin those whose turn it is, and let the rest wait. Waiting costs no attempt.

    among: what may go in one letter with them.
    """
    now = clock.now(session)
    allowed = now if turn.urgent else _next_allowed(session, now, turn.ids)
    channel = queries.channel_to_change(session, turn.line)
    wait_until = max(allowed, channel.open_until or now)
    if turn.line != MAIL:
        wait_until = past_the_crowd(ways.way_of(session, turn.line).kind, wait_until)
    if wait_until > now:
        session.execute(HOLD, {"ids": list(turn.ids), "at": wait_until})
        send_again(session, replace(turn, reserved=False), at=wait_until, part=0)
        return
    if turn.line == MAIL:
        _gather(session, turn.ids, among, now)
    if turn.reserved:
        _begin(session, turn.ids, turn.line)
    else:
        _take_turns(session, channel, turn)


def _take_turns(session: Session, channel: Channel, turn: Turn) -> None:
    """Promise each piece its turn, within the rate of all workers together."""
    now, (per_minute, burst) = clock.now(session), _pace(session, turn.line)
    bucket = Bucket(channel.tokens, channel.refilled_at)
    for part, piece in enumerate(pieces(turn.ids, min(LETTERS_AT_ONCE, burst))):
        bucket, wait = reserve(bucket, len(piece), now=now, per_minute=per_minute, burst=burst)
        if wait:
            send_again(session, replace(turn, ids=piece, reserved=True), at=now + wait, part=part)
        else:
            _begin(session, piece, turn.line)
    channel.tokens, channel.refilled_at = bucket.tokens, bucket.at


def take_one(session: Session, channel: Channel, line: str) -> timedelta:
    """The turn of a single thing beside all deliveries: how long until then."""
    now, (per_minute, burst) = clock.now(session), _pace(session, line)
    bucket = Bucket(channel.tokens, channel.refilled_at)
    bucket, wait = reserve(bucket, 1, now=now, per_minute=per_minute, burst=burst)
    channel.tokens, channel.refilled_at = bucket.tokens, bucket.at
    return wait


def _pace(session: Session, line: str) -> tuple[int, int]:
    """How many may go by a way out in a minute, and at one moment: by the office for mail, else by the rule base."""
    if line == MAIL:
        per_minute = office_settings.number(session, Key.MAIL_PER_MINUTE)
        return per_minute, burst_of(per_minute)
    way = ways.way_of(session, line)
    rules = rules_of(session, way.township_id, clock.today(session))
    per_minute = rules.integer(f"ways.{way.kind}_per_minute")
    return per_minute, burst_of(per_minute, WAYS[Way(way.kind)].per_second)


def send_again(session: Session, turn: Turn, *, at: datetime, part: int) -> None:
    """The same at another time, as a row of its own that this row's id names."""
    payload = {"deliveries": list(turn.ids), "urgent": turn.urgent, "reserved": turn.reserved, **by(turn.line)}
    work.post(session, SEND, key=f"after:{work.job_id()}:{part}", payload=payload, run_at=at)


def _begin(session: Session, ids: Sequence[int], line: str) -> None:
    """From here on nobody else may send them; the network comes only after this is committed."""
    begun = sorted(session.scalars(BEGIN, {"ids": list(ids)}))
    if begun:
        payload = {"deliveries": begun, **by(line)}
        work.post(session, TRANSMIT, key=f"letters:{work.job_id()}:{begun[0]}", payload=payload)
