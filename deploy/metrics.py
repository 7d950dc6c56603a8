"""What an installation says of itself to Prometheus: requests of this web process; work, deliveries and machine of all.

The page is there only where XIAOZU_METRICS_KEY is set, and for whoever brings it. Numbers and names of kinds alone:
nobody's name, no unit, no address. What stands in the database every web process says alike: rules take the greatest.
"""

import hmac
import logging
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import version

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared import machine
from shared.db import Session, engine, unit
from shared.settings import SERVICES, settings
from shared.web import access_log

KEY_LETTERS = 16
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def add(app: FastAPI) -> None:
    """Count what this process answers, and say it to whoever brings the key."""
    key = settings().metrics_key
    if not key:
        return
    if len(key) < KEY_LETTERS:
        raise ValueError(f"XIAOZU_METRICS_KEY 太短：至少{KEY_LETTERS}个字符。")
    registry = CollectorRegistry()
    access_log.log.addHandler(Requests(registry))
    access_log.log.setLevel(logging.INFO)
    registry.register(Installation())
    expected = f"Bearer {key}".encode()  # as Prometheus sends it, Chinese too

    def metrics(request: Request) -> Response:
        """All figures, as Prometheus reads them."""
        if not hmac.compare_digest(request.headers.get("authorization", "").encode("latin-1"), expected):
            return Response(status_code=404)  # whoever asks without it does not learn that it is there
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    app.router.routes.append(APIRoute("/metrics", metrics, methods=["GET"]))


class Requests(logging.Handler):
    """Hears of each request what the access log hears: the route, never the address."""

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__()
        self._answered = Counter(
            "xiaozu_requests", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "xiaozu_request_seconds", "How long answering took.", ["method"], registry=registry, buckets=SECONDS
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Count one."""
        told = record.__dict__["told"]  # access_log gives it to each
        method = told["method"] if told["method"] in METHODS else "-"  # whoever invents words makes no series
        self._answered.labels(method, told["route"], told["status"]).inc()
        self._seconds.labels(method).observe(told["ms"] / 1000)


# --- what stands in the database: a name, what it is, its labels, and a question for rows of (label…, figure) ---

GAUGES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (
        "xiaozu_work_rows",
        "Durable work by service: ready now, for later, dead.",
        ("service", "state"),
        """select service, state, rows from office.work_waiting(),
             lateral (values ('ready', ready), ('later', later), ('dead', dead)) as v (state, rows)""",
    ),
    (
        "xiaozu_work_oldest_seconds",
        "For how long the oldest ready work has waited.",
        ("service",),
        "select service, oldest_seconds from office.work_waiting()",
    ),
    (
        "xiaozu_deliveries_open",
        "Deliveries that have not gone out: ready, sending, failed, unknown.",
        ("channel", "state"),
        # What is not to be sent at all, as to whoever has no mail, are most in the end.
        """select channel, state, count(*) from notify.delivery
           where state in ('ready', 'sending', 'failed', 'unknown') group by channel, state""",
    ),
    (
        "xiaozu_sign_age_seconds",
        "Since when a program has given no sign of life.",
        ("program",),
        "select name, extract(epoch from now() - at) from office.heartbeat",
    ),
    (
        "xiaozu_invariant_holds",
        "Whether the nightly examination found an invariant to hold.",
        ("name",),
        "select name, (found = 'ok')::int from office.examination where name <> 'all'",
    ),
    (
        "xiaozu_examination_age_seconds",
        "Since when nothing has been examined.",
        (),
        "select extract(epoch from now() - max(at)) from office.examination where name <> 'all' having count(*) > 0",
    ),
    (
        "xiaozu_backup_age_seconds",
        "Since the last backup that was tried and found good.",
        (),
        """select extract(epoch from now() - max(written_at)) from office.happening
           where subject = 'backup' and fact = 'BackupTaken' having count(*) > 0""",
    ),
    (
        "xiaozu_backup_failed",
        "Whether the last attempt at a backup failed.",
        (),
        """select (fact = 'BackupFailed')::int from office.happening
           where subject = 'backup' order by id desc limit 1""",
    ),
    (
        "xiaozu_clock_jumps_open",
        "Jumps of the clock that nobody has confirmed: timers stand still.",
        (),
        "select count(*) from office.clock_jump where confirmed_at is null",
    ),
    ("xiaozu_todos_open", "What waits for people.", (), "select count(*) from office.todo where closed_at is null"),
    ("xiaozu_database_bytes", "Size of the database.", (), "select pg_database_size(current_database())"),
    (
        "xiaozu_database_connections",
        "Connections to this database.",
        (),
        "select numbackends from pg_stat_database where datname = current_database()",
    ),
    (
        "xiaozu_database_connections_max",
        "How many the server takes.",
        (),
        "select current_setting('max_connections')::int",
    ),
)
WRITTEN = text("""
    select schemaname || '.' || relname, n_tup_ins from pg_stat_user_tables
    where (schemaname, relname) in (('office', 'happening'), ('notify', 'delivery'), ('notify', 'message'))
       or (schemaname = any(:services) and relname = 'job')""")


class Installation(Collector):
    """Asked anew at each look; a database that is away is a figure as well."""

    def collect(self) -> Iterable[Metric]:
        """Every figure of the database, the disk, this process's pool and the version."""
        began = time.perf_counter()
        try:
            with unit("keeper") as session:
                found = [*_gauges(session), _written(session)]
        except SQLAlchemyError:
            found = []
        up = GaugeMetricFamily("xiaozu_database_up", "Whether the database answers.", value=int(bool(found)))
        took = GaugeMetricFamily(
            "xiaozu_metrics_seconds", "How long it took to ask.", value=time.perf_counter() - began
        )
        return [up, took, *found, *_of_this_machine()]


def _gauges(session: Session) -> Iterator[Metric]:
    for name, words, labels, question in GAUGES:
        gauge = GaugeMetricFamily(name, words, labels=labels)
        for *values, figure in session.execute(text(question)):
            gauge.add_metric([str(value) for value in values], float(figure))
        yield gauge


def _written(session: Session) -> Metric:
    counter = CounterMetricFamily(
        "xiaozu_rows_written", "Rows written since the server's figures began.", labels=["table"]
    )
    for table, rows in session.execute(WRITTEN, {"services": list(SERVICES)}):
        counter.add_metric([table], rows)
    return counter


def _of_this_machine() -> Iterator[Metric]:
    free, whole = machine.disk()
    yield GaugeMetricFamily("xiaozu_disk_free_ratio", "What share of the data's disk is free.", value=free / whole)
    pool = engine().pool
    in_use = getattr(pool, "checkedout", lambda: 0)()
    yield GaugeMetricFamily("xiaozu_pool_connections_in_use", "Of this process's connections.", value=in_use)
    yield InfoMetricFamily("xiaozu_version", "Which version runs.", value={"version": version("xiaozu")})
