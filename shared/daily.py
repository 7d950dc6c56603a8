"""What a service does once a day: a row named by the office's day, left by whichever process looks first.

Nothing keeps a time-table of its own: beat and sweep look twice a minute, and a day on which nobody looked (the
machine was off, a demo's date jumped) is not made up for.
"""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from shared import clock, work
from shared.db import Session, unit, writable

LOOK_SECONDS = 30.0
DAILY: set[str] = set()
_looked: dict[str, float] = {}
LEFT = "select count(*) from {service}.job where task = any(:tasks) and key = :key"

Effect = Callable[[Session, dict[str, Any]], None]


def task(name: str) -> Callable[[Effect], Effect]:
    """Register durable work that is done once a day."""
    DAILY.add(name)
    return work.task(name, timed=True)


def look(service: str) -> None:
    """Leave the day's work, if nobody of this process has looked for a while; whoever asks every few seconds may."""
    if time.monotonic() - _looked.get(service, -LOOK_SECONDS) < LOOK_SECONDS:
        return
    _looked[service] = time.monotonic()
    post(service)


def post(service: str) -> None:
    """Leave the work of this day for a service, once."""
    tasks = sorted(name for name in DAILY if name.startswith(f"{service}."))
    if not tasks:
        return
    with unit(service) as session:
        if not writable(session):
            return
        key = clock.today(session).isoformat()
        if session.scalar(text(LEFT.format(service=service)), {"tasks": tasks, "key": key}) != len(tasks):
            for name in tasks:
                work.post(session, name, key=key, run_at=clock.now(session))
