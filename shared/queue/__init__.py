"""The one place that speaks Celery and Redis: bells for the work that stands in rows, and the beat that rings them."""

import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from socket import gethostname
from typing import Any

import structlog
from celery import Celery, Task
from celery.beat import EmbeddedService, Scheduler, Service
from celery.bootsteps import StartStopStep
from celery.signals import worker_process_init
from celery.worker import state
from celery.worker.strategy import default as default_strategy
from kombu import Exchange, Queue

from shared import daily, db, machine, pulse, work
from shared.forks import end_with_parent
from shared.settings import settings

log = structlog.get_logger()

BEAT_SECONDS = 3.0
BELL_GAP_SECONDS = 0.05  # at most 20 bells a second for each kind and process
WAITS_SECONDS = 10.0  # a bell that Celery has lost must not silence its kind for longer
BROKEN_SECONDS = 5.0  # after a lost bell, stay quiet: a request must not wait two seconds for each


# What Celery imports only when a worker starts.
WORKING = (
    "billiard.heap",
    "billiard.popen_fork",
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.apps.worker",
    "celery.concurrency.prefork",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer.delayed_delivery",
    "kombu.transport.redis",
    "shared.queue.line",
)

# Everything in the broker begins so, and then by the service. Where the broker has a user a service, as that of a box
# has (deploy/embedded/valkey.py has their keys and commands), none hears or rings another's bells.
PREFIX = "xiaozu:"

# Why each is as it is: reliability before speed, and nothing in the broker that is worth keeping.
CONFIGURATION: dict[str, Any] = {
    "task_default_queue": "bell",
    "task_serializer": "json",
    "accept_content": ["json"],  # never pickle
    "task_ignore_result": True,  # no results: what came of it stands in rows
    "task_publish_retry": False,  # no hidden copies, no request that waits for a broker
    "task_time_limit": 600,  # far beyond the row's own limit, which ends the process first
    "broker_connection_timeout": 2,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,  # the default gives up after 100 tries and the worker exits
    "broker_transport_options": {
        "socket_timeout": 2,  # a frozen broker costs a request two seconds at most
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "retry_on_timeout": False,
        "global_keyprefix": PREFIX,
    },
    "worker_consumer": "shared.queue.line:Patient",
    "worker_enable_remote_control": False,  # no control keys in the broker
    "worker_send_task_events": False,
    # At rest a child hears a bell a second: what a burst of work took goes back to the system within ten minutes.
    "worker_max_tasks_per_child": 600,
    "worker_max_memory_per_child": 400_000,  # KiB: a leak ends with its process
    "worker_hijack_root_logger": False,
    "enable_utc": True,
    "timezone": "Asia/Shanghai",
    # The beat keeps no file: its schedule is made below, and what matters stands in rows.
    "beat_scheduler": "celery.beat:Scheduler",
}


# The default exchange leads to the queue of the key's own name: no table of bindings that could be emptied.
DIRECT = Exchange("", type="direct")


def queue_of(service: str, kind: str) -> Queue:
    """A service's queue: `bell` for its work, `ctl` for the beat, so that a ring never waits behind the bulk.

    Nothing is acknowledged. An acknowledgement that fails because the broker has just died would count as a bell in
    hand for ever: with as many as the worker may hold it never reads again, and so never sees that the line is gone.
    """
    name = f"{service}.{kind}"
    return Queue(name, exchange=DIRECT, routing_key=name, no_ack=True)


class Bell(Task):  # type: ignore[type-arg]
    """A Celery task that a malformed message cannot hurt, and of which one waits at a time."""

    Strategy = "shared.queue:receive_carefully"


_heard: dict[str, float] = {}


def receive_carefully(task: Bell, app: Any, consumer: Any, **options: Any) -> Callable[..., None]:  # noqa: ANN401
    """Celery's own way of receiving, but what cannot be read is dropped: it would end the whole worker.

    Dropped, too, is a bell while one of its kind waits for a free process: that one will see the same rows.
    """
    receive = default_strategy(task, app, consumer, **options)

    def carefully(message: Any, body: Any, _ack: Any, _reject: Any, *more: Any) -> None:  # noqa: ANN401  as Celery calls it
        if _one_waits(task.name):
            return
        _heard[task.name] = time.monotonic()
        try:
            receive(message, body, _nothing_to_say, _nothing_to_say, *more)
        except Exception as error:  # noqa: BLE001  whatever a stranger sent
            log.warning("bell_not_understood", task=task.name, error=type(error).__name__)

    return carefully


def _one_waits(name: str) -> bool:
    """Whether a bell of this kind is in hand, not yet answered; one that Celery lost counts for some seconds only."""
    if time.monotonic() - _heard.get(name, -WAITS_SECONDS) >= WAITS_SECONDS:
        return False
    return any(request.name == name for request in state.reserved_requests - state.active_requests)


def _nothing_to_say(*_: Any) -> None:  # noqa: ANN401  in the place of an acknowledgement
    pass


def make() -> Any:  # noqa: ANN401  generic only for the type checker
    """The Celery application of this process, for the services that it serves."""
    chosen = settings()
    app = Celery("xiaozu", broker=chosen.redis_url or "memory://", task_cls=Bell)
    app.conf.update(CONFIGURATION)
    app.conf.broker_transport_options = CONFIGURATION["broker_transport_options"] | _own_keys(chosen.served)
    app.conf.task_queues = [queue_of(service, kind) for service in chosen.served for kind in ("ctl", "bell")]
    app.conf.beat_schedule = {
        f"ring-{service}": {
            "task": f"{service}.sweep",
            "schedule": BEAT_SECONDS,
            "options": {"queue": queue_of(service, "ctl")},  # no `expires`: it would use the worker's clock
        }
        for service in chosen.served
    }
    return app


