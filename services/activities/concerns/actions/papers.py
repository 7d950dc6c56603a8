"""What leaves of people's views as a file: that it did is told."""

from collections.abc import Sequence

from services.activities.concerns import queries
from services.activities.concerns.models import Concern
from services.activities.concerns.rules import Figures, Period
from shared.access import Actor
from shared.audit import announce
from shared.db import Session
from shared.errors import OutOfReach
from shared.events import PaperTaken


def take_ledger(session: Session, actor: Actor, period: Period) -> Sequence[Concern]:
    """The views of a period that one sees, to be saved as a table."""
    _tell(session, actor, "concern_ledger", "xlsx", period)
    return queries.ledger(session, actor, period.start, period.end)


def take_figures(session: Session, actor: Actor, period: Period) -> list[Figures]:
    """The figures of a period, without a word."""
    _tell(session, actor, "concern_figures", "xlsx", period)
    return queries.figures(session, actor, period.start, period.end)


def take_handing(session: Session, actor: Actor, concern_id: int) -> Concern:
    """One view, to be printed with its receipt."""
    row = queries.concern(session, actor, concern_id)
    own = row.holder_unit if row.past else row.unit_id
    fact = PaperTaken(unit_id=own, paper="concern_handing", form="pdf", sort="concern", thing_id=row.id)
    announce(session, fact, by=actor)
    return row


def _tell(session: Session, actor: Actor, paper: str, form: str, period: Period) -> None:
    units = actor.units_as(*queries.SEES)
    if not units:
        raise OutOfReach
    fact = PaperTaken(unit_id=units[0], paper=paper, form=form, sort="unit", thing_id=units[0], year=period.start.year)
    announce(session, fact, by=actor)
