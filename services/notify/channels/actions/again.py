"""Sending again, confirming and dropping: by itself where a class of message says so, otherwise by a person."""

from collections.abc import Sequence

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from services.notify.channels import queries
from services.notify.channels.actions.turns import queue_letters
from services.notify.channels.models import Delivery
from services.notify.channels.rules import GIVE_UP_AFTER, MOVES, Step
from shared import clock, work
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid
from shared.events import WorkRedriven
from shared.roles import Role

RESEND_UNKNOWN = text("""
    update notify.delivery set state = 'ready', next_at = office.now()
    where id = any (:ids) and state = 'unknown' returning id""")


def resend_unknown(session: Session, *, ids: Sequence[int], urgent: bool = False) -> None:
    """A reminder whose fate is not known goes once more, with the same Message-ID and number."""
    again = sorted(session.scalars(RESEND_UNKNOWN, {"ids": list(ids)}))
    queue_letters(session, again, key=f"again:{work.job_id()}", urgent=urgent)


def resend_delivery(session: Session, actor: Actor, delivery_id: int, *, reason: str) -> Delivery:
    """A person has it sent again: after a failure, when nobody knows, or once there is an address."""
    delivery = _moved(session, actor, delivery_id, Step.RESEND, reason)
    if delivery.person_id is None:
        raise Invalid("这条消息没有收件人，请先在花名册中补齐任职，再重新办理。")
    now = clock.now(session)
    delivery.next_at, delivery.give_up_at, delivery.reason, delivery.code = now, now + GIVE_UP_AFTER, None, None
    queue_letters(session, [delivery.id], key=f"person:{delivery.id}:{delivery.attempts}:{now.timestamp()}")
    return delivery


def confirm_delivery(session: Session, actor: Actor, delivery_id: int, *, reason: str) -> Delivery:
    """A person has found out that it arrived."""
    delivery = _moved(session, actor, delivery_id, Step.CONFIRM, reason)
    delivery.sent_at = clock.now(session)
    return delivery


def discard_delivery(session: Session, actor: Actor, delivery_id: int, *, reason: str) -> Delivery:
    """A person drops it, for a reason."""
    return _moved(session, actor, delivery_id, Step.DISCARD, reason)


def _moved(session: Session, actor: Actor, delivery_id: int, step: Step, reason: str) -> Delivery:
    """Take a step by hand: found in his scope, by the table of moves, on the audit with its reason."""
    delivery, message = queries.delivery_to_change(session, actor, delivery_id)
    roles = actor.roles_over(message.township_id)
    moved = MOVES.move(delivery.state, step, roles=roles)
    delivery.state = moved.after
    fact = WorkRedriven(
        unit_id=message.unit_id, service="notify.delivery", job_id=delivery.id, discarded=step is Step.DISCARD
    )
    announce(session, fact, by=actor, moved=moved, reason=reason)
    return delivery


# --- dead work ---


def redrive_job(session: Session, actor: Actor, job_id: int, *, reason: str) -> None:
    """Give dead work another chance."""
    job = queries.dead_job(session, actor, job_id)
    work.redrive(session, "notify", job.id)
    _note(session, actor, job_id, discarded=False, reason=reason)


ABANDON = text("""
    update notify.delivery set state = case state when 'sending' then 'unknown' else 'suppressed' end, reason = :reason
    where id in (select e::bigint from jsonb_array_elements_text(:ids) e) and state in ('sending', 'ready')
""").bindparams(bindparam("ids", type_=JSONB))


def discard_job(session: Session, actor: Actor, job_id: int, *, reason: str) -> None:
    """Drop dead work, for a reason. Letters that it was to send do not go; what it was sending is of unknown fate."""
    job = queries.dead_job(session, actor, job_id)
    work.discard(session, "notify", job.id, why=reason)
    session.execute(ABANDON, {"ids": job.payload.get("deliveries", []), "reason": "发送任务失败后被取消"})
    _note(session, actor, job_id, discarded=True, reason=reason)


def _note(session: Session, actor: Actor, job_id: int, *, discarded: bool, reason: str) -> None:
    unit_id = actor.units_as(Role.KEEPER, Role.SYSTEM)[0]
    fact = WorkRedriven(unit_id=unit_id, service="notify", job_id=job_id, discarded=discarded)
    announce(session, fact, by=actor, reason=reason)
