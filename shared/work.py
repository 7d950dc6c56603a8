"""Durable work: the row in PostgreSQL is the truth, the message is only a bell.

A task is posted as a row in its service's `job` table in the caller's transaction. Whoever hears a bell (or sweeps)
takes ready rows: first transaction, the attempt is counted and the row postponed; second, under the row's lock,
effect and `done` together. A bell that is lost, late, doubled or forged changes nothing but the delay. Deadlines are
the same rows with a later `run_at`, by the database's clock.
"""

import json
import os
import random
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, IntegrityError

from shared import pulse, traces
from shared.db import Session, after_commit, carry, unit, writable
from shared.errors import NotUnderstood, Permanent, Refusal
from shared.troubles import Trouble, trouble_of

log = structlog.get_logger()

Effect = Callable[[Session, dict[str, Any]], None]

# A dead worker's row is ready again after this: the gap between claim and lock is all that it must cover, because
# running work is protected by its row lock. Doubled at each attempt, so that poison work slows itself down.
LEASE_SECONDS = 5
BACKOFF_SECONDS_MAX = 300
ERROR_LENGTH_MAX = 500


@dataclass(frozen=True, kw_only=True)
class Task:
    """A kind of durable work."""

    name: str
    effect: Effect
    seconds_max: int  # the process that takes longer is killed; the row is tried again
    attempts_max: int
    batch: int  # fresh rows claimed at once; 1 where an attempt means a try at the outside
    backoff_seconds: float
    timed: bool  # by the clock, and not to be taken back: waits until a person has confirmed a clock that jumped
    bulky: str  # a field of the payload that stays in the database: the effect reads it set-based

    @property
    def service(self) -> str:
        """The service whose work it is."""
        return self.name.split(".", 1)[0]


TASKS: dict[str, Task] = {}


def task(
    name: str,
    *,
    seconds_max: int = 60,
    attempts_max: int = 12,
    batch: int = 1,
    backoff_seconds: float = 1.0,
    bulky: str = "",
    timed: bool = False,
) -> Callable[[Effect], Effect]:
    """Register durable work `<service>.<verb>`: a function of (session, payload) in the row's own transaction."""

    def register(effect: Effect) -> Effect:
        TASKS[name] = Task(
            name=name,
            effect=effect,
            seconds_max=seconds_max,
            attempts_max=attempts_max,
            batch=batch,
            backoff_seconds=backoff_seconds,
            bulky=bulky,
            timed=timed,
        )
        return effect

    return register


# --- posting ---

POST = """
    with moment as materialized (select office.now() as now)
    insert into {service}.job (task, key, payload, due_at, run_at, created_at)
    select :task, x.key, x.payload, coalesce(cast(:run_at as timestamptz), now), coalesce(:run_at, now), now
    from jsonb_to_recordset(cast(:rows as jsonb)) as x (key text, payload jsonb), moment on conflict do nothing"""


def _no_bell(_task: str) -> None:
    """Where no bell hangs, the sweep does the work."""


ring: Callable[[str], None] = _no_bell  # shared.queue hangs the real bell here
_held: ContextVar[dict[str, None] | None] = ContextVar("held", default=None)


def let_ring(name: str) -> None:
    """Ring for a kind of work whose rows are committed: at once, or while rows are being done, once after them all."""
    held = _held.get()
    if held is None:
        ring(name)
    else:
        held[name] = None


@contextmanager
def _bells_held() -> Iterator[None]:
    """However many rows of a kind are posted in here, one bell goes out for them, at the end."""
    held: dict[str, None] = {}
    before = _held.set(held)
    try:
        yield
    finally:
        _held.reset(before)
        for name in held:
            ring(name)


def post(
    session: Session,
    task: str,
    *,
    key: str,
    payload: dict[str, Any] | None = None,
    run_at: datetime | None = None,
) -> None:
    """Leave work in the caller's transaction, once per key; due at once, or from `run_at` by the office's clock."""
    post_many(session, task, [(key, payload or {})], run_at=run_at)


def post_many(
    session: Session, task: str, rows: list[tuple[str, dict[str, Any]]], *, run_at: datetime | None = None
) -> None:
    """The same for many rows of one kind, in one statement."""
    service = task.split(".", 1)[0]
    if rows:
        said = json.dumps([{"key": key, "payload": payload} for key, payload in rows])
        session.execute(text(POST.format(service=service)), {"task": task, "rows": said, "run_at": run_at})
    if run_at is None:
        after_commit(session, f"ring:{task}", lambda: let_ring(task))


def cancel(session: Session, task: str, *, key: str) -> None:
    """The work is no longer wanted, if it has not been done."""
    service = task.split(".", 1)[0]
    session.execute(
        text(f"update {service}.job set state = 'cancelled' where task = :task and key = :key and state = 'ready'"),
        {"task": task, "key": key},
    )