def _own_keys(served: tuple[str, ...]) -> dict[str, str]:
    """Where the transport keeps its own notes: below the name of a service that this process serves."""
    return {f"unacked{part}_key": f"{served[0]}.unacked{part}" for part in ("", "_index", "_mutex")} if served else {}


app = make()
_hung: set[str] = set()


def hang_bells() -> None:
    """Give every registered kind of work its Celery task, once, and let posting ring it."""
    answers = {name: _answer(name) for name in work.TASKS}
    answers |= {f"{service}.sweep": _sweep(service) for service in settings().served}
    for name in answers.keys() - _hung:
        app.task(name=name, shared=False)(answers[name])
        _hung.add(name)
    if settings().redis_url:
        work.ring = ring


def _answer(name: str) -> Callable[..., None]:
    def answer(*_: Any, **__: Any) -> None:  # noqa: ANN401  a forged bell may carry anything; it is not looked at
        pulse.give()
        work.drain(name)

    return answer


def _sweep(service: str) -> Callable[..., None]:
    def sweep(*_: Any, **__: Any) -> None:  # noqa: ANN401
        pulse.give()
        work.sweep(service)
        _give_sign(service)
        daily.look(service)

    return sweep


SIGN_SECONDS = 30.0
_signed: dict[str, float] = {}


def _give_sign(service: str) -> None:
    """The beat rang and a worker heard it: once in a while this is noted."""
    if time.monotonic() - _signed.get(service, -SIGN_SECONDS) < SIGN_SECONDS:
        return
    _signed[service] = time.monotonic()
    with db.unit(service) as session:
        if db.writable(session):
            machine.sign(session, f"worker {service}")


def broker_version() -> str | None:
    """What answers where the bells go, such as `valkey 9.1.0`; none where nothing does. Waits two seconds at most."""
    try:
        with app.connection_for_read() as connection:
            said = connection.default_channel.client.info("server")
    except Exception:  # noqa: BLE001  whatever the broker has: it is only asked how it is
        return None
    name = "valkey" if "valkey_version" in said else "redis"
    return f"{name} {said.get(f'{name}_version', '')}"


_rung: dict[str, float] = {}
_not_ours: set[str] = set()
NOT_ALLOWED = "NoPermissionError"  # of redis, which a process loads with its first bell
_broken_until = 0.0


def ring(name: str) -> None:
    """Send the bell of a kind of work, seldom and without waiting; a lost one only costs a beat's delay."""
    global _broken_until  # noqa: PLW0603  one broker, one state
    now = time.monotonic()
    if name in _not_ours or now < _broken_until or now - _rung.get(name, 0.0) < BELL_GAP_SECONDS:
        return
    _rung[name] = now
    try:
        app.send_task(name, queue=queue_of(name.split(".", 1)[0], "bell"), retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001  whatever the broker has: the row is safe
        if type(error.__cause__ or error).__name__ == NOT_ALLOWED:  # another service's: its own beat rings for it
            _not_ours.add(name)
            return
        _broken_until = now + BROKEN_SECONDS
        log.warning("bell_lost", task=name, error=type(error).__name__)


@worker_process_init.connect
def _after_fork(**_: Any) -> None:  # noqa: ANN401  Celery's signal passes what it likes
    pulse.work_below()
    db.forget_connections()
    end_with_parent()  # a child whose worker was killed must not go on beside the next one's


class Beat(StartStopStep):
    """The beat, as a thread of the worker: a process for a bell in three seconds would cost 12 MiB.

    It starts after the pool has been forked, and is not waited for: where the broker is away, it waits for that.
    Celery's service looks past `beat_scheduler` unless it is handed over, and then keeps a file, which it removes when
    it cannot read it.
    """

    label = "Beat"
    requires = ("celery.worker.components:Pool",)

    def create(self, parent: Any) -> Any:  # noqa: ANN401
        """The thread, made but not started."""
        return EmbeddedService(parent.app, thread=True, scheduler_cls=parent.app.conf.beat_scheduler)

    def stop(self, parent: Any) -> None:  # noqa: ANN401, ARG002
        """Let it end after its tick."""
        if self.obj:
            self.obj.service.stop(wait=False)

    terminate = stop


class Ringing(Scheduler):
    """The beat of a program of its own: each of its ticks is a sign of life."""

    def tick(self, *args: Any, **options: Any) -> float:  # noqa: ANN401  as Celery calls it
        """Ring what is due; returns the seconds until the next."""
        pulse.give()
        return float(super().tick(*args, **options))


def ring_bells() -> None:
    """Be the beat, and nothing else, until SIGTERM."""
    Service(app, max_interval=int(BEAT_SECONDS), scheduler_cls=Ringing).start()


def prepare() -> None:
    """Load what a worker needs, in the process that it will be forked from."""
    for name in WORKING:
        import_module(name)
    app.finalize()


def answer_bells(*, concurrency: int = 1, beat: bool = True) -> None:
    """Be a worker until SIGTERM, without the parts that need control keys in the broker."""
    if beat:
        app.steps["worker"].add(Beat)
    worker = app.Worker(
        hostname=f"xiaozu{os.getpid()}@{gethostname()}",
        concurrency=concurrency,
        queues=[f"{service}.{kind}" for service in settings().served for kind in ("ctl", "bell")],
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    sys.exit(worker.exitcode)
