"""A run before the year's end: what was not due yet on its day, so that it is neither owed nor missing."""

from datetime import date

from services.assessment.cases.models import Case
from services.assessment.cases.rules import ToCome, to_come
from services.assessment.cycles.models import Cycle
from shared.db import Session
from shared.duties import Span, owed
from shared.people import Unit
from shared.switches import calendar, calendar_of_members


def still_to_come(session: Session, cycle: Cycle) -> list[ToCome]:
    """What the last run of a year that was seen left out; nothing where the whole year was due."""
    every = (
        calendar(session, cycle.township_id, cycle.year),
        calendar_of_members(session, cycle.township_id, cycle.year),
    )
    return to_come([duty for duties in every for duty in duties], cycle.run_on)


def to_come_for(session: Session, case: Case, run_on: date | None) -> list[ToCome]:
    """What of a case's own group a run on that day left out; of a case that was seen."""
    group = session.get_one(Unit, case.group_id)
    life = Span(group.founded_on, group.dissolved_on)
    return to_come(owed(calendar(session, case.township_id, case.year), life), run_on)
