"""The second transaction: letters over the wire, and what came of each, written in one statement."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from services.notify.channels import outside, queries
from services.notify.channels.actions.carrying import Carry, carried, where_to_look
from services.notify.channels.actions.choosing import by_next_way
from services.notify.channels.actions.lines import note_line
from services.notify.channels.actions.turns import RESEND, Turn, send_again
from services.notify.channels.queries import Sealed, Within, ways
from services.notify.channels.rules import (
    GIVE_UP_AFTER,
    MAIL,
    MOVES,
    RESEND_AFTER,
    RESENT_BY_ITSELF,
    STEP_AFTER,
    Outcome,
    Result,
    State,
    retry_after,
)
from services.notify.channels.rules.ways import pause_of
from shared import clock, privacy, traces, work
from shared.access import SYSTEM
from shared.db import Session
from shared.errors import Ambiguous, Permanent, Transient
from shared.settings import settings

INTERRUPTED = "发送时中断，不能确定是否已送达"
TODOS = "/"  # where everybody's work begins
SENDING_SECONDS_MAX = 30.0  # what a batch may take before the rest goes back: its transaction stays open meanwhile


def transmit(session: Session, ids: Sequence[int], line: str = MAIL) -> None:
    """Send what was begun and mark what came of it.

    A second try of this work cannot know how far the first one came: with a server those letters become unknown. A
    folder takes a letter twice as once.
    """
    session.execute(text("set local idle_in_transaction_session_timeout = '5min'"))
    letters = queries.letters_in_hand(session, ids)
    if may_have_gone(line):
        results = [Result(letter.id, Outcome.AMBIGUOUS, reason=INTERRUPTED, ours=True) for letter in letters]
    else:
        results = _sent(session, letters, line)
    work.fail("before_mark")
    mark(session, letters, results, line)


# Two workers that are late together send by one way one after the other; the lock ends with the transaction.
ALONE = text("select pg_try_advisory_xact_lock(hashtextextended(:line, 0))")
LATELY = text("""
    select exists (select from notify.delivery d where d.way_id = :way and d.state = 'sent'
      and d.sent_at > office.now() - interval '1 second')""")


def _sent(session: Session, letters: Sequence[Sealed], line: str) -> list[Result]:
    """What came of each; a way that takes so many in a second and no more is gone at that pace, by one at a time."""
    if line == MAIL:
        return send_all(letters, _by_mail)
    way = ways.way_of(session, line)
    pause = pause_of(way.kind)
    if pause and not session.scalar(ALONE, {"line": line}):
        return [Result(letter.id, Outcome.UNTRIED) for letter in letters]
    if pause and session.scalar(LATELY, {"way": way.id}):
        time.sleep(1)
    return send_all(letters, carried(session, line), pause)


def may_have_gone(line: str) -> bool:
    """Whether an earlier try of this work may have got through, and a second one would do it twice."""
    return work.attempt() > 1 and (line != MAIL or outside.by_mail_server())


def send_all(letters: Iterable[Sealed], carry: Carry, pause: float = 0) -> list[Result]:
    """Send one after the other by a way out, until it is gone or barred or has taken too long; between them a pause."""
    results: list[Result] = []
    until, gone = time.monotonic() + SENDING_SECONDS_MAX, False
    for sealed in letters:
        if gone or time.monotonic() > until:
            results.append(Result(sealed.id, Outcome.UNTRIED))
            continue
        if results and pause:
            time.sleep(pause)
        result = came_of(sealed.id, partial(carry, sealed))
        gone = result.outcome is Outcome.HELD
        results.append(result)
        work.fail("after_send")
    return results


def came_of(delivery_id: int, sending: Callable[[], None]) -> Result:
    """What came of one try at the outside."""
    with traces.span("notify.deliver", delivery=delivery_id):
        result = _tried(delivery_id, sending)
        traces.tell(outcome=str(result.outcome))
    return result


def _tried(delivery_id: int, sending: Callable[[], None]) -> Result:
    try:
        sending()
    except outside.Held as held:
        return Result(delivery_id, Outcome.HELD, held.args[1], held.args[0], held.wait)
    except Transient as error:
        return Result(delivery_id, Outcome.TRANSIENT, error.args[1], error.args[0])
    except Permanent as error:
        return Result(delivery_id, Outcome.PERMANENT, error.args[1], error.args[0])
    except Ambiguous as error:
        return Result(delivery_id, Outcome.AMBIGUOUS, error.args[1], error.args[0])
    return Result(delivery_id, Outcome.SENT)


def _by_mail(sealed: Sealed) -> None:
    """One letter, by mail."""
    outside.send(letter_of(sealed))


def letter_of(sealed: Sealed) -> outside.Letter:
    """The letter, with a Message-ID and a reference number that stay the same however often it is sent."""
    if sealed.mail_sealed is None:
        raise Permanent("没有邮箱", None)
    try:
        address = privacy.unseal(sealed.mail_sealed, place=f"person|mail|{sealed.person_id}")
    except InvalidTag:
        raise Permanent("邮箱无法解密，请重新录入", None) from None
    domain = outside.domain_of(settings().mail_from)
    number = f"XZ-{sealed.message_id}"
    said = _gathered(sealed) if sealed.others else f"{sealed.body}\n\n{where_to_look(sealed.link)}"
    wording = f"{said}\n编号：{number}（重复收到同一编号的，是同一条通知）\n"
    return outside.Letter(
        message_id=f"<xiaozu.{sealed.happening_id}.{sealed.message_id}.{sealed.id}@{domain}>",
        address=address,
        subject=f"{sealed.title}，等{1 + len(sealed.others)}件事" if sealed.others else sealed.title,
        text=wording,
        at=sealed.created_at.astimezone(clock.OFFICE_ZONE),
    )


def _gathered(sealed: Sealed) -> str:
    """Several messages in one letter, each with its number."""
    all_of_them = (Within(sealed.message_id, sealed.title, sealed.body, sealed.link), *sealed.others)
    lines = [
        f"{n}. {each.title}\n{each.body}\n编号：XZ-{each.message_id}" for n, each in enumerate(all_of_them, start=1)
    ]
    return "\n\n".join([f"今天有{len(all_of_them)}件事：", *lines, where_to_look(TODOS)])


# --- what came of it ---

MARK = text("""
    with came as (
      select * from jsonb_to_recordset(:results) as r
        (id bigint, outcome text, state text, code int, reason text, wait double precision, resend boolean,
         held boolean)),
    marked as (
      update notify.delivery d
      set state = c.state, code = c.code, reason = c.reason,
          sent_at = case when c.state = 'sent' then n.now end,
          next_at = n.now + make_interval(secs => c.wait),
          give_up_at = case when c.held then greatest(d.give_up_at, n.now + make_interval(secs => :seconds))
            else d.give_up_at end,
          attempts = d.attempts - case when c.outcome = 'untried' then 1 else 0 end,
          resent = d.resent or c.resend
      from came c, (select office.now() as now offset 0) n where d.id = c.id and d.state = 'sending'
      returning d.id, d.attempts, d.sending_at, c.outcome, c.code, c.reason, n.now)
    insert into notify.attempt (delivery_id, n, started_at, ended_at, outcome, code, reason)
    select id, attempts, sending_at, greatest(sending_at, now), outcome, code, reason
    from marked where outcome <> 'untried'""").bindparams(bindparam("results", type_=JSONB))


def mark(session: Session, letters: Sequence[Sealed], results: Sequence[Result], line: str = MAIL) -> None:
    """Write every outcome in one statement, and leave work for those that are tried again."""
    if not results:
        return
    now, chance = clock.now(session), random.random()  # noqa: S311  spreads retries, protects nothing
    closed = note_line(session, line, results) or now
    marked = [
        _marked(letter, result, now=now, chance=chance, closed=(closed - now).total_seconds())
        for letter, result in zip(letters, results, strict=True)
    ]
    session.execute(MARK, {"results": marked, "seconds": GIVE_UP_AFTER.total_seconds()})
    urgent = letters[0].kind == "urgent"  # a batch comes from one telling
    failed = {row["id"] for row in marked if row["state"] == State.FAILED}
    if lost := [letter.message_id for letter in letters if letter.id in failed]:
        by_next_way(session, lost, key=f"instead:{work.job_id()}", urgent=urgent)
    later = sorted((row["wait"], row["id"]) for row in marked if row["state"] == State.READY)
    for part, (wait, rows) in enumerate(groupby(later, key=lambda row: row[0])):
        turn = Turn([delivery_id for _, delivery_id in rows], line, urgent)
        send_again(session, turn, at=now + timedelta(seconds=wait), part=part)
    if resend := [row["id"] for row in marked if row["resend"]]:
        payload = {"deliveries": resend, "urgent": urgent}
        work.post(session, RESEND, key=f"after:{work.job_id()}", payload=payload, run_at=now + RESEND_AFTER)


def _marked(letter: Sealed, result: Result, *, now: datetime, chance: float, closed: float) -> dict[str, Any]:
    """The row of one outcome: the state by the table of moves, when it is tried again, whether by itself.

    What is held up does not run out of time, and goes as soon as the way out is open (`closed`: for so many seconds).
    """
    after = MOVES.move(State.SENDING, STEP_AFTER[result.outcome], roles=SYSTEM.roles_over()).after
    wait = retry_after(letter.attempts, chance=chance) if after == State.READY else None
    reason, held = result.reason, result.outcome in {Outcome.HELD, Outcome.UNTRIED}
    if held and closed > 0:
        wait = timedelta(seconds=closed)
    elif not held and wait is not None and now + wait > letter.give_up_at:
        after, wait = State.FAILED, None
        reason = f"{GIVE_UP_AFTER.days * 24}小时内未能送出：{reason or '邮件服务器不可用'}"
    return {
        "id": letter.id,
        "outcome": result.outcome,
        "state": after,
        "code": result.code,
        "reason": reason,
        "wait": None if wait is None else wait.total_seconds(),
        "resend": after == State.UNKNOWN and letter.kind in RESENT_BY_ITSELF and not letter.resent,
        "held": held,
    }
