"""Deadlines: who is late is reminded before, and reported to the township after. Nothing is decided here."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from services.assessment.cases import queries
from services.assessment.cases.actions.waits import let_all_wait
from services.assessment.cases.rules import CaseStage
from services.assessment.cycles import queries as cycles
from services.assessment.cycles.actions import settle_dates
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.rules import reminder_days
from shared import clock, work
from shared.access import SYSTEM
from shared.audit import announce
from shared.db import Session
from shared.events import Fact, NominationsOverdue, RatingsOverdue, ReviewsOverdue, next_day

HOUR = 9  # of the office's morning
TASK = "assessment.remind"


class Awaited(StrEnum):
    """What is awaited by a deadline."""

    NOMINATIONS = "nominations"
    REVIEWS = "reviews"
    RATINGS = "ratings"


def set_deadlines(session: Session, cycle: Cycle) -> None:
    """Reminders before each deadline; after it a report to the township, once more after some working days.

    Again, it adds the days that rules or working days have moved to; a day to be reminded that is over is let go.
    """
    today = clock.today(session)
    for awaited, day, due_on, escalated in reminders(session, cycle):
        if day < today and not escalated:
            continue
        payload = {
            "cycle_id": cycle.id,
            "awaited": awaited,
            "due_on": due_on.isoformat(),
            "escalated": escalated,
            "on": day.isoformat(),
        }
        work.post(session, TASK, key=key_of(cycle, awaited, day), payload=payload, run_at=clock.moment(day, HOUR))


def keep_deadlines(session: Session) -> None:
    """Once a day, for every year that still waits for somebody: its reminders by today's rules and working days.

    A date that was provisional is settled as soon as the working days that it was counted over are published.
    """
    for cycle in cycles.waiting(session):
        settle_dates(session, cycle)
        let_all_wait(session, cycle)
        set_deadlines(session, cycle)


def drop_deadlines(session: Session, cycle: Cycle) -> None:
    """Nothing is awaited any more: what has not been said by now is never said."""
    for awaited, day, _, _ in reminders(session, cycle):
        work.cancel(session, TASK, key=key_of(cycle, awaited, day))


def key_of(cycle: Cycle, awaited: Awaited, day: date) -> str:
    """What names a reminder."""
    return f"cycle:{cycle.id}:{awaited}:{day.isoformat()}"


def reminders(session: Session, cycle: Cycle) -> Iterator[tuple[Awaited, date, date, bool]]:
    """Every reminder of a cycle: what is awaited, on which day it is said, by when it is due, whether it is too late.

    What is due stays as it was when the year was opened; how long before and after it somebody is told follows the
    rules of today. A reminder whose day is none of these any more says nothing: the right day has one of its own.
    """
    rules = cycles.rules_of(session, cycle.township_id, clock.today(session))
    workdays = cycles.workdays_of(session)
    parts = (
        (Awaited.NOMINATIONS, cycle.opened_on, cycle.nomination_due),
        (Awaited.REVIEWS, cycle.nomination_due, cycle.review_due),
        (Awaited.RATINGS, cycle.review_due, cycle.rating_due),
    )
    for awaited, start, due in parts:
        for day in reminder_days(start, due, rules, workdays):
            yield awaited, day, due, False
        too_late = due + timedelta(days=1)
        yield awaited, too_late, due, True
        yield awaited, workdays.add(due, rules.integer("assessment.escalate_working_days")).day, due, True


def remind(session: Session, payload: dict[str, Any]) -> None:
    """Say what is still missing, if anything is: one fact for the whole township.

    What this day is for is asked again, for the same day may now be another one of a date that has moved. A row that
    does not say for which day it was left is of an earlier version, and is meant for the day on which it wakes.
    """
    cycle = cycles.cycle_seen(session, SYSTEM, payload["cycle_id"])
    on = payload.get("on") or clock.today(session).isoformat()
    days = [each for each in reminders(session, cycle) if each[0] == payload["awaited"]]
    for awaited, day, due_on, escalated in days:
        if day.isoformat() == on:
            told_before = next_day(day, (other for _, other, _, _ in days))
            about = {"due_on": due_on.isoformat(), "escalated": escalated, "told_before": told_before}
            fact = missing(session, cycle, awaited, about)
            if fact is not None:
                announce(session, fact, by=SYSTEM)
            return


def missing(session: Session, cycle: Cycle, awaited: Awaited, about: dict[str, Any]) -> Fact | None:
    """What is missing, as a fact with what is known about it; none when nothing is."""
    stage = {
        Awaited.NOMINATIONS: CaseStage.NOMINATION,
        Awaited.REVIEWS: CaseStage.REVIEW,
        Awaited.RATINGS: CaseStage.RATING,
    }[awaited]
    branches = queries.branches_at(session, cycle.id, stage)
    if not branches:
        return None
    about |= {"unit_id": cycle.township_id, "cycle_id": cycle.id, "year": cycle.year}
    if awaited is Awaited.NOMINATIONS:
        return NominationsOverdue(**about, branches=branches)
    kind = ReviewsOverdue if awaited is Awaited.REVIEWS else RatingsOverdue
    return kind(**about, waiting=sum(count for _, count in branches))
