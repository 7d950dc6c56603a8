"""What time it is for the office: one SQL function, so that a demo and a test can move its date."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol, cast
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
APART = timedelta(hours=1)  # the clocks of two machines differ by less


class Timed(Protocol):
    """A transaction that knows when it began (a Session from shared.db)."""

    @property
    def info(self) -> Any:  # noqa: ANN401  SQLAlchemy types it so
        """What the transaction carries; `now` was put there when it was opened."""


def now(session: Timed) -> datetime:
    """The office's time at the beginning of this transaction, in UTC."""
    return cast("datetime", session.info["now"]).astimezone(UTC)


def today(session: Timed) -> date:
    """The office's civil date (Asia/Shanghai)."""
    return civil_day(now(session))


def civil_day(at: datetime) -> date:
    """The office's civil date of an instant."""
    return at.astimezone(OFFICE_ZONE).date()


def moment(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The instant at which a civil day of the office begins, or an hour of it."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=OFFICE_ZONE).astimezone(UTC)


def moved(session: Timed) -> bool:
    """Whether the office's date is not the machine's: a demo or a test has moved it."""
    return abs(now(session) - datetime.now(UTC)) > APART


def by_the_machine() -> float:
    """Seconds since 1970 by the machine's own clock: for what another machine checks against its own, nothing else."""
    return time.time()
