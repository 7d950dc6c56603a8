"""The nightly examination: the invariants asked of a running installation; what was found is kept, and told if new.

By day things are on their way: what does not hold is asked again a little later, and counts if it still does not.
Nights are real ones: a demo's date, which is moved over years within minutes, has none.
"""

import os
import time
from collections.abc import Callable

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared import audit, machine
from shared.db import Session, forget_connections, unit, writable
from shared.forks import end_with_parent

log = structlog.get_logger()

HOUR = 3  # when nobody works; a machine that was off begins once it is on
LOOK_SECONDS = 60.0
AGAIN, AGAIN_SECONDS = 3, 20.0
PART = "examination"
PATIENT = text("set local statement_timeout = '10min'")  # over all years of a county; nobody waits for it
# Whoever moves the row begins it: one process of all, once a night; an installation, on its second day.
BEGIN = text(f"""
    insert into office.examination as e (name, found, at) values ('all', '', now())
    on conflict (name) do update set at = excluded.at
      where date(e.at at time zone 'Asia/Shanghai' - interval '{HOUR} hours')
          < date(excluded.at at time zone 'Asia/Shanghai' - interval '{HOUR} hours')
    returning xmax <> 0""")
KEEP = text("""
    insert into office.examination (name, found, at) values (:name, :found, now())
    on conflict (name) do update set found = excluded.found, at = excluded.at""")


class Examiner:
    """Looks now and then whether it is time, and examines beside whoever asks it: he does not wait."""

    def __init__(self) -> None:
        self._looked = -LOOK_SECONDS
        self._child = 0

    def look(self) -> None:
        """Begin where it is time; what has ended is let go."""
        if self._child and os.waitpid(self._child, os.WNOHANG)[0]:
            self._child = 0
        if self._child or time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        if begun():
            self._child = _apart()


def begun() -> bool:
    """Whether this night's has not begun yet, and this process is the one that begins it."""
    with unit("keeper") as session:
        return bool(writable(session) and session.scalar(BEGIN))


def examine(*, again_seconds: float = AGAIN_SECONDS) -> dict[str, str]:
    """Ask for every invariant, keep what each answers, and tell the keepers where it is worse, or well again."""
    from deploy import doctor

    found = {name: _asked(check, again_seconds) for name, check in doctor.CHECKS.items()}
    with unit("keeper") as session:
        for name, said in found.items():
            session.execute(KEEP, {"name": name, "found": said})
        bad = any(said != doctor.OK for said in found.values())
        machine.tell(session, PART, f"{PART}_bad" if bad else f"{PART}_well")
    return found


def _asked(check: Callable[[Session], str], again_seconds: float) -> str:
    from deploy.doctor import OK

    said = OK
    for turn in range(AGAIN):
        if turn:
            time.sleep(again_seconds)
        with unit("keeper") as session:  # of its own: nobody else seals until it ends
            while audit.seal(session):  # what was written a moment ago is not missing
                pass
        with unit("keeper") as session:
            session.execute(PATIENT)
            if (said := check(session)) == OK:
                break
    return said


def _apart() -> int:
    """A process for this once, which takes its memory with it."""
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        end_with_parent()
        forget_connections()
        if os.getppid() == parent:  # or else it died before we asked
            examine()
    except DBAPIError as error:
        log.warning("examination_waits", error=type(error).__name__)
    except Exception as error:  # noqa: BLE001  said here, for it ends here; its text may carry personal data
        log.error("examination_failed", error=type(error).__name__)  # noqa: TRY400
    finally:
        os._exit(0)