def give_up(session: Session, task: str, *, key: str) -> None:
    """The same of what may be dead by now: what nobody wants any more is left to nobody to decide on.

    Work in hand is passed over, not waited for: it finds out by itself.
    """
    service = task.split(".", 1)[0]
    which = "task = :task and key = :key and state in ('ready', 'dead')"
    found = f"select id from {service}.job where {which} for update skip locked"
    statement = f"update {service}.job set state = 'cancelled' where id in ({found})"
    session.execute(text(statement), {"task": task, "key": key})


PUT_OFF = "update {service}.job set state = 'ready', done_at = null, attempts = 0, due_at = :at, run_at = :at"


def move(session: Session, task: str, *, key: str, run_at: datetime) -> None:
    """The work is due at another moment, if it has not been done; it stays the same row, however often it moves."""
    statement = PUT_OFF.format(service=task.split(".", 1)[0]) + " where task = :task and key = :key and state = 'ready'"
    session.execute(text(statement), {"task": task, "key": key, "at": run_at})


def not_yet(session: Session, *, run_at: datetime) -> None:
    """Said by an effect that does nothing: the row in hand is due later, by rules that have changed since."""
    statement = PUT_OFF.format(service=_running.get().split(".", 1)[0]) + " where id = :id"
    session.execute(text(statement), {"id": _job.get(), "at": run_at})


def pass_over(session: Session) -> None:
    """Said by an effect that does nothing: the row in hand is done, and nobody was told of what had come already."""
    statement = f"update {_running.get().split('.', 1)[0]}.job set passed_over = true where id = :id"
    session.execute(text(statement), {"id": _job.get()})


# --- failpoints: death at a named place, for tests ---


def fail(point: str) -> None:
    """Die here as if the power had gone, if the test asks for it: XIAOZU_FAIL=`point[@task][:chance]`.

    The points: after_claim, before_effect, after_effect, before_commit, after_commit, after_send, before_mark.
    """
    wanted = os.environ.get("XIAOZU_FAIL", "")
    for entry in wanted.split(",") if wanted else ():
        name, _, chance = entry.partition(":")
        name, _, only = name.partition("@")
        if name == point and only in ("", _running.get()) and random.random() < float(chance or 1):  # noqa: S311
            os._exit(137)


# --- doing ---

_running: ContextVar[str] = ContextVar("running", default="")
_attempt: ContextVar[int] = ContextVar("attempt", default=0)
_job: ContextVar[int] = ContextVar("job", default=0)


def job_id() -> int:
    """The row that is being done, for an effect that reads its bulky payload by SQL."""
    return _job.get()


def attempt() -> int:
    """Which try this is; more than 1 means that an earlier one may have got as far as the outside."""
    return _attempt.get()


class Claim(NamedTuple):
    """A row that this worker may now try."""

    id: int
    attempts: int
    attempts_max: int


DUE = "state = 'ready' and task = :task and run_at <= office.now()"

# Poison whose last try is over is buried; fresh rows come in batches, tried ones singly: poison never takes others
# with it.
CLAIM = """
    with buried as (
      update {service}.job set state = 'dead', trouble = '{killed}',
        last_error = coalesce(last_error, 'the worker died at every attempt')
      where id in (select id from {service}.job where {due} and attempts >= :attempts_max for update skip locked)),
    fresh as (
      select id from {service}.job where {due} and attempts = 0
      order by run_at, id limit :batch for update skip locked),
    tried as (
      select id from {service}.job where {due} and attempts between 1 and :attempts_max - 1
      order by run_at, id limit 1 for update skip locked)
    update {service}.job j
    set attempts = j.attempts + 1, attempts_max = :attempts_max,
        run_at = office.now() + make_interval(secs => least({lease} * 2 ^ least(j.attempts, 10), {most}))
    from (select id from fresh union all select id from tried) picked where j.id = picked.id
    returning j.id, j.attempts, j.attempts_max"""

TAKE = """
    update {service}.job set state = 'done', done_at = office.now(), last_error = null, trouble = null
    where id = :id and state = 'ready' and attempts = :attempts returning payload - :bulky as payload, trace"""

POSTPONE = """
    update {service}.job set run_at = office.now() + make_interval(secs => :delay),
      last_error = :error, trouble = :trouble, state = case when :dead then 'dead' else state end
    where id = :id and state = 'ready' and attempts = :attempts"""


def drain(name: str, *, seconds: float = 5.0) -> int:
    """Do ready work of one kind until none is left or the time is up; returns how many rows were tried."""
    chosen, until, tried = TASKS[name], time.monotonic() + seconds, 0
    while time.monotonic() < until:
        claims = _claim(chosen)
        if not claims:
            return tried
        tried += _do_all(chosen, claims)
    ring(name)  # there may be more: somebody goes on
    return tried


def _do_all(chosen: Task, claims: list[Claim]) -> int:
    """Do what was claimed, and ring for what came of it; returns how many rows were tried."""
    started, tried = time.monotonic(), 0
    with _bells_held():
        for claim in claims:
            if time.monotonic() - started < LEASE_SECONDS:  # a later one may be another worker's by now
                _do(chosen, claim)
                tried += 1
    return tried


