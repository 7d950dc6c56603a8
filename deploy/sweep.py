"""The sweep: a small process that does ready work without any message, seals the history, and needs no Redis.

At night it has the invariants examined.
"""

import os
import signal
import threading
from datetime import UTC, datetime
from types import FrameType

from shared.forks import end_when_asked, end_with_parent

if __name__ == "__main__":
    end_when_asked()  # whoever starts it may want it to end while it still loads

import structlog
from sqlalchemy.exc import DBAPIError

from deploy import alive
from deploy.examining import Examiner
from deploy.houses import load, speak_softly
from shared import audit, daily, machine, pulse, work
from shared.db import forget_connections, give_signs, unit, writable
from shared.settings import settings

log = structlog.get_logger()

PAUSE_SECONDS = 2.0
GRACE_SECONDS = 4.0  # bells come first; what they left for so long is taken here
SEAL_ROWS = 500


def once(services: tuple[str, ...]) -> None:
    """One round: what has been ready for a while, the seals, a sign of life, the day's work."""
    if any(work.ready(service, grace_seconds=GRACE_SECONDS) for service in services):
        apart(services)
    seal()
    look_at_clock()
    for service in services:
        daily.look(service)


def apart(services: tuple[str, ...]) -> None:
    """Do what was left, in a process for this once: the memory that it took goes with it, and what kills it, alone."""
    sweep = os.getpid()
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        end_with_parent()
        forget_connections()
        if os.getppid() == sweep:  # or else it died before we asked
            for service in services:
                work.sweep(service, grace_seconds=GRACE_SECONDS)
    except DBAPIError as error:
        log.warning("sweep_waits", at=datetime.now(UTC).isoformat(), error=type(error).__name__)
    except Exception as error:  # noqa: BLE001  said here, for it ends here; its text may carry personal data
        log.error("sweep_failed", error=type(error).__name__)  # noqa: TRY400
    finally:
        os._exit(0)


def seal() -> None:
    """Seal what has been written, and give a sign of life; much at once would stay in this process's memory."""
    sealed = SEAL_ROWS
    while sealed == SEAL_ROWS:
        with unit("keeper") as session:
            if not writable(session):
                return
            sealed = audit.seal(session, limit=SEAL_ROWS)
            machine.sign(session, "sweep")


def look_at_clock() -> None:
    """Whether the database's clock goes as time does."""
    with unit("keeper") as session:
        if writable(session):
            machine.look_at_clock(session, *machine.running())


def main() -> None:
    """Run until SIGTERM; a database that is away is waited for."""
    speak_softly()
    ending = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        ending.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    load(settings().served)
    examiner = Examiner()
    while not ending.is_set():
        pulse.give()
        try:
            once(settings().served)
            examiner.look()
        except DBAPIError as error:
            log.warning("sweep_waits", at=datetime.now(UTC).isoformat(), error=type(error).__name__)
        ending.wait(PAUSE_SECONDS)


if __name__ == "__main__":
    alive.keep()
    give_signs()
    main()
