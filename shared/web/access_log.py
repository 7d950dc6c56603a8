"""Who asked for what, and when: a line for each request, without personal data, in a file a day.

A line has the route and not the address that was typed, no query, no header, no body, no name. Source addresses stand
in files of their own beside it, under the request's number, for as many days as a setting says; so they can be
forgotten while the lines stay. A collector of the county (syslog, RFC 5424) gets the lines if a setting names it.

Nobody waits for any of this: the lines stand in a short queue, and where the disk or the collector is slower than they
come, some are lost, and counted.
"""

import json
import logging
import os
import queue
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from datetime import UTC, datetime, timedelta
from logging.handlers import DatagramHandler, QueueHandler, QueueListener, SocketHandler
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import Request

from shared.settings import settings
from shared.web.address import address_of

LINES_WAITING = 10_000
DAY_BYTES = 20 * 2**20  # of one day's file: some 150,000 lines; more is not a township at work
LAST_SECONDS = 2.0  # for what still waits at the end
FACILITY, NOTICE = 13, 6  # log audit, informational (RFC 5424, 6.2.1)
log = logging.getLogger("xiaozu.access")
log.propagate = False


def note(request: Request, number: str, status: int, milliseconds: int) -> None:
    """One request was answered."""
    if not log.handlers:
        return
    line = {"id": number, "method": request.method, "route": route_of(request), "status": status, "ms": milliseconds}
    log.info("request", extra={"told": line, "address": address_of(request)})


def route_of(request: Request) -> str:
    """The route as it is written in the code, never the address that was typed; `-` where it leads nowhere."""
    route = request.scope.get("route")
    return f"{request.scope.get('root_path', '')}{getattr(route, 'path_format', '')}" if route else "-"


@contextmanager
def kept() -> Iterator[None]:
    """Keep the log for as long as the block runs; each place has a thread, so that none waits for another."""
    chosen, folder, today = settings(), settings().data / "log", datetime.now(UTC)
    for name, days in (("access", chosen.access_days), ("addresses", chosen.access_address_days)):
        forget(folder, name, days, today)
    handlers = [Waiting(keeper) for keeper in _keepers(folder)]
    log.setLevel(logging.INFO)
    for handler in handlers:
        log.addHandler(handler)
    try:
        yield
    finally:
        ends = time.monotonic() + LAST_SECONDS
        for handler in handlers:
            log.removeHandler(handler)
            handler.end(ends)


def _keepers(folder: Path) -> list[logging.Handler]:
    chosen = settings()
    keepers: list[logging.Handler] = []
    if chosen.access_days:
        keepers.append(Daily(folder, "access", chosen.access_days))
    if chosen.access_address_days:
        keepers.append(Addresses(folder, "addresses", chosen.access_address_days))
    if chosen.syslog:
        keepers.append(collector(chosen.syslog))
    return keepers


class Waiting(QueueHandler):
    """A queue before a place where lines are kept; where it is full a line is lost, and the next says how many were."""

    def __init__(self, keeper: logging.Handler) -> None:
        self._lines: queue.Queue[logging.LogRecord] = queue.Queue(LINES_WAITING)
        super().__init__(self._lines)
        self._lost = 0
        self._keeper = keeper
        self._thread = QueueListener(self._lines, keeper)
        self._thread.start()

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """A copy of its own for each place."""
        made = copy(record)
        made.__dict__["told"] = told(record) | ({"lost": self._lost} if self._lost else {})
        return made

    def enqueue(self, record: logging.LogRecord) -> None:
        """Put it in, without waiting."""
        try:
            self._lines.put_nowait(record)
            self._lost = 0
        except queue.Full:
            self._lost += 1

    def end(self, until: float) -> None:
        """Give what waits some time; what a collector that hangs has not taken by then is lost."""
        while self._lines.unfinished_tasks and time.monotonic() < until:
            time.sleep(0.01)
        with suppress(queue.Empty):
            while True:
                self._lines.get_nowait()
        self._thread.stop()
        self._keeper.close()


class Daily(logging.Handler):
    """A file for each day (UTC), so many days of them; of a day so much."""

    def __init__(self, folder: Path, name: str, days: int) -> None:
        super().__init__()
        self._folder, self._name, self._days = folder, name, days

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; a full disk costs it."""
        with suppress(OSError):
            at = datetime.fromtimestamp(record.created, UTC)
            file = self._folder / f"{self._name}-{at:%Y-%m-%d}.log"
            if not file.exists():
                self._folder.mkdir(parents=True, exist_ok=True)
                forget(self._folder, self._name, self._days, at)
                file.touch(mode=0o600)
            elif file.stat().st_size > DAY_BYTES:
                return
            with file.open("a", encoding="utf-8") as output:
                output.write(self.line(record, at) + "\n")

    def line(self, record: logging.LogRecord, at: datetime) -> str:
        """What is written of a request."""
        return said(record, at)


class Addresses(Daily):
    """From where the requests came, by their numbers."""

    def line(self, record: logging.LogRecord, at: datetime) -> str:
        """The number and the address."""
        address = record.__dict__["address"]
        return json.dumps({"at": at.isoformat(timespec="milliseconds"), "id": told(record)["id"], "address": address})


def forget(folder: Path, name: str, days: int, today: datetime) -> None:
    """Remove the files of days that are over: of all but the last so many, today included."""
    oldest = f"{name}-{today - timedelta(days=days - 1):%Y-%m-%d}.log"
    for file in folder.glob(f"{name}-*.log"):
        if file.name < oldest:
            file.unlink(missing_ok=True)


def said(record: logging.LogRecord, at: datetime) -> str:
    """A request as one line of JSON."""
    return json.dumps({"at": at.isoformat(timespec="milliseconds"), **told(record)})


def told(record: logging.LogRecord) -> dict[str, object]:
    """What `note` put into it."""
    found: dict[str, object] = record.__dict__["told"]
    return found


# --- the county's collector ---


def syslog_line(record: logging.LogRecord) -> bytes:
    """A request as RFC 5424 has it; what is said of it is JSON."""
    at = datetime.fromtimestamp(record.created, UTC)
    head = f"<{FACILITY * 8 + NOTICE}>1 {at.isoformat(timespec='milliseconds')} {socket.gethostname() or '-'}"
    return f"{head} xiaozu {os.getpid()} access - {said(record, at)}".encode()


class OverStream(SocketHandler):
    """Over TCP or a socket file, each line with its length before it (RFC 6587); who is away is asked again later."""

    def makePickle(self, record: logging.LogRecord) -> bytes:  # noqa: N802  as logging has it
        """What is sent."""
        line = syslog_line(record)
        return f"{len(line)} ".encode() + line

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802
        """Hang up; the next line tries again, less and less often."""
        if self.sock:
            self.sock.close()
            self.sock = None


class OverDatagrams(DatagramHandler):
    """Over UDP or a socket file of datagrams, such as /dev/log: a line a datagram."""

    def makePickle(self, record: logging.LogRecord) -> bytes:  # noqa: N802
        """What is sent."""
        return syslog_line(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """A line is lost."""


def collector(named: str) -> SocketHandler:
    """Who collects, as the setting names him: `udp://host:514`, `tcp://host:601`, `unix:/dev/log`."""
    parts = urlsplit(named)
    if parts.scheme == "unix":
        return OverDatagrams(parts.path, None)
    return {"udp": OverDatagrams, "tcp": OverStream}[parts.scheme](parts.hostname or "", parts.port or 514)