CLOCK_JUMPED = text("select exists (select from office.clock_jump where confirmed_at is null)")


def _claim(chosen: Task) -> list[Claim]:
    """First transaction, in one statement."""
    values = {"task": chosen.name, "attempts_max": chosen.attempts_max, "batch": chosen.batch}
    with unit(chosen.service) as session:
        if not writable(session) or (chosen.timed and session.scalar(CLOCK_JUMPED)):
            return []
        filled = CLAIM.format(
            service=chosen.service, due=DUE, lease=LEASE_SECONDS, most=BACKOFF_SECONDS_MAX, killed=Trouble.KILLED
        )
        claims = [Claim(*row) for row in session.execute(text(filled), values)]
    if claims:
        fail("after_claim")
    return sorted(claims, key=lambda claim: (claim.attempts > 1, claim.id))


def _do(chosen: Task, claim: Claim) -> None:
    """Second transaction: effect and `done` together, or neither."""
    running, trying, doing = _running.set(chosen.name), _attempt.set(claim.attempts), _job.set(claim.id)
    try:
        with pulse.within(chosen.seconds_max), unit(chosen.service) as session:
            taken = session.execute(
                text(TAKE.format(service=chosen.service)).columns(payload=JSONB, trace=Text),
                {"id": claim.id, "attempts": claim.attempts, "bulky": chosen.bulky},
            ).one_or_none()
            if taken is None:  # done, cancelled or taken by somebody else in between
                return
            with traces.span(chosen.name, parent=taken.trace, job=claim.id, attempt=claim.attempts):
                carry(session)
                _affect(chosen, session, taken.payload)
        fail("after_commit")
    except Exception as error:  # noqa: BLE001  whatever it was, the row must say so
        _postpone(chosen, claim, error)
    finally:
        _running.reset(running)
        _attempt.reset(trying)
        _job.reset(doing)


def _affect(chosen: Task, session: Session, payload: dict[str, Any]) -> None:
    """All that is done but the commit."""
    fail("before_effect")
    chosen.effect(session, payload)
    fail("after_effect")
    session.flush()
    fail("before_commit")


def _postpone(chosen: Task, claim: Claim, error: Exception) -> None:
    """Try again later, or not at all: permanent failures and spent budgets wait for a person."""
    permanent = isinstance(error, Permanent | Refusal | IntegrityError) and not isinstance(error, NotUnderstood)
    dead = permanent or claim.attempts >= claim.attempts_max
    jitter = random.uniform(0.5, 1.5)  # noqa: S311  so that what failed together is not tried together
    delay = min(BACKOFF_SECONDS_MAX, chosen.backoff_seconds * 2 ** (claim.attempts - 1)) * jitter
    kind = type(error).__name__
    log.warning("work_failed", task=chosen.name, job=claim.id, attempt=claim.attempts, dead=dead, error=kind)
    if not isinstance(error, DBAPIError):
        log.debug("work_failed_at", trace="".join(traceback.format_exception(error)[-3:]))
    try:
        with unit(chosen.service) as session:
            session.execute(
                text(POSTPONE.format(service=chosen.service)),
                {
                    "id": claim.id,
                    "attempts": claim.attempts,
                    "delay": delay,
                    "dead": dead,
                    "error": f"{type(error).__name__}: {error}"[:ERROR_LENGTH_MAX],
                    "trouble": trouble_of(error),
                },
            )
    except DBAPIError:  # the database is away: the lease runs out by itself
        log.warning("work_not_postponed", task=chosen.name, job=claim.id)


# --- sweeping: progress without any message ---

READY = """select task, count(*) from {service}.job
    where state = 'ready' and run_at <= office.now() - make_interval(secs => :grace) group by task"""


def ready(service: str, *, grace_seconds: float = 0) -> dict[str, int]:
    """How much work of each kind has been ready for at least so long."""
    with unit(service) as session:
        rows = session.execute(text(READY.format(service=service)), {"grace": grace_seconds})
        return {name: count for name, count in rows if name in TASKS}


def unfinished(service: str) -> int:
    """How much work is due and not done: ready, being done just now, or waiting for another try."""
    with unit(service) as session:
        due = f"select count(*) from {service}.job where state = 'ready' and due_at <= office.now()"
        return int(session.scalar(text(due)) or 0)


def sweep(service: str, *, grace_seconds: float = 0, seconds: float = 5.0) -> int:
    """Do what is ready, whether or not a bell rang for it; returns how many rows were tried."""
    return sum(drain(name, seconds=seconds) for name in ready(service, grace_seconds=grace_seconds))


def settle(services: tuple[str, ...], *, seconds_max: float = 600) -> None:
    """Sweep until nothing is ready anywhere: what tests, a demo and `doctor` call rest."""
    until = time.monotonic() + seconds_max
    while any(sweep(service) for service in services) and time.monotonic() < until:
        pass
