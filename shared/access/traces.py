"""From where something was done: kept beside the history for as long as a setting says."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, select

from shared import clock
from shared.access.guesses import DEVICE_DAYS, Whence
from shared.access.rows import Challenge, Device, Trace
from shared.db import Session
from shared.settings import settings


def left(session: Session, happening_id: int, whence: Whence) -> None:
    """Keep the address from which something was done, where one is known."""
    if whence.address:
        session.add(Trace(happening_id=happening_id, address=whence.address, at=clock.now(session)))


def addresses_of(session: Session, happening_ids: Collection[int]) -> dict[int, str]:
    """From where each of these was done, as far as that is still kept."""
    found = session.execute(select(Trace.happening_id, Trace.address).where(Trace.happening_id.in_(happening_ids)))
    return {row[0]: row[1] for row in found}


def drop_old(session: Session) -> None:
    """Addresses kept long enough, challenges that are over, devices unused for as long as a cookie lasts."""
    now = clock.now(session)
    session.execute(delete(Trace).where(Trace.at < now - timedelta(days=settings().address_days)))
    session.execute(delete(Challenge).where(Challenge.at < now - timedelta(days=1)))
    session.execute(delete(Device).where(Device.seen_at < now - timedelta(days=DEVICE_DAYS)))
