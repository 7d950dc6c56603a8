"""A kind of message is switched off in a township, or on again: with a reason; what waits to leave does not go."""

from sqlalchemy import text

from services.notify.channels.actions import NOT_LEFT, let_out
from services.notify.messages import queries
from services.notify.messages.models import TellingSwitch
from services.notify.messages.queries.switches import switches_of
from services.notify.messages.rules import Entry
from services.notify.messages.rules.switching import always_on
from shared import clock, work
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, OutOfOrder
from shared.events import TellingSwitched

SWITCHED_OFF = "本乡镇已停用这种通知"

# A reminder is told as one of several words for each kind of what waits: `near:activities.confirm`.
STOP = text(f"""
    update notify.delivery d set state = 'suppressed', reason = :reason, within = null from notify.message m
    where m.id = d.message_id and m.township_id = :township and m.fact = :fact
      and split_part(m.telling, ':', 1) = :telling and {NOT_LEFT}
    returning d.id, d.channel""")
# Work that only these letters were left for has nothing to do any more.
IDLE = text("""
    select j.key from notify.job j
    where j.task = 'notify.send_letters' and j.state = 'ready'
      and exists (select from jsonb_array_elements_text(j.payload -> 'deliveries') e
                  where e::bigint = any (:ids))
      and not exists (select from jsonb_array_elements_text(j.payload -> 'deliveries') e
                      join notify.delivery d on d.id = e::bigint where d.state = 'ready')
    order by j.id""")


def switch_kind(
    session: Session,
    actor: Actor,
    entry: Entry,
    *,
    on: bool,
    reason: str,
    based_on: int,
    township_id: int | None = None,
) -> TellingSwitch:
    """From now on this kind is said, or is not. `based_on` is the version that was on the screen."""
    township = queries.township_of_office(actor, township_id)
    if why := always_on(entry):
        raise OutOfOrder(why)
    before = next((each.switch for each in switches_of(session, actor, township, entry.key)), None)
    if (before.version if before else 0) != based_on:
        raise Conflict("这种通知刚被别人停用或者启用，请刷新后再看。")
    if (before is None or before.is_on) == on:
        raise OutOfOrder("这种通知已经启用。" if on else "这种通知已经停用。")
    made = TellingSwitch(
        township_id=township,
        fact=entry.fact,
        telling=entry.telling.name,
        version=based_on + 1,
        is_on=on,
        stopped=0 if on else _stop(session, township, entry),
        account_id=actor.account_id,
        at=clock.now(session),
        reason=reason,
    )
    session.add(made)
    session.flush()
    fact = TellingSwitched(unit_id=township, switch_id=made.id, on=on, stopped=made.stopped)
    announce(session, fact, by=actor, reason=reason)
    return made


def _stop(session: Session, township: int, entry: Entry) -> int:
    """What waits to leave does not go, and its work ends; returns how many letters that were."""
    about = {"township": township, "fact": entry.fact, "telling": entry.telling.name, "reason": SWITCHED_OFF}
    stopped = session.execute(STOP, about).all()
    ids = [row.id for row in stopped]
    for key in session.scalars(IDLE, {"ids": ids}).all():
        work.cancel(session, "notify.send_letters", key=key)
    let_out(session, [row.id for row in stopped if row.channel == "mail"])
    return len(ids)
