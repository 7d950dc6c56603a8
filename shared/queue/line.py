"""The line from a worker to the broker, and what the worker says while it is not there."""

from typing import Any

from celery.worker.consumer import Consumer
from celery.worker.state import maybe_shutdown
from structlog import get_logger

from shared import pulse

log = get_logger()


class Patient(Consumer):
    """Celery's consumer. While the broker is away no bell can be answered: each try to reach it is a sign of life."""

    def ensure_connected(self, conn: Any) -> Any:  # noqa: ANN401  kombu's
        """The connection, once it stands; without end, as `broker_connection_max_retries` is none."""
        conn.ensure_connection(_say_away, callback=_go_on)
        self.first_connection_attempt = False
        self.broker_connection_retry_attempt = 0
        return conn


def _say_away(error: Exception, seconds: float) -> None:
    log.warning("broker_away", error=type(error).__name__, again_in=seconds)


def _go_on() -> None:
    """Once a second while the line is waited for."""
    pulse.give()
    maybe_shutdown()
