"""Sending again, confirming and dropping: by itself where a class of message says so, otherwise by a person."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from services.notify.channels import queries
from services.notify.channels.actions.turns import RESEND, let_out, pieces, queue_again
from services.notify.channels.models import Delivery
from services.notify.channels.queries import ways
from services.notify.channels.rules import (
    GIVE_UP_AFTER,
    LETTER,
    LETTERS_AT_ONCE,
    MOVES,
    RESEND_AFTER,
    RESENT_BY_ITSELF,
    STEPS,
    STILL_TOLD,
    State,
    Step,
    may_be_taken,
)
from services.notify.channels.rules.ways import BY_HAND, Way
from shared import clock, work
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, OutOfOrder
from shared.events import WorkRedriven
from shared.roles import Role

RESEND_UNKNOWN = text("""
    update notify.delivery set state = 'ready', next_at = office.now()
    where id = any (:ids) and state = 'unknown' returning id""")


def resend_unknown(session: Session, *, ids: Sequence[int], urgent: bool = False) -> None:
    """A reminder whose fate is not known goes once more, with the same Message-ID and number."""
    again = sorted(session.scalars(RESEND_UNKNOWN, {"ids": list(ids)}))
    queue_again(session, again, key=f"again:{work.job_id()}", urgent=urgent)


def resend_deliveries(session: Session, actor: Actor, delivery_ids: Iterable[int], *, reason: str) -> list[Delivery]:
    """A person has them sent again: after a failure, when nobody knows, or once there is an address. All, or none."""
    moved = _moved(session, actor, delivery_ids, Step.RESEND, reason)
    if any(delivery.person_id is None for delivery in moved):
        raise Invalid("这条消息没有收件人，请先在花名册中补齐任职，再重新办理。")
    _by_open_ways(session, moved)
    now = clock.now(session)
    for delivery in moved:
        delivery.next_at, delivery.give_up_at, delivery.reason, delivery.code = now, now + GIVE_UP_AFTER, None, None
    first = moved[0]
    ids = [delivery.id for delivery in moved]
    queue_again(session, ids, key=f"person:{first.id}:{first.attempts}:{now.timestamp()}")
    return moved


def _by_open_ways(session: Session, moved: Sequence[Delivery]) -> None:
    """What went by a way that is ended goes by the one that is there instead; OutOfOrder where there is none."""
    instead = ways.ended(session, {delivery.way_id for delivery in moved if delivery.way_id is not None})
    for delivery in moved:
        if delivery.way_id in instead:
            kind = Way(delivery.channel).chinese
            if (way_id := instead[delivery.way_id]) is None:
                raise OutOfOrder(f"{kind}已停用，不能再从那里发送：请先重新设置{kind}，或者打电话告诉本人。")
            delivery.way_id = way_id
    session.flush()


def confirm_deliveries(session: Session, actor: Actor, delivery_ids: Iterable[int], *, reason: str) -> list[Delivery]:
    """A person has found out that they arrived. All of them, or none."""
    moved = _moved(session, actor, delivery_ids, Step.CONFIRM, reason)
    for delivery in moved:
        delivery.sent_at = clock.now(session)
    return moved


def tell_by_telephone(session: Session, actor: Actor, delivery_ids: Iterable[int], *, reason: str) -> list[Delivery]:
    """Somebody was rung and knows. All of them, or none."""
    moved = _moved(session, actor, delivery_ids, Step.TELL, reason)
    for delivery in moved:
        delivery.sent_at, delivery.attempts = clock.now(session), 1
    return moved


def discard_deliveries(session: Session, actor: Actor, delivery_ids: Iterable[int], *, reason: str) -> list[Delivery]:
    """A person drops them, for one reason; what went in them besides goes by itself. All of them, or none."""
    moved = _moved(session, actor, delivery_ids, Step.DISCARD, reason)
    session.flush()
    let_out(session, [delivery.id for delivery in moved])
    return moved


def _moved(session: Session, actor: Actor, delivery_ids: Iterable[int], step: Step, reason: str) -> list[Delivery]:
    """Take a step by hand: found in his scope, by the table of moves, each on the audit with the reason."""
    found = queries.deliveries_to_change(session, actor, delivery_ids)
    _all_follow(session, actor, [delivery for delivery, _ in found], step)
    for delivery, message in found:
        if not may_be_taken(delivery.channel, delivery.state, step):
            raise OutOfOrder(OTHERWISE)
        moved = MOVES.move(delivery.state, step, roles=actor.roles_over(message.township_id))
        delivery.state = moved.after
        fact = WorkRedriven(unit_id=message.unit_id, service=LETTER, job_id=delivery.id, discarded=step is Step.DISCARD)
        announce(session, fact, by=actor, moved=moved, reason=reason)
    return [delivery for delivery, _ in found]


NAMED_MAX = 5
OTHERWISE = "电话名单上的，打过电话以后在名单里勾；其他方式的，才能重新发送或者确认送达。"


def _all_follow(session: Session, actor: Actor, found: Sequence[Delivery], step: Step) -> None:
    """OutOfOrder where the step does not follow for some of several: it names them, with what may be done instead."""
    wrong = [
        each.id
        for each in found
        if (each.state, step) not in MOVES.moves or not may_be_taken(each.channel, each.state, step)
    ]
    if not wrong or len(found) == 1:  # of a single one the table of moves says enough
        return
    told = [_instead(actor, row) for row in queries.named(session, actor, wrong[:NAMED_MAX])]
    rest = f"另外还有{len(wrong) - NAMED_MAX}封。" if len(wrong) > NAMED_MAX else ""
    raise OutOfOrder(
        f"勾选的{len(found)}封信件都没有动：其中{len(wrong)}封不能“{STEPS[step]}”。"
        f"{'；'.join(told)}。{rest}请取消勾选这些信件再办，它们另行处理。"
    )


def _instead(actor: Actor, row: queries.Shown) -> str:
    """A letter by its title and unit, where it stands, and the steps that are open."""
    state, roles = State(row.delivery.state), actor.roles_over(row.message.township_id)
    open_to = [each for each in MOVES.open_to(state, roles=roles) if may_be_taken(row.delivery.channel, state, each)]
    steps = [f"“{STEPS[step]}”" for step in open_to if step in STEPS]
    may = f"可以{'或者'.join(steps)}" if steps else "不用再处理"
    return f"《{row.message.title}》（{row.unit}）{state.chinese}，{may}"


# --- once there is another address ---


def let_go(session: Session, person_id: int) -> None:
    """Somebody's mail was corrected: letters that failed, or had nowhere to go, go now; each on the audit.

    What waits for its turn looks the address up when it goes.
    """
    found = queries.stranded(session, person_id, since=clock.now(session) - STILL_TOLD)
    now = clock.now(session)
    for delivery, message in found:
        moved = MOVES.move(delivery.state, Step.RESEND, roles=frozenset({Role.SYSTEM}))
        delivery.state, delivery.next_at, delivery.give_up_at = moved.after, now, now + GIVE_UP_AFTER
        delivery.reason = delivery.code = None
        fact = WorkRedriven(unit_id=message.unit_id, service=LETTER, job_id=delivery.id, discarded=False)
        announce(session, fact, by=SYSTEM, moved=moved, reason="电子邮箱已更正")
    ids = [delivery.id for delivery, _ in found]
    queue_again(session, ids, key=f"address:{person_id}:{now.timestamp()}")


# --- after a restore ---

DOUBT = text("""
    update notify.delivery d set state = 'unknown', reason = :reason
    from notify.message m where m.id = d.message_id and d.state in ('ready', 'sending') and d.channel <> all (:by_hand)
    returning d.id, m.kind = any (:by_itself) and not d.resent""")


def doubt_letters(session: Session, *, reason: str) -> int:
    """Letters that were on their way in a backup may have gone since: nobody knows. Returns how many.

    Reminders go again by themselves, with the same Message-ID; formal ones wait for a person.
    """
    values = {"reason": reason, "by_itself": sorted(RESENT_BY_ITSELF), "by_hand": sorted(BY_HAND)}
    doubted = sorted(session.execute(DOUBT, values).all())
    now = clock.now(session)
    rows = [
        (f"restored:{batch[0]}:{now.timestamp()}", {"deliveries": batch, "urgent": False})
        for batch in pieces([delivery_id for delivery_id, again in doubted if again], LETTERS_AT_ONCE)
    ]
    work.post_many(session, RESEND, rows, run_at=now + RESEND_AFTER)
    return len(doubted)


# --- dead work ---


ABANDON = text("""
    update notify.delivery set state = case state when 'sending' then 'unknown' else 'suppressed' end, reason = :reason
    where id in (select e::bigint from jsonb_array_elements_text(:ids) e) and state in ('sending', 'ready') returning id
""").bindparams(bindparam("ids", type_=JSONB))


def abandon(session: Session, payload: dict[str, Any]) -> None:
    """Letters that dropped work was to send do not go; what it was sending is of unknown fate."""
    values = {"ids": payload.get("deliveries", []), "reason": "发送任务失败后被取消"}
    let_out(session, session.scalars(ABANDON, values).all())
