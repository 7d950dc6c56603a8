"""Beginning a year once, and taking it from stage to stage."""

from datetime import date

from sqlalchemy.dialects.postgresql import insert

from services.assessment.cycles import queries
from services.assessment.cycles.models import Cycle
from services.assessment.cycles.rules import MOVES, CycleStep, calendar_of, opening_day
from services.assessment.schemes.actions import store_example
from services.assessment.schemes.queries import scheme_in_force, scheme_of
from shared import clock, work
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session
from shared.events import CycleDated, CycleMoved
from shared.moves import Moved


def begin_cycle(session: Session, *, township_id: int, year: int) -> Cycle | None:
    """Write a township's cycle of a year, with its calendar and what it will be judged by; none if it is there.

    Whoever comes second waits here for the first: the uniqueness is the database's.
    """
    today, rules = clock.today(session), queries.rules_of(session, township_id, clock.today(session))
    calendar = calendar_of(today, rules, queries.workdays_of(session))
    scheme = scheme_in_force(session, township_id, year)
    scheme = scheme or store_example(session, township_id=township_id, year=year)
    read = scheme_of(scheme)
    row = {
        "township_id": township_id,
        "year": year,
        "scheme_id": scheme.id,
        "rule_set": rules.local,
        "rule_fingerprint": rules.fingerprint,
        "opened_on": today,
        "nomination_due": calendar.nomination.day,
        "review_due": calendar.review.day,
        "rating_due": calendar.rating.day,
        "provisional": calendar.provisional,
        "typed_by_branch": [each.key for each in read.by_hand if each.by == "branch"],
        "typed_by_township": [each.key for each in read.by_hand if each.by == "township"],
        "excellent_percent": read.excellent_percent or rules.integer("assessment.excellent_percent"),
    }
    added = session.scalar(insert(Cycle).values(row).on_conflict_do_nothing().returning(Cycle.id))
    return None if added is None else queries.cycle_to_change(session, SYSTEM, added)


def settle_dates(session: Session, cycle: Cycle) -> None:
    """Count again what was counted over a year whose holidays were not published; a date that is over stays."""
    if not cycle.provisional:
        return
    rules = queries.rules_of(session, cycle.township_id, cycle.opened_on)
    calendar, today = calendar_of(cycle.opened_on, rules, queries.workdays_of(session)), clock.today(session)
    if calendar.provisional:
        return
    for name in ("nomination", "review", "rating"):
        settled = getattr(calendar, name).day
        if min(getattr(cycle, f"{name}_due"), settled) > today:
            setattr(cycle, f"{name}_due", settled)
    cycle.provisional = False
    dates = {f"{name}_due": getattr(cycle, f"{name}_due").isoformat() for name in ("nomination", "review", "rating")}
    announce(session, CycleDated(unit_id=cycle.township_id, cycle_id=cycle.id, **dates), by=SYSTEM)


def schedule_opening(session: Session, *, township_id: int, year: int) -> date:
    """Leave it to the clock to open a year: that one, or the first whose date is still to come. Once, however often."""
    today = clock.today(session)
    rules = queries.rules_of(session, township_id, today)
    while opening_day(year, rules) <= today:
        year += 1
    day = opening_day(year, rules)
    payload = {"township_id": township_id, "year": year}
    work.post(
        session,
        "assessment.open_cycle",
        key=f"township:{township_id}:{year}",
        payload=payload,
        run_at=clock.moment(day, 8),
    )
    return day


def move_cycle(actor: Actor, cycle: Cycle, step: CycleStep) -> Moved:
    """Take a cycle on; the fact is announced by whoever knows what it means."""
    moved = MOVES.move(cycle.stage, step, roles=actor.roles_over(cycle.township_id))
    cycle.stage = moved.after
    return moved


def announce_move(session: Session, actor: Actor, cycle: Cycle, moved: Moved) -> None:
    """A move that nobody needs to be told of."""
    announce(session, CycleMoved(unit_id=cycle.township_id, cycle_id=cycle.id), by=actor, moved=moved)
