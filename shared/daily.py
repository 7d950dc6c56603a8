"""What a service does once a day: a row named by the office's day, left by whichever process looks first.

Nothing keeps a time-table of its own: beat and sweep ask every few seconds anyway, and a day that nobody asked on (the
machine was off, a demo's date jumped) is not made up for.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from shared import clock, work
from shared.db import Session, unit

DAILY: set[str] = set()
LEFT = "select count(*) from {service}.job where task = any(:tasks) and key = :key"

Effect = Callable[[Session, dict[str, Any]], None]


def task(name: str) -> Callable[[Effect], Effect]:
    """Register durable work that is done once a day."""
    DAILY.add(name)
    return work.task(name)


def post(service: str) -> None:
    """Leave the work of this day for a service, once."""
    tasks = sorted(name for name in DAILY if name.startswith(f"{service}."))
    if not tasks:
        return
    with unit(service) as session:
        key = clock.today(session).isoformat()
        if session.scalar(text(LEFT.format(service=service)), {"tasks": tasks, "key": key}) != len(tasks):
            for name in tasks:
                work.post(session, name, key=key, run_at=clock.now(session))
