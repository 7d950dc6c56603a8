"""A run before the year's end: what was not due yet on its day, so that it is neither owed nor missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.assessment.cases.models import Case
from services.assessment.cases.queries.so_far import life_of
from services.assessment.cycles.models import Cycle
from shared.db import Session
from shared.duties import Duty, owed
from shared.evidence import KINDS
from shared.switches import calendar, calendar_of_members


@dataclass(frozen=True, slots=True)
class ToCome:
    """So many activities of a kind that were not due yet on the day of a run; months from 1."""

    kind: str
    count: int
    months: tuple[tuple[int, int], ...]

    @property
    def said(self) -> str:
        """In words: 集中学习 2 次（11月、12月）."""
        spans = "、".join(f"{first}月" if first == last else f"{first}至{last}月" for first, last in self.months)
        return f"{KINDS[self.kind].title} {self.count} {KINDS[self.kind].measure}（{spans}）"


def to_come(calendar: Iterable[Duty], run_on: date | None) -> list[ToCome]:
    """What a run on that day leaves out because it is not due yet: neither owed nor missing; kind by kind."""
    if run_on is None:
        return []
    left = [duty for duty in calendar if duty.due.day >= run_on]
    found = {kind: [duty for duty in left if duty.kind == kind] for kind in KINDS}
    return [
        ToCome(kind, sum(duty.count for duty in mine), tuple((duty.first_month, duty.last_month) for duty in mine))
        for kind, mine in found.items()
        if mine
    ]


def still_to_come(session: Session, cycle: Cycle) -> list[ToCome]:
    """What the last run of a year that was seen left out; nothing where the whole year was due."""
    every = (
        calendar(session, cycle.township_id, cycle.year),
        calendar_of_members(session, cycle.township_id, cycle.year),
    )
    return to_come([duty for duties in every for duty in duties], cycle.run_on)


def to_come_for(session: Session, case: Case, run_on: date | None) -> list[ToCome]:
    """What of a case's own group a run on that day left out of his part of the year; of a case that was seen."""
    life = life_of(session, case)
    return to_come(owed(calendar(session, case.township_id, case.year), life), run_on)
