"""What time asks for: whom to ask again, and whose words have stood long enough. Asked by the system alone."""

from collections.abc import Sequence

from sqlalchemy import func, select

from services.activities.concerns.models import Concern
from services.activities.concerns.rules import ENDED, Stage
from shared import clock
from shared.db import Session, beyond

CLEARED_AT_ONCE = 500


def to_ask_again(session: Session) -> Sequence[Concern]:
    """What is closed, locked, and of which nobody has said yet whether it is so."""
    today = clock.today(session)
    found = select(Concern).where(Concern.stage == Stage.CLOSED, Concern.holds.is_(None), Concern.asks_on <= today)
    return session.scalars(found.order_by(Concern.id).with_for_update()).all()


def many_open(session: Session, township_id: int) -> int:
    """How many go on in a township, whoever asks: what is switched off with it."""
    found = select(func.count()).where(Concern.township_id == township_id, Concern.stage.not_in(ENDED))
    with beyond(session):
        return session.scalar(found) or 0


def to_end(session: Session, township_id: int) -> Sequence[Concern]:
    """What goes on in a township, locked."""
    found = select(Concern).where(Concern.township_id == township_id, Concern.stage.not_in(ENDED))
    return session.scalars(found.order_by(Concern.id).with_for_update()).all()


def to_ask_no_more(session: Session, township_id: int) -> Sequence[Concern]:
    """What is closed in a township and would be asked again, locked."""
    found = select(Concern).where(
        Concern.township_id == township_id,
        Concern.stage == Stage.CLOSED,
        Concern.holds.is_(None),
        Concern.asks_on.is_not(None),
    )
    return session.scalars(found.order_by(Concern.id).with_for_update()).all()


def townships_with(session: Session) -> Sequence[int]:
    """The townships that have views that are over."""
    return session.scalars(select(Concern.township_id).where(Concern.cleared_on.is_(None)).distinct()).all()


def to_empty(session: Session, township_id: int, years: int) -> Sequence[Concern]:
    """What has been over for so many years, locked; so many at once, the rest on the next day."""
    before = func.date(clock.today(session)) - func.make_interval(years)
    found = select(Concern).where(
        Concern.township_id == township_id,
        Concern.stage.in_(ENDED),
        Concern.ended_on <= before,
        Concern.cleared_on.is_(None),
    )
    return session.scalars(found.order_by(Concern.id).limit(CLEARED_AT_ONCE).with_for_update()).all()
