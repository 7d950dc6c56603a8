"""Sending a notice, in one transaction with the fact that tells of it; who has it is told by one statement a post."""

from typing import Any

from sqlalchemy import text

from services.notify.channels.actions import NOT_LEFT, let_out
from services.notify.circulars import queries
from services.notify.circulars.actions.meeting import begin_records
from services.notify.circulars.actions.writing import moved_by
from services.notify.circulars.models import Circular
from services.notify.circulars.rules import (
    CORRECTED_TITLE,
    FACT,
    TITLE,
    WITHDRAWN_BODY,
    WITHDRAWN_TITLE,
    Stage,
    Step,
    check_days,
    said_of,
    telling_of,
    weight,
)
from services.notify.messages import queries as messages
from services.notify.messages.actions import tell_units
from services.notify.messages.rules import Kind, Storey, Telling
from shared import clock
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import Conflict, Invalid
from shared.events import CircularMoved
from shared.roles import Role
from shared.workdays import Deadline

WITHDRAWN, CORRECTED = "通知已撤回", "通知已更正"


def send(session: Session, actor: Actor, circular_id: int, *, recipients: int) -> Circular:
    """It goes out to whom the preview named: `recipients` posts. What it stands in the place of is corrected."""
    found = queries.circular_to_change(session, actor, circular_id)
    before = queries.circular_to_change(session, actor, found.corrects) if found.corrects else None
    moved = moved_by(actor, found, Step.SEND)
    _check(session, found, recipients)
    corrected = moved_by(actor, before, Step.CORRECT) if before else None
    fact = CircularMoved(unit_id=found.unit_id, circular_id=found.id, change="sent")
    found.happening_id = announce(session, fact, by=actor, moved=moved)
    found.stage, found.sent_at = moved.after, clock.now(session)
    if before and corrected:
        before.stage = corrected.after
        fact = CircularMoved(unit_id=before.unit_id, circular_id=before.id, change="corrected")
        announce(session, fact, by=actor, moved=corrected)
        _hold_back(session, before, CORRECTED)
    session.flush()
    return found


def _check(session: Session, found: Circular, recipients: int) -> None:
    """Since it was written days may have passed, units may have been dissolved, posts filled or left."""
    today = clock.today(session)
    check_days(wants_receipt=found.wants_receipt, due_on=found.due_on, meets_on=found.meets_on, today=today)
    gone = queries.gone(session, found.id)
    if gone and not found.corrects:
        raise Conflict(f"{'、'.join(gone)}已经撤销。请修改收件单位，再看一遍发给谁。")
    told = len(queries.recipients(session, found))
    if not told:
        raise Invalid("勾选的单位里没有要通知的职务，请修改收件单位或者职务。")
    if told != recipients:
        raise Conflict(f"收件的职务有了变化，现在是{told}个。请再看一遍发给谁，然后发出。")


def withdraw(session: Session, actor: Actor, circular_id: int, *, reason: str) -> Circular:
    """It holds no more: whoever has it is told so, and nothing of it waits or leaves any more."""
    found = queries.circular_to_change(session, actor, circular_id)
    moved = moved_by(actor, found, Step.WITHDRAW)
    found.stage, found.ended_why = moved.after, reason
    fact = CircularMoved(unit_id=found.unit_id, circular_id=found.id, change="withdrawn")
    announce(session, fact, by=actor, moved=moved, reason=reason)
    _hold_back(session, found, WITHDRAWN)
    return found


REST = text("""
    select office.close_todos('notify.acknowledge', array(
      select t.subject from office.todo t where t.kind = 'notify.acknowledge' and t.closed_at is null
        and starts_with(t.subject, concat_ws(':', 'notice', cast(:happening as bigint), ''))))""")
STOP = text(f"""
    update notify.delivery d set state = 'suppressed', reason = :reason, within = null from notify.message m
    where m.id = d.message_id and m.happening_id = :happening and {NOT_LEFT}
    returning d.id, d.channel, d.person_id""")


def _hold_back(session: Session, found: Circular, why: str) -> None:
    """No receipt is waited for any more, and what has not left stays."""
    about = {"happening": found.happening_id, "reason": why}
    session.execute(REST, about)
    stopped = session.execute(STOP, about).all()
    let_out(session, [row.id for row in stopped if row.channel == "mail"])


# --- who is told ---

# Whoever has what a notice replaced finds the later one in its place, and is asked for nothing of the former.
REPLACE = text("""
    update notify.message f set replaced_by = n.id, passed_to = coalesce(f.passed_to, n.id)
    from notify.message o cross join lateral (
      select m.id from notify.message m
      where m.happening_id = :happening and m.unit_id = o.unit_id and m.telling = o.telling
      order by (m.person_id is not distinct from o.person_id) desc, m.id limit 1) n
    where o.happening_id = :former and f.id = o.id""")


def tell(session: Session, fact: CircularMoved) -> None:
    """What a step of a notice means for those who have it, or are to have it; of drafts nobody is told.

    Held meanwhile: what is withdrawn at the same moment is told to nobody, or to all who were told it.
    """
    found = queries.circular_to_change(session, SYSTEM, fact.circular_id)
    if fact.change == "sent" and found.stage == Stage.SENT:
        _tell_sent(session, found)
        begin_records(session, only=found.id)
    elif fact.change == "withdrawn":
        _tell_withdrawn(session, found)


def _tell_sent(session: Session, found: Circular) -> None:
    """Every post of every unit that still lives, by one statement a post."""
    corrects = found.corrects is not None
    body = said_of(found.due_on, found.meets_on, found.meets_at, wants_receipt=found.wants_receipt, corrects=corrects)
    kind = weight(urgent=found.urgent, wants_receipt=found.wants_receipt)
    due = Deadline(found.due_on) if found.due_on else None
    for post in map(Role, found.posts):
        title = CORRECTED_TITLE if corrects else TITLE
        telling = _telling(post, kind, title, body, asks=found.wants_receipt)
        _tell(session, found, telling, queries.targets(session, found, post), due)
    if found.corrects:
        before = queries.circular(session, SYSTEM, found.corrects)
        _replace(session, before)


def _tell_withdrawn(session: Session, found: Circular) -> None:
    """Whoever was told it, by the same posts."""
    kind = Kind.URGENT if found.urgent else Kind.FORMAL
    for post, units in queries.told_units(session, found).items():
        telling = _telling(post, kind, WITHDRAWN_TITLE, WITHDRAWN_BODY, asks=False)
        _tell(session, found, telling, units, None)
    _replace(session, found)


def _telling(post: Role, kind: Kind, title: str, body: str, *, asks: bool) -> Telling:
    return Telling(
        name=telling_of(post),
        to=post,
        at=Storey.GROUP,
        kind=kind,
        title=title,
        body=body,
        link="/notify/circulars/{circular_id}",
        wants_acknowledgement=asks,
    )


def _tell(session: Session, found: Circular, telling: Telling, units: list[int], due: Deadline | None) -> None:
    office = messages.place_of(session, found.unit_id).name
    fields: dict[str, Any] = {"title": found.title, "office": office, "circular_id": found.id}
    tell_units(session, telling, [[unit_id] for unit_id in units], fact=FACT, about=office, fields=fields, due=due)


def _replace(session: Session, before: Circular) -> None:
    session.execute(REPLACE, {"happening": session.info["happening"], "former": before.happening_id})
