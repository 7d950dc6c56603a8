"""The office's date in a demo: it goes forward, and what becomes due on the way happens."""

from datetime import date

from sqlalchemy import text

from shared import clock, daily, work
from shared.db import unit
from shared.errors import OutOfOrder
from shared.settings import SERVICES

HOUR = 9  # of the office's morning


def stand_at(day: date) -> None:
    """Nine in the morning of a day to come, without what becomes due on the way: the next `move_to` makes it good."""
    with unit("keeper") as session:
        session.execute(text("select office.move_clock(:to)"), {"to": clock.moment(day, HOUR)})


def move_to(day: date) -> None:
    """Nine in the morning of a day to come. Raises OutOfOrder where that is over, or where people work in earnest."""
    at = clock.moment(day, HOUR)
    with unit("keeper") as session:
        if not session.scalar(text("select movable from office.clock")):
            raise OutOfOrder("这里不是演示，系统日期就是今天，不能改动。")
        if at <= clock.now(session):
            now = f"{clock.now(session).astimezone(clock.OFFICE_ZONE):%Y-%m-%d %H:%M}"
            raise OutOfOrder(f"演示的日期只能往后拨：现在是 {now}，请写以后的日期。")
        session.execute(text("select office.move_clock(:to)"), {"to": at})
    for service in SERVICES:
        daily.post(service)
        work.ring(f"{service}.sweep")
